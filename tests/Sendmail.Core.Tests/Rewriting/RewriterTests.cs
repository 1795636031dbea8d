using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Core.Tests.Cf;

namespace Sendmail.Core.Tests.Rewriting;

/// <summary>What 8.18.2 makes of workspaces in address test mode; the expected lines are its own.</summary>
public class RewriterTests
{
    private const string Rules = CfSample.Base + """
        DXa b
        DY<x
        Dv(x
        DKabc
        DJ$K
        SC2
        R$*	$@ [ $1 ]
        SC3
        R$*	$@ { $1 }
        SA2
        R$@ $*	$: empty $1
        R$* $@ x	$: mid $1
        SM2
        R$*	$: $(null $1 $: default (c) < $1 $)
        SM5
        R$*	$: $(undef $1 $: (only) $)
        SV1
        R$*	$: $&Y $1
        SV2
        R$*	$: w $1
        R$*	$: $&v $1
        SV3
        R$*	$: $&J $J
        SC1
        R$*	$: $>C3 $> C2 $1
        SN1
        R$*	$: $>nowhere $>C2 $1
        SN2
        R$*	$: $>C2 $>nowhere $1
        SN6
        R$*	$: a $>
        SL1
        Rx	x
        R$*	$: after $1
        SG1
        R$*	$1 $1
        R$*	$: after $1
        SC6
        R$*	$@ $>C6 $1
        SB5
        R$+ $* $+ $* x	$: 1 $1 2 $2 3 $3 4 $4
        SH2
        R$&J $*	$: macro $1
        SH4
        R$* $&{Undef}	$: never
        SH3
        R$&{Undef} a $*	$: yes $1
        SEmpty
        SFull
        R$*	$@ full $1
        SE1
        R$*	$: $>77 $>Full $1
        SE2
        R$*	$: $>Empty a $>Full $1
        SE3
        R$*	$: $>Empty $>Empty $>Full $1
        SE4
        R$*	$: $>Full $>77 $>Full $1
        SE5
        R$*	$: $>Empty $>Empty $>Empty $>Full $1
        CWlocalhost a.b
        SW1
        R$=W	$: member
        DQc$|d
        SQ1
        R$*	$: $&Q
        R$-	$@ one $1
        SQ2
        R$*	$: $(null x $: $&Q $)
        R$- $- $-	$@ three $1 _ $2 _ $3
        SQ3
        R$*	$: $(null x $: a $| b $)
        R$- $| $-	$@ parted $1 $2
        SQ4
        R$*	$: c $&Q
        Rc $&Q	$@ same
        SQ5
        R$*	$@ $>$1 y
        SQ7
        R$*	$@ $>$1 $1
        SQ6
        R$*	$@ $>C2 $# x $1
        SL2
        R$* x	$1

        """;

    private static async Task<(string Result, SysExit Status, List<string> Said)> Run(string ruleSet, string text)
    {
        var said = new List<string>();
        var rewriter = new Rewriter(CfSample.Read(Rules + "Knull null\n").Configuration!, new Maps(), new Silent()) { Complain = reply => said.Add(reply.Text) };
        List<Token> workspace = rewriter.Tokenizer.Tokenize(text, TokenizeMode.KeepComments);
        SysExit status = await rewriter.RewriteAsync(workspace, ruleSet, new MacroScope(rewriter.Configuration.Macros));
        return (RewriteTrace.Show(workspace), status, said);
    }

    [Theory]
    [InlineData("A2", "x", "mid empty")]
    [InlineData("A2", "y x", "mid empty y")]
    [InlineData("C1", "a", "{ [ a ] }")]
    [InlineData("N6", "a", "a $>")]
    [InlineData("B5", "a b x c x", "1 a 2 3 b 4 x c")]
    [InlineData("V3", "a", "$K abc")]
    [InlineData("H2", "abc d", "abc d")]
    [InlineData("H4", "a", "a")]
    [InlineData("H3", "a b", "yes b")]
    // Behind a call of a ruleset without rules one token is passed over.
    [InlineData("E1", "x", "$> Full x")]
    [InlineData("E2", "x", "a full x")]
    [InlineData("E3", "x", "$> Empty full x")]
    [InlineData("E4", "x", "full full x")]
    [InlineData("E5", "x", "$> Empty $> Full x")]
    // Two words are not the one word that they would make together.
    [InlineData("W1", "local host", "local host")]
    [InlineData("W1", "localhost", "member")]
    [InlineData("W1", "a . b", "member")]
    // A macro's value is data: its $| is part of a word until the word has gone through a default.
    [InlineData("Q1", "x", "one c$|d")]
    [InlineData("Q2", "x", "three c _ $ _ |d")]
    [InlineData("Q3", "x", "parted a b")]
    [InlineData("Q4", "x", "same")]
    [InlineData("Q5", "\"C2\"", "[ y ]")]
    // A workspace that is resolved to a mailer goes through a ruleset as it is.
    [InlineData("Q6", "a", "$# x a")]
    [InlineData("Q5", "\" C2 x\"", "[ y ]")]
    public async Task A_workspace_becomes(string ruleSet, string text, string expected)
    {
        (string result, SysExit status, _) = await Run(ruleSet, text);
        Assert.Equal((expected, SysExit.Ok), (result, status));
    }

    [Theory]
    [InlineData("M2", "none", "default < none >", SysExit.Ok, "default(c)<none... Unbalanced '<'")]
    [InlineData("V1", "a", "< x > a", SysExit.Ok, "<x... Unbalanced '<'")]
    [InlineData("V2", "a", "w a", SysExit.DataError, "(x... Unbalanced '('")]
    [InlineData("M5", "z", "z", SysExit.DataError, "rewrite: map undef not found")]
    [InlineData("N1", "a", "$> nowhere $> C2 a", SysExit.Config, "Unknown ruleset nowhere")]
    [InlineData("N2", "a", "$> C2 $> nowhere a", SysExit.Config, "Unknown ruleset nowhere")]
    [InlineData("Q5", "\"q r\"", "$> q y", SysExit.Config, "Unknown ruleset q")]
    // The name and what else the wildcard became are one.
    [InlineData("Q7", "\\zz", "$> zz zz", SysExit.Config, "Unknown ruleset zz")]
    [InlineData("Q5", "\"T.1\"", "$> T.1 y", SysExit.Config, "Unknown ruleset T.1")]
    [InlineData("L1", "x", "x", SysExit.Ok, "Infinite loop in ruleset L1, rule 1")]
    [InlineData("C6", "a", "a", SysExit.Config, "rewrite: excessive recursion (max 50), ruleset C6")]
    public async Task What_goes_wrong_is_told(string ruleSet, string text, string expected, SysExit exit, string complaint)
    {
        (string result, SysExit status, List<string> said) = await Run(ruleSet, text);
        Assert.Equal((expected, exit), (result, status));
        Assert.Equal([complaint], said);
    }

    // After a hundred times a rule is a loop, whether it would match once more or not.
    [Theory]
    [InlineData(99, 0)]
    [InlineData(100, 1)]
    [InlineData(101, 1)]
    public async Task A_rule_is_applied_a_hundred_times(int words, int complaints)
    {
        (string result, SysExit status, List<string> said) = await Run("L2", string.Join(' ', Enumerable.Repeat("x", words)));
        Assert.Equal((words > 100 ? "x" : "", SysExit.Ok), (result, status));
        Assert.Equal(Enumerable.Repeat("Infinite loop in ruleset L2, rule 1", complaints), said);
    }

    // What stands before a call takes room from the ruleset that is called.
    [Theory]
    [InlineData(520, SysExit.Ok)]
    [InlineData(521, SysExit.DataError)]
    public async Task A_called_ruleset_has_the_room_that_its_caller_leaves(int before, SysExit expected)
    {
        string rules = Rules + "SR1\nR$+\t$: " + string.Concat(Enumerable.Repeat(".", before)) + "$>R2 $1\nSR2\nR$+\t$: $1$1\n";
        var rewriter = new Rewriter(CfSample.Read(rules).Configuration!, new Maps(), new Silent());
        List<Token> workspace = rewriter.Tokenizer.Tokenize(new string('.', 240), TokenizeMode.KeepComments);
        Assert.Equal(expected, await rewriter.RewriteAsync(workspace, "R1", new MacroScope(rewriter.Configuration.Macros)));
    }

    // The steps are counted, not the time: what was tried in vain is not tried again.
    [Theory]
    [InlineData("$*$*$*$*$*$*$*$*", "y")]
    [InlineData("$+$*$+$*$+$*$+$*", "y")]
    [InlineData("$*.$*.$*.$*.$*.$*", "y")]
    [InlineData("$*$=w$*$=w$*$=w$*$=w$*", "y")]
    [InlineData("$*$&Y$*$~w$*$&Y$*$~w$*", "y")]
    public void A_search_is_bounded_by_the_rule_and_the_square_of_the_workspace(string left, string end)
    {
        Configuration configuration = CfSample.Read(Rules + "Cwa x b\nSZZ\nR" + left + " " + end + "\tz\n").Configuration!;
        var tokenizer = new Tokenizer(configuration.Options.Get(OptionTable.OperatorChars));
        List<Token> workspace = tokenizer.Tokenize(string.Join('.', Enumerable.Repeat("a", 100)) + " x", TokenizeMode.KeepComments);
        var matcher = new RuleMatcher(configuration.Classes, tokenizer, ' ');
        RulePattern pattern = configuration.RuleSets.Find("ZZ")!.Rules[0].Pattern;
        Assert.False(matcher.Match(pattern, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(workspace), configuration.Macros, null));
        Assert.InRange(matcher.Attempts, 1, pattern.Elements.Length * workspace.Count * workspace.Count + RuleMatcher.StepsBeforeNotes * workspace.Count);
    }

    [Fact]
    public async Task A_result_of_more_than_a_thousand_tokens_is_given_up()
    {
        (string result, SysExit status, List<string> said) = await Run("G1", "a");
        Assert.Equal((512, SysExit.DataError), (result.Split(' ').Length, status));
        Assert.Equal(["rewrite: expansion too long"], said);
    }

    // What BlankSub puts between words may be in a member of a class.
    [Theory]
    [InlineData(".", "a b", "multi a b")]
    [InlineData(".", "x y . z", "multi x y . z")]
    [InlineData("_", "a b", "a b")]
    [InlineData("_", "p q", "multi p q")]
    public async Task A_member_of_a_class_may_stand_for_words_with_blanks(string blank, string text, string result)
    {
        var rewriter = new Rewriter(CfSample.Read(CfSample.Base + "O BlankSub=" + blank + "\nC{Multi}a.b x.y.z p_q\nS1\nR$={Multi}\tmulti $1\n").Configuration!, new Maps(), new Silent());
        List<Token> workspace = rewriter.Tokenizer.Tokenize(text, TokenizeMode.KeepComments);
        await rewriter.RewriteAsync(workspace, "1", new MacroScope());
        Assert.Equal(result, RewriteTrace.Show(workspace));
    }

    // Before level 9 parentheses are comments, also in what macros bring along.
    [Theory]
    [InlineData("a ( b", "a", "a ( b")]
    [InlineData("a ) b", "a b", "a ) b")]
    [InlineData("a(x)b", "a b", "a ( x ) b")]
    [InlineData("\"a(x)b\"", "\"a(x)b\"", "\"a(x)b\"")]
    [InlineData("a\\(x)b", "a\\(x b", "a\\(x ) b")]
    [InlineData("$Z c", "a b c", "a ( c ) b c")]
    [InlineData("((x) y) z", "z", "( ( x ) y ) z")]
    [InlineData("a \\) b", "a \\) b", "a \\) b")]
    [InlineData("(a \"b) c", "c", "( a \"b) c")]
    [InlineData("(a \\) c) d", "d", "( a \\) c ) d")]
    [InlineData("a (\"x) y", "a y", "a ( \"x) y")]
    public void Comments_in_rules_depend_on_the_level(string right, string before9, string from9)
    {
        string rules = CfSample.Base + "DZa(c)b\nSC\nR$*\t$@ " + right + "\n";
        Assert.Equal(("$@ " + before9, "$@ " + from9), (Right(rules.Replace("V10", "V8", StringComparison.Ordinal)), Right(rules)));

        static string Right(string rules) => RewriteTrace.Show(CfSample.Read(rules).Configuration!.RuleSets.Find("C")!.Rules[0].RightTokens);
    }

    private sealed class Maps : IMapRegistry
    {
        public IMap? Find(string name) => name == "null" ? new Nothing() : null;
    }

    private sealed class Nothing : IMap
    {
        public string Name => "null";

        public ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation) => new(MapResult.NotFound);
    }

    private sealed class Silent : IMailLog
    {
        public int Level => 0;

        public void Write(int level, LogPriority priority, string? queueId, string text)
        {
        }
    }
}
