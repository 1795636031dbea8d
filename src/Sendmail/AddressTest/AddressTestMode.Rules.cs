using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.AddressTest;

// Rulesets on addresses, and listings of rulesets and mailers.
internal sealed partial class AddressTestMode
{
    // A list of addresses goes through the rulesets one by one; a comma within a route does not end an address.
    private async ValueTask RulesAsync(string line)
    {
        line = line.TrimStart(CfText.Blanks);
        int end = 0;
        while (end < line.Length && !CfText.IsBlank(line[end]))
            end++;
        string rules = line[..end];
        string rest = line[Math.Min(end + 1, line.Length)..];
        // Only blanks behind the names are an address list without addresses.
        if (end == line.Length)
        {
            _output.WriteLine("No address!");
            return;
        }
        if (rest.Length > LongestAddress)
        {
            _output.WriteLine((_named is null ? "" : CfText.Masked(CfText.Shortened(_named)) + "... ") + "Address too long (" + LongestAddress.ToString(CultureInfo.InvariantCulture) + " bytes max)");
            return;
        }
        if (AddressParser.EightBit(rest) is { } bad)
        {
            _output.WriteLine(CfText.Masked(bad));
            Note(SysExit.Usage);
            return;
        }
        TokenizeMode mode = _configuration.Level is 0 or >= 9 ? TokenizeMode.KeepComments : TokenizeMode.Address;
        rest = rest.Replace("\r", "", StringComparison.Ordinal);
        while (rest.Length > 0)
        {
            var workspace = new List<Token>();
            var problems = new List<string>();
            _services.Rewriter.Tokenizer.Tokenize(rest, ',', mode, workspace, out int stop, out _, problems);
            foreach (string problem in problems)
                _output.WriteLine(Complaint(rest, problem));
            rest = rest[Math.Min(stop + 1, rest.Length)..];
            if (workspace.Count > 0)
                await RunAsync(rules, workspace).ConfigureAwait(false);
        }
    }

    private const int LongestAddress = 255;

    // Behind a name everything up to the next comma is passed over.
    private async ValueTask RunAsync(string rules, List<Token> workspace)
    {
        for (string left = rules; left.Length > 0;)
        {
            if (FindRuleSet(left) is not { } found)
            {
                _output.WriteLine("Undefined ruleset " + left);
                return;
            }
            SysExit status = await _services.Rewriter.RewriteAsync(workspace, found.Name, _scope).ConfigureAwait(false);
            if (status != SysExit.Ok)
                _output.WriteLine("== Ruleset " + left + " (" + found.Number + ") status " + (int)status);
            if (_services.Rewriter.WorkspaceLost)
            {
                workspace.Clear();
                workspace.AddRange(_services.Rewriter.WorkspaceRest);
            }
            int comma = left.IndexOf(',', StringComparison.Ordinal);
            left = comma < 0 ? "" : left[(comma + 1)..];
        }
    }

    /// <summary>The ruleset at the start of a text; null with a message when it is none. A number without rules is found.</summary>
    private RuleSetReference? FindRuleSet(string text)
    {
        if (RuleSetName.Read(text, out string name, out _) is { } problem)
        {
            Fail(problem);
            return null;
        }
        if (_configuration.RuleSets.Find(name) is { } set)
            return new RuleSetReference(set.Number, set.Name);
        return char.IsAsciiDigit(name[0]) ? new RuleSetReference(int.Parse(name, CultureInfo.InvariantCulture), name) : null;
    }

    private void Dump(string line)
    {
        switch (line.Length > 1 ? line[1] : '\0')
        {
            case '\0':
                _output.WriteLine("Usage: =Sruleset or =M");
                break;
            case 'M':
                foreach (Mailer mailer in _configuration.Mailers)
                    _output.WriteLine(MailerListing.Line(mailer, _configuration.RuleSets));
                break;
            case 'S':
                DumpRules(line[2..]);
                break;
            default:
                _output.WriteLine("Unknown \"=\" command " + line);
                break;
        }
    }

    private void DumpRules(string text)
    {
        if (FindRuleSet(text) is not { } found)
        {
            _output.WriteLine("Undefined ruleset " + text);
            return;
        }
        foreach (RewriteRule rule in _configuration.RuleSets.Find(found.Number)?.Rules ?? [])
            _output.WriteLine("R" + Listed(rule.LeftTokens) + "\t\t" + Listed(rule.RightTokens));
    }

    // A blank behind each token.
    private static string Listed(Token[] tokens) => tokens.Length == 0 ? "" : RewriteTrace.Show(tokens) + " ";
}
