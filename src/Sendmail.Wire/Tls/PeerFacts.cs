namespace Sendmail.Wire.Tls;

/// <summary>Reads from a session what its handshake found out.</summary>
internal static unsafe class PeerFacts
{
    internal static TlsFacts Of(SslHandle ssl, PeerVerification verification, TlsSettings settings, bool asked)
    {
        nint cipher = LibSsl.SSL_get_current_cipher(ssl);
        int bits = LibSsl.SSL_CIPHER_get_bits(cipher, out int algorithmBits);
        long result = LibSsl.SSL_get_verify_result(ssl);
        nint certificate = LibSsl.SSL_get1_peer_certificate(ssl);
        var facts = new TlsFacts
        {
            Verify = !asked ? "NOT" : certificate == 0 ? "NO" : result == LibCrypto.Ok ? "OK" : "FAIL",
            VerifyMessage = PeerVerification.Reason(result), VerifyCode = (int)result,
            VerifyDepth = verification.Depth, VerifySubject = verification.Blamed,
            Version = OpenSslErrors.Text(LibSsl.SSL_get_version(ssl)) ?? "",
            Cipher = OpenSslErrors.Text(LibSsl.SSL_CIPHER_get_name(cipher)) ?? "",
            Bits = bits, AlgorithmBits = algorithmBits,
        };
        if (certificate == 0)
            return facts;
        try
        {
            nint subject = LibCrypto.X509_get_subject_name(certificate);
            nint issuer = LibCrypto.X509_get_issuer_name(certificate);
            string cnSubject = CertificateNames.CommonName(subject, out string? subjectProblem);
            string cnIssuer = CertificateNames.CommonName(issuer, out string? issuerProblem);
            return facts with
            {
                SubjectProblem = subjectProblem, IssuerProblem = issuerProblem,
                CertSubject = CertificateNames.OneLine(subject), CertIssuer = CertificateNames.OneLine(issuer),
                CnSubject = cnSubject, CnIssuer = cnIssuer,
                Fingerprint = CertificateNames.Fingerprint(certificate, settings.FingerprintAlgorithm),
                AlternativeNames = settings.WantsAlternativeNames ? CertificateNames.AlternativeNames(certificate) : [],
                PeerChain = Chain(ssl, certificate),
            };
        }
        finally
        {
            LibCrypto.X509_free(certificate);
        }
    }

    // As a server OpenSSL keeps the peer's own certificate apart from the rest.
    private static List<byte[]> Chain(SslHandle ssl, nint certificate)
    {
        byte[] own = Der(certificate);
        var chain = new List<byte[]> { own };
        nint stack = LibSsl.SSL_get_peer_cert_chain(ssl);
        for (int i = 0; stack != 0 && i < LibCrypto.OPENSSL_sk_num(stack); i++)
        {
            byte[] one = Der(LibCrypto.OPENSSL_sk_value(stack, i));
            if (!one.AsSpan().SequenceEqual(own))
                chain.Add(one);
        }
        return chain;
    }

    private static byte[] Der(nint certificate)
    {
        int length = LibCrypto.i2d_X509(certificate, null);
        byte[] octets = new byte[Math.Max(length, 0)];
        fixed (byte* start = octets)
        {
            byte* at = start;
            if (length > 0)
                LibCrypto.i2d_X509(certificate, &at);
        }
        return octets;
    }
}
