namespace Sendmail.M4.Input;

/// <summary>The working directory, then the directories of -I and M4PATH for names that are not absolute.</summary>
internal sealed class SearchPath(IReadOnlyList<string> directories) : IFileFinder
{
    public Stream? Open(string name, out string found, out string error)
    {
        found = name;
        error = "No such file or directory";
        if (name.Length == 0)
            return null;
        if (TryOpen(name, ref error) is { } direct)
            return direct;
        if (name[0] == '/')
            return null;
        foreach (string directory in directories)
        {
            string path = directory.Length == 0 ? name : directory + "/" + name;
            string ignored = "";
            if (TryOpen(path, ref ignored) is { } stream)
            {
                found = path;
                return stream;
            }
        }
        return null;
    }

    private static FileStream? TryOpen(string path, ref string error) => M4Files.OpenRead(path, out string why) is { } stream ? stream : Note(why, ref error);

    private static FileStream? Note(string why, ref string error)
    {
        error = why;
        return null;
    }
}
