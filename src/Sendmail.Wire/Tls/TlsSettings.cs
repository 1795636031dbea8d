using Sendmail.Core.Cf;

namespace Sendmail.Wire.Tls;

/// <summary>
/// The TLS options of one side with their files, read and checked once into a context of libssl. <see cref="HaveChanged"/>
/// tells when they should be read again.
/// </summary>
public sealed partial class TlsSettings
{
    private readonly List<TlsLogLine> _log = [];
    private readonly List<(string File, DateTimeOffset End)> _own = [];
    private readonly OptionValues _options;
    private readonly TlsOptionSource? _source;

    private TlsSettings(OptionValues options, bool server, bool mayAsk, TlsOptionSource? source)
    {
        _options = options;
        _source = source;
        IsServer = server;
        Who = server ? "server" : "client";
        FingerprintAlgorithm = options.Get(OptionTable.CertFingerprintAlgorithm);
        WantsAlternativeNames = options.Get(OptionTable.SetCertAltnames);
        AsksForCertificate = !server || !(HasServerFlag(options, 'V') || options.Get(OptionTable.ConfVerify).Kind == ConfVerifyKind.Off);
        Files = new TlsFiles(Who, options.Get(OptionTable.DontBlameSendmail));
        if (source is not null)
            Files.Watch(source.Path);
        try
        {
            Load(mayAsk);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            Unusable(TlsLogLine.Warning(8, "STARTTLS=" + Who + ", error: libssl.so.3 (OpenSSL 3, Debian package libssl3) cannot be used: " + e.Message));
        }
        if (!IsUsable)
        {
            Context?.Dispose();
            Context = null;
        }
    }

    // TLSSrvOptions is a list of words of which the first letter counts.
    private static bool HasServerFlag(OptionValues options, char flag) =>
        options.Get(OptionTable.TLSSrvOptions).Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries).Any(w => w[0] == flag);

    /// <summary>Whether TLS can be had. When not, <see cref="Log"/> says why.</summary>
    public bool IsUsable { get; private set; } = true;
    /// <summary>Nothing is configured: TLS is off, and that is no problem.</summary>
    public bool IsOff { get; private set; }
    /// <summary>Lines for the log in the order in which they arose.</summary>
    public IReadOnlyList<TlsLogLine> Log => _log;
    /// <summary>Which side they are for.</summary>
    public bool IsServer { get; }
    /// <summary>CertFingerprintAlgorithm.</summary>
    public string FingerprintAlgorithm { get; }
    /// <summary>Whether the peer is asked for a certificate (TLSSrvOptions without V).</summary>
    public bool AsksForCertificate { get; }
    /// <summary>SetCertAltnames.</summary>
    public bool WantsAlternativeNames { get; }
    /// <summary>SSLEngine, empty for none.</summary>
    public string Engine => _options.Get(OptionTable.SSLEngine);
    /// <summary>SSLEnginePath, empty for OpenSSL's own.</summary>
    public string EnginePath => _options.Get(OptionTable.SSLEnginePath);
    /// <summary>Our certificates in force: file and last moment of validity.</summary>
    public IReadOnlyList<(string File, DateTimeOffset End)> OwnCertificates => _own;
    /// <summary>Whether a file is another one than when it was read.</summary>
    public bool HaveChanged => Files.HaveChanged;

    /// <summary>Whether servers can be verified by their TLSA records (option DANE).</summary>
    public bool KnowsDane { get; private set; }

    internal string Who { get; }
    internal TlsFiles Files { get; }
    internal SslContextHandle? Context { get; private set; }

    /// <summary>Whether CertFingerprintAlgorithm names a hash that OpenSSL knows.</summary>
    public static bool CanFingerprint(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        try
        {
            return CertificateNames.IsHash(configuration.Options.Get(OptionTable.CertFingerprintAlgorithm));
        }
        catch (DllNotFoundException)
        {
            return false;
        }
    }

    /// <summary>What the server side needs: all four of certificate, key, CACertPath and CACertFile.</summary>
    public static TlsSettings ForServer(Configuration configuration, TlsOptionSource? source = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Create(configuration.Options, true, source);
    }

    /// <summary>What the client side needs; a certificate is not necessary.</summary>
    public static TlsSettings ForClient(Configuration configuration, TlsOptionSource? source = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Create(configuration.Options, false, source);
    }

    internal static TlsSettings Create(OptionValues options, bool server, TlsOptionSource? source = null) => new(options, server, true, source);

    /// <summary>
    /// The files as they are now, with the options of a configuration file that is another one now. Nobody is asked for the words
    /// of an encrypted key.
    /// </summary>
    internal TlsSettings ReadAgain()
    {
        bool changed = _source is not null && Files.HasChanged(_source.Path);
        OptionValues? options = changed ? _source!.Read() : _options;
        var fresh = new TlsSettings(options ?? _options, IsServer, false, _source);
        if (options is null)
            fresh._log.Add(TlsLogLine.Warning(8, "STARTTLS=" + Who + ", error: " + _source!.Path + " has errors, its old settings stay in force"));
        return fresh;
    }

    private void Unusable(TlsLogLine line)
    {
        _log.Add(line);
        IsUsable = false;
    }
}
