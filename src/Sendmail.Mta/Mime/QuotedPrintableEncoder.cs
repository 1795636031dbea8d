using Sendmail.Core.Cf;

namespace Sendmail.Mta.Mime;

/// <summary>
/// Writes text as quoted-printable (RFC 2045 6.7), lines of at most 76 octets. Lone dots and, with F=E, <c>From</c> at the start
/// of a line are encoded, so that no agent further on has to change them.
/// </summary>
internal sealed class QuotedPrintableEncoder(BodySink sink, Mailer mailer)
{
    private const int LongestWhole = 72;
    // RFC 2045 6.7: characters that EBCDIC does not have in one place (F=3).
    private const string NotInEbcdic = "!\"#$@[\\]^`{|}~";
    private readonly bool _ebcdic = mailer.Has('3');
    private readonly byte[] _start = new byte[4];
    private int _pending = -1;

    /// <summary>Adds octets of a line.</summary>
    internal void Add(ReadOnlySpan<byte> text)
    {
        foreach (byte c in text)
        {
            if (_pending >= 0)
                Emit((byte)_pending, false);
            _pending = c;
        }
    }

    /// <summary>Ends a line: a hard line break.</summary>
    internal void NewLine()
    {
        if (_pending >= 0)
            Emit((byte)_pending, true);
        _pending = -1;
        sink.EndLine();
    }

    /// <summary>Ends the text; an unfinished line is ended.</summary>
    /// <param name="always">Ends a line also when there is none, because a boundary follows.</param>
    internal void End(bool always)
    {
        if (_pending >= 0)
            Emit((byte)_pending, true);
        _pending = -1;
        if (sink.Column > 0 || always)
            sink.EndLine();
    }

    private void Emit(byte c, bool last)
    {
        if (sink.Column > LongestWhole)
        {
            sink.Text("="u8);
            sink.EndLine();
        }
        int column = sink.Column;
        bool from = sink.QuotesFrom && c == ' ' && column == 4 && _start.AsSpan().SequenceEqual("From"u8);
        bool encode = c is < 0x20 and not (byte)'\t' or >= 0x7F or (byte)'=' || (last && (c is (byte)' ' or (byte)'\t')) || (last && c == '.' && column == 0)
            || from || (_ebcdic && NotInEbcdic.Contains((char)c, StringComparison.Ordinal));
        if (column < _start.Length)
            _start[column] = encode ? (byte)0 : c;
        if (encode)
            sink.Text([(byte)'=', Hex(c >> 4), Hex(c & 15)]);
        else
            sink.Text([c]);
    }

    private static byte Hex(int digit) => (byte)"0123456789ABCDEF"[digit];
}
