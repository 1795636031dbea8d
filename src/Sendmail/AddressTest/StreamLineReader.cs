namespace Sendmail.AddressTest;

/// <summary>
/// Lines of a file or pipe; the prompt is written all the same. What was written so far goes out before the input is waited
/// for, not at each line: with much input at hand that would be most of the work.
/// </summary>
internal sealed class StreamLineReader(Stream input, TextWriter output) : ILineReader
{
    private const int Longest = 2047;
    private byte[] _buffer = new byte[16384];
    private int _start;
    private int _end;

    /// <inheritdoc/>
    public string? Read(string prompt)
    {
        output.Write(prompt);
        int searched = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0 && length + searched < Longest)
            {
                length += searched;
                string line = Text(length);
                _start += length + 1;
                return line;
            }
            searched = _end - _start;
            // What is longer comes as several lines.
            if (searched >= Longest)
            {
                string piece = Text(Longest);
                _start += Longest;
                return piece;
            }
            if (!Fill())
                break;
        }
        if (_start == _end)
            return null;
        string last = Text(_end - _start);
        _start = _end;
        return last;
    }

    private string Text(int length) => System.Text.Encoding.Latin1.GetString(_buffer, _start, length);

    private bool Fill()
    {
        output.Flush();
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        int count = input.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        return count > 0;
    }
}
