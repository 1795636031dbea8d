namespace Sendmail.Core;

/// <summary>
/// The metasymbols of the cf language (op 5.1) as single chars outside the octet range, so that no 8-bit data can
/// be mistaken for one. Configuration text is stored with these in place of <c>$*</c>, <c>$=</c> and so on; a
/// metasymbol with an operand is followed by that operand, for long names enclosed in braces.
/// </summary>
public static class Meta
{
    /// <summary><c>$*</c>: zero or more tokens.</summary>
    public const char ZeroOrMore = '\uE000';
    /// <summary><c>$+</c>: one or more tokens.</summary>
    public const char OneOrMore = '\uE001';
    /// <summary><c>$-</c>: exactly one token.</summary>
    public const char ExactlyOne = '\uE002';
    /// <summary><c>$=x</c>: any phrase in class x.</summary>
    public const char InClass = '\uE003';
    /// <summary><c>$~x</c>: one token not in class x.</summary>
    public const char NotInClass = '\uE004';
    /// <summary><c>$1</c>..<c>$9</c>: followed by the digit.</summary>
    public const char Positional = '\uE005';
    /// <summary><c>$@</c>: null input on the left, return / host / map argument on the right.</summary>
    public const char At = '\uE006';
    /// <summary><c>$:</c>: apply once / user / map default.</summary>
    public const char Colon = '\uE007';
    /// <summary><c>$#</c>: resolve to a mailer.</summary>
    public const char Mailer = '\uE008';
    /// <summary><c>$&gt;</c>: call a ruleset.</summary>
    public const char Call = '\uE009';
    /// <summary><c>$[</c>: begin canonical host name lookup.</summary>
    public const char HostBegin = '\uE00A';
    /// <summary><c>$]</c>: end canonical host name lookup.</summary>
    public const char HostEnd = '\uE00B';
    /// <summary><c>$(</c>: begin map lookup.</summary>
    public const char MapBegin = '\uE00C';
    /// <summary><c>$)</c>: end map lookup.</summary>
    public const char MapEnd = '\uE00D';
    /// <summary><c>$&amp;x</c>: macro expanded when the rule runs.</summary>
    public const char LateMacro = '\uE00E';
    /// <summary><c>$x</c>: macro expanded when the text is used; followed by its name.</summary>
    public const char Macro = '\uE00F';
    /// <summary><c>$?x</c>: conditional begin.</summary>
    public const char If = '\uE010';
    /// <summary><c>$|</c>: else in text, token separator in rules.</summary>
    public const char Else = '\uE011';
    /// <summary><c>$.</c>: conditional end.</summary>
    public const char EndIf = '\uE012';

    /// <summary>Whether <paramref name="c"/> is one of the metasymbols.</summary>
    public static bool IsMeta(char c) => c is >= '\uE000' and <= '\uE01F';
}
