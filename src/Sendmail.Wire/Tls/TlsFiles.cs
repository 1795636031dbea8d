using System.Globalization;
using Sendmail.Posix;

namespace Sendmail.Wire.Tls;

/// <summary>
/// The files of one side's TLS options: checks whether they can be trusted, says why not, and notices when they change.
/// </summary>
internal sealed class TlsFiles(string who, IReadOnlySet<string> blame)
{
    private const uint OwnerRead = 0x100;
    private readonly List<(string Path, DateTime Changed, long Length)> _stamps = [];

    /// <summary>Whether a file of those that were checked or watched is another one now.</summary>
    internal bool HaveChanged => _stamps.Exists(s => StampOf(s.Path) != s);

    /// <summary>Whether this one of them is.</summary>
    internal bool HasChanged(string path) => _stamps.Exists(s => s.Path == path && StampOf(path) != s);

    /// <summary>Notices changes of a file or directory from now on.</summary>
    internal void Watch(string path) => _stamps.Add(StampOf(path));

    /// <summary>Checks a file; what is wrong becomes two lines: sendmail's, and an explanation with the remedy.</summary>
    internal bool IsSafe(string path, bool isKey, List<TlsLogLine> log)
    {
        Watch(path);
        SafeFileResult safe = Check(path, isKey);
        if (safe.Ok)
            return true;
        log.Add(TlsLogLine.Warning(8, "STARTTLS=" + who + ": file " + path + " unsafe: " + safe.Reason));
        log.Add(TlsLogLine.Explanation("STARTTLS=" + who + ": " + path + " is not used: " + Explain(safe, isKey)));
        return false;
    }

    /// <summary>Checks a file without saying anything.</summary>
    internal SafeFileResult Check(string path, bool isKey)
    {
        SafeFileResult safe = SafeFile.Check(path, (isKey ? SafeFileRequest.Key : SafeFileRequest.Certificate) with
        {
            NoGroupReadable = isKey && !blame.Contains("GroupReadableKeyFile"),
            OwnerMatters = !blame.Contains("CertOwner"),
            GroupWritableDirectoriesSafe = blame.Contains("GroupWritableDirPathSafe"),
            StickyDirectoriesSafe = blame.Contains("TrustStickyBit"),
        });
        // A file that not even its owner may read is not read, whatever root could do.
        return safe.Ok && Files.Facts(path) is { } facts && (facts.Mode & OwnerRead) == 0 ? new SafeFileResult(false, "Permission denied", path) : safe;
    }

    /// <summary>The component to blame with its mode and owner, and what helps.</summary>
    internal static string Explain(SafeFileResult safe, bool isKey)
    {
        string component = safe.UnsafePath ?? "";
        string mode = Files.Facts(component, true, out _) is { } facts
            ? string.Create(CultureInfo.InvariantCulture, $" has mode {Convert.ToString((int)(facts.Mode & 0xFFF), 8).PadLeft(4, '0')} and owner {Users.FindById(facts.UserId)?.Name ?? facts.UserId.ToString(CultureInfo.InvariantCulture)}") : "";
        string help = safe.Reason switch
        {
            "Group readable file" => "; chmod 600, or DontBlameSendmail=GroupReadableKeyFile",
            "World readable file" => "; chmod 600",
            "Group writable file" or "World writable file" => "; chmod " + (isKey ? "600" : "644"),
            "Group writable directory" => "; chmod g-w, or DontBlameSendmail=GroupWritableDirPathSafe",
            "World writable directory" => "; chmod go-w, or for a directory with the sticky bit DontBlameSendmail=TrustStickyBit",
            "Permission denied" => "; chmod u+r, and it must belong to root or to the user who reads it, or DontBlameSendmail=CertOwner",
            _ => "",
        };
        return component + mode + ": " + safe.Reason + help;
    }

    private static (string Path, DateTime Changed, long Length) StampOf(string path)
    {
        var info = new FileInfo(path);
        try
        {
            if (info.Exists && info.LinkTarget is not null && info.ResolveLinkTarget(true) is FileInfo target)
                return target.Exists ? (path, target.LastWriteTimeUtc, target.Length) : (path, DateTime.MinValue, 0);
            return info.Exists ? (path, info.LastWriteTimeUtc, info.Length)
                : (path, Directory.Exists(path) ? Directory.GetLastWriteTimeUtc(path) : DateTime.MinValue, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Links that lead nowhere, or to themselves.
            return (path, DateTime.MinValue, 0);
        }
    }
}
