using Sendmail.Core.Addressing;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Core.Tests.Cf;

namespace Sendmail.Core.Tests.Addressing;

/// <summary>What 8.18.2 makes of addresses with <c>/parse</c> and <c>/try</c> of address test mode.</summary>
public class AddressParserTests
{
    private const string Rules = """
        V10/Berkeley
        O OperatorChars=.:%@!^/[]+
        O BlankSub=.
        Mlocal, P=/bin/true, F=lsDFMAw5:/|@qSPfhn9, S=S1, R=S2, A=true $u
        Mloc2, P=/bin/true, F=lsDFMAw5@qSPfhn9, S=S1, R=S2, A=true $u
        Mlocu, P=/bin/true, F=lsDFMAw5@qSPfhn9u:/|, S=S1, R=S2, A=true $u
        Mprog, P=/bin/sh, F=lsDFM, S=S1, R=S3p, A=sh -c $u
        Msmtp, P=[IPC], F=mDFMuX, S=S1, R=S2, A=TCP $h
        SS2
        SS3p
        SS1
        S3
        S0
        R$+ @ two	$#loc2 $: $1
        R$+ @ u	$#locu $: $1
        R$+ @ at	$#local $: @ $1
        R$+ @ e2	$#error $@ 5.1.1 $: "551 Moved to " $1
        R$+ @ e4	$#error $@ $1 $: "551 " x
        R$+ @ e8	$#error
        R$+ @ m1	$#smtp $@ $1 b $: $1
        R$+ @ m2	$#smtp $: $1
        R$+ @ m3	$#smtp $@ $1
        R$+ @ m4	$#$1 $@ x $: $1
        R$+ @ m5	$#local x $: $1
        R$+ @ m6	$@ $1
        R$+ @ m7	$#local $: $1 $1 $1
        R$+ @ m8	$#smtp $@ $1 $1 $1 $: x
        R$+ @ m9	$#error $@ 5.1.1 $: "553 " $1 $1 $1
        R$* @ $*	$#smtp $@ $2 $: $1 @ $2
        R$*	$#local $: $1

        """;

    private static AddressParser Parser() => new(new Rewriter(CfSample.Read(Rules).Configuration!, new NoMaps(), new Silent()));

    private static async Task<(ParsedAddress Parsed, List<string> Said)> Parse(string text)
    {
        var said = new List<string>();
        AddressParser parser = Parser();
        return (await parser.ParseAsync(text, new MacroScope(parser.Rewriter.Configuration.Macros), AddressRole.Recipient, default, said.Add), said);
    }

    [Theory]
    [InlineData(":include: X", "*include*", "", "X")]
    [InlineData(":incLude: x y/Z", "*include*", "", "x y/Z")]
    [InlineData("\":include:x\"y", "*include*", "", "xy")]
    [InlineData("\":include: x\"", "*include*", "", " x")]
    [InlineData(":inclu\"de: x\"", "*include*", "", " x")]
    [InlineData("\"\":include:x", "local", "", "\"\":include:x")]
    [InlineData(":include:x@two", "loc2", "", ":include:x")]
    [InlineData(":include:x@u", "*include*", "", "x")]
    [InlineData(":include:x@at", "local", "", ":include:x")]
    [InlineData("|Prog A b", "prog", "", "|prog.a.b")]
    [InlineData("\"|Prog A b\"@u", "prog", "", "\"|prog a b\"")]
    [InlineData("\"|Prog A b\"@two", "loc2", "", "\"|prog a b\"")]
    [InlineData("\\|Prog", "local", "", "\\|prog")]
    [InlineData("/File X", "*file*", "", "/File.X")]
    [InlineData("\"\"/x", "local", "", "\"\"/x")]
    [InlineData("Joe", "local", "", "joe")]
    [InlineData("Joe@u", "locu", "", "Joe")]
    [InlineData("Joe@hQ", "smtp", "hq", "Joe@hQ")]
    [InlineData("a b@c d", "smtp", "c.d", "a.b@c.d")]
    [InlineData("a\"b c\"d@m1", "smtp", "a\"b c\"d.b", "a\"b c\"d")]
    [InlineData("x@m5", "local", "", "x")]
    public async Task An_address_resolves_to(string text, string mailer, string host, string shown)
    {
        (ParsedAddress parsed, _) = await Parse(text);
        Assert.Equal((mailer, host, shown), (parsed.Address!.Mailer!.Name, parsed.Address.Host, parsed.Shown));
    }

    [Theory]
    [InlineData("x@e8", "buildaddr: no user")]
    [InlineData("x@m2", "buildaddr: no host")]
    [InlineData("x@m3", "buildaddr: no user")]
    [InlineData("A@m4", "buildaddr: unknown mailer A")]
    [InlineData("x@m6", "buildaddr: no mailer in parsed address")]
    [InlineData("a\\@b c@e2", "Moved to a@b c")]
    [InlineData("unavailable x@e4", "x")]
    [InlineData("a\u0080b@c", "8-bit character in mailbox address \"a?b@c\"")]
    public async Task An_address_is_refused(string text, string expected)
    {
        (ParsedAddress parsed, _) = await Parse(text);
        Assert.Null(parsed.Address);
        Assert.Equal(expected, parsed.Error!.Text);
    }

    [Fact]
    public async Task An_address_of_more_than_255_octets_is_refused()
    {
        Assert.NotNull((await Parse(new string('a', 100) + "@" + new string('c', 154))).Parsed.Address);
        (ParsedAddress parsed, _) = await Parse(new string('a', 100) + "@" + new string('c', 155));
        Assert.Equal(new string('a', 100) + "..." + new string('c', 100) + "... Address too long (255 bytes max)", parsed.Error!.Text);
        Assert.Equal(["553 5.1.0 prescan: token too long"], (await Parse(new string('a', 257))).Said);
    }

    // The host that rules know stays for a list, and there is none for a local user.
    [Fact]
    public async Task A_list_leaves_the_host()
    {
        AddressParser parser = Parser();
        var scope = new MacroScope(parser.Rewriter.Configuration.Macros);
        foreach ((string text, string? host) in ((string, string?)[])[("joe@h", "h"), (":include:x", "h"), ("joe", null)])
        {
            await parser.ParseAsync(text, scope, AddressRole.Recipient, default, _ => { });
            Assert.Equal(host, scope["h"]);
        }
    }

    [Theory]
    [InlineData("m7", 0, 255)]
    [InlineData("m8", 254, 1)]
    [InlineData("m9", 5, 255)]
    public async Task Host_and_user_are_cut_off(string end, int host, int user)
    {
        ParsedAddress parsed = (await Parse(new string('a', 120) + "@" + end)).Parsed;
        Assert.Equal((host, user), ((parsed.Address?.Host ?? parsed.Triple!.Host).Length, parsed.Shown.Length));
    }

    [Theory]
    [InlineData("a\u0001b@c", "a?b@c")]
    [InlineData("\"a\u0001b\"@c", "\"a\u0001b\"@c")]
    [InlineData("\\\u0001", "\\\u0001")]
    [InlineData("\\\\\u0001", "\\\\?")]
    [InlineData("a\u00ff", "a?")]
    [InlineData("a\u007f\u00e9", "a?\u00e9")]
    public void What_cannot_be_printed_is_a_question_mark(string user, string expected) => Assert.Equal(expected, AddressParser.Printable(user));

    [Theory]
    [InlineData("x <{0}@ccccc> foo", 245, "x <x<", "@ccccc")]
    [InlineData("{0}@{0}", 200, "", "@")]
    public async Task A_rewritten_address_is_cut_off(string text, int length, string before, string behind)
    {
        string a = new('a', length);
        AddressParser parser = Parser();
        string result = await parser.RewriteForMailerAsync(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, text, a), parser.Rewriter.Configuration.FindMailer("smtp")!, AddressRole.Recipient, false, null, new MacroScope(parser.Rewriter.Configuration.Macros), default, _ => { });
        string full = before + a + behind + a;
        Assert.Equal(before.Length > 0 ? before + a + behind : full[..254], result);
    }

    internal sealed class NoMaps : IMapRegistry
    {
        public IMap? Find(string name) => null;
    }

    internal sealed class Silent : IMailLog
    {
        public int Level => 0;

        public void Write(int level, LogPriority priority, string? queueId, string text)
        {
        }
    }
}
