namespace Sendmail.Mta.Daemon;

/// <summary>
/// How often a client gave each command, and how long it has to wait for the next reply: nothing up to the count that is
/// suspicious, then a second, doubled each time up to four minutes (op 4.1.14: measures against denial of service).
/// </summary>
internal sealed class SessionThrottle
{
    private const int LongestSeconds = 240;
    private readonly Dictionary<string, int> _counts = new(4);

    /// <summary>Counts one more; <paramref name="suspicious"/> is the first count that costs time, zero for never.</summary>
    internal (int Count, TimeSpan Delay) Count(string command, int suspicious)
    {
        int count = _counts.GetValueOrDefault(command) + 1;
        _counts[command] = count;
        if (suspicious <= 0 || count < suspicious)
            return (count, TimeSpan.Zero);
        int doublings = Math.Min(count - suspicious, 8);
        return (count, TimeSpan.FromSeconds(Math.Min(1 << doublings, LongestSeconds)));
    }

    /// <summary>Counts a command from the beginning again.</summary>
    internal void Forget(string command) => _counts.Remove(command);
}
