using System.Globalization;
using System.Text;
using Sendmail.M4.Input;
using Sendmail.Posix;

namespace Sendmail.M4.Library;

/// <summary>
/// The expansion of site.mc kept in <c>site.mc.expanded</c> beside it. It is written and believed only where nobody but root can
/// write. Its head lists every file it was made from with a sum of the content; one that changed makes it worthless.
/// </summary>
internal sealed class ExpansionCache(string path, byte[] octets)
{
    private const string Suffix = ".expanded";
    private const string Head = "# expansion of a .mc file, format 1; made by sendmail, remade when anything below changes\n";
    private const string End = "#\n";
    private const int OwnerWritesOthersRead = 0x1A4;

    private readonly string _cache = path + Suffix;

    /// <summary>The expansion when it is there and still good; else null.</summary>
    internal string? Find()
    {
        if (Files.Facts(_cache, false, out _) is not { IsRegular: true } facts || !IsRoots(facts) || !DirectoryIsSafe())
            return null;
        string text;
        try
        {
            text = Encoding.Latin1.GetString(File.ReadAllBytes(_cache));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        if (!text.StartsWith(Head, StringComparison.Ordinal))
            return null;
        int at = Head.Length;
        for (bool first = true; ; first = false)
        {
            int end = text.IndexOf('\n', at);
            if (end < 0)
                return null;
            if (string.CompareOrdinal(text, at, End, 0, End.Length) == 0)
                return first ? null : text[(end + 1)..];
            // "# sum name"; the first is the .mc itself, given as it was read.
            if (end - at < 20 || !ulong.TryParse(text.AsSpan(at + 2, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong sum))
                return null;
            if (sum != (first ? ContentSum.Of(octets) : SumOf(text[(at + 19)..end])))
                return null;
            at = end + 1;
        }
    }

    /// <summary>Keeps the expansion, where that is safe and allowed; else does nothing.</summary>
    internal void Keep(string text, IReadOnlyList<(string Name, ulong Sum)> files)
    {
        if (Users.EffectiveUserId != 0 || !DirectoryIsSafe() || files.Any(f => f.Name.Contains('\n')))
            return;
        var all = new StringBuilder(Head);
        Line(all, ContentSum.Of(octets), "site");
        foreach ((string name, ulong sum) in files)
            Line(all, sum, name);
        all.Append(End).Append(text);
        string temporary = _cache + "." + Processor.Number(Environment.ProcessId);
        try
        {
            using (FileStream file = Files.CreateNew(temporary, OwnerWritesOthersRead))
                file.Write(Encoding.Latin1.GetBytes(all.ToString()));
            File.Move(temporary, _cache, true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full or read-only file system: it is expanded again next time.
            File.Delete(temporary);
        }
    }

    private static void Line(StringBuilder all, ulong sum, string name) =>
        all.Append("# ").Append(sum.ToString("x16", CultureInfo.InvariantCulture)).Append(' ').Append(name).Append('\n');

    private static ulong SumOf(string name)
    {
        try
        {
            return ContentSum.Of(File.ReadAllBytes(M4Files.PathOf(name)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ContentSum.Absent;
        }
    }

    private bool DirectoryIsSafe() =>
        Files.Facts(Path.GetDirectoryName(Path.GetFullPath(path))!, true, out _) is { IsDirectory: true } facts && IsRoots(facts);

    // Root's, and nobody else may write.
    private static bool IsRoots(FileFacts facts) => facts.UserId == 0 && (facts.Permissions & 0x12) == 0;
}
