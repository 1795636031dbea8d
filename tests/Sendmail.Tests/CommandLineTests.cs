
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
    [InlineData("-fa -fb", "More than one \"from\" person")]
    public void BadOptions(string words, string error) => Assert.Equal(error, Parse(words).Error);
}
