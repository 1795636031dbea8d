using Sendmail.Core.Cf;

namespace Sendmail.Core.Tests.Cf;

/// <summary>Odd lines and what sendmail 8.18.2 says about them; the expectations are its output.</summary>
public sealed class ConfigurationLineTests
{
    private static string[] Messages(string line, out int exit)
    {
        CfReadResult result = CfSample.Read(CfSample.Base + line + "\n");
        exit = (int)result.ExitCode;
        return [.. result.Messages.Select(m => m.Text)];
    }

    [Theory]
    [InlineData("Zfoo ${a b} y $x ${c d} z", "Invalid macro/class character  |Invalid macro/class character  |unknown configuration line \"Zfoo \u0001\" y \u0001x \u0001# z\"")]
    [InlineData("Zfoo ${} y", "Name required for macro/class|unknown configuration line \"Zfoo \u0001\"")]
    [InlineData("Zfoo $$ $$$x $$$ b", "unknown configuration line \"Zfoo $ $\u0001x $\u0001 b\"")]
    [InlineData("Zfoo a\\#b c#d", "unknown configuration line \"Zfoo a#b c\"")]
    [InlineData("Zfoo $=# c", "unknown configuration line \"Zfoo \u0001=# c\"")]
    [InlineData("Zfoo $$# c", "unknown configuration line \"Zfoo $\"")]
    [InlineData("Zfoo \0abc", "unknown configuration line \"Zfoo\"")]
    [InlineData("Zfoo \u00ffa", "unknown configuration line \"Zfoo \u007f\u007fa\"")]
    [InlineData("D{abcdefghijklmnopqrstuvwxyz}x", "Macro/class name ({abcdefghijklmnopqrstuvwxy}) too long (25 chars max)|Unable to assign macro/class ID (mid = 0xffffffff)")]
    [InlineData("D{a\u0085b}abc", "Invalid macro/class character \u007f|Invalid macro/class character \u0005")]
    [InlineData("S_a", "invalid ruleset name: \"_a\"")]
    [InlineData("S$1", "invalid ruleset name: \"\u00151\"")]
    [InlineData("H?$x?a$yb", "header syntax error, line \"?\u0001x\"")]
    [InlineData("H?D\u00e9?Foo", "header syntax error, line \"?Di?Foo\"")]
    [InlineData("Fx/etc/passwd\" %s", "illegal filename '/etc/passwd\" %s'")]
    [InlineData("O DaemonPortOptions=Addr=[127.0.0.1]", "host \"[127.0.0.1]\" unknown")]
    [InlineData("O DaemonPortOptions=Addr=", "host \"\" unknown")]
    [InlineData("O DaemonPortOptions=Family=99,Addr=/x", "address= option unsupported for family 99")]
    [InlineData("O DaemonPortOptions=Port=SMTP", "service \"SMTP\" unknown")]
    [InlineData("O ClientPortOptions=p=x", "service \"x\" unknown")]
    [InlineData("Xf, S=inet:25@[127.0.0.1", "Xf: Invalid numeric domain spec \"[127.0.0.1\"")]
    [InlineData("Xf, S=inet: 25@127.0.0.1", "Xf: unknown port name  25")]
    [InlineData("O DefaultUser=$*$j", "readcf: option u: unknown user \u0001*\u0001j")]
    public void Are_told_of_as_the_reference_does(string line, string expected)
    {
        string[] messages = Messages(line, out int exit);
        Assert.Equal(expected.Split('|'), messages.Select(m => m["CF: line 8: ".Length..]));
        Assert.Equal(70, exit);
    }

    [Theory]
    [InlineData("U=, Z=1", "mailer x: null user name|Mx: unknown mailer equate Z=")]
    [InlineData("U=1x:2y", "mailer x: null group name")]
    [InlineData("U=root root", "readcf: mailer U= flag: unknown group oot")]
    [InlineData("U=0x10", "")]
    [InlineData("Q=", "mailer x: null queue")]
    [InlineData("E=", "mailer x: null end-of-line string")]
    [InlineData("Q=nosuch, S=$*", "mailer x: unknown queue nosuch|invalid ruleset name: \"\u0001*\"")]
    [InlineData("S=-1/a", "invalid ruleset name: \"-1/a\"")]
    [InlineData("A=y, A=", "")]
    public void Mailer_fields_are_checked_where_they_stand(string fields, string expected)
    {
        string[] messages = Messages("Mx, P=/bin/true, A=x, " + fields, out _);
        Assert.Equal(expected.Length == 0 ? [] : expected.Split('|'), messages.Select(m => m["CF: line 8: ".Length..]));
    }

    [Fact]
    public void A_number_that_does_not_fit_is_an_error_of_the_system()
    {
        Assert.Equal(["CF: line 8: bad ruleset -1 (100 max): Numerical result out of range"], Messages("S99999999999999999999", out int exit));
        Assert.Equal(71, exit);
    }

    [Theory]
    [InlineData("O DaemonPortOptions=Addr=127")]
    [InlineData("O DaemonPortOptions=Addr=0x7f.1")]
    [InlineData("O DaemonPortOptions=Addr=127.0.0.")]
    [InlineData("O DaemonPortOptions=Family=inet6,Addr=IPv6:::1")]
    [InlineData("Xf, S=inet:25@[127]")]
    [InlineData("Xf, S=:/x")]
    [InlineData("Qq, I=99999999999")]
    public void Are_taken_as_the_reference_takes_them(string line) => Assert.Empty(Messages(line, out _));
}
