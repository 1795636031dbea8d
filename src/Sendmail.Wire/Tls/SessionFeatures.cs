using Sendmail.Core.Logging;

namespace Sendmail.Wire.Tls;

/// <summary>Puts what tls_srv_features or tls_clt_features asks for into force in one session.</summary>
internal static class SessionFeatures
{
    internal static bool Apply(SslHandle ssl, TlsSettings settings, TlsFeatures features, List<TlsLogLine> log)
    {
        LibCrypto.ERR_clear_error();
        string who = "STARTTLS=" + settings.Who;
        if (features.Options.Length > 0)
        {
            // The ruleset was checked for unknown names already.
            SslOptionSet.TryParse(features.Options, 0, out ulong set, out ulong cleared, out _);
            LibSsl.SSL_clear_options(ssl, cleared);
            LibSsl.SSL_set_options(ssl, set);
        }
        if (features.CipherList.Length > 0 && LibSsl.SSL_set_cipher_list(ssl, features.CipherList) != 1)
            return Fail(log, who, "SSL_set_cipher_list(" + features.CipherList + ") failed");
        if (features.CipherSuites.Length > 0 && LibSsl.SSL_set_ciphersuites(ssl, features.CipherSuites) != 1)
            return Fail(log, who, "SSL_set_ciphersuites(" + features.CipherSuites + ") failed");
        // Without lists there is nothing to require.
        if (settings.HasLists && features.Flags.Contains('R', StringComparison.Ordinal))
            LibCrypto.X509_VERIFY_PARAM_set_flags(LibSsl.SSL_get0_param(ssl), LibCrypto.CheckRevocation | LibCrypto.CheckRevocationOfAll);
        if (features.CertFile.Length > 0)
            UsePair(ssl, settings, features, who, log);
        LibCrypto.ERR_clear_error();
        return true;
    }

    // A pair that cannot be used leaves the session with what it had. Nobody looks who else may read it, as in the reference.
    private static void UsePair(SslHandle ssl, TlsSettings settings, TlsFeatures features, string who, List<TlsLogLine> log)
    {
        if (features.CertFile[0] != '/')
        {
            log.Add(TlsLogLine.Warning(13, "STARTTLS: " + (settings.IsServer ? "Server" : "Client") + "CertFile missing"));
            return;
        }
        foreach (string file in new[] { features.CertFile, features.KeyFile })
        {
            if (settings.Files.Check(file, false) is { Ok: false } unsafeFile)
            {
                log.Add(TlsLogLine.Warning(8, who + ": file " + file + " unsafe: " + unsafeFile.Reason));
                return;
            }
        }
        bool certificate = LibSsl.SSL_use_certificate_file(ssl, features.CertFile, LibSsl.FileTypePem) == 1 || Fail(log, who, "SSL_use_certificate_file(" + features.CertFile + ") failed");
        bool key = LibSsl.SSL_use_PrivateKey_file(ssl, features.KeyFile, LibSsl.FileTypePem) == 1 || Fail(log, who, "SSL_use_PrivateKey_file(" + features.KeyFile + ") failed");
        if (certificate && LibSsl.SSL_check_private_key(ssl) != 1)
            Fail(log, who, "SSL_check_private_key failed(" + features.KeyFile + "): 0");
        else if (certificate && key)
            LibSsl.SSL_use_certificate_chain_file(ssl, features.CertFile);
    }

    private static bool Fail(List<TlsLogLine> log, string who, string what)
    {
        log.Add(TlsLogLine.Warning(8, who + ", error: " + what));
        foreach (string line in OpenSslErrors.Take(out _))
            log.Add(new TlsLogLine(10, LogPriority.Warning, who + ": " + line));
        return false;
    }
}
