using Sendmail.M4.Input;
using Sendmail.M4.Native;

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
        string program = CLibrary.ProgramPath();
        string here = Up(program);
        // Programs are installed in PREFIX/bin or in PREFIX/lib/sendmail-net; the build's own are in out/bin.
        string above = Up(here);
        string top = Up(above);
        yield return above + "/" + Installed;
        yield return top + "/" + Installed;
        yield return top + "/cf";
    }

    private static string Up(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
}
