using Sendmail.M4.Input;

namespace Sendmail.M4.Lint;

/// <summary>What the configuration library knows: its files by kind, and every word of its text.</summary>
internal sealed class LibraryNames
{
    private readonly Dictionary<string, List<string>> _files = [];
    private readonly HashSet<string> _words = new(StringComparer.Ordinal);

    internal LibraryNames(string directory)
    {
        string path = M4Files.PathOf(directory);
        foreach (string kind in (string[])["feature", "mailer", "ostype", "domain", "hack", "m4"])
        {
            var names = new List<string>();
            if (Directory.Exists(Path.Combine(path, kind)))
            {
                foreach (string file in Directory.EnumerateFiles(Path.Combine(path, kind), "*.m4").Order(StringComparer.Ordinal))
                {
                    names.Add(Path.GetFileNameWithoutExtension(file));
                    AddWords(File.ReadAllText(file));
                }
            }
            _files[kind] = names;
        }
    }

    /// <summary>The names FEATURE, MAILER, OSTYPE, DOMAIN or HACK take.</summary>
    internal IReadOnlyList<string> Files(string kind) => _files[kind];

    /// <summary>Whether any part of the library mentions it.</summary>
    internal bool Mentions(string word) => _words.Contains(word);

    /// <summary>The variables that begin with conf.</summary>
    internal IEnumerable<string> ConfigurationNames => _words.Where(w => w.StartsWith("conf", StringComparison.Ordinal) && w.Length > 4 && char.IsAsciiLetterUpper(w[4]));

    /// <summary>Words in capitals: the other variables.</summary>
    internal IEnumerable<string> CapitalNames => _words.Where(w => w.Length > 3 && w.All(c => char.IsAsciiLetterUpper(c) || c == '_' || char.IsAsciiDigit(c)));

    private void AddWords(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            if (!Syntax.IsWordStart(text[at]))
                continue;
            int start = at;
            while (at < text.Length && Syntax.IsWordPart(text[at]))
                at++;
            _words.Add(text[start..at]);
        }
    }
}
