using System.Security.Cryptography.X509Certificates;
using Sendmail.Wire.Tls;

namespace Sendmail.Diagnosis;

/// <summary>CACertPath and CRLPath: directories in which OpenSSL looks for <c>HASH.N</c> and <c>HASH.rN</c>.</summary>
public static class HashDirectory
{
    /// <summary>Examines the links of CACertPath.</summary>
    public static void Check(string path, Report report)
    {
        if (!Directory.Exists(path))
        {
            report.Add(FindingLevel.Warning, path, "does not exist: authorities are those of CACertFile alone", "mkdir " + path);
            return;
        }
        int good = 0;
        foreach (string file in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(file);
            if (!IsHashName(name))
                continue;
            if (CertificateExaminer.Read(file) is not { } certificates)
                report.Add(FindingLevel.Error, file, File.Exists(file) ? "holds no certificate" : "leads to nothing", "openssl rehash " + path);
            else if (CertificateVerifier.SubjectHash(certificates[0].RawData) is var hash && hash != name[..8])
                report.Add(FindingLevel.Error, file, "is never found: its hash name would be " + hash + "." + name[9..], "openssl rehash " + path);
            else
                good++;
        }
        report.Add(FindingLevel.Info, path, good + " authorities with hash links");
        foreach (string file in Unlinked(path))
            report.Add(FindingLevel.Warning, file, "hash link missing: OpenSSL does not find it", "ln -s " + Path.GetFileName(file) + " " + path + "/" + NameFor(file) + ", or openssl rehash " + path);
    }

    /// <summary>Examines the links of CRLPath.</summary>
    public static void CheckLists(string path, Report report)
    {
        if (!Directory.Exists(path))
        {
            report.Add(FindingLevel.Error, path, "does not exist: no certificate is found to be revoked");
            return;
        }
        int lists = 0;
        foreach (string file in Directory.EnumerateFiles(path).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(file);
            if (name.Length < 11 || name[8] != '.' || name[9] != 'r')
                continue;
            lists++;
            foreach ((string issuer, string hash, TimeSpan? due) in CertificateVerifier.ReadLists(file))
            {
                if (hash != name[..8])
                    report.Add(FindingLevel.Error, file, "is never found: its hash name would be " + hash + ".r" + name[10..], "openssl rehash " + path);
                CheckDue(file, issuer, due, report);
            }
        }
        report.Add(lists == 0 ? FindingLevel.Warning : FindingLevel.Info, path, lists + " revocation lists with hash links", lists == 0 ? "openssl rehash " + path : "");
    }

    /// <summary>Whether a revocation list is out of date.</summary>
    public static void CheckDue(string file, string issuer, TimeSpan? due, Report report)
    {
        if (due is { } left && left < TimeSpan.Zero)
            report.Add(FindingLevel.Error, file, "the list of " + issuer + " is out of date: certificates of that authority do not verify", "fetch a new list");
        else
            report.Add(FindingLevel.Ok, file, "the list of " + issuer + (due is { } days ? " is good for " + (int)days.TotalDays + " days" : " has no end"));
    }

    /// <summary>A file with an authority of this name that has no link, null when there is none.</summary>
    public static string? FindUnlinked(string path, string subject) =>
        Directory.Exists(path) ? Unlinked(path).FirstOrDefault(f => CertificateVerifier.Names(CertificateExaminer.Read(f)![0].RawData).Subject == subject) : null;

    /// <summary>The hash name for a file.</summary>
    public static string NameFor(string file) => CertificateExaminer.Read(file) is { } all ? CertificateVerifier.SubjectHash(all[0].RawData) + ".0" : "";

    private static List<string> Unlinked(string path)
    {
        var linked = new HashSet<string>(StringComparer.Ordinal);
        var files = new List<string>();
        foreach (string file in Directory.EnumerateFiles(path).Order(StringComparer.Ordinal))
        {
            if (CertificateExaminer.Read(file) is not { } all)
                continue;
            if (IsHashName(Path.GetFileName(file)))
                linked.Add(all[0].Thumbprint);
            else
                files.Add(file);
        }
        return files.FindAll(f => !linked.Contains(CertificateExaminer.Read(f)![0].Thumbprint));
    }

    private static bool IsHashName(string name) => name.Length >= 10 && name[8] == '.' && name[..8].All(char.IsAsciiHexDigitLower) && name[9..].All(char.IsAsciiDigit);
}
