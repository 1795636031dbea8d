namespace Sendmail.Mta.Filters;

/// <summary>Cuts a body whose lines end in LF into pieces of at most so many octets with lines ending in CRLF, as filters get it.</summary>
public sealed class BodyChunks(Stream body, int size)
{
    private readonly byte[] _input = new byte[size];
    private byte[] _next = new byte[size];
    private byte[] _current = new byte[size];
    private int _at;
    private int _end;
    private int _ahead = -1;
    private bool _pendingLineFeed;

    /// <summary>Whether the piece given last is the last one.</summary>
    public bool IsLast => _ahead == 0;

    /// <summary>The next piece, empty when there is none. It is valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancellation)
    {
        if (_ahead < 0)
            _ahead = await FillAsync(cancellation).ConfigureAwait(false);
        (_current, _next) = (_next, _current);
        int length = _ahead;
        if (length > 0)
            _ahead = await FillAsync(cancellation).ConfigureAwait(false);
        return _current.AsMemory(0, length);
    }

    private async ValueTask<int> FillAsync(CancellationToken cancellation)
    {
        int written = 0;
        while (written < size)
        {
            if (_pendingLineFeed)
            {
                _next[written++] = (byte)'\n';
                _pendingLineFeed = false;
                continue;
            }
            if (_at == _end)
            {
                _at = 0;
                _end = await body.ReadAsync(_input, cancellation).ConfigureAwait(false);
                if (_end == 0)
                    break;
            }
            byte octet = _input[_at++];
            _pendingLineFeed = octet == '\n';
            _next[written++] = _pendingLineFeed ? (byte)'\r' : octet;
        }
        return written;
    }
}
