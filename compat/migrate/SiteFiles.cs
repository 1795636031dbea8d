using System.Text;
using Sendmail.Posix;

namespace Sendmail.Migrate;

/// <summary>
/// The files of a site that may lie below a directory: names and symbolic links are those of the site, <c>..</c> and absolute links
/// do not lead out of it. Nothing is ever written, and nothing but plain files is opened.
/// </summary>
internal sealed class SiteFiles(string root)
{
    private const int MostLinks = 40;
    private const int ErrorNoEntry = 2;
    private const int ErrorLoop = 40;

    /// <summary>The directory without a slash at its end; empty for this machine.</summary>
    internal string Root => root;

    /// <summary>A name from the command line as a name of the site: without a root, it may be relative to the current directory.</summary>
    internal string Named(string name) => root.Length == 0 ? Path.GetFullPath(name) : name.StartsWith('/') ? name : "/" + name;

    /// <summary>Where a file of the site really is; null when there is none, with the system's reason.</summary>
    internal string? Resolve(string path, out string problem)
    {
        problem = "";
        var pending = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        string real = root;
        int links = 0;
        while (pending.TryPop(out string? name))
        {
            if (name == ".")
                continue;
            if (name == "..")
            {
                real = real.Length > root.Length ? real[..real.LastIndexOf('/')] : root;
                continue;
            }
            string candidate = real + "/" + name;
            if (candidate.Contains('\0') || Files.Facts(candidate, false, out int errno) is not { } facts)
            {
                problem = Files.ErrorText(candidate.Contains('\0') ? ErrorNoEntry : Errno(candidate));
                return null;
            }
            if (!facts.IsLink)
            {
                real = candidate;
                continue;
            }
            string? target = new FileInfo(candidate).LinkTarget;
            if (target is null || ++links > MostLinks)
            {
                problem = Files.ErrorText(target is null ? ErrorNoEntry : ErrorLoop);
                return null;
            }
            if (target.StartsWith('/'))
                real = root;
            foreach (string part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
                pending.Push(part);
        }
        return real.Length == 0 ? "/" : real;
    }

    private static int Errno(string path)
    {
        _ = Files.Facts(path, false, out int errno);
        return errno;
    }

    /// <summary>Where a file is, or where it would be.</summary>
    internal string At(string path) => Resolve(path, out _) ?? root + (path.StartsWith('/') ? path : "/" + path);

    /// <summary>Whether there is something of that name.</summary>
    internal bool Exists(string path) => Resolve(path, out _) is not null;

    /// <summary>What stat(2) says of it, null when it does not exist.</summary>
    internal FileFacts? Facts(string path) => Resolve(path, out _) is { } real ? Files.Facts(real) : null;

    /// <summary>The text of a plain file, one char per octet; null with the reason.</summary>
    internal string? Read(string path, long most, out string problem)
    {
        if (Resolve(path, out problem) is not { } real)
            return null;
        if (Files.Facts(real) is not { IsRegular: true } facts)
        {
            problem = "is no plain file";
            return null;
        }
        if (facts.Size > most)
        {
            problem = "is larger than " + most + " octets";
            return null;
        }
        try
        {
            return Encoding.Latin1.GetString(File.ReadAllBytes(real));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e is UnauthorizedAccessException ? "Permission denied" : Files.ErrorText(e);
            return null;
        }
    }

    /// <summary>The names in a directory in order; none when it cannot be read, with the reason.</summary>
    internal IReadOnlyList<string> Names(string directory, out string problem)
    {
        if (Resolve(directory, out problem) is not { } real)
            return [];
        try
        {
            string[] names = [.. Directory.EnumerateFileSystemEntries(real).Select(f => Path.GetFileName(f)!)];
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e is UnauthorizedAccessException ? "Permission denied" : Files.ErrorText(e);
            return [];
        }
    }

    /// <summary>The names that a pattern stands for, <c>*</c> in any part of it; one without is itself when it exists.</summary>
    internal IEnumerable<string> Matching(string pattern)
    {
        IEnumerable<string> found = [""];
        foreach (string part in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
            found = part.Contains('*', StringComparison.Ordinal) ? found.SelectMany(d => Names(d + "/", out _).Where(n => Fits(n, part)).Select(n => d + "/" + n)) : found.Select(d => d + "/" + part);
        return found.Where(Exists);
    }

    private static bool Fits(string name, string pattern)
    {
        int star = pattern.IndexOf('*', StringComparison.Ordinal);
        string before = pattern[..star];
        string after = pattern[(star + 1)..];
        return name.Length >= before.Length + after.Length && name.StartsWith(before, StringComparison.Ordinal) && name.EndsWith(after, StringComparison.Ordinal) && (before.Length > 0 || name[0] != '.');
    }
}
