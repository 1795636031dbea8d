using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sendmail.Wire.Tls;

namespace Sendmail.Diagnosis;

/// <summary>Looks at certificates of ours: dates, keys, purposes, names, chain.</summary>
public sealed class CertificateExaminer(Report report, string? authorities, string? directory)
{
    private const int WarnDays = 30;
    private const int LeastRsaBits = 2048;
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private const string Sha1Rsa = "1.2.840.113549.1.1.5";

    /// <summary>The certificates of a PEM file, null when there are none.</summary>
    public static X509Certificate2Collection? Read(string path)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
        return all.Count == 0 ? null : all;
    }

    /// <summary>Examines the certificate of a side and the chain that is sent with it.</summary>
    public void Examine(string path, bool server, string hostName)
    {
        if (Read(path) is not { } chain)
        {
            report.Add(FindingLevel.Error, path, "holds no certificate in PEM form");
            return;
        }
        X509Certificate2 own = chain[0];
        Describe(path, own);
        CheckUse(path, own, server);
        if (server)
            CheckName(path, own, hostName);
        if (chain.Count > 1)
            report.Add(FindingLevel.Info, path, string.Create(CultureInfo.InvariantCulture, $"{chain.Count - 1} more certificates are sent with it"));
        // That no authority is known is said elsewhere.
        if (FailExplanation.OfAuthorities(authorities ?? "", directory ?? "") is not null)
            return;
        VerifyResult result = CertificateVerifier.Verify([.. chain.Select(c => c.RawData)], authorities, directory, server);
        if (result.Code == 0)
            report.Add(FindingLevel.Ok, path, "verifies by CACertFile and CACertPath");
        else
            report.Add(FindingLevel.Warning, path, "does not verify by our own CACertFile and CACertPath: " + result.Message, FailExplanation.Of(result.Code, [.. chain.Select(c => c.RawData)], directory, true).Remedy);
    }

    /// <summary>Name, dates, key and signature of one certificate.</summary>
    public void Describe(string subject, X509Certificate2 certificate)
    {
        (string name, string issuer) = CertificateVerifier.Names(certificate.RawData);
        report.Add(FindingLevel.Info, subject, name + ", issued by " + (name == issuer ? "itself" : issuer));
        Dates(subject, certificate);
        using RSA? rsa = certificate.GetRSAPublicKey();
        using ECDsa? ec = certificate.GetECDsaPublicKey();
        if (rsa is not null && rsa.KeySize < LeastRsaBits)
            report.Add(FindingLevel.Warning, subject, string.Create(CultureInfo.InvariantCulture, $"RSA key of {rsa.KeySize} bits: peers with OpenSSL's default security level refuse it"), "make a new one with at least 2048 bits");
        else
            report.Add(FindingLevel.Info, subject, rsa is not null ? string.Create(CultureInfo.InvariantCulture, $"RSA, {rsa.KeySize} bits") : ec is not null ? string.Create(CultureInfo.InvariantCulture, $"ECDSA, {ec.KeySize} bits") : "key " + (certificate.PublicKey.Oid.FriendlyName ?? certificate.PublicKey.Oid.Value));
        if (certificate.SignatureAlgorithm.Value == Sha1Rsa && name != issuer)
            report.Add(FindingLevel.Warning, subject, "signed with SHA-1, which peers refuse", "have it issued again");
    }

    private void Dates(string subject, X509Certificate2 certificate)
    {
        DateTime now = DateTime.UtcNow;
        DateTime end = certificate.NotAfter.ToUniversalTime();
        string when = end.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";
        int days = (int)(end - now).TotalDays;
        if (end < now)
            report.Add(FindingLevel.Error, subject, "expired on " + when, "have it issued again; the new file is in force without a restart");
        else if (certificate.NotBefore.ToUniversalTime() > now)
            report.Add(FindingLevel.Error, subject, "is not valid before " + certificate.NotBefore.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC", "check the clock, or wait");
        else if (days < WarnDays)
            report.Add(FindingLevel.Warning, subject, string.Create(CultureInfo.InvariantCulture, $"expires in {days} days, on {when}"), "have it issued again; the new file is in force without a restart");
        else
            report.Add(FindingLevel.Ok, subject, string.Create(CultureInfo.InvariantCulture, $"valid for {days} days, until {when}"));
    }

    private void CheckUse(string path, X509Certificate2 certificate, bool server)
    {
        X509EnhancedKeyUsageExtension? uses = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault();
        if (uses is null || uses.EnhancedKeyUsages.Cast<Oid>().Any(o => o.Value == (server ? ServerUse : ClientUse)))
            return;
        report.Add(FindingLevel.Error, path, "its extended key usage does not allow a " + (server ? "server" : "client") + ": peers log \"unsuitable certificate purpose\"",
            "have it issued with " + (server ? "serverAuth" : "clientAuth") + (server ? "" : ", or without extended key usage"));
    }

    private void CheckName(string path, X509Certificate2 certificate, string hostName)
    {
        if (hostName.Length == 0)
            return;
        if (certificate.MatchesHostname(hostName, allowWildcards: true, allowCommonName: true))
            report.Add(FindingLevel.Ok, path, "names this host, " + hostName);
        else
            report.Add(FindingLevel.Warning, path, "does not name this host, " + hostName, "peers that check names refuse it: have it issued with that name in subjectAltName");
    }
}
