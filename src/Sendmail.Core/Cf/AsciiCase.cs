namespace Sendmail.Core.Cf;

/// <summary>Compares text without ASCII case; octets above 127 have no case (sendmail runs in the C locale).</summary>
internal sealed class AsciiCase : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<char>, string>
{
    internal static readonly AsciiCase Comparer = new();

    private AsciiCase()
    {
    }

    public bool Equals(string? x, string? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Rewriting.Token.SameText(x, y));

    public int GetHashCode(string obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<char> alternate, string other) => Rewriting.Token.SameText(alternate, other);

    public int GetHashCode(ReadOnlySpan<char> alternate) => (int)Rewriting.Token.FoldOf(alternate);

    public string Create(ReadOnlySpan<char> alternate) => alternate.ToString();

    /// <summary>ASCII lower case.</summary>
    internal static string Lower(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
            span[i] = source[i] is >= 'A' and <= 'Z' ? (char)(source[i] | 0x20) : source[i];
    });
}
