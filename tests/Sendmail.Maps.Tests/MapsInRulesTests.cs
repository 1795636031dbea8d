using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.Maps.Tests;

/// <summary>Maps as rules and <c>/map</c> see them; the expected values are what 8.18.2 printed.</summary>
public sealed class MapsInRulesTests : IDisposable
{
    private readonly string _table = Path.GetTempFileName();
    private readonly Log _log = new();
    private readonly Lazy<(Configuration Configuration, MapRegistry Maps)> _session;

    public MapsInRulesTests()
    {
        File.WriteAllText(_table, "a b:found ab\na+b:plus\n\"q\":quoted\nq:plain\n");
        _session = new(Read);
    }

    public void Dispose() => File.Delete(_table);

    private string Text => $"""
        V10/Berkeley
        Mlocal, P=/bin/true, F=l, A=x
        Mprog, P=/bin/sh, F=l, A=sh -c $u
        Kd dequote
        Kdd dequote -s+
        Krxd regex -d/ -s1,2 (a)(.*)
        Krxm regex -m -aM a
        Krx0 regex -aM ^a
        Krxb regex -b -s1 \(a.*\)
        Krxa regex -s -d@ (a)(.*)
        Krxo regex -s1,2 -d@ (a)|(b)
        Krx5 regex -s5 (a)
        Kt text -k0 -v1 -z: {_table}
        Ktq text -q -k0 -v1 -z: {_table}
        KtS text -S+ -k0 -v1 -z: {_table}
        Ktm text -m -k0 -v1 -z: {_table}
        Kseq sequence tq
        Ksum arith
        Kmac macro
        Kearly text -T<E> /nonexistent/early
        O BlankSub=+
        Klate text -T<L> /nonexistent/late
        O BlankSub=
        Karpa arpa
        Knone text /nonexistent/file
        Knonet text -T<TMPF> /nonexistent/file
        Knonetest text -t /nonexistent/file
        Kopt text -o /nonexistent/file
        SLookUp
        R$- _ $- _ $*	$@ $($1 $3 $@ $2 $@ 2 $: NO $)
        R$- _ $*	$@ $($1 $2 $: NO $)

        """;

    private (Configuration, MapRegistry) Read()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, Text, Encoding.Latin1);
        CfReadResult read = CfReader.Read(path, new CfReadRequest { Host = new HostFacts("mail.lab.test", "mail", "lab.test", "mail", []) });
        File.Delete(path);
        return (read.Configuration!, new MapRegistry(read.Configuration!, new MapEnvironment(null, null, _log, TimeProvider.System)));
    }

    [Theory]
    [InlineData("d", "a", null)]
    [InlineData("d", "\"a\"b", "ab")]
    [InlineData("d", "\"a b\"", null)]
    [InlineData("dd", "\"a b\" c", "a+b+c")]
    [InlineData("d", "\"(a)\"", "(a)")]
    [InlineData("d", "(\"a\")", null)]
    [InlineData("d", "(a)\"b\"", "(a)b")]
    [InlineData("d", "\"(a\"b\")\"", "(a\"b\")")]
    [InlineData("d", "\"c\"(<)", "c(<)")]
    [InlineData("d", "\"a\"<", null)]
    [InlineData("d", "\"a\"\\", null)]
    [InlineData("d", "\"a\tb\"", null)]
    [InlineData("d", "\"a\\\"b\"", "a\\\"b")]
    [InlineData("dd", "(\"a\" b)\"c\"", "(\"a\"+b)c")]
    [InlineData("rxd", "a@b", "a/@b")]
    [InlineData("rxd", "x a.b", "a/.b")]
    [InlineData("rxd", "a b", null)]
    [InlineData("rxd", "a\"b c\"", "a/\"b c\"")]
    [InlineData("rxd", "a\"b", null)]
    [InlineData("rxd", "a(b)", "a/(b)")]
    [InlineData("rxd", "a)b", null)]
    [InlineData("rxd", "a<b", null)]
    [InlineData("rxd", "a><", "a/><")]
    [InlineData("rxd", "a)(<", null)]
    [InlineData("rxd", "a)>(<", "a/)>(<")]
    [InlineData("rxd", "a\\", null)]
    [InlineData("rxd", "a\\ b", "a/\\ b")]
    [InlineData("rxb", "xab", "ab")]
    [InlineData("rxa", "xab", "ab@a@b")]
    [InlineData("rxo", "b", "@b")]
    [InlineData("rxm", "\"a\"", "\"a\"M")]
    [InlineData("rx5", "a", null)]
    [InlineData("t", "\"q\"", "quoted")]
    [InlineData("tm", "Q", "Q")]
    public async Task A_key_alone_finds(string map, string key, string? value) =>
        Assert.Equal(value, (await _session.Value.Maps.Find(map)!.LookupAsync(key, [], new MacroScope(), CancellationToken.None)).Value);

    // Rules take quotes and backslashes off a key, but not for -q, arith and dequote; a sequence has no -q.
    [Theory]
    [InlineData("t _ \"q\"", "plain")]
    [InlineData("t _ \\q", "plain")]
    [InlineData("tq _ \"q\"", "quoted")]
    [InlineData("seq _ \"q\"", "plain")]
    [InlineData("rx0 _ \"a\"", "M")]
    [InlineData("rxm _ \"a\"", "aM")]
    [InlineData("d _ \"a\" b", "ab")]
    [InlineData("sum _ 5 _ +", "7")]
    [InlineData("sum _ 5 _ \"+\"", "NO")]
    [InlineData("sum _ 010 _ +", "10")]
    [InlineData("sum _ 0x10 _ +", "18")]
    [InlineData("sum _ 99999999999 _ +", "100000000001")]
    [InlineData("sum _ 9223372036854775807 _ &", "2")]
    [InlineData("sum _ 9223372036854775807 _ |", "922337203685477")]
    [InlineData("sum _ 0x10 _ /", "8")]
    [InlineData("arpa _ 127.0.0.1", "1.0.0.127")]
    [InlineData("arpa _ IPv6:::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0")]
    [InlineData("arpa _ 1.2.3", "NO")]
    [InlineData("none _ a", "NO")]
    [InlineData("nonet _ a", "a<TMPF>")]
    [InlineData("nonetest _ a", "NO")]
    [InlineData("t _ a b", "found ab")]
    [InlineData("tS _ a b", "plus")]
    [InlineData("tS _ \"a b\"", "found ab")]
    [InlineData("rxd _ 2 _ xab", "b")]
    [InlineData("rxd _ x _ xab", "ab")]
    public async Task A_rule_finds(string text, string expected) => Assert.Equal(expected, await LookUp(text));

    [Fact]
    public async Task A_file_that_is_missing_is_told_once_and_an_optional_one_never()
    {
        for (int i = 0; i < 2; i++)
            Assert.Equal(SysExit.TempFail, (await _session.Value.Maps.Find("none")!.LookupAsync("a", [], new MacroScope(), CancellationToken.None)).Status);
        Assert.False(_session.Value.Maps.Find("opt")!.IsOpen);
        Assert.Equal(["SYSERR(root): text map \"none\": unsafe map file /nonexistent/file: No such file or directory"], _log.Lines);
    }

    [Fact]
    public async Task Substrings_that_a_pattern_does_not_have_are_told()
    {
        Assert.Equal("NO", await LookUp("rxd _ 3 _ ab"));
        Assert.Equal(["SYSERR(root): field (3) out of range, only 3 substrings in pattern"], _log.Lines);
        Assert.Equal(["field (5) out of range, only 2 substrings in pattern"], MapClassTable.Check(new MapDeclaration("rx5", "regex", "-s5 (a)", default), []).Messages.Select(m => m.Text));
    }

    [Fact]
    public async Task A_value_of_substrings_ends_after_255_octets() =>
        Assert.Equal(new string('a', 250) + "@@@@@", (await new RegexMap("n", "-s1,2 -d@@@@@@@ (a*)(b*)").LookupAsync(new string('a', 250), [], new MacroScope(), CancellationToken.None)).Value);

    [Fact]
    public async Task A_macro_without_a_value_is_again_what_it_was_outside()
    {
        var outside = new MacroScope();
        outside["x"] = "outside";
        var inside = new MacroScope(outside);
        IMap map = _session.Value.Maps.Find("mac")!;
        await map.LookupAsync("x", ["inside"], inside, CancellationToken.None);
        Assert.Equal("inside", inside["x"]);
        await map.LookupAsync("x", [], inside, CancellationToken.None);
        Assert.Equal("outside", inside["x"]);
    }

    [Theory]
    [InlineData("early", ' ')]
    [InlineData("late", '+')]
    [InlineData("rx0", '\0')]
    public void Most_maps_keep_the_blank_of_their_line(string map, char blank) => Assert.Equal(blank, _session.Value.Maps.Find(map)!.Use.Blank);

    [Theory]
    [InlineData("opt", "")]
    [InlineData("sum", "map_lookup(sum, a) => NOT FOUND (78), ad=0\n")]
    public async Task A_map_that_is_not_there_is_passed_over_in_silence(string map, string expected)
    {
        var output = new StringWriter { NewLine = "\n" };
        var trace = new RewriteTrace(output) { Enabled = false };
        trace.Debug.Add("60.1");
        var rewriter = new Rewriter(_session.Value.Configuration, _session.Value.Maps, _log, trace);
        List<Token> workspace = rewriter.Tokenizer.Tokenize(map + " _ a", TokenizeMode.KeepComments);
        await rewriter.RewriteAsync(workspace, "LookUp", new MacroScope(_session.Value.Configuration.Macros));
        Assert.Equal(expected, output.ToString());
    }

    [Theory]
    [InlineData("syslog", "-k -L", "Illegal option k map syslog")]
    [InlineData("syslog", "-m5m -T -n *", "Illegal option m map syslog")]
    [InlineData("syslog", "-n -T", "Illegal option n map syslog|Illegal option T map syslog")]
    [InlineData("syslog", "-Dx -T", "")]
    [InlineData("syslog", "-Sx -T", "Illegal option T map syslog")]
    [InlineData("syslog", "-LLOG_FOO", "syslog_map_parseargs: Unknown priority FOO")]
    [InlineData("syslog", "-11 -L5", "Illegal option 1 map syslog")]
    [InlineData("syslog", "-L5 -x1 -L6", "Illegal option x map syslog|syslog_map_parseargs: Unknown priority 5")]
    [InlineData("syslog", "-D5 -L5", "")]
    [InlineData("switch", "-", "Illegal option |No file name for switch map m")]
    [InlineData("hash", "- /x", "Illegal option   map m")]
    [InlineData("hash", "-z /x", "")]
    [InlineData("user", "-d5x", "Invalid time unit `x'")]
    [InlineData("arith", "-d5x", "")]
    [InlineData("sequence", "-.LOG_ERR", "Sequence map m: unknown member map LOG_ERR")]
    [InlineData("sequence", ".a -_b", "Sequence map m: unknown member map .a|Sequence map m: unknown member map b")]
    [InlineData("dns", "-RR A -Z", "dns map m: wrong type R A -Z|dns map m: missing -R type")]
    public void A_wrong_map_line_is_told_as_8_18_2_does(string type, string arguments, string messages) =>
        Assert.Equal(messages, string.Join('|', MapClassTable.Check(new MapDeclaration("m", type, arguments, default), []).Messages.Select(m => m.Text)));

    [Theory]
    [InlineData("relative", "\": file name must be fully qualified")]
    [InlineData("-o relative", "\": file name must be fully qualified")]
    [InlineData("-k\"0\" /etc/passwd", "\", file /etc/passwd: -k should specify a number, not \"0\"")]
    [InlineData("-k 0 -vx /etc/passwd", "\", file /etc/passwd: -v should specify a number, not x")]
    public async Task A_text_map_that_cannot_be_used_says_why(string arguments, string problem)
    {
        var log = new Log();
        Assert.Null((await new TextMap("t", MapFlags.Parse(arguments), log).LookupAsync("a", [], new MacroScope(), CancellationToken.None)).Value);
        Assert.Equal(["SYSERR(root): text map \"t" + problem], log.Lines);
    }

    private async Task<string> LookUp(string text)
    {
        var rewriter = new Rewriter(_session.Value.Configuration, _session.Value.Maps, _log);
        List<Token> workspace = rewriter.Tokenizer.Tokenize(text, TokenizeMode.KeepComments);
        await rewriter.RewriteAsync(workspace, "LookUp", new MacroScope(_session.Value.Configuration.Macros));
        return string.Concat(workspace.Select(t => t.Text)).Replace("foundab", "found ab", StringComparison.Ordinal);
    }

    private sealed class Log : IMailLog
    {
        internal List<string> Lines { get; } = [];

        public int Level => 0;

        public void Write(int level, LogPriority priority, string? queueId, string text) => Lines.Add(text);
    }
}
