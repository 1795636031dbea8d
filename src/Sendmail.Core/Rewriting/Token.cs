namespace Sendmail.Core.Rewriting;

/// <summary>
/// One token of a workspace or rule. In a rule, a token whose first char is a metasymbol (<see cref="Meta"/>) carries
/// its operand (digit, class or macro name) in the rest of <see cref="Text"/>.
/// </summary>
public readonly struct Token : IEquatable<Token>
{
    /// <summary>A token of this text.</summary>
    public Token(string text)
    {
        Text = text;
        Fold = FoldOf(text);
        Operator = text.Length > 0 && Meta.IsMeta(text[0]) ? text[0] : '\0';
    }

    /// <summary>The text, one char per octet.</summary>
    public string Text { get; }

    /// <summary>A hash of the text without ASCII case: tokens that differ here do not match.</summary>
    internal uint Fold { get; }

    /// <summary>The metasymbol, or '\0' for a literal token.</summary>
    public char Operator { get; }

    /// <summary>What follows the metasymbol.</summary>
    public string Operand => Text.Length > 1 ? Text[1..] : "";

    /// <summary>The bit that stands for this token in a <see cref="RulePattern.Required"/> set.</summary>
    internal ulong Bit => 1UL << (int)(Fold >> 26);

    /// <summary>Whether two tokens match: equal but for ASCII case.</summary>
    public bool Equals(Token other) => Fold == other.Fold && SameText(Text, other.Text);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Token other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Fold;

    /// <inheritdoc cref="Equals(Token)"/>
    public static bool operator ==(Token left, Token right) => left.Equals(right);

    /// <summary>Whether two tokens do not match.</summary>
    public static bool operator !=(Token left, Token right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Equal but for ASCII case; octets above 127 have no case here.</summary>
    internal static bool SameText(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.Length != b.Length)
            return false;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i] && Lower(a[i]) != Lower(b[i]))
                return false;
        }
        return true;
    }

    private static char Lower(char c) => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c;

    /// <summary>The hash of <see cref="Fold"/>.</summary>
    internal static uint FoldOf(ReadOnlySpan<char> text)
    {
        // FNV-1a over the folded characters, then mixed so that the high bits are good for Bit.
        uint hash = 2166136261;
        foreach (char c in text)
            hash = (hash ^ Lower(c)) * 16777619;
        return hash * 0x9E3779B1;
    }
}
