namespace Sendmail.M4.Input;

/// <summary>The working directory, unless <paramref name="fromHere"/> is false, then the directories given, for names that are not absolute.</summary>
internal sealed class SearchPath(IReadOnlyList<string> directories, bool fromHere = true) : IFileFinder
{
    public Stream? Open(string name, out string found, out string error)
    {
        found = name;
        error = "No such file or directory";
        if (name.Length == 0)
            return null;
        if ((fromHere || name[0] == '/') && TryOpen(name, ref error) is { } direct)
            return direct;
        if (name[0] == '/')
            return null;
        foreach (string directory in directories)
        {
            string path = directory.Length == 0 ? name : directory.TrimEnd('/') + "/" + name;
            string ignored = "";
            if (TryOpen(path, ref ignored) is { } stream)
            {
                found = path;
                return stream;
            }
        }
        return null;
    }

    private static Stream? TryOpen(string path, ref string error) => M4Files.OpenRead(path, out string why) is { } stream ? stream : Note(why, ref error);

    private static Stream? Note(string why, ref string error)
    {
        error = why;
        return null;
    }
}
