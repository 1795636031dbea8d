namespace Sendmail.M4.Macros;

/// <summary>A pair of delimiters: of quoted strings, or of comments. An empty <paramref name="Left"/> switches them off.</summary>
internal sealed record Quotes(string Left, string Right)
{
    internal static Quotes Standard { get; } = new("`", "'");

    internal static Quotes StandardComment { get; } = new("#", "\n");

    internal static Quotes None { get; } = new("", "");
}
