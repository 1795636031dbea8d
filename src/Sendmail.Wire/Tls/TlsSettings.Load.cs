using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;

namespace Sendmail.Wire.Tls;

// Reads the files in the order of the reference, so that the first thing that is wrong is the one it names.
public sealed unsafe partial class TlsSettings
{
    private static readonly byte[] _sessionContext = Encoding.ASCII.GetBytes("sendmail");

    private void Load(bool mayAsk)
    {
        if (!CertificateNames.IsHash(FingerprintAlgorithm) || (FingerprintAlgorithm.Length == 0 && _options.IsSet(OptionTable.CertFingerprintAlgorithm)))
        {
            Unusable(new TlsLogLine(8, LogPriority.Error, "STARTTLS=init, CertFingerprintAlgorithm=" + FingerprintAlgorithm + ", status=invalid"));
            return;
        }
        LibCrypto.ERR_clear_error();
        string file = Path(OptionTable.CACertFile);
        string path = Path(OptionTable.CACertPath);
        (string[] certificates, string[] keys) = Pairs();
        if (!HasAll(certificates[0], keys[0], path, file))
            return;
        if (Path(OptionTable.CRLFile).Length == 0)
            _log.Add(TlsLogLine.Warning(13, "STARTTLS: CRLFile missing"));
        if (!FilesAreSafe(certificates, keys, file))
            return;
        Context = new SslContextHandle(IsServer ? LibSsl.TLS_server_method() : LibSsl.TLS_client_method());
        if (Context.IsInvalid)
        {
            Problem("SSL_CTX_new failed");
            return;
        }
        if (!mayAsk)
            LibSsl.SSL_CTX_set_default_passwd_cb(Context, &NoPassword);
        LoadLists();
        if (!IsUsable)
            return;
        for (int i = 0; i < certificates.Length && (i == 0 || i < keys.Length) && IsUsable; i++)
            LoadPair(certificates[i], i < keys.Length ? keys[i] : "", i > 0);
        if (!IsUsable)
            return;
        LoadOptions();
        LoadAuthorities(file, path);
        if (!IsUsable)
            return;
        if (IsServer)
            DhParameters.Load(Context, _options.IsSet(OptionTable.DHParameters) ? _options.Get(OptionTable.DHParameters) : null, Files, _log);
        LoadCiphers();
        PeerVerification.Install(Context);
        LibSsl.SSL_CTX_set_verify(Context, AsksForCertificate ? LibSsl.VerifyPeer : LibSsl.VerifyNone, 0);
        LibSsl.SSL_CTX_ctrl(Context, LibSsl.ControlMode, LibSsl.ModeReleaseBuffers, 0);
        // Tickets are enough to resume a session: nothing has to be kept here.
        LibSsl.SSL_CTX_ctrl(Context, LibSsl.ControlSessionCacheMode, 0, 0);
        fixed (byte* id = _sessionContext)
            LibSsl.SSL_CTX_set_session_id_context(Context, id, (uint)_sessionContext.Length);
        LibCrypto.ERR_clear_error();
        _log.Add(new TlsLogLine(13, LogPriority.Info, "STARTTLS=" + Who + ", init=1"));
        if (!IsServer && _options.Get(OptionTable.DANE))
            EnableDane();
    }

    private void EnableDane()
    {
        KnowsDane = LibSsl.SSL_CTX_dane_enable(Context!) > 0;
        _log.Add(KnowsDane ? new TlsLogLine(14, LogPriority.Debug, "SSL_CTX_dane_enable=1, status=ok")
            : new TlsLogLine(8, LogPriority.Error, "SSL_CTX_dane_enable=0, status=error"));
    }

    // Only absolute names count.
    private string Path(Option<string> option) => Absolute(_options.Get(option).TrimStart());

    private static string Absolute(string name) => name.StartsWith('/') ? name : "";

    // "rsa.pem,ecdsa.pem": no blanks between. The keys are a list when the certificates are one.
    private (string[] Certificates, string[] Keys) Pairs()
    {
        string certificates = _options.Get(IsServer ? OptionTable.ServerCertFile : OptionTable.ClientCertFile).TrimStart();
        string keys = _options.Get(IsServer ? OptionTable.ServerKeyFile : OptionTable.ClientKeyFile).TrimStart();
        return certificates.Contains(',', StringComparison.Ordinal) ? (Split(certificates), Split(keys)) : ([Absolute(certificates)], [Absolute(keys)]);
    }

    private static string[] Split(string value)
    {
        int comma = value.IndexOf(',', StringComparison.Ordinal);
        return comma < 0 ? [Absolute(value)] : [Absolute(value[..comma]), Absolute(value[(comma + 1)..])];
    }

    private bool HasAll(string certificate, string key, string path, string file)
    {
        bool withoutCertificate = !IsServer || HasServerFlag(_options, 'C');
        string prefix = IsServer ? "Server" : "Client";
        foreach ((string value, string name, bool optional) in new[]
            { (certificate, prefix + "CertFile", withoutCertificate), (key, prefix + "KeyFile", withoutCertificate), (path, "CACertPath", !IsServer), (file, "CACertFile", !IsServer) })
        {
            if (value.Length > 0)
                continue;
            TlsLogLine line = TlsLogLine.Warning(13, "STARTTLS: " + name + " missing");
            if (optional)
            {
                _log.Add(line);
                continue;
            }
            Unusable(line);
            IsOff = true;
            return false;
        }
        return true;
    }

    // A server stops at the first file; a client goes on without a certificate.
    private bool FilesAreSafe(string[] certificates, string[] keys, string file)
    {
        for (int i = 0; i < certificates.Length; i++)
        {
            if (i > 0 && IsServer && (certificates[i].Length == 0 || (i < keys.Length && keys[i].Length == 0)))
            {
                Unusable(TlsLogLine.Warning(13, "STARTTLS: " + (certificates[i].Length == 0 ? "ServerCertFile" : "ServerKeyFile") + " missing"));
                return false;
            }
            bool certificate = certificates[i].Length == 0 || Files.IsSafe(certificates[i], false, _log);
            if (!certificate && IsServer)
                return Fail(i);
            string key = i < keys.Length ? keys[i] : "";
            bool safeKey = key.Length == 0 || Files.IsSafe(key, true, _log);
            if (!safeKey && IsServer)
                return Fail(i);
            if (!certificate)
                certificates[i] = "";
            if (!safeKey)
                keys[i] = "";
        }
        if (file.Length == 0 || Files.IsSafe(file, false, _log))
            return true;
        // A client knows no authority then.
        return IsUsable = !IsServer;
    }

    private bool Fail(int pair)
    {
        if (pair > 0)
            _log.Add(new TlsLogLine(13, LogPriority.Info, "STARTTLS=" + Who + ", init=0"));
        return IsUsable = false;
    }

    private void LoadPair(string certificate, string key, bool second)
    {
        SslContextHandle context = Context!;
        if (certificate.Length == 0 && key.Length == 0)
            return;
        bool usable = true;
        if (key.Length > 0 && LibSsl.SSL_CTX_use_PrivateKey_file(context, key, LibSsl.FileTypePem) != 1)
        {
            usable = false;
            // A second pair that is none does no harm.
            if (second)
                Warn(8, "SSL_CTX_use_PrivateKey_file(" + key + ") failed");
            else
                PairProblem("SSL_CTX_use_PrivateKey_file(" + key + ") failed");
        }
        LibCrypto.ERR_clear_error();
        if (IsUsable && certificate.Length > 0 && LibSsl.SSL_CTX_use_certificate_file(context, certificate, LibSsl.FileTypePem) != 1)
            usable = PairProblem("SSL_CTX_use_certificate_file(" + certificate + ") failed");
        if (IsUsable && key.Length > 0 && LibSsl.SSL_CTX_check_private_key(context) != 1)
        {
            if (second)
                Warn(8, "SSL_CTX_check_private_key 2 failed: 0");
            else
                PairProblem("SSL_CTX_check_private_key failed(" + key + "): 0");
            usable = false;
        }
        if (!usable || key.Length == 0 || certificate.Length == 0)
            return;
        // Issuers that follow in the file are sent too; without them OpenSSL takes those of CACertFile.
        if (PemCertificates.Count(certificate) > 1)
            LibSsl.SSL_CTX_use_certificate_chain_file(context, certificate);
        LibCrypto.ERR_clear_error();
        if (PemCertificates.EndOf(LibSsl.SSL_CTX_get0_certificate(context)) is { } end)
            _own.Add((certificate, end));
    }

    // A server without its pair is none; a client can do without.
    private bool PairProblem(string what)
    {
        Warn(8, what);
        IsUsable &= !IsServer;
        return false;
    }

    private void LoadOptions()
    {
        string value = _options.Get(IsServer ? OptionTable.ServerSSLOptions : OptionTable.ClientSSLOptions);
        SslOptionSet.TryParse(value, IsServer ? SslOptionSet.ServerDefault : SslOptionSet.ClientDefault, out ulong set, out ulong cleared, out _);
        LibSsl.SSL_CTX_clear_options(Context!, cleared);
        LibSsl.SSL_CTX_set_options(Context!, set);
    }

    private void LoadAuthorities(string file, string path)
    {
        // One without the other counts for nothing, as in the reference.
        if (file.Length == 0 || path.Length == 0)
            return;
        // The directory need not exist; what it holds is looked up for each certificate.
        if (LibSsl.SSL_CTX_load_verify_locations(Context!, file.Length == 0 ? null : file, path.Length == 0 ? null : path) != 1)
        {
            Warn(6, "load verify locs " + path + ", " + file + " failed: 0", IsServer ? 9 : 10);
            IsUsable = !IsServer;
            return;
        }
        if (IsServer && AsksForCertificate)
            LibSsl.SSL_CTX_set_client_CA_list(Context!, LibSsl.SSL_load_client_CA_file(file));
        LibCrypto.ERR_clear_error();
    }

    private void LoadCiphers()
    {
        string list = _options.Get(OptionTable.CipherList);
        if (list.Length > 0 && LibSsl.SSL_CTX_set_cipher_list(Context!, list) != 1)
            Warn(8, "SSL_CTX_set_cipher_list(" + list + ") failed, list ignored");
        string suites = _options.Get(OptionTable.CipherSuites);
        if (suites.Length > 0 && LibSsl.SSL_CTX_set_ciphersuites(Context!, suites) != 1)
            Warn(8, "SSL_CTX_set_ciphersuites(" + suites + ") failed, suites ignored");
    }

    private void Problem(string what)
    {
        Warn(8, what);
        IsUsable = false;
    }

    private void Warn(int level, string what, int detail = 10)
    {
        _log.Add(TlsLogLine.Warning(level, "STARTTLS=" + Who + ", error: " + what));
        foreach (string line in OpenSslErrors.Take(out _))
            _log.Add(TlsLogLine.Warning(detail, "STARTTLS=" + Who + ": " + line));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int NoPassword(byte* buffer, int size, int writing, nint argument) => -1;
}
