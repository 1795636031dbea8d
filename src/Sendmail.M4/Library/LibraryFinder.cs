using Sendmail.M4.Input;
using Sendmail.Posix;

namespace Sendmail.M4.Library;

/// <summary>
/// Finds files as m4 does; a file of the configuration library that is not where the input says is taken from our library:
/// a site.mc names the place some other sendmail had its library in.
/// </summary>
internal sealed class LibraryFinder(SearchPath path, IReadOnlyList<string> includePath) : IFileFinder
{
    /// <summary>The file that begins a configuration, within the library.</summary>
    internal const string Entry = "m4/cf.m4";

    private readonly Lazy<string?> _directory = new(() => LibraryLocation.Find(includePath));
    private bool _entryRead;

    /// <summary>The library's directory without a slash at the end; null: there is none.</summary>
    internal string? Directory => _directory.Value;

    /// <summary>Our library's entry was read: it is not read again.</summary>
    internal bool EntryRead => _entryRead;

    /// <summary>Another sendmail's library is in use, or none is wanted: files are where the input says or nowhere.</summary>
    internal bool IsOff { get; set; }

    /// <summary>Told the directory when the library begins to serve.</summary>
    internal Action<string>? Serving { get; set; }

    public Stream? Open(string name, out string found, out string error)
    {
        bool isEntry = name.EndsWith("/cf.m4", StringComparison.Ordinal) || name == "cf.m4";
        Stream? stream = path.Open(name, out found, out error);
        if (stream is null && !IsOff && name.EndsWith(".m4", StringComparison.Ordinal) && Substitute(name) is { } ours && M4Files.OpenRead(ours, out _) is { } served)
        {
            stream = served;
            found = ours;
        }
        if (stream is null || !isEntry || IsOff)
            return stream;
        if (Directory is not { } directory || !IsSame(found, directory + "/" + Entry))
        {
            IsOff = true;
            return stream;
        }
        if (_entryRead)
        {
            stream.Dispose();
            error = "";
            return null;
        }
        _entryRead = true;
        Serving?.Invoke(directory);
        return stream;
    }

    /// <summary>The library's file for a name that leads nowhere: the longest end of it that exists there.</summary>
    private string? Substitute(string name)
    {
        if (Directory is not { } directory)
            return null;
        string rest = name;
        while (true)
        {
            string ours = directory + "/" + rest.TrimStart('/');
            if (System.IO.File.Exists(M4Files.PathOf(ours)))
                return ours;
            int slash = rest.IndexOf('/', 1 <= rest.Length ? 1 : 0);
            if (slash < 0)
                break;
            rest = rest[slash..];
        }
        string last = rest.TrimStart('/');
        string extra = directory + "/debian/" + last;
        return System.IO.File.Exists(M4Files.PathOf(extra)) ? extra : null;
    }

    // Whichever way the two names lead there.
    private static bool IsSame(string one, string other) => one == other
        || Files.Facts(M4Files.PathOf(one)) is { } a && Files.Facts(M4Files.PathOf(other)) is { } b && (a.Device, a.Inode) == (b.Device, b.Inode);
}
