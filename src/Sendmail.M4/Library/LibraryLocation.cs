using Sendmail.M4.Input;

namespace Sendmail.M4.Library;

/// <summary>Where the configuration library is.</summary>
internal static class LibraryLocation
{
    private const string Installed = "share/sendmail-net/cf";

    /// <summary>A directory of -I that is a library, the one beside the program, the installed one; null: none.</summary>
    internal static string? Find(IReadOnlyList<string> includePath)
    {
        foreach (string directory in includePath.Concat(Beside()).Append("/usr/" + Installed))
        {
            if (File.Exists(M4Files.PathOf(directory + "/" + LibraryFinder.Entry)))
                return directory.TrimEnd('/');
        }
        return null;
    }

    private static IEnumerable<string> Beside()
    {
        string? program = Path.GetDirectoryName(Environment.ProcessPath);
        if (program is null)
            yield break;
        string here = M4Files.NameOf(program);
        // Programs are installed in PREFIX/bin or in PREFIX/lib/sendmail-net; the build's own are in out/bin.
        foreach (string up in (string[])["/..", "/../.."])
            yield return M4Files.NameOf(Path.GetFullPath(program + up)) + "/" + Installed;
        yield return M4Files.NameOf(Path.GetFullPath(M4Files.PathOf(here) + "/../..")) + "/cf";
    }
}
