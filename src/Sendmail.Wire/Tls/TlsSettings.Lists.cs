using Sendmail.Core.Cf;
using Sendmail.Core.Logging;

namespace Sendmail.Wire.Tls;

// Revocation lists: CRLFile and CRLPath.
public sealed partial class TlsSettings
{
    private void LoadLists()
    {
        string file = Path(OptionTable.CRLFile);
        string path = Path(OptionTable.CRLPath);
        if (file.Length == 0 && path.Length == 0)
            return;
        nint store = LibSsl.SSL_CTX_get_cert_store(Context!);
        bool any = false;
        if (file.Length > 0)
        {
            Files.IsSafe(file, false, _log);
            any = LoadListFile(store, file);
            if (!any)
                _log.Add(TlsLogLine.Warning(10, "STARTTLS=" + Who + ", error: PEM_read_bio_X509_CRL(" + file + ")=failed"));
            LibCrypto.ERR_clear_error();
        }
        if (path.Length > 0)
        {
            nint lookup = LibCrypto.X509_STORE_add_lookup(store, LibCrypto.X509_LOOKUP_hash_dir());
            // Lists found by name are kept by OpenSSL: a directory that changes makes a new context.
            Files.Watch(path);
            any |= lookup != 0 && LibCrypto.X509_LOOKUP_ctrl(lookup, LibCrypto.LookupAddDirectory, path, LibSsl.FileTypePem, 0) == 1;
        }
        if (!any)
            return;
        LibCrypto.X509_STORE_set_flags(store, LibCrypto.CheckRevocation | LibCrypto.CheckRevocationOfAll);
        PeerVerification.InstallForLists(store);
    }

    private static bool LoadListFile(nint store, string file)
    {
        nint bio = LibCrypto.BIO_new_file(file, "r");
        if (bio == 0)
            return false;
        bool any = false;
        while (LibCrypto.PEM_read_bio_X509_CRL(bio, 0, 0, 0) is var list && list != 0)
        {
            any |= LibCrypto.X509_STORE_add_crl(store, list) == 1;
            LibCrypto.X509_CRL_free(list);
        }
        LibCrypto.BIO_free(bio);
        return any;
    }
}
