using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sendmail.Core.Cf;
using Sendmail.Posix;

namespace Sendmail.Wire.Tls;

/// <summary>A certificate with its key, and the intermediate certificates of its file.</summary>
internal sealed record KeyPair(X509Certificate2 Certificate, X509Certificate2Collection Intermediates)
{
    internal bool IsEcdsa => Certificate.GetKeyAlgorithm() == "1.2.840.10045.2.1";
}

/// <summary>
/// The TLS options of a configuration with their files, read and checked once. <see cref="Current"/> reads them again when a
/// file has changed.
/// </summary>
public sealed partial class TlsSettings
{
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];
    private readonly List<KeyPair> _pairs = [];
    private readonly List<(string Path, DateTime Changed, long Length)> _files = [];
    private readonly OptionValues _options;
    private readonly bool _server;
    private readonly TlsFeatures _features;

    private TlsSettings(OptionValues options, bool server, TlsFeatures features)
    {
        _options = options;
        _server = server;
        _features = features;
        FingerprintAlgorithm = options.Get(OptionTable.CertFingerprintAlgorithm);
        AskForCertificate = !server || !features.NoClientCertificate && !options.Get(OptionTable.TLSSrvOptions).Contains('V', StringComparison.Ordinal);
        Load();
    }

    /// <summary>The certificate used when the peer leaves a choice, null when none is configured or usable.</summary>
    public X509Certificate2? Certificate => _pairs.Count > 0 ? _pairs[0].Certificate : null;
    /// <summary>Certificates with keys, in the order of the options.</summary>
    internal IReadOnlyList<KeyPair> Pairs => _pairs;
    /// <summary>Authorities of CACertFile and CACertPath.</summary>
    public X509Certificate2Collection Authorities { get; } = [];
    /// <summary>Authorities of CACertFile alone: the names a server sends.</summary>
    internal X509Certificate2Collection Announced { get; } = [];
    /// <summary>CRLFile, null without one.</summary>
    internal RevocationLists? Revoked { get; private set; }
    /// <summary>CipherList and CipherSuites, null for the system's.</summary>
    internal CipherSuitesPolicy? Ciphers { get; private set; }
    /// <summary>Versions left by the SSL options.</summary>
    internal SslProtocols Protocols { get; private set; }
    /// <summary>CertFingerprintAlgorithm.</summary>
    public string FingerprintAlgorithm { get; }
    /// <summary>Whether clients are asked for a certificate (TLSSrvOptions without V).</summary>
    public bool AskForCertificate { get; }
    /// <summary>Nothing is configured: TLS is off, and that is no problem worth a log line.</summary>
    public bool IsOff { get; private set; }
    /// <summary>Why TLS cannot be used: lines for the log; empty when it can.</summary>
    public IReadOnlyList<string> Problems => _problems;
    /// <summary>Lines for the log about what is wrong and does not prevent TLS.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    private string Who => _server ? "server" : "client";

    /// <summary>What the server side needs: all four of certificate, key, CACertFile and CACertPath.</summary>
    public static TlsSettings ForServer(Configuration configuration) => new(configuration.Options, true, TlsFeatures.None);

    /// <summary>What the client side needs; a certificate is not necessary.</summary>
    public static TlsSettings ForClient(Configuration configuration) => new(configuration.Options, false, TlsFeatures.None);

    internal static TlsSettings Create(OptionValues options, bool server) => new(options, server, TlsFeatures.None);

    /// <summary>The same settings with the features of one session.</summary>
    public TlsSettings With(TlsFeatures features) => features == _features ? this : new TlsSettings(_options, _server, features);

    /// <summary>These settings, or new ones when a file has changed since. Unusable new files leave the old ones in force.</summary>
    public TlsSettings Current()
    {
        foreach ((string path, DateTime changed, long length) in _files)
        {
            if (Stamp(path) == (path, changed, length))
                continue;
            var fresh = new TlsSettings(_options, _server, _features);
            return fresh._problems.Count == 0 || _problems.Count > 0 ? fresh : this;
        }
        return this;
    }

    private static (string Path, DateTime Changed, long Length) Stamp(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? (path, info.LastWriteTimeUtc, info.Length)
            : (path, Directory.Exists(path) ? Directory.GetLastWriteTimeUtc(path) : DateTime.MinValue, 0);
    }

    private void Load()
    {
        if (!CertificateNames.IsHash(FingerprintAlgorithm))
        {
            _problems.Add("STARTTLS=init, CertFingerprintAlgorithm=" + FingerprintAlgorithm + ", status=invalid");
            return;
        }
        bool own = _features.CertFile.Length > 0;
        string certificates = own ? _features.CertFile : _options.Get(_server ? OptionTable.ServerCertFile : OptionTable.ClientCertFile);
        string keys = own ? _features.KeyFile : _options.Get(_server ? OptionTable.ServerKeyFile : OptionTable.ClientKeyFile);
        string file = _options.Get(OptionTable.CACertFile);
        string path = _options.Get(OptionTable.CACertPath);
        if (_server && (certificates.Length == 0 || keys.Length == 0 || file.Length == 0 || path.Length == 0))
        {
            IsOff = true;
            _problems.Add("STARTTLS=server, error: " + (certificates.Length == 0 ? "ServerCertFile" : keys.Length == 0 ? "ServerKeyFile" : file.Length == 0 ? "CACertFile" : "CACertPath") + " missing");
            return;
        }
        LoadPairs(certificates, keys);
        if (_problems.Count == 0)
            LoadAuthorities(file, path);
        if (_problems.Count == 0)
            LoadRevoked(_options.Get(OptionTable.CRLFile));
        string options = _options.Get(_server ? OptionTable.ServerSSLOptions : OptionTable.ClientSSLOptions);
        Protocols = SslOptionSet.Protocols(options + " " + _features.Options);
        if (SslOptionSet.Parse(_features.Options, out _) is { } unknown)
            _problems.Add("tls_" + (_server ? "srv" : "clt") + "_features=unrecognized_option, opt=" + unknown);
        string list = _features.CipherList.Length > 0 ? _features.CipherList : _options.Get(OptionTable.CipherList);
        Ciphers = CipherLists.Expand(list, _features.CipherSuites.Length > 0 ? _features.CipherSuites : _options.Get(OptionTable.CipherSuites), out string? problem);
        if (problem is null)
            return;
        if (_features.CipherList.Length > 0)
            _problems.Add("STARTTLS=" + Who + ", error: SSL_set_cipher_list(" + list + ") failed");
        else
            _warnings.Add("STARTTLS=" + Who + ", error: " + problem);
    }

    private void LoadPairs(string certificates, string keys)
    {
        if (certificates.Length == 0 || keys.Length == 0)
            return;
        string[] certificateFiles = certificates.Split(',');
        string[] keyFiles = keys.Split(',');
        for (int i = 0; i < Math.Min(certificateFiles.Length, keyFiles.Length) && _problems.Count == 0; i++)
            LoadPair(certificateFiles[i].Trim(), keyFiles[i].Trim());
    }

    private void LoadPair(string certificateFile, string keyFile)
    {
        IReadOnlySet<string> blame = _options.Get(OptionTable.DontBlameSendmail);
        bool safe = IsSafe(certificateFile, SafeFileRequest.Certificate)
            & IsSafe(keyFile, SafeFileRequest.Key with { NoGroupReadable = !blame.Contains("GroupReadableKeyFile") });
        if (!safe)
            return;
        var chain = new X509Certificate2Collection();
        if (!TryRead(() => chain.ImportFromPemFile(certificateFile)) || chain.Count == 0)
        {
            _problems.Add("STARTTLS=" + Who + ", error: SSL_CTX_use_certificate_file(" + certificateFile + ") failed");
            return;
        }
        X509Certificate2 certificate = chain[0];
        chain.RemoveAt(0);
        X509Certificate2? whole = null;
        bool matches = false;
        if (!TryRead(() => whole = WithKey(certificate, File.ReadAllText(keyFile), out matches)))
        {
            _problems.Add("STARTTLS=" + Who + ", error: SSL_CTX_use_PrivateKey_file(" + keyFile + ") failed");
            return;
        }
        if (!matches || whole is null)
        {
            _problems.Add("STARTTLS=" + Who + ", error: SSL_CTX_check_private_key failed(" + keyFile + "): 0");
            return;
        }
        _pairs.Add(new KeyPair(whole, chain));
    }

    private static X509Certificate2? WithKey(X509Certificate2 certificate, string pem, out bool matches)
    {
        byte[] wanted = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        try
        {
            using RSA rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            matches = rsa.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(wanted);
            return matches ? certificate.CopyWithPrivateKey(rsa) : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            using ECDsa ec = ECDsa.Create();
            ec.ImportFromPem(pem);
            matches = ec.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(wanted);
            return matches ? certificate.CopyWithPrivateKey(ec) : null;
        }
    }

    private SafeFileResult Check(string path, SafeFileRequest request)
    {
        _files.Add(Stamp(path));
        IReadOnlySet<string> blame = _options.Get(OptionTable.DontBlameSendmail);
        return SafeFile.Check(path, request with
        {
            GroupWritableDirectoriesSafe = blame.Contains("GroupWritableDirPathSafe"), StickyDirectoriesSafe = blame.Contains("TrustStickyBit"),
        });
    }

    private bool IsSafe(string path, SafeFileRequest request)
    {
        SafeFileResult safe = Check(path, request);
        if (!safe.Ok)
            _problems.Add("STARTTLS=" + Who + ": file " + path + " unsafe: " + safe.Reason);
        return safe.Ok;
    }

    private static bool TryRead(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
