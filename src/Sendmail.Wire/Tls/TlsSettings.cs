using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sendmail.Core.Cf;
using Sendmail.Posix;

namespace Sendmail.Wire.Tls;

/// <summary>The TLS options of a configuration with their files, read and checked.</summary>
public sealed class TlsSettings
{
    private TlsSettings()
    {
    }

    /// <summary>Certificate with key, null when none is configured or usable.</summary>
    public X509Certificate2? Certificate { get; private set; }
    /// <summary>Intermediate certificates sent with it.</summary>
    public X509Certificate2Collection Intermediates { get; } = [];
    /// <summary>Authorities of CACertFile and CACertPath.</summary>
    public X509Certificate2Collection Authorities { get; } = [];
    /// <summary>CertFingerprintAlgorithm.</summary>
    public string FingerprintAlgorithm { get; private set; } = "";
    /// <summary>Whether clients are asked for a certificate (TLSSrvOptions without V).</summary>
    public bool AskForCertificate { get; private set; } = true;
    /// <summary>Why TLS cannot be used: lines for the log; empty when it can.</summary>
    public IReadOnlyList<string> Problems => _problems;

    private readonly List<string> _problems = [];

    /// <summary>What the server side needs: all four of certificate, key, CACertFile and CACertPath.</summary>
    public static TlsSettings ForServer(Configuration configuration)
    {
        OptionValues options = configuration.Options;
        var settings = new TlsSettings
        {
            AskForCertificate = !options.Get(OptionTable.TLSSrvOptions).Contains('V', StringComparison.Ordinal),
            FingerprintAlgorithm = options.Get(OptionTable.CertFingerprintAlgorithm),
        };
        settings.LoadPair("server", options.Get(OptionTable.ServerCertFile), options.Get(OptionTable.ServerKeyFile), options, true);
        settings.LoadAuthorities("server", options, true);
        return settings;
    }

    /// <summary>What the client side needs; a certificate is not necessary.</summary>
    public static TlsSettings ForClient(Configuration configuration)
    {
        OptionValues options = configuration.Options;
        var settings = new TlsSettings { FingerprintAlgorithm = options.Get(OptionTable.CertFingerprintAlgorithm) };
        settings.LoadPair("client", options.Get(OptionTable.ClientCertFile), options.Get(OptionTable.ClientKeyFile), options, false);
        settings.LoadAuthorities("client", options, false);
        return settings;
    }

    private void LoadPair(string who, string certificates, string keys, OptionValues options, bool required)
    {
        string certificate = certificates.Split(',')[0].Trim();
        string key = keys.Split(',')[0].Trim();
        if (certificate.Length == 0 || key.Length == 0)
        {
            if (required)
                _problems.Add("STARTTLS=" + who + ", error: " + (certificate.Length == 0 ? "ServerCertFile" : "ServerKeyFile") + " missing");
            return;
        }
        IReadOnlySet<string> blame = options.Get(OptionTable.DontBlameSendmail);
        if (!IsSafe(who, "Cert", certificate, SafeFileRequest.Certificate, blame)
            || !IsSafe(who, "Key", key, SafeFileRequest.Key with { NoGroupReadable = !blame.Contains("GroupReadableKeyFile") }, blame))
            return;
        try
        {
            using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(certificate, key);
            // A round trip through PKCS #12 makes the key usable by the TLS stack on every platform.
            Certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificate);
            foreach (X509Certificate2 other in chain)
            {
                if (!other.RawData.AsSpan().SequenceEqual(Certificate.RawData))
                    Intermediates.Add(other);
            }
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            _problems.Add("STARTTLS=" + who + ", error: SSL_CTX_use_certificate_file(" + certificate + ") failed: " + e.Message);
        }
    }

    private bool IsSafe(string who, string what, string path, SafeFileRequest request, IReadOnlySet<string> blame)
    {
        SafeFileResult safe = SafeFile.Check(path, request with
        {
            GroupWritableDirectoriesSafe = blame.Contains("GroupWritableDirPathSafe"), StickyDirectoriesSafe = blame.Contains("TrustStickyBit"),
        });
        if (safe.Ok)
            return true;
        _problems.Add("STARTTLS=" + who + ": file " + path + " unsafe: " + safe.Reason);
        _ = what;
        return false;
    }

    private void LoadAuthorities(string who, OptionValues options, bool required)
    {
        string file = options.Get(OptionTable.CACertFile);
        string path = options.Get(OptionTable.CACertPath);
        if (required && (file.Length == 0 || path.Length == 0))
        {
            _problems.Add("STARTTLS=" + who + ", error: " + (file.Length == 0 ? "CACertFile" : "CACertPath") + " missing");
            return;
        }
        try
        {
            if (file.Length > 0)
                Authorities.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            _problems.Add("STARTTLS=" + who + ", error: load verify locs " + path + ", " + file + " failed: " + e.Message);
            return;
        }
        if (path.Length == 0 || !Directory.Exists(path))
            return;
        foreach (string link in Directory.EnumerateFiles(path))
        {
            string name = System.IO.Path.GetFileName(link);
            if (name.Length < 10 || name[8] != '.' || !char.IsAsciiDigit(name[9]))
                continue;
            try
            {
                Authorities.ImportFromPemFile(link);
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                // One unreadable link does not spoil the others, as with OpenSSL.
                continue;
            }
        }
    }
}
