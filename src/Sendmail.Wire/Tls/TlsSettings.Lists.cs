using Sendmail.Core.Cf;
using Sendmail.Core.Logging;

namespace Sendmail.Wire.Tls;

// Revocation lists: CRLFile and CRLPath.
public sealed partial class TlsSettings
{
    /// <summary>Whether certificates are checked against lists.</summary>
    internal bool HasLists { get; private set; }

    private void LoadLists()
    {
        string file = _options.Get(OptionTable.CRLFile).TrimStart();
        string path = _options.Get(OptionTable.CRLPath);
        nint store = LibSsl.SSL_CTX_get_cert_store(Context!);
        if (_options.IsSet(OptionTable.CRLFile))
        {
            if (file.StartsWith('/'))
                Files.IsSafe(file, false, _log);
            HasLists = file.StartsWith('/') && LoadListFile(store, file);
            if (!HasLists)
                _log.Add(TlsLogLine.Warning(10, "STARTTLS=" + Who + ", error: PEM_read_bio_X509_CRL(" + file + ")=failed"));
            LibCrypto.ERR_clear_error();
        }
        if (_options.IsSet(OptionTable.CRLPath))
        {
            nint lookup = LibCrypto.X509_STORE_add_lookup(store, LibCrypto.X509_LOOKUP_hash_dir());
            if (lookup == 0 || LibCrypto.X509_LOOKUP_ctrl(lookup, LibCrypto.LookupAddDirectory, path, LibSsl.FileTypePem, 0) != 1)
            {
                LibCrypto.ERR_clear_error();
                Unusable(TlsLogLine.Warning(8, "STARTTLS=" + Who + ", error: X509_LOOKUP_add_dir(" + path + ")=failed"));
                return;
            }
            // Lists found by name are kept by OpenSSL: a directory that changes makes a new context.
            Files.Watch(path);
            HasLists = true;
        }
        if (!HasLists)
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
