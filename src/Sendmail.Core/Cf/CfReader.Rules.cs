using System.Globalization;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Cf;

// S, R and H lines: rulesets, rules and headers (op 5.1, 5.5).
public sealed partial class CfReader
{
    private void ReadRuleSet(string rest)
    {
        _ruleSetSeen = true;
        // What a macro without a value leaves at the end stays.
        string text = Expand(rest.Trim(CfText.Blanks)).TrimStart(CfText.Blanks);
        _currentRuleSet = DeclareRuleSet(text);
        if (_currentRuleSet is { Rules.Count: > 0 })
            WarnTester("WARNING: Ruleset " + text + " has multiple definitions", "tC");
    }

    /// <summary>The ruleset called <paramref name="text"/> (name, number or name=number), made if it does not exist.</summary>
    private RuleSet? DeclareRuleSet(string text)
    {
        if (RuleSetName.Read(text, out string name, out int end) is { } problem)
        {
            Error(problem, problem.EndsWith(RuleSetName.OutOfRange, StringComparison.Ordinal) ? SysExit.OsError : SysExit.Software);
            return null;
        }
        if (char.IsAsciiDigit(name[0]))
        {
            int number = int.Parse(name, CultureInfo.InvariantCulture);
            RuleSet? known = _ruleSets.Find(number);
            if (known is null)
                _ruleSets.Add(known = new RuleSet(number, name));
            return known;
        }
        string tail = text[end..].TrimStart(CfText.Blanks);
        // Messages show the name up to the blank behind it.
        if (tail.StartsWith('='))
            return DeclareNumbered(name, tail[1..].TrimStart(CfText.Blanks), CfText.IsBlank(text[end]) ? name : text);
        RuleSet? set = _ruleSets.Find(name);
        if (set is null)
            _ruleSets.Add(set = new RuleSet(_nextNamedRuleSet--, name));
        return set;
    }

    // What stands behind the number is passed over. A name keeps the number that it got first.
    private RuleSet? DeclareNumbered(string name, string digits, string text)
    {
        int end = 0;
        while (end < digits.Length && char.IsAsciiDigit(digits[end]))
            end++;
        if (end == 0)
        {
            Error("bad ruleset definition \"" + text + "\" (number required after `=')");
            return null;
        }
        int number = RuleSetName.Number(digits.AsSpan(0, end), out string range);
        if (number is < 0 or >= RuleSetName.Highest)
        {
            Error(string.Create(CultureInfo.InvariantCulture, $"bad ruleset number {number} in \"{text}\" ({RuleSetName.Highest} max){range}"), range.Length > 0 ? SysExit.OsError : SysExit.Software);
            return null;
        }
        RuleSet? numbered = _ruleSets.Find(number);
        if (_ruleSets.Find(name) is { } set)
        {
            if (set.Number == number)
                return set;
            Error(string.Create(CultureInfo.InvariantCulture, $"{text}: ruleset changed value (old {set.Number}, new {number})"));
            return null;
        }
        var named = new RuleSet(number, name);
        if (numbered is not null)
            named.Rules.AddRange(numbered.Rules);
        _ruleSets.Add(named);
        return named;
    }

    private void ReadRule(ReadOnlySpan<char> rest)
    {
        if (_currentRuleSet is null)
        {
            Error("missing valid ruleset for \"R" + rest.ToString() + "\"");
            return;
        }
        int tab = rest.IndexOf('\t');
        int right = Math.Max(0, tab);
        while (right < rest.Length && rest[right] == '\t')
            right++;
        if (tab < 0 || right == rest.Length)
        {
            Error("invalid rewrite line \"R" + (tab < 0 ? rest : rest[..tab]).ToString() + "\" (tab expected)");
            return;
        }
        int comment = rest[right..].IndexOf('\t');
        string left = CfText.EncodeLine(rest[..tab]);
        string rhs = CfText.EncodeLine(comment < 0 ? rest[right..] : rest.Slice(right, comment));
        _ruleErrors.Clear();
        // op 5.9: level 9 made parentheses ordinary characters of rules.
        _compiler.DropComments = _level is > 0 and < 9;
        Token[] leftTokens = _compiler.CompileLeft(left, _ruleErrors, out int wildcards);
        Token[] rightTokens = _compiler.CompileRight(rhs, wildcards, _ruleErrors);
        foreach (string error in _ruleErrors)
        {
            int problem = error.LastIndexOf(RuleCompiler.Prescan, StringComparison.Ordinal);
            if (problem < 0)
                Error(error);
            else
                Error(CfText.Shortened(SevenBits(Shown(error[..problem]))) + error[problem..], code: "553 5.1.0");
        }
        // A rule with an error stays: address test mode shows what it does.
        _currentRuleSet.Rules.Add(new RewriteRule(left, rhs, leftTokens, rightTokens, Here));
    }

    // Headers with longer names are never checked.
    private const int LongestCheckedName = 100;

    private void ReadHeader(string rest)
    {
        HeaderDefinition? header = HeaderGrammar.Parse(CfText.EncodeLine(rest), Here);
        if (header is null)
        {
            // What stands behind a complete condition is cut off before it turns out to be no header.
            Error("header syntax error, line \"" + rest[..HeaderGrammar.ShownLength(rest)] + "\"", code: "553 5.3.0");
            return;
        }
        if (header.RuleSet is not null)
        {
            if (header.Name.Length > LongestCheckedName)
                return;
            RuleSet? set = DeclareRuleSet(MacroExpander.ExpandRule(header.RuleSet, _macros));
            if (set is null)
                return;
            header = header with { RuleSet = set.Name };
        }
        _headers.Add(header);
    }
}
