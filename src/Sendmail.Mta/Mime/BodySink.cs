using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Mta.Delivery;

namespace Sendmail.Mta.Mime;

/// <summary>
/// Where lines of a body go: the mailer's line ends, its limit on lines (L=), dots doubled for SMTP, <c>&gt;From</c> for F=E.
/// A guard is there for SMTP. Octets are gathered in memory; whoever writes flushes from time to time.
/// </summary>
internal sealed class BodySink(MemoryStream buffer, Stream output, Mailer mailer, EndOfDataGuard? guard)
{
    private const int Enough = 60000;
    private readonly byte[] _eol = Latin1.ToBytes(mailer.EndOfLine);
    private readonly int _limit = mailer.LineLimit;
    private readonly bool _quoteFrom = mailer.Has('E');
    private int _column;

    /// <summary>Octets of the line so far.</summary>
    internal int Column => _column;
    /// <summary>Lines that begin with <c>From</c> and a blank must not (F=E).</summary>
    internal bool QuotesFrom => _quoteFrom;

    /// <summary>Adds a line or a piece of one; a piece that is not the last of its line is <paramref name="cut"/>.</summary>
    internal void Line(ReadOnlySpan<byte> text, bool strip, bool cut)
    {
        // The mark is beyond the limit on lines.
        if (_column == 0 && _quoteFrom && text.StartsWith("From "u8))
            buffer.WriteByte((byte)'>');
        if (_limit <= 0 || (_column + text.Length <= _limit && !cut))
        {
            Text(text, strip);
        }
        else
        {
            while (text.Length > 0)
            {
                int room = _limit - _column - (cut || _column + text.Length > _limit ? 1 : 0);
                int take = Math.Min(Math.Max(room, 1), text.Length);
                Text(text[..take], strip);
                text = text[take..];
                if (_column >= _limit - 1 && (cut || text.Length > 0))
                    Break();
            }
        }
        if (!cut)
            EndLine();
    }

    /// <summary>Adds octets of an encoding, which keeps its lines short.</summary>
    internal void Text(ReadOnlySpan<byte> text, bool strip = false)
    {
        if (text.Length == 0)
            return;
        if (_column == 0 && guard is not null && text[0] == '.')
            buffer.WriteByte((byte)'.');
        _column += text.Length;
        if (!strip)
        {
            buffer.Write(text);
            return;
        }
        foreach (byte c in text)
            buffer.WriteByte((byte)(c & 0x7F));
    }

    /// <summary>Ends the line.</summary>
    internal void EndLine()
    {
        buffer.Write(_eol);
        _column = 0;
    }

    /// <summary>Sends what was gathered when it is much.</summary>
    internal async ValueTask FlushSomeAsync(CancellationToken cancellation)
    {
        if (buffer.Length <= Enough)
            return;
        guard?.Apply(buffer);
        await output.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellation).ConfigureAwait(false);
        buffer.SetLength(0);
    }

    private void Put(byte octet)
    {
        buffer.WriteByte(octet);
        _column++;
    }

    private void Break()
    {
        Put((byte)'!');
        EndLine();
        Put((byte)' ');
    }
}
