namespace Sendmail.Mta.Queueing;

/// <summary>
/// Makes queue ids: eight characters of the base-60 alphabet for year, month, day, hour, minute, second and a sequence
/// of two, then the process id. Unique within a process for ever and between processes by the id at the end.
/// </summary>
public sealed class QueueIds(TimeProvider clock)
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx";
    private const int Sequences = 60 * 60;
    private readonly Lock _lock = new();
    private int _sequence = Random.Shared.Next(Sequences);
    private long _second;
    private int _usedInSecond;

    /// <summary>A new id.</summary>
    public string Next()
    {
        lock (_lock)
        {
            long now = clock.GetUtcNow().ToUnixTimeSeconds();
            // A second has 3,600 ids; when they are used up, the next second's are taken ahead of time.
            if (now > _second)
                (_second, _usedInSecond) = (now, 0);
            else if (++_usedInSecond >= Sequences)
                (_second, _usedInSecond) = (_second + 1, 0);
            _sequence = (_sequence + 1) % Sequences;
            DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(_second);
            Span<char> id = stackalloc char[8];
            id[0] = Alphabet[(time.Year - 1900) % 60];
            id[1] = Alphabet[time.Month - 1];
            id[2] = Alphabet[time.Day];
            id[3] = Alphabet[time.Hour];
            id[4] = Alphabet[time.Minute];
            id[5] = Alphabet[time.Second];
            id[6] = Alphabet[_sequence / 60];
            id[7] = Alphabet[_sequence % 60];
            return string.Concat(id, Environment.ProcessId.ToString("D6", System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
