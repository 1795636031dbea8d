
namespace Sendmail.Tests;

/// <summary>The command line, as 8.18.2 reads it.</summary>
public class CommandLineTests
{
    private static CommandLine Parse(string words, string name = "sendmail") => CommandLine.Parse(name, words.Split(' '));

    [Theory]
    [InlineData("-bv bob -v alice", "bob -v alice")]
    [InlineData("-bv bob --", "bob --")]
    [InlineData("-bv bob -- -v alice", "bob -- -v alice")]
    [InlineData("-bv - bob", "- bob")]
    [InlineData("-bv --foo bob", "bob")]
    [InlineData("-bv -- -v", "-v")]
    public void OptionsEndAtTheFirstWordThatIsNone(string words, string recipients)
    {
        CommandLine line = Parse(words);
        Assert.Equal(recipients.Split(' '), line.Recipients);
        Assert.Equal('v', line.Mode);
        Assert.False(line.Verbose);
    }

    [Fact]
    public void TwoHyphensWithAWordEndOptionsToo() => Assert.Equal(["-bv", "bob"], Parse("--foo -bv bob").Recipients);

    [Fact]
    public void LettersWithoutValuesAreClustered()
    {
        CommandLine line = Parse("-tvi -fjoe@example.com -F Joe");
        Assert.True(line.FromHeaders && line.Verbose);
        Assert.Equal("joe@example.com", line.Sender);
        Assert.Equal("Joe", line.FullName);
        Assert.Equal(["i"], line.Options);
    }

    [Theory]
    [InlineData("-h3 bob", 3)]
    [InlineData("-h +3 bob", 3)]
    [InlineData("-h -1 bob", -1)]
    public void HopCounts(string words, int hops) => Assert.Equal((null, hops), (Parse(words).Error, Parse(words).HopCount));

    [Theory]
    [InlineData("-q alice", "Invalid time unit `a'\nInvalid time unit `l'\nInvalid time unit `i'\nInvalid time unit `c'\nInvalid time unit `e'")]
    [InlineData("-q 1h", null)]
    [InlineData("-q -t", null)]
    public void AWordBehindQIsItsTime(string words, string? error) => Assert.Equal(error, Parse(words).Error);

    [Fact]
    public void AnErrorModeMayStandApart() => Assert.Equal((0, "ep"), (Parse("-e alice").Recipients.Count, Parse("-e alice").Options[0]));

    [Theory]
    [InlineData("/usr/bin/mailq", "/usr/bin/mailq: illegal option -- Z")]
    [InlineData("sendmail", "sendmail: illegal option -- Z")]
    public void ErrorsNameTheProgramAsItWasCalled(string name, string error) => Assert.Equal(error, Parse("-Z", name).Error);

    [Theory]
    [InlineData("-q1m -bi", true)]
    [InlineData("-bv -qRx", true)]
    [InlineData("-bp -q", false)]
    [InlineData("-bd -q1h", false)]
    [InlineData("-bi", false)]
    public void SomeModesHaveNoQueueRun(string words, bool misused) => Assert.Equal(misused, Parse(words).MisusesQueue);

    [Fact]
    public void ARunnerThatPersistsWaitsASecond() => Assert.Equal((true, TimeSpan.FromSeconds(1)), (Parse("-qp").Persistent, Parse("-qp").QueueInterval));

    [Theory]
    [InlineData("success,delay", null)]
    [InlineData("success, delay", "Invalid -N argument")]
    [InlineData("never,success", "Invalid -N argument")]
    public void NotifyHasNoBlanks(string value, string? error) => Assert.Equal(error, CommandLine.Parse("sendmail", ["-N", value]).Error);

    [Fact]
    public void MeTooHasNoValue() => Assert.Equal(["m", "i"], Parse("-min bob").Options);

    [Theory]
    [InlineData("-oQ/tmp bob", true)]
    [InlineData("-OQueueDirectory=/tmp bob", true)]
    [InlineData("-OLogLevel=9 bob", false)]
    public void AQueueIsNamed(string words, bool named) => Assert.Equal(named, Parse(words).NamesQueue);

    [Theory]
    [InlineData("-q30m", 30)]
    [InlineData("-q1h", 60)]
    [InlineData("-q1d", 1440)]
    [InlineData("-q15", 15)]
    [InlineData("-qp5m", 5)]
    [InlineData("-q", 0)]
    public void QueueIntervals(string words, int minutes)
    {
        CommandLine line = Parse(words);
        Assert.True(line.QueueRun);
        Assert.Equal(TimeSpan.FromMinutes(minutes), line.QueueInterval);
    }

    [Theory]
    [InlineData("mailq", 'p')]
    [InlineData("newaliases", 'i')]
    [InlineData("smtpd", 'd')]
    [InlineData("hoststat", 'h')]
    [InlineData("purgestat", 'H')]
    [InlineData("sendmail", 'm')]
    public void TheNameChoosesTheMode(string name, char mode) => Assert.Equal(mode, Parse("-v", name).Mode);

    [Theory]
    [InlineData("-z", "")]
    [InlineData("-x bob", "sendmail: illegal option -- x")]
    [InlineData("-?", "sendmail: illegal option -- ?")]
    [InlineData("-f", "sendmail: option requires an argument -- f")]
    [InlineData("-by", "Invalid operation mode y")]
    [InlineData("-h x bob", "Bad hop count (x)")]
    [InlineData("-h3x bob", "Bad hop count (3x)")]
    [InlineData("-h 0x3 bob", "Bad hop count (0x3)")]
    [InlineData("-fa -fb", "More than one \"from\" person")]
    public void BadOptions(string words, string error) => Assert.Equal(error, Parse(words).Error);
}
