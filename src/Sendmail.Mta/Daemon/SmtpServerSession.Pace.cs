using System.Globalization;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;

namespace Sendmail.Mta.Daemon;

// How fast commands are taken: slower from suspicious clients and on a busy machine.
public sealed partial class SmtpServerSession
{
    /// <summary>
    /// Counts a command that people send a few times only: told once when it is suspicious, and slower each time from then on.
    /// </summary>
    private async ValueTask CountAsync(string command, int suspicious) => await WaitAsync(Count(command, suspicious)).ConfigureAwait(false);

    /// <param name="command">What is counted.</param>
    /// <param name="suspicious">The first count that is told of and costs time.</param>
    /// <param name="shown">The command that the log names where several are counted together.</param>
    private TimeSpan Count(string command, int suspicious, string? shown = null)
    {
        (int count, TimeSpan delay) = _throttle.Count(command, suspicious);
        if (count == suspicious)
            _services.Log.Write(5, LogPriority.Info, _id, string.Create(CultureInfo.InvariantCulture, $"{Relay}: possible SMTP attack: command={shown ?? command}, count={count}"));
        return delay;
    }

    private async ValueTask WaitAsync(TimeSpan delay)
    {
        if (delay > TimeSpan.Zero)
            await Task.Delay(delay, _services.Clock, _stop).ConfigureAwait(false);
    }

    // DelayLA: a machine that is busy takes commands slowly.
    private async ValueTask DelayAsync(string verb)
    {
        int delay = _port.DelayLoad ?? _options.Get(OptionTable.DelayLA);
        if (delay <= 0 || verb == "quit" || Posix.LoadAverage.Current() is var load && load < delay)
            return;
        if (!_delayed)
            _services.Log.Write(8, LogPriority.Info, _id, string.Create(CultureInfo.InvariantCulture, $"delaying={verb.ToUpperInvariant()}, load average={load} >= {delay}"));
        _delayed = true;
        await Task.Delay(TimeSpan.FromSeconds(1), _services.Clock, _stop).ConfigureAwait(false);
    }
}
