using Sendmail.Core.Cf;
using Sendmail.Core.Logging;

namespace Sendmail.Core.Tests.Cf;

public class OptionValueTests
{
    [Theory]
    [InlineData("1w2d3h4m5s", 788645)]
    [InlineData("90", 5400)]
    [InlineData("1h30", 5400)]
    [InlineData("5d", 432000)]
    [InlineData("10s", 10)]
    [InlineData("now", 0)]
    public void Times_have_units_and_a_default_unit(string text, int seconds)
    {
        Configuration configuration = CfSample.Load("O Timeout.command=" + text + "\n");
        Assert.Equal(TimeSpan.FromSeconds(seconds), configuration.Options.Get(OptionTable.TimeoutCommand));
    }

    [Fact]
    public void A_group_of_timeouts_sets_its_members()
    {
        OptionValues options = CfSample.Load("O Timeout.queuewarn=4h\nO Timeout.queuewarn.urgent=1h\nO Timeout.queuereturn=5d\n").Options;
        Assert.Equal(TimeSpan.FromHours(4), options.Get(OptionTable.TimeoutQueuewarnNormal));
        Assert.Equal(TimeSpan.FromHours(1), options.Get(OptionTable.TimeoutQueuewarnUrgent));
        Assert.Equal(TimeSpan.FromDays(5), options.Get(OptionTable.TimeoutQueuereturnUrgent));
    }

    [Fact]
    public void Old_letters_set_the_same_options()
    {
        OptionValues options = CfSample.Load("OT3d/2h\nOrhelo=7m,mail=8m\nOL12\nOh9\nOpnoexpn,authwarnings\n").Options;
        Assert.Equal(TimeSpan.FromDays(3), options.Get(OptionTable.TimeoutQueuereturnNormal));
        Assert.Equal(TimeSpan.FromHours(2), options.Get(OptionTable.TimeoutQueuewarnNormal));
        Assert.Equal(TimeSpan.FromMinutes(7), options.Get(OptionTable.TimeoutHelo));
        Assert.Equal(TimeSpan.FromMinutes(8), options.Get(OptionTable.TimeoutMail));
        Assert.Equal(12, options.Get(OptionTable.LogLevel));
        Assert.Equal(9, options.Get(OptionTable.MaxHopCount));
        Assert.Equal(PrivacyFlags.NoExpn | PrivacyFlags.AuthWarnings, options.Get(OptionTable.PrivacyOptions));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("=True", true)]
    [InlineData("=t", true)]
    [InlineData("=F", false)]
    [InlineData("=false", false)]
    public void Booleans_default_to_true_when_named_alone(string value, bool expected) =>
        Assert.Equal(expected, CfSample.Load("O MatchGECOS" + value + "\n").Options.Get(OptionTable.MatchGECOS));

    [Fact]
    public void Modes_are_octal() =>
        Assert.Equal(Convert.ToInt32("644", 8), CfSample.Load("O TempFileMode=0644\n").Options.Get(OptionTable.TempFileMode));

    [Fact]
    public void Every_DaemonPortOptions_line_is_a_port()
    {
        Configuration configuration = CfSample.Load("O DaemonPortOptions=Name=MTA, Addr=127.0.0.1, M=E a\nO DaemonPortOptions=Port=587, Name=MSA, Family=inet6, InputMailFilters=a;b, children=3\n");
        Assert.Collection(configuration.DaemonPorts,
            p => Assert.Equal(("MTA", "127.0.0.1", "inet", "", true, true), (p.Name, p.Address, p.Family, p.Port, p.Has('E'), p.Has('a'))),
            p => Assert.Equal(("MSA", "587", "inet6", "a;b", 3), (p.Name, p.Port, p.Family, p.InputMailFilters, p.Children)));
    }

    [Fact]
    public void The_command_line_sticks_and_privacy_adds_up()
    {
        Configuration configuration = CfSample.Load("O LogLevel=3\nO PrivacyOptions=novrfy\nO Timeout.helo=1m\n", " LogLevel=5", "pnoexpn", " Timeout.helo=9m");
        Assert.Equal(5, configuration.Options.Get(OptionTable.LogLevel));
        Assert.Equal(PrivacyFlags.NoExpn | PrivacyFlags.NoVrfy, configuration.Options.Get(OptionTable.PrivacyOptions));
        Assert.Equal(TimeSpan.FromMinutes(9), configuration.Options.Get(OptionTable.TimeoutHelo));
    }

    [Fact]
    public void Messages_about_the_command_line_come_first_and_name_no_file()
    {
        CfReadResult result = CfSample.Read(CfSample.Base + "X\n", null, " Foo=bar", " LogL=5");
        Assert.Equal(["readcf: unknown option name Foo", "Option LogL used as abbreviation for LogLevel", "CF: line 8: name required for mail filter"],
            result.Messages.Select(m => m.Text));
    }

    [Fact]
    public void Only_unsafe_settings_ask_to_give_up_privileges()
    {
        Assert.False(CfSample.Read(CfSample.Base, null, " LogLevel=5", "oi", "Mrlocal").UnsafeOptions);
        Assert.True(CfSample.Read(CfSample.Base, null, "Q/tmp").UnsafeOptions);
        Assert.True(CfSample.Read(CfSample.Base, null, "MXlocal").UnsafeOptions);
    }

    [Fact]
    public void Options_are_traced_as_they_are_set()
    {
        var output = new StringWriter();
        var trace = new DebugTrace(output);
        trace.Add("37.1");
        CfSample.Read(CfSample.Base + "O LogLevel=3\nO Timeout.helo=5m\n", trace, " LogLevel=5");
        Assert.Equal("setoption LogLevel (L)=5\nsetoption QueueDirectory (Q)=/var/spool/mqueue\nsetoption LogLevel (L)=3 (ignored)\nsetoption Timeout (r).helo=5m\n", output.ToString());
    }

    [Fact]
    public void An_option_without_effect_gives_one_notice()
    {
        Configuration configuration = CfSample.Load("O UseErrorsTo=true\nO UseErrorsTo=yes\n");
        Assert.Equal(["warning: option UseErrorsTo has no effect in this version"], configuration.Notices);
    }

    [Fact]
    public void A_wrong_delivery_mode_ends_the_program()
    {
        CfReadResult result = CfSample.Read(CfSample.Base + "O DeliveryMode=x\nX\n");
        Assert.Null(result.Configuration);
        Assert.Equal("CF: line 8: Unknown delivery mode x", Assert.Single(result.Messages).Text);
        Assert.Equal(64, (int)result.ExitCode);
    }
}
