using Pidgin;
using static Pidgin.Parser;
using static Pidgin.Parser<char>;

namespace Sendmail.Core.Cf;

/// <summary>The grammar of H lines: <c>[?flags?|?${macro}?]name: template | $&gt;[+]ruleset</c> (op 5.5).</summary>
public static class HeaderGrammar
{
    private sealed record Condition(string Flags, string? Macro);

    // A macro as it is encoded, and nothing else; or flags without any macro.
    private static readonly Parser<char, Condition> _macroCondition =
        Char(Meta.Macro).Then(Char('{').Then(AnyCharExcept('}', '?').AtLeastOnceString()).Before(Char('}'))
            .Or(Token(c => c is not ('{' or '?')).Select(c => c.ToString()))).Select(m => new Condition("", m));

    private static readonly Parser<char, Condition> _flagCondition =
        Token(c => c != '?' && c < '\x80').ManyString().Select(f => new Condition(f, null));

    private static readonly Parser<char, Condition> _condition =
        _macroCondition.Or(_flagCondition).Between(Char('?'));

    private static readonly Parser<char, int> _conditionLength = _condition.Then(CurrentOffset);

    private static readonly Parser<char, HeaderDefinition> _line =
        from condition in _condition.Optional()
        from name in Token(c => c > ' ' && c < 127 && c != ':').AtLeastOnceString()
        from blanks in SkipWhitespaces
        from colon in Char(':')
        from value in Any.ManyString()
        select Make(condition.HasValue ? condition.Value : new Condition("", null), name, value);

    /// <summary>Length of the condition with both its question marks at the start of an encoded line, 0 when there is none.</summary>
    internal static int ConditionLength(string encoded)
    {
        Result<char, int> result = _conditionLength.Parse(encoded);
        return result.Success ? result.Value : 0;
    }

    private static HeaderDefinition Make(Condition condition, string name, string value)
    {
        string trimmed = value.TrimStart();
        string? ruleSet = null;
        bool keep = false;
        if (trimmed.StartsWith(Meta.Call))
        {
            keep = trimmed.Length > 1 && trimmed[1] == '+';
            ruleSet = CfText.Decode(trimmed[(keep ? 2 : 1)..].Trim());
            value = "";
        }
        return new HeaderDefinition(name, value, MailerFlags.Of(condition.Flags), condition.Macro, ruleSet, keep, default);
    }

    /// <summary>The definition, null when the line is not one.</summary>
    public static HeaderDefinition? Parse(string text, CfLocation location)
    {
        Result<char, HeaderDefinition> result = _line.Parse(CfText.Encode(text));
        return result.Success ? result.Value with { Location = location } : null;
    }
}
