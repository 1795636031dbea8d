using Sendmail.Core.Cf;

namespace Sendmail.Core.Tests.Cf;

/// <summary>What the real 8.18.2 says about lines that are wrong in more than one way.</summary>
public class BadLineTests
{
    private static string Messages(string line, char mode = 't') =>
        string.Join('\n', CfSample.Read(CfSample.Base + line + "\n").Messages.Select(m => m.For(mode).Replace("\u0001", "^A", StringComparison.Ordinal)));

    [Theory]
    [InlineData("D{a b/c}x", "CF: line 8: Invalid macro/class character  \nCF: line 8: Invalid macro/class character /")]
    [InlineData("C{a/", "CF: line 8: Invalid macro/class character /\nCF: line 8: Unbalanced { on a\nCF: line 8: Unable to assign macro/class ID (mid = 0xffffffff)")]
    [InlineData("Cx $?", "CF: line 8: Name required for macro/class")]
    [InlineData("H?${x}?Foo", "CF: line 8: header syntax error, line \"?^Ax\"")]
    [InlineData("H?{x}?Foo", "CF: line 8: header syntax error, line \"?{x}\"")]
    [InlineData("H?D${x}?Foo: x", "CF: line 8: header syntax error, line \"?D^Ax?Foo: x\"")]
    [InlineData("Zfoo $x", "CF: line 8: unknown configuration line \"Zfoo ^Ax\"")]
    [InlineData("Sname=x", "CF: line 8: bad ruleset definition \"name=x\" (number required after `=')")]
    [InlineData("Sname=5\nSname=6", "CF: line 9: name=6: ruleset changed value (old 5, new 6)")]
    [InlineData("S99999999999", "CF: line 8: bad ruleset 1215752191 (100 max)")]
    [InlineData("S0", "WARNING: Ruleset 0 has multiple definitions")]
    [InlineData("S1\nR$={}\tx", "CF: line 9: Name required for macro/class\nCF: line 9: invalid rewrite line \"R^A=\" (tab expected)")]
    [InlineData("S1\nR$={long} x", "CF: line 9: invalid rewrite line \"R^A=\" x\" (tab expected)")]
    [InlineData("S1\nR$\tx", "CF: line 9: R line: null LHS")]
    [InlineData("S1\nR$*\t$x", "CF: line 9: R line: null RHS")]
    [InlineData("Mx, P=[FILE], A=x y", "CF: line 8: Mx: first argument in [FILE] mailer must be FILE")]
    [InlineData("Mx, =5, P=/bin/true, A=x", "CF: line 8: Mx: unknown mailer equate ==")]
    [InlineData("Qa ,", "CF: line 8: queue a: `=' expected")]
    [InlineData("Qx, P=", "CF: line 8: queue x: empty path name")]
    [InlineData("Xx, S=inet:1@127.0.0.1, T=C5", "CF: line 8: Xx, T=: `:' expected")]
    [InlineData("Kx--hash /x", "CF: line 8: readcf: config K line, map x: no map class")]
    [InlineData("V10/ Berkeley", "CF: line 8: invalid V line vendor code: \"\"")]
    [InlineData("OT5xqd", "CF: line 8: Invalid time unit `x'\nCF: line 8: Invalid time unit `q'\nCF: line 8: Invalid time unit `x'\nCF: line 8: Invalid time unit `q'")]
    [InlineData("OT5x/3z", "CF: line 8: Invalid time unit `z'\nCF: line 8: Invalid time unit `z'\nCF: line 8: Invalid time unit `x'\nCF: line 8: Invalid time unit `x'")]
    [InlineData("O AliasWait=5M", "CF: line 8: Invalid time unit `M'")]
    [InlineData("O AliasWait=5m # c\n\t6q", "CF: line 9: Invalid time unit `\n'\nCF: line 9: Invalid time unit `\t'\nCF: line 9: Invalid time unit `q'")]
    [InlineData("Mx, P=[FILE], A=FILE a b", "CF: line 8: Mx: too many parameters for [FILE] mailer")]
    [InlineData("V10/Ber9", "CF: line 8: invalid V line vendor code: \"Ber\"")]
    [InlineData("Sname = x", "CF: line 8: bad ruleset definition \"name\" (number required after `=')")]
    [InlineData("S\u00a0", "CF: line 8: invalid ruleset name: \" \"")]
    [InlineData("S\u00ff234567890123456789012345", "CF: line 8: invalid ruleset name: \"\u007f\u007f234567890123456789\"")]
    [InlineData("Qx, I=5m , F=f", "CF: line 8: Invalid time unit ` '")]
    [InlineData("F{?}foo@", "CF: line 8: Invalid macro/class character ?\nCF: line 8: fileclass: cannot open 'foo@': No such file or directory")]
    [InlineData("T$=", "CF: line 8: Name required for macro/class")]
    [InlineData("Fx x\\", "CF: line 8: illegal filename 'x\\'")]
    [InlineData("Xf, S=inet:1@127.0.0.1, T=;", "CF: line 8: Xf, T=: `:' expected")]
    [InlineData("Xf, S=inet:1@127.0.0.1, T=C:5m;", "CF: line 8: Xf, T=: `:' expected")]
    [InlineData("Xf, S=inet:1@127.0.0.1, T=C;S:x", "CF: line 8: Invalid time unit `x'")]
    [InlineData("Xf, S=inet:1@127.0.0.1, T=C:5;m;S:1s", "CF: line 8: Xf: unknown filter timeout m")]
    [InlineData("Mx, R=, A=x, P=/bin/true", "CF: line 8: invalid ruleset name: \"\"")]
    [InlineData("Mx, P=/bin/true, A=x, S=", "CF: line 8: invalid ruleset name: \"\"")]
    [InlineData("Merror, A=FILE $,P=[FILE]", "")]
    [InlineData("Kn\u009d am", "CF: line 8: readcf: config K line, map n: no map class")]
    [InlineData("S${deliveryMode}=x", "CF: line 8: bad ruleset definition \"b=x\" (number required after `=')")]
    [InlineData("S${d*eliveryMode}", "CF: line 8: Invalid macro/class character *")]
    [InlineData("S1\nR$&{x \0y} $w\t$1", "CF: line 9: Invalid macro/class character  \nCF: line 9: Unbalanced { on x\nCF: line 9: Unable to assign macro/class ID (mid = 0xffffffff)\nCF: line 9: invalid rewrite line \"R^A&\" (tab expected)")]
    [InlineData("Hx:                                              $>250", "")]
    [InlineData("K.y program /x", "CF: line 8: readcf: config K line: no map name")]
    [InlineData("O AliasWait=5\u0090", "CF: line 8: Invalid time unit `\u007f'\nCF: line 8: Invalid time unit `\u0010'")]
    [InlineData("O AliasWait=5$a", "CF: line 8: Invalid time unit `^A'\nCF: line 8: Invalid time unit `a'")]
    [InlineData("Djx\u0087", "WARNING: local host name (x\u007f\u0007) is not qualified; see cf/README: WHO AM I?")]
    [InlineData("Dj", "WARNING: local host name (localhost) is not qualified; see cf/README: WHO AM I?")]
    [InlineData("Djfoo", "WARNING: local host name (foo) is not qualified; see cf/README: WHO AM I?")]
    public void A_wrong_line_gives_all_its_messages(string line, string messages) => Assert.Equal(messages, Messages(line));

    [Fact]
    public void Modes_that_speak_SMTP_make_replies_of_messages()
    {
        Assert.Equal("554 5.0.0 CF: line 8: readcf: unknown option name Foo\r", Messages("O Foo=1", 'd'));
        Assert.Equal("554 5.3.5 CF: line 8: PortOptions parameter \"x=1\" unknown\r", Messages("O DaemonPortOptions=x=1", 's'));
        Assert.Equal("554 5.3.5 CF: line 8: Unknown address family foo in Family=option\r", Messages("OO F=foo", 's'));
        Assert.Equal("554 5.3.5 CF: line 8: address= option unsupported for family 5\r", Messages("OO F=5,A=x", 's'));
        Assert.Equal("550 CF: line 8: Invalid time unit `x'\r", Messages("O Timeout.command=5x", 's'));
        Assert.Equal("050 CF: line 8: Option Log used as abbreviation for LogLevel\r", Messages("O Log=5", 's'));
    }

    [Fact]
    public void Long_lines_are_cut_where_macros_are_expanded_and_where_messages_are_made()
    {
        Assert.Equal("CF: line 8: bad ruleset definition \"" + string.Concat(Enumerable.Repeat("A=", 1023)) + "A\" (number required after `=')", Messages("S" + string.Concat(Enumerable.Repeat("A=", 2500))));
        Assert.Equal("CF: line 8: readcf: config K line, map " + new string('y', 2047) + ": no map class", Messages("K" + new string('y', 2048)));
        Assert.Equal("CF: line 9: replacement $3 out of bounds\nCF: line 9: replacement $2 out of bounds", Messages("S1\nR$-\t" + string.Concat(Enumerable.Repeat("aaaa,", 400)) + "b$3$2"));
        Assert.Equal("", Messages("S1\nR$-\t" + string.Concat(Enumerable.Repeat("aaaa,", 420)) + "b$3$2"));
        Assert.EndsWith("aaa", Messages("x" + new string('a', 20000)));
        Assert.Equal("CF: line 8: bad ruleset definition \"aaa=xyz" + new string('b', 40) + "\" (number required after `=')", Messages("Hx: $>aaa=xyz" + new string('b', 100)));
        Assert.Equal("", Messages("H" + new string('x', 101) + ": $>250"));
        Assert.Equal("CF: line 8: bad ruleset 250 (100 max)", Messages("H" + new string('x', 100) + ": $>250"));
    }

    [Fact]
    public void A_ruleset_keeps_its_name_when_it_is_only_passed_over() =>
        Assert.Equal(5, CfSample.Load("Sname=5x\nR$*\t$1\n").RuleSets.Find("name")?.Number);
}
