using System.Globalization;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Cf;

// S, R and H lines: rulesets, rules and headers (op 5.1, 5.5).
public sealed partial class CfReader
{
    private void ReadRuleSet(string rest)
    {
        _ruleSetSeen = true;
        _currentRuleSet = DeclareRuleSet(Expand(rest).Trim());
    }

    /// <summary>The ruleset called <paramref name="text"/> (name, number or name=number), made if it does not exist.</summary>
    private RuleSet? DeclareRuleSet(string text)
    {
        int end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        if (end == 0)
        {
            Error("invalid ruleset name: \"" + text + "\"");
            return null;
        }
        string name = text[..end];
        if (char.IsAsciiDigit(name[0]))
        {
            if ((int)OptionParsers.LeadingNumber(name) is var number && number is < 0 or >= HighestRuleSet)
            {
                Error("bad ruleset " + number.ToString(CultureInfo.InvariantCulture) + " (" + HighestRuleSet + " max)");
                return null;
            }
            RuleSet? known = _ruleSets.Find(number);
            if (known is null)
                _ruleSets.Add(known = new RuleSet(number, name));
            return known;
        }
        string tail = text[end..].TrimStart();
        RuleSet? set = _ruleSets.Find(name);
        if (tail.StartsWith('='))
        {
            if (!int.TryParse(tail[1..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number >= HighestRuleSet)
            {
                Error("bad ruleset number " + tail[1..].Trim() + " in \"" + text + "\" (" + HighestRuleSet + " max)");
                return null;
            }
            if (set is not null)
                return set;
            RuleSet? numbered = _ruleSets.Find(number);
            var named = new RuleSet(number, name);
            if (numbered is not null)
                named.Rules.AddRange(numbered.Rules);
            _ruleSets.Add(named);
            return named;
        }
        if (set is null)
            _ruleSets.Add(set = new RuleSet(_nextNamedRuleSet--, name));
        return set;
    }

    private void ReadRule(ReadOnlySpan<char> rest)
    {
        int tab = rest.IndexOf('\t');
        int right = Math.Max(0, tab);
        while (right < rest.Length && rest[right] == '\t')
            right++;
        if (tab < 0 || right == rest.Length)
        {
            Error("invalid rewrite line \"R" + Shown((tab < 0 ? rest : rest[..tab]).ToString()) + "\" (tab expected)");
            return;
        }
        int comment = rest[right..].IndexOf('\t');
        string left = CfText.Encode(WithoutComments(rest[..tab]));
        string rhs = CfText.Encode(WithoutComments(comment < 0 ? rest[right..] : rest.Slice(right, comment)));
        if (_currentRuleSet is null)
        {
            Error("missing valid ruleset for \"R" + rest.ToString() + "\"");
            return;
        }
        _ruleErrors.Clear();
        Token[] leftTokens = _compiler.CompileLeft(left, _ruleErrors, out int wildcards);
        Token[] rightTokens = _compiler.CompileRight(rhs, wildcards, _ruleErrors);
        foreach (string error in _ruleErrors)
            Error(error);
        // A rule with an error stays: address test mode shows what it does.
        _currentRuleSet.Rules.Add(new RewriteRule(left, rhs, leftTokens, rightTokens, Here));
    }

    // Before level 9 parentheses are comments in rules (op 5.9); quotes and backslashes protect them, $( stays a map.
    private ReadOnlySpan<char> WithoutComments(ReadOnlySpan<char> side)
    {
        if (_level is 0 or >= 9 || !side.Contains('('))
            return side;
        var kept = new System.Text.StringBuilder(side.Length);
        int depth = 0;
        bool quoted = false;
        for (int i = 0; i < side.Length; i++)
        {
            char c = side[i];
            bool protectedByOther = i > 0 && (side[i - 1] is '\\' or '$');
            if (c == '"' && !protectedByOther && depth == 0)
                quoted = !quoted;
            if (c == '(' && !quoted && !protectedByOther)
                depth++;
            else if (c == ')' && depth > 0 && !protectedByOther)
                depth--;
            else if (depth == 0)
                kept.Append(c);
        }
        return kept.ToString();
    }

    private void ReadHeader(string rest)
    {
        HeaderDefinition? header = HeaderGrammar.Parse(rest, Here);
        if (header is null)
        {
            // What stands behind complete flags is cut off before it turns out to be no header.
            int flags = rest.StartsWith('?') ? rest.IndexOf('?', 1) : -1;
            bool complete = flags > 0 && rest.AsSpan(1, flags - 1).IndexOfAny('$', '{') < 0;
            Error("header syntax error, line \"" + Shown(complete ? rest[..flags] : rest) + "\"");
            return;
        }
        if (header.RuleSet is not null)
        {
            RuleSet? set = DeclareRuleSet(header.RuleSet);
            if (set is null)
                return;
            header = header with { RuleSet = set.Name };
        }
        _headers.Add(header);
    }
}
