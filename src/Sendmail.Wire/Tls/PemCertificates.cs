namespace Sendmail.Wire.Tls;

/// <summary>Looks at certificates in PEM files.</summary>
internal static unsafe class PemCertificates
{
    private const int SecondsPerDay = 86400;

    /// <summary>How many certificates a file holds; 0 when it cannot be read.</summary>
    internal static int Count(string path)
    {
        nint bio = path.Length == 0 ? 0 : LibCrypto.BIO_new_file(path, "r");
        if (bio == 0)
            return 0;
        int count = 0;
        while (LibCrypto.PEM_read_bio_X509(bio, 0, 0, 0) is var certificate && certificate != 0)
        {
            count++;
            LibCrypto.X509_free(certificate);
        }
        LibCrypto.BIO_free(bio);
        LibCrypto.ERR_clear_error();
        return count;
    }

    /// <summary>The last moment of a certificate's validity, null for none.</summary>
    internal static DateTimeOffset? EndOf(nint certificate)
    {
        int days = 0;
        int seconds = 0;
        // Null stands for now.
        if (certificate == 0 || LibCrypto.ASN1_TIME_diff(&days, &seconds, 0, LibCrypto.X509_get0_notAfter(certificate)) != 1)
            return null;
        return DateTimeOffset.UtcNow.AddSeconds((long)days * SecondsPerDay + seconds);
    }
}
