using System.Text;

namespace Sendmail.Migrate;

/// <summary>
/// One line of DIFFERENCES.md. A comment at its end, <c>&lt;!-- uses: option X, map ldap --&gt;</c>, says what a site must use for
/// it to matter; without one it may matter to every site.
/// </summary>
/// <param name="Text">What differs and why.</param>
/// <param name="Uses">What a site must use, any of these; empty for every site.</param>
internal sealed record Difference(string Text, IReadOnlyList<string> Uses)
{
    private const string Resource = "DIFFERENCES.md";
    private const string Begin = "<!-- uses:";
    private const string End = "-->";

    /// <summary>All of them in their order.</summary>
    internal static IReadOnlyList<Difference> All { get; } = [.. Lines().Where(l => l.StartsWith("- ", StringComparison.Ordinal)).Select(Parse)];

    private static string[] Lines()
    {
        using Stream stream = typeof(Difference).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n');
    }

    private static Difference Parse(string line)
    {
        string text = line[2..].Trim();
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        if (begin < 0)
            return new Difference(text, []);
        string uses = text[(begin + Begin.Length)..].Replace(End, "", StringComparison.Ordinal);
        return new Difference(text[..begin].TrimEnd(), uses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }
}
