using Sendmail.M4.Input;

namespace Sendmail.M4.Lint;

/// <summary>Files the finished configuration names: maps, classes, certificates and keys that are not there, keys that others can read.</summary>
internal static class ResultChecks
{
    private static readonly string[] _fileOptions =
    [
        "CACertFile", "CACertPath", "ServerCertFile", "ServerKeyFile", "ClientCertFile", "ClientKeyFile", "DHParameters", "CRLFile",
    ];

    /// <summary>Checks the lines of <paramref name="result"/>; <paramref name="lineOf"/> finds the place in the .mc that names a path or a map.</summary>
    internal static IEnumerable<LintFinding> Of(string file, string result, Func<string, string, int> lineOf)
    {
        foreach (string line in result.Split('\n'))
        {
            if (line.StartsWith('K'))
            {
                string[] words = line[1..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                if (words.Length >= 3 && words[1] is "hash" or "btree" or "dbm" or "cdb" or "text" && !words.Contains("-o") && words[^1].StartsWith('/') && !HasMap(words[1], words[^1]))
                    yield return new LintFinding(file, lineOf(words[^1], words[0]), LintSeverity.Warning, "map " + words[0] + ": " + words[^1] + " does not exist" + (words[1] == "text" ? "" : "; makemap makes it"));
            }
            else if (line.StartsWith('F') && line.IndexOf('/') is > 1 and var slash && !line.Contains("-o", StringComparison.Ordinal) && !line.Contains('@', StringComparison.Ordinal))
            {
                string path = line[slash..].Split([' ', '\t', '%'])[0];
                if (!Exists(path))
                    yield return new LintFinding(file, lineOf(path, ""), LintSeverity.Warning, path + " does not exist; sendmail does not start without it");
            }
            else if (line.StartsWith("O ", StringComparison.Ordinal))
            {
                int equals = line.IndexOf('=');
                string name = equals < 0 ? "" : line[2..equals].Trim();
                if (Array.IndexOf(_fileOptions, name) < 0)
                    continue;
                foreach (string part in line[(equals + 1)..].Split(','))
                {
                    if (part.Trim() is { Length: > 0 } path && path[0] == '/' && Complaint(name, path) is { } complaint)
                        yield return new LintFinding(file, lineOf(path, name), LintSeverity.Warning, name + ": " + complaint);
                }
            }
        }
    }

    private static string? Complaint(string option, string path)
    {
        if (!Exists(path))
            return path + " does not exist";
        // Group or others: the key is no secret.
        bool open = option.EndsWith("KeyFile", StringComparison.Ordinal) && (File.GetUnixFileMode(M4Files.PathOf(path)) & (UnixFileMode)0x3F) != 0;
        return open ? path + " can be read by others than its owner" : null;
    }

    private static bool Exists(string path) => File.Exists(M4Files.PathOf(path)) || Directory.Exists(M4Files.PathOf(path));

    private static bool HasMap(string kind, string path) => kind switch
    {
        "text" => Exists(path),
        "cdb" => Exists(path) || Exists(path + ".cdb"),
        "dbm" => Exists(path + ".pag") || Exists(path + ".dir"),
        _ => Exists(path) || Exists(path + ".db"),
    };
}
