using Sendmail.Core.Cf;

namespace Sendmail.Core.Tests.Cf;

/// <summary>Expected lines are what <c>=M</c> of sendmail 8.18.2 printed for the same M lines.</summary>
public class MailerTests
{
    [Theory]
    [InlineData("Mb1, P=[IPC], A=TCP $h, F=mDFMuXe, S=10/20, R=foo, E=\\r\\n, L=990, M=100", "mailer 4 (b1): P=[IPC] S=10/20 R=foo/foo M=100 U=-1:-1 F=DFMXemu L=990 E=\\r\\n T=dns/rfc822/smtp r=100 A=TCP $h")]
    [InlineData("Mb2, P=[IPC], A=TCP $h, F=lL", "mailer 4 (b2): P=[IPC] S=0/0 R=0/0 M=0 U=-1:-1 F=Ll L=990 E=\\r\\n T=dns/rfc822/smtp r=100 A=TCP $h")]
    [InlineData("Mb3, P=/bin/x, A=x $u, F=l, L=0, T=X-Unix, U=1:2, D=/a:$z, /=/tmp", "mailer 4 (b3): P=/bin/x S=0/0 R=0/0 M=0 U=1:2 F=l L=0 E=\\n T=X-Unix/rfc822/smtp r=100 A=x $u")]
    [InlineData("Mb4 P=/bin/x, A=x $u", "mailer 4 (b4): P=/bin/x S=0/0 R=0/0 M=0 U=-1:-1 F= L=0 E=\\n T=<undefined>/<undefined>/<undefined> r=100 A=x $u")]
    [InlineData("Mb5, P=/bin/x, A=x $u \"a b\" \\, c\\x \"d, e\" f, F=a\"bc\", E=\"\\n\"x, L=\"5\"", "mailer 4 (b5): P=/bin/x S=0/0 R=0/0 M=0 U=-1:-1 F=abc L=5 E=\\nx T=<undefined>/<undefined>/<undefined> r=100 A=x $u a b , cx d, e f")]
    [InlineData("Mb6, Path=/bin/x, Argv=x, Flags=ab, Sender=1, Recipient=2, rec=5, max=7", "mailer 4 (b6): P=/bin/x S=1/1 R=2/2 M=0 U=-1:-1 F=ab L=0 E=\\r\\n T=<undefined>/<undefined>/<undefined> r=5 A=x")]
    [InlineData("Mb9, P=/bin/x, A=x, T=DNS/RFC822/SMTP/foo", "mailer 4 (b9): P=/bin/x S=0/0 R=0/0 M=0 U=-1:-1 F= L=0 E=\\r\\n T=DNS/RFC822/SMTP/foo r=100 A=x")]
    [InlineData("Mc1, P=/bin/x, A=x, T=/b/", "mailer 4 (c1): P=/bin/x S=0/0 R=0/0 M=0 U=-1:-1 F= L=0 E=\\r\\n T=dns/b/smtp r=100 A=x")]
    [InlineData("Mc2, P=/bin/x, A=x, E=\\012\\n\\x", "mailer 4 (c2): P=/bin/x S=0/0 R=0/0 M=0 U=-1:-1 F= L=0 E=012\\nx T=<undefined>/<undefined>/<undefined> r=100 A=x")]
    [InlineData("Mc3, P=/bin/x, A=x, U=1, N=3", "mailer 4 (c3): P=/bin/x S=0/0 R=0/0 M=0 U=1:-1 F= L=0 E=\\r\\n T=<undefined>/<undefined>/<undefined> r=100 A=x")]
    [InlineData("Md5, P=/bin/x, A=x, r=0, m=-3, M=x, L=-5", "mailer 4 (d5): P=/bin/x S=0/0 R=0/0 M=0 U=-1:-1 F= L=0 E=\\r\\n T=<undefined>/<undefined>/<undefined> r=100 A=x")]
    [InlineData("Md7 , P = /bin/x , A = x y , F = m u", "mailer 4 (d7): P=/bin/x  S=0/0 R=0/0 M=0 U=-1:-1 F=mu L=0 E=\\r\\n T=<undefined>/<undefined>/<undefined> r=100 A=x y")]
    public void A_mailer_is_listed_as_the_reference_lists_it(string line, string listing)
    {
        Configuration configuration = CfSample.Load(line + "\n");
        Assert.Equal(listing, MailerListing.Line(configuration.Mailers[^1], configuration.RuleSets));
    }

    [Fact]
    public void Built_in_mailers_come_first_and_a_definition_takes_their_place()
    {
        Configuration configuration = CfSample.Load("");
        Assert.Equal(
        [
            "mailer 0 (prog): P=/bin/sh S=0/0 R=0/0 M=0 U=-1:-1 F=l L=0 E=\\n T=<undefined>/<undefined>/<undefined> r=100 A=sh -c $u",
            "mailer 1 (*file*): P=[FILE] S=0/0 R=0/0 M=0 U=-1:-1 F=9DEFMPloqsu L=0 E=\\n T=X-Unix/X-Unix/X-Unix r=100 A=FILE $u",
            "mailer 2 (*include*): P=/dev/null S=0/0 R=0/0 M=0 U=-1:-1 F=su L=0 E=\\n T=<undefined>/<undefined>/<undefined> r=100 A=INCLUDE $u",
            "mailer 3 (local): P=/bin/true S=0/0 R=0/0 M=0 U=-1:-1 F=l L=0 E=\\r\\n T=<undefined>/<undefined>/<undefined> r=100 A=x",
        ], configuration.Mailers.Select(m => MailerListing.Line(m, configuration.RuleSets)));
    }

    [Theory]
    [InlineData("", 0, "9Dloqsu")]
    [InlineData("MPROG, P=/bin/sh, F=lm, A=x\n", 0, "l")]
    [InlineData("M*file*, P=[FILE], F=lm, A=FILE $u\n", 1, "l")]
    [InlineData("M*include*, P=/dev/null, F=lm, A=INCLUDE $u\n", 2, "lm")]
    public void Programs_and_files_are_one_recipient_each(string line, int number, string flags)
    {
        Configuration configuration = CfSample.Read("V10/Berkeley\nMlocal, P=/bin/true, F=l, A=x\n" + line).Configuration!;
        Assert.Contains(" F=" + flags + " ", MailerListing.Line(configuration.Mailers[number], configuration.RuleSets), StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_at_most_25_mailers()
    {
        string lines = string.Concat(Enumerable.Range(0, 22).Select(i => $"Mx{i}, P=/bin/x, A=x\n"));
        Assert.Equal("CF: line 29: too many mailers defined (25 max)", Assert.Single(CfSample.Read(CfSample.Base + lines).Messages).Text);
    }
}
