using Sendmail.Core.Cf;
using Sendmail.Core.Replies;

namespace Sendmail.Core.Tests.Cf;

public class CfReaderTests
{
    [Fact]
    public void A_file_that_is_not_there_is_an_error_on_line_0()
    {
        CfReadResult result = CfReader.Read("/nonexistent/x.cf", new CfReadRequest { Host = CfSample.Host });
        Assert.Null(result.Configuration);
        Assert.Equal("/nonexistent/x.cf: line 0: cannot open: No such file or directory", Assert.Single(result.Messages).Text);
        Assert.Equal(SysExit.OsFile, result.ExitCode);
    }

    [Fact]
    public void Line_numbers_count_physical_lines()
    {
        CfReadResult result = CfSample.Read(CfSample.Base + "# comment\n\n  \nDXa\\\nb\nDY#c\nD{L}a\n b\nZ\n");
        Assert.Equal(["CF: line 10: unknown configuration line \"\n\"", "CF: line 12: unknown configuration line \"b\"", "CF: line 16: unknown configuration line \"Z\""],
            result.Messages.Select(m => m.Text));
        Assert.Equal("a", result.Configuration!.Macro("X"));
        Assert.Equal("", result.Configuration!.Macro("Y"));
        Assert.Equal("a\n b", result.Configuration!.Macro("L"));
    }

    [Fact]
    public void The_first_error_decides_the_exit_code()
    {
        Assert.Equal(71, (int)CfSample.Read(CfSample.Base + "Fx/nonexistent\nO Foo\n").ExitCode);
        Assert.Equal(70, (int)CfSample.Read(CfSample.Base + "O Foo\nFx/nonexistent\n").ExitCode);
    }

    [Fact]
    public void An_empty_file_is_of_level_0_and_lacks_a_local_mailer()
    {
        CfReadResult result = CfSample.Read("");
        Assert.Equal(["Warning: .cf file is out of date: sendmail 8.18.2 supports version 10, .cf file is version 0", "No local mailer defined"],
            result.Messages.Select(m => m.Text));
        Assert.Equal(70, (int)result.ExitCode);
    }

    [Theory]
    [InlineData(1, "mail.lab.test", "/5:@Alqw|", "loq", true)]
    [InlineData(5, "mail", "/5:@Alqw|", "loq", true)]
    [InlineData(6, "mail", "lq", "lq", false)]
    [InlineData(7, "mail", "l", "l", false)]
    [InlineData(9, "mail", "l", "l", false)]
    public void Old_levels_keep_their_meaning(int level, string name, string localFlags, string progFlags, bool colons)
    {
        CfReadResult result = CfSample.Read(CfSample.Base.Replace("V10/Berkeley", "V" + level, StringComparison.Ordinal));
        Assert.Equal($"Warning: .cf file is out of date: sendmail 8.18.2 supports version 10, .cf file is version {level}", Assert.Single(result.Messages).Text);
        Assert.Equal(SysExit.Ok, result.ExitCode);
        Configuration configuration = result.Configuration!;
        Assert.Equal(name, configuration.Macro("w"));
        Assert.Equal(localFlags, configuration.FindMailer("local")!.Flags.ToString());
        Assert.Equal(progFlags, configuration.FindMailer("prog")!.Flags.ToString());
        Assert.Equal(colons, configuration.Options.Get(OptionTable.ColonOkInAddr));
    }

    [Fact]
    public void Parentheses_are_comments_in_rules_before_level_9()
    {
        string rule = "R$* (x) y\t$1 (z)\n";
        Assert.Equal(2, CfSample.Read(CfSample.Base.Replace("V10", "V8", StringComparison.Ordinal) + rule).Configuration!.RuleSets.Find(3)!.Rules[0].LeftTokens.Length);
        Assert.Equal(5, CfSample.Load(rule).RuleSets.Find(3)!.Rules[0].LeftTokens.Length);
    }

    [Fact]
    public void Headers_keep_flags_conditions_and_checks()
    {
        Configuration configuration = CfSample.Load("H?DF?Date: $a\nH?${auth}?X-Auth: ${auth}\nH?$x?Full-Name: $x\nHSubject: $>CheckSubject\nHTo: $>+CheckTo\nH*: $>Any\n");
        Assert.Equal("DF", configuration.Headers[0].Flags.ToString());
        Assert.Equal("auth", configuration.Headers[1].ConditionMacro);
        Assert.Equal("x", configuration.Headers[2].ConditionMacro);
        Assert.Equal(("CheckSubject", false), (configuration.Headers[3].RuleSet, configuration.Headers[3].KeepComments));
        Assert.Equal(("CheckTo", true), (configuration.Headers[4].RuleSet, configuration.Headers[4].KeepComments));
        Assert.Equal("*", configuration.Headers[5].Name);
    }

    [Fact]
    public void Queue_groups_begin_with_the_default_one()
    {
        Configuration configuration = CfSample.Load("Qfast, P=/q/fast, F=f, R=3, I=5m, N=2, r=10, J=7\nQplain\n");
        Assert.Equal(["mqueue", "fast", "plain"], configuration.QueueGroups.Select(g => g.Name));
        QueueGroup fast = configuration.QueueGroups[1];
        Assert.Equal(("/q/fast", "f", 3, TimeSpan.FromMinutes(5), 2, 10, 7), (fast.Path, fast.Flags, fast.Runners, fast.Interval, fast.Nice, fast.Recipients, fast.Jobs));
        Assert.Equal("/var/spool/mqueue", configuration.QueueGroups[2].Path);
    }

    [Fact]
    public void Filters_have_sockets_flags_and_times()
    {
        InputMailFilter filter = Assert.Single(CfSample.Load("Xf1, S=unix:/run/f1, F=T, T=C:1m;S:2s;R:3s;E:4m\n").Filters);
        Assert.Equal(("f1", "unix:/run/f1", "T"), (filter.Name, filter.Socket, filter.Flags));
        Assert.Equal((60, 2, 3, 240), ((int)filter.Connect.TotalSeconds, (int)filter.Send.TotalSeconds, (int)filter.Read.TotalSeconds, (int)filter.EndOfMessage.TotalSeconds));
    }

    [Fact]
    public void Rules_know_the_mode_of_operation_while_they_are_read() =>
        Assert.Equal("t", CfSample.Load("R$*\t<${opMode}>\n").RuleSets.Find(3)!.Rules[0].RightTokens[1].Text);
}
