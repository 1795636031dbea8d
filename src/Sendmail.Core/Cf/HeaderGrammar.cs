using Pidgin;
using static Pidgin.Parser;
using static Pidgin.Parser<char>;

namespace Sendmail.Core.Cf;

/// <summary>The grammar of H lines: <c>[?flags?|?${macro}?]name: template | $&gt;[+]ruleset</c> (op 5.5).</summary>
public static class HeaderGrammar
{
    private sealed record Condition(string Flags, string? Macro);

    private static readonly Parser<char, string> _shortName = Token(c => c is not ('{' or '?')).Select(c => c.ToString());

    // A macro as it is encoded, or behind a dollar sign that is data, and nothing else; or flags without any macro.
    private static readonly Parser<char, Condition> _macroCondition =
        Char(Meta.Macro).Then(Char('{').Then(AnyCharExcept('}', '?').AtLeastOnceString()).Before(Char('}')).Or(_shortName)).Or(Char('$').Then(_shortName))
            .Select(m => new Condition("", m));

    private static readonly Parser<char, Condition> _flagCondition =
        Lookahead(Not(Char('$'))).Then(Token(c => c != '?' && c < '\x80').ManyString()).Select(f => new Condition(f, null));

    private static readonly Parser<char, Condition> _condition =
        _macroCondition.Or(_flagCondition).Between(Char('?'));

    private static readonly Parser<char, HeaderDefinition> _line =
        from condition in _condition.Optional()
        from name in Token(c => c > ' ' && c < 127 && c != ':').AtLeastOnceString()
        from blanks in Token(CfText.IsBlank).SkipMany()
        from colon in Char(':')
        from value in Any.ManyString()
        select Make(condition.HasValue ? condition.Value : new Condition("", null), name, value);

    /// <summary>
    /// How much of a line that is no header a message shows: a complete condition without its second question mark, or all.
    /// </summary>
    internal static int ShownLength(string line)
    {
        if (!line.StartsWith('?'))
            return line.Length;
        int end = 1;
        // A question mark is no name.
        if (line.Length > 2 && line[1] is CfText.Sign or '$')
            end = line[2] == '?' ? line.Length : line[1] == '$' ? 3 : CfText.NameEnd(line, 2);
        else
            while (end < line.Length && line[end] != '?' && line[end] < '\x80')
                end++;
        return end < line.Length && line[end] == '?' ? end : line.Length;
    }

    private const int LongestCall = 49;

    private static HeaderDefinition Make(Condition condition, string name, string value)
    {
        // A name of a ruleset must end within the first octets, blanks in front among them.
        string trimmed = CfText.Beginning(value, LongestCall).TrimStart(CfText.Blanks);
        string? ruleSet = null;
        bool keep = false;
        if (trimmed.StartsWith(Meta.Call))
        {
            keep = trimmed.Length > 1 && trimmed[1] == '+';
            ruleSet = trimmed[(keep ? 2 : 1)..].Trim(CfText.Blanks);
            value = "";
        }
        return new HeaderDefinition(name, value, MailerFlags.Of(condition.Flags), condition.Macro, ruleSet, keep, default);
    }

    /// <summary>The definition that an encoded line holds, null when it is none.</summary>
    public static HeaderDefinition? Parse(string encoded, CfLocation location)
    {
        Result<char, HeaderDefinition> result = _line.Parse(encoded);
        return result.Success ? result.Value with { Location = location } : null;
    }
}
