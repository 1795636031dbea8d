namespace Sendmail.Core.Rewriting;

/// <summary>
/// One token of a workspace or rule. In a rule, a token whose first char is a metasymbol (<see cref="Meta"/>) carries
/// its operand (digit, class or macro name) in the rest of <see cref="Text"/>.
/// </summary>
public readonly record struct Token(string Text)
{
    /// <summary>The metasymbol, or '\0' for a literal token.</summary>
    public char Operator => Text.Length > 0 && Meta.IsMeta(Text[0]) ? Text[0] : '\0';
    /// <summary>What follows the metasymbol.</summary>
    public string Operand => Text.Length > 1 ? Text[1..] : "";
    /// <inheritdoc/>
    public override string ToString() => Text;
}
