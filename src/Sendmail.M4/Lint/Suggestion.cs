namespace Sendmail.M4.Lint;

/// <summary>"Did you mean": the nearest known name.</summary>
internal static class Suggestion
{
    /// <summary>A clause to append to a message, empty when nothing is near enough.</summary>
    internal static string For(string name, IEnumerable<string> known)
    {
        string? best = null;
        int least = Math.Max(1, name.Length / 3) + 1;
        foreach (string candidate in known)
        {
            int distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < least || (distance == least && best is not null && string.CompareOrdinal(candidate, best) < 0))
                (best, least) = (candidate, distance);
        }
        return best is null ? "" : "; did you mean " + best + "?";
    }

    // Insertions, deletions, replacements, and neighbours swapped.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int least = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    least = Math.Min(least, d[i - 2, j - 2] + 1);
                d[i, j] = least;
            }
        }
        return d[a.Length, b.Length];
    }
}
