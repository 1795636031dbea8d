using Sendmail.Posix;

namespace Sendmail.Mta.Mime;

/// <summary>
/// Reads a message's body by lines, with a place to go back to. A line longer than the buffer comes in pieces, so that memory
/// is bounded; a piece that is not the end of its line is always followed by another one that is not empty.
/// </summary>
internal sealed class BodyReader(string path) : IDisposable
{
    private readonly FileStream _file = Files.Open(path);
    private readonly byte[] _buffer = new byte[65536];
    private int _start;
    private int _end;
    private int _next;
    private long _offset;
    private bool _inLine;

    /// <summary>The line or piece, without its line end.</summary>
    internal ReadOnlyMemory<byte> Piece { get; private set; }
    /// <summary>Whether it begins a line.</summary>
    internal bool StartsLine { get; private set; }
    /// <summary>Whether a line end followed it.</summary>
    internal bool EndsLine { get; private set; }
    /// <summary>Whether more of the same line follows.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>Where the next piece begins.</summary>
    internal long Position => _offset + _next;

    /// <summary>Goes to the beginning of a line, as <see cref="Position"/> told it.</summary>
    internal void Seek(long position)
    {
        _inLine = false;
        if (position >= _offset && position <= _offset + _end)
        {
            _next = (int)(position - _offset);
            return;
        }
        _file.Position = _offset = position;
        _start = _end = _next = 0;
    }

    /// <summary>Takes the next piece.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal bool Next()
    {
        _start = _next;
        int newline = FindLineEnd(_start);
        if (newline < 0)
        {
            Fill();
            newline = FindLineEnd(_start);
        }
        if (_start == _end)
            return false;
        StartsLine = !_inLine;
        bool full = newline < 0 && _end == _buffer.Length;
        // The last octet waits: what follows it tells whether the line goes on.
        int stop = newline >= 0 ? newline : full ? _end - 1 : _end;
        EndsLine = newline >= 0;
        IsCut = full;
        Piece = _buffer.AsMemory(_start, stop - _start);
        _next = newline >= 0 ? newline + 1 : stop;
        _inLine = full;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private int FindLineEnd(int from)
    {
        int at = _buffer.AsSpan(from, _end - from).IndexOf((byte)'\n');
        return at < 0 ? -1 : from + at;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _offset += _start;
        _end -= _start;
        _start = _next = 0;
        while (_end < _buffer.Length)
        {
            int read = _file.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                return;
            bool found = _buffer.AsSpan(_end, read).Contains((byte)'\n');
            _end += read;
            if (found)
                return;
        }
    }
}
