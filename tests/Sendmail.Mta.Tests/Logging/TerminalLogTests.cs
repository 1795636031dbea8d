using Microsoft.Extensions.Time.Testing;
using Sendmail.Core.Logging;
using Sendmail.Mta.Logging;

namespace Sendmail.Mta.Tests.Logging;

/// <summary>What a person sees who runs the daemon in the foreground.</summary>
public sealed class TerminalLogTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));

    [Fact]
    public void OnATerminalEveryLineHasItsTimeAndTheColourOfItsPriority()
    {
        var log = new TerminalLog(_output, true, true, _clock);
        log.Show(LogPriority.Info, "starting daemon", true);
        log.Show(LogPriority.Critical, "SYSERR(root): no", false);
        Assert.Equal("\e[2m05:06:07\e[0m starting daemon\e[0m\n\e[2m05:06:07\e[0m \e[1;31mSYSERR(root): no\e[0m\n", _output.ToString());
    }

    [Fact]
    public void WithoutColourWhereNoneIsWanted()
    {
        new TerminalLog(_output, true, false, _clock).Show(LogPriority.Warning, "x", true);
        Assert.Equal("05:06:07 x\n", _output.ToString());
    }

    [Fact]
    public void ElsewhereOnlyWhatTheSystemLogDidNotTake()
    {
        var log = new TerminalLog(_output, false, false, _clock);
        log.Show(LogPriority.Info, "taken", true);
        log.Show(LogPriority.Info, "not taken", false);
        Assert.Equal("not taken\n", _output.ToString());
    }
}
