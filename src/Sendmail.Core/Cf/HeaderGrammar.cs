using Pidgin;
using static Pidgin.Parser;
using static Pidgin.Parser<char>;

namespace Sendmail.Core.Cf;

/// <summary>The grammar of H lines: <c>[?flags?|?${macro}?]name: template | $&gt;[+]ruleset</c> (op 5.5).</summary>
public static class HeaderGrammar
{
    private sealed record Condition(string Flags, string? Macro);

    private static readonly Parser<char, Condition> _macroCondition =
        Char('$').Then(Char('{').Then(AnyCharExcept('}', '?').AtLeastOnceString()).Before(Char('}')).Select(m => new Condition("", m))
        .Or(Token(c => c is not ('{' or '?')).Select(c => new Condition("", c.ToString()))));

    private static readonly Parser<char, Condition> _flagCondition = AnyCharExcept('?', '$').ManyString().Select(f => new Condition(f, null));

    private static readonly Parser<char, Condition> _condition =
        _macroCondition.Or(_flagCondition).Between(Char('?'));

    private static readonly Parser<char, HeaderDefinition> _line =
        from condition in _condition.Optional()
        from name in Token(c => c > ' ' && c < 127 && c != ':').AtLeastOnceString()
        from blanks in SkipWhitespaces
        from colon in Char(':')
        from value in Any.ManyString()
        select Make(condition.HasValue ? condition.Value : new Condition("", null), name, value);

    private static HeaderDefinition Make(Condition condition, string name, string value)
    {
        string trimmed = value.TrimStart();
        string? ruleSet = null;
        bool keep = false;
        if (trimmed.StartsWith("$>", StringComparison.Ordinal))
        {
            keep = trimmed.StartsWith("$>+", StringComparison.Ordinal);
            ruleSet = trimmed[(keep ? 3 : 2)..].Trim();
            value = "";
        }
        return new HeaderDefinition(name, CfText.Encode(value), MailerFlags.Of(condition.Flags), condition.Macro, ruleSet, keep, default);
    }

    /// <summary>The definition, null when the line is not one.</summary>
    public static HeaderDefinition? Parse(string text, CfLocation location)
    {
        Result<char, HeaderDefinition> result = _line.Parse(text);
        return result.Success ? result.Value with { Location = location } : null;
    }
}
