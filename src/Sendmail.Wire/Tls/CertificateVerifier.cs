namespace Sendmail.Wire.Tls;

/// <summary>What verifying a chain without a connection gave: OpenSSL's number and words, and the certificate that is to blame.</summary>
public readonly record struct VerifyResult(int Code, string Message, int Depth);

/// <summary>Judges certificates as a handshake would, by CACertFile and CACertPath.</summary>
public static unsafe class CertificateVerifier
{
    private const int ClientPurpose = 1;
    private const int ServerPurpose = 2;

    /// <summary>Verifies a chain in DER, the certificate in question first.</summary>
    /// <param name="chain">At least one certificate.</param>
    /// <param name="authorities">CACertFile, null for none.</param>
    /// <param name="directory">CACertPath, null for none.</param>
    /// <param name="ofServer">Whether it is a server's certificate.</param>
    public static VerifyResult Verify(IReadOnlyList<byte[]> chain, string? authorities, string? directory, bool ofServer)
    {
        ArgumentNullException.ThrowIfNull(chain);
        nint store = LibCrypto.X509_STORE_new();
        nint context = LibCrypto.X509_STORE_CTX_new();
        nint others = LibCrypto.OPENSSL_sk_new_null();
        List<nint> certificates = [.. chain.Select(FromDer).Where(c => c != 0)];
        try
        {
            if (authorities is not null || directory is not null)
                LibCrypto.X509_STORE_load_locations(store, authorities, directory);
            foreach (nint certificate in certificates.Skip(1))
                LibCrypto.OPENSSL_sk_push(others, certificate);
            if (certificates.Count == 0 || LibCrypto.X509_STORE_CTX_init(context, store, certificates[0], others) != 1)
                return new VerifyResult(1, "unspecified certificate verification error", 0);
            LibCrypto.X509_STORE_CTX_set_purpose(context, ofServer ? ServerPurpose : ClientPurpose);
            LibCrypto.X509_verify_cert(context);
            int code = LibCrypto.X509_STORE_CTX_get_error(context);
            return new VerifyResult(code, PeerVerification.Reason(code), LibCrypto.X509_STORE_CTX_get_error_depth(context));
        }
        finally
        {
            LibCrypto.X509_STORE_CTX_free(context);
            LibCrypto.OPENSSL_sk_free(others);
            LibCrypto.X509_STORE_free(store);
            foreach (nint certificate in certificates)
                LibCrypto.X509_free(certificate);
            LibCrypto.ERR_clear_error();
        }
    }

    /// <summary>The name under which CACertPath must hold an authority: eight digits for <c>HASH.N</c>.</summary>
    public static string SubjectHash(byte[] certificate)
    {
        nint native = FromDer(certificate);
        if (native == 0)
            return "";
        uint hash = LibCrypto.X509_NAME_hash_ex(LibCrypto.X509_get_subject_name(native), 0, 0, null);
        LibCrypto.X509_free(native);
        return hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The lists of a PEM file: issuer, and when the next one is due.</summary>
    public static IReadOnlyList<(string Issuer, string Hash, TimeSpan? DueIn)> ReadLists(string path)
    {
        var lists = new List<(string, string, TimeSpan?)>();
        nint bio = LibCrypto.BIO_new_file(path, "r");
        if (bio == 0)
        {
            LibCrypto.ERR_clear_error();
            return lists;
        }
        while (LibCrypto.PEM_read_bio_X509_CRL(bio, 0, 0, 0) is var list && list != 0)
        {
            nint issuer = LibCrypto.X509_CRL_get_issuer(list);
            nint next = LibCrypto.X509_CRL_get0_nextUpdate(list);
            int days = 0;
            int seconds = 0;
            TimeSpan? due = next != 0 && LibCrypto.ASN1_TIME_diff(&days, &seconds, 0, next) == 1 ? new TimeSpan(days, 0, 0, seconds) : null;
            lists.Add((CertificateNames.Plain(issuer), LibCrypto.X509_NAME_hash_ex(issuer, 0, 0, null).ToString("x8", System.Globalization.CultureInfo.InvariantCulture), due));
            LibCrypto.X509_CRL_free(list);
        }
        LibCrypto.BIO_free(bio);
        LibCrypto.ERR_clear_error();
        return lists;
    }

    /// <summary>Subject and issuer in sendmail's one-line form, without encoding.</summary>
    public static (string Subject, string Issuer) Names(byte[] certificate)
    {
        nint native = FromDer(certificate);
        if (native == 0)
            return ("", "");
        (string, string) names = (CertificateNames.Plain(LibCrypto.X509_get_subject_name(native)), CertificateNames.Plain(LibCrypto.X509_get_issuer_name(native)));
        LibCrypto.X509_free(native);
        return names;
    }

    private static nint FromDer(byte[] octets)
    {
        fixed (byte* start = octets)
        {
            byte* at = start;
            return LibCrypto.d2i_X509(0, &at, octets.Length);
        }
    }
}
