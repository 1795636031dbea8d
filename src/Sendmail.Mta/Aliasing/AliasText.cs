using System.Text;

namespace Sendmail.Mta.Aliasing;

/// <summary>One alias of a text file; <see cref="Problem"/> says what is wrong with the line, null when nothing.</summary>
public sealed record AliasEntry(string Name, string Value, int Line, string? Problem);

/// <summary>Reads aliases(5): <c>name: value, value</c> with continuation lines and comments. Names and values are as written, quotes too.</summary>
public static class AliasText
{
    /// <summary>All entries in order, also the wrong ones.</summary>
    public static IEnumerable<AliasEntry> Read(string text)
    {
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (line.Length == 0 || line[0] is '#' or ' ' or '\t')
            {
                if (line.Trim().Length > 0 && line[0] != '#')
                    yield return new AliasEntry(line.Trim(), "", i + 1, "Non-continuation line starts with space");
                continue;
            }
            int number = i + 1;
            var whole = new StringBuilder(line);
            while (i + 1 < lines.Length && lines[i + 1].Length > 0 && lines[i + 1][0] is ' ' or '\t')
                whole.Append(lines[++i].TrimEnd('\r'));
            string entry = whole.ToString();
            int colon = Colon(entry);
            if (colon < 0)
            {
                yield return new AliasEntry("", "", number, "missing colon");
                continue;
            }
            string name = entry[..colon].Trim();
            string value = entry[(colon + 1)..].Trim(' ', '\t');
            if (name.Length == 0)
            {
                yield return new AliasEntry(entry, "", number, "illegal alias name");
                name = ":" + value;
            }
            yield return value.Length == 0
                ? new AliasEntry(entry, "", number, "missing value for alias")
                : new AliasEntry(name, value, number, null);
        }
    }

    private static int Colon(string entry)
    {
        bool quoted = false;
        for (int i = 0; i < entry.Length; i++)
        {
            if (entry[i] == '"')
                quoted = !quoted;
            else if (entry[i] == ':' && !quoted)
                return i;
        }
        return -1;
    }
}
