namespace Sendmail.Wire.Connections;

/// <summary>
/// The time that a client has for each line of its message, or for each block of a long line (Timeout.datablock): sending an octet
/// now and then does not keep it connected.
/// </summary>
/// <param name="limit">How long; zero for ever.</param>
/// <param name="clock">Time.</param>
public sealed class BlockTimer(TimeSpan limit, TimeProvider clock)
{
    private const int Block = 4096;
    private long _start = clock.GetTimestamp();
    private int _octets;

    /// <summary>Unread octets as <see cref="Connection.PeekAsync"/> gives them; null when the time for the line or block is over.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> PeekAsync(Connection connection, CancellationToken cancellation)
    {
        TimeSpan left = limit;
        if (limit > TimeSpan.Zero)
        {
            left -= clock.GetElapsedTime(_start);
            if (left <= TimeSpan.Zero)
                return null;
        }
        ReadOnlyMemory<byte>? chunk = await connection.PeekAsync(left, cancellation).ConfigureAwait(false);
        if (chunk is not { } octets)
            return null;
        _octets += octets.Length;
        if (_octets < Block && !octets.Span.Contains((byte)'\n'))
            return chunk;
        _octets = 0;
        _start = clock.GetTimestamp();
        return chunk;
    }
}
