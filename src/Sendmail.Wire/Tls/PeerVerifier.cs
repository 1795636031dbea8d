using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sendmail.Wire.Tls;

/// <summary>
/// Judges a peer's certificate by our own authorities and nothing else: no downloads, no online revocation. One instance
/// for each handshake; the handshake itself always goes on, what was found is for the rulesets.
/// </summary>
internal sealed class PeerVerifier(X509Certificate2Collection authorities, string fingerprintAlgorithm)
{
    private X509Certificate2? _certificate;
    private string _message = "ok";
    private bool _good;

    internal bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return true;
        _certificate = new X509Certificate2(certificate);
        using var ours = new X509Chain();
        ours.ChainPolicy = Policy(authorities);
        if (chain is not null)
        {
            foreach (X509ChainElement element in chain.ChainElements)
                ours.ChainPolicy.ExtraStore.Add(element.Certificate);
            ours.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        }
        _good = ours.Build(_certificate);
        if (!_good)
            _message = Explain(ours, _certificate);
        return true;
    }

    internal static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static string Explain(X509Chain chain, X509Certificate2 certificate)
    {
        X509ChainStatusFlags all = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in chain.ChainStatus)
            all |= status.Status;
        bool selfSigned = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
        if ((all & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            return selfSigned ? "self-signed certificate"
                : (all & X509ChainStatusFlags.UntrustedRoot) != 0 ? "self-signed certificate in certificate chain"
                : "unable to get local issuer certificate";
        }
        if ((all & X509ChainStatusFlags.NotTimeValid) != 0)
            return certificate.NotBefore > DateTime.Now ? "certificate is not yet valid" : "certificate has expired";
        if ((all & X509ChainStatusFlags.NotSignatureValid) != 0)
            return "certificate signature failure";
        if ((all & X509ChainStatusFlags.InvalidBasicConstraints) != 0)
            return "invalid CA certificate";
        return all.ToString();
    }

    internal TlsFacts Facts(SslStream stream)
    {
        (string cipher, int bits) = CipherNames.Of(stream.NegotiatedCipherSuite);
        var facts = new TlsFacts
        {
            Verify = _certificate is null ? "NO" : _good ? "OK" : "FAIL",
            VerifyMessage = _certificate is null ? "ok" : _message,
            Version = stream.SslProtocol switch
            {
                SslProtocols.Tls13 => "TLSv1.3",
                SslProtocols.Tls12 => "TLSv1.2",
                _ => stream.SslProtocol.ToString(),
            },
            Cipher = cipher, Bits = bits, AlgorithmBits = bits,
        };
        if (_certificate is null)
            return facts;
        return facts with
        {
            CertSubject = CertificateNames.OneLine(_certificate.SubjectName), CertIssuer = CertificateNames.OneLine(_certificate.IssuerName),
            CnSubject = CertificateNames.CommonName(_certificate.SubjectName), CnIssuer = CertificateNames.CommonName(_certificate.IssuerName),
            Fingerprint = CertificateNames.Fingerprint(_certificate, fingerprintAlgorithm),
        };
    }
}

/// <summary>OpenSSL's names of cipher suites.</summary>
internal static class CipherNames
{
    internal static (string Name, int Bits) Of(TlsCipherSuite suite)
    {
        string name = suite.ToString();
        int bits = name.Contains("256_GCM", StringComparison.Ordinal) || name.Contains("256_CBC", StringComparison.Ordinal) || name.Contains("256_CCM", StringComparison.Ordinal)
            || name.Contains("CHACHA20", StringComparison.Ordinal) ? 256 : name.Contains("3DES", StringComparison.Ordinal) ? 168 : name.Contains("128", StringComparison.Ordinal) ? 128 : 0;
        int with = name.IndexOf("_WITH_", StringComparison.Ordinal);
        if (with < 0)
            return (name, bits);
        string exchange = name[4..with].Replace('_', '-');
        string cipher = name[(with + 6)..].Replace("AES_", "AES", StringComparison.Ordinal).Replace("CAMELLIA_", "CAMELLIA", StringComparison.Ordinal)
            .Replace("_CBC", "", StringComparison.Ordinal).Replace("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305", StringComparison.Ordinal).Replace('_', '-');
        return (exchange == "RSA" ? cipher : string.Create(CultureInfo.InvariantCulture, $"{exchange}-{cipher}"), bits);
    }
}
