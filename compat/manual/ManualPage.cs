using System.Text;

namespace Sendmail.Manual;

/// <summary>
/// A manual page with tables between the lines <c>.\" table NAME begin</c> and <c>.\" table NAME end</c>, which are made anew.
/// </summary>
internal static class ManualPage
{
    private const string Mark = ".\\\" table ";

    /// <summary>Names of the tables that a page has.</summary>
    internal static IEnumerable<string> TablesOf(string text) =>
        text.Split('\n').Where(l => l.StartsWith(Mark, StringComparison.Ordinal) && l.EndsWith(" begin", StringComparison.Ordinal)).Select(l => l[Mark.Length..^" begin".Length]);

    /// <summary>The page with its tables as the code has them.</summary>
    /// <exception cref="FormatException">A table is not known or has no end.</exception>
    internal static string Renew(string text)
    {
        var result = new StringBuilder();
        string? inside = null;
        foreach (string line in text.Split('\n'))
        {
            if (inside is not null && line == Mark + inside + " end")
                inside = null;
            if (inside is null)
                result.Append(line).Append('\n');
            if (!line.StartsWith(Mark, StringComparison.Ordinal) || !line.EndsWith(" begin", StringComparison.Ordinal))
                continue;
            inside = line[Mark.Length..^" begin".Length];
            if (!ManualTables.All.TryGetValue(inside, out Func<IEnumerable<string>>? table))
                throw new FormatException("there is no table " + inside);
            foreach (string row in table())
                result.Append(row).Append('\n');
        }
        if (inside is not null)
            throw new FormatException("table " + inside + " has no end");
        return result.ToString(0, result.Length - 1);
    }
}
