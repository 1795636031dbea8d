using Sendmail.Core.Headers;

namespace Sendmail.Mta.Mime;

/// <summary>Hands a body on with its base64 or quoted-printable text decoded (F=9). Lines end at LF or CRLF of the text.</summary>
internal sealed class EightBitConverter(ConversionPlan plan, BodyReader reader, BodySink sink)
{
    private readonly byte[] _line = new byte[2048];
    private int _length;

    /// <summary>Writes what is left of the header, the empty line and the body.</summary>
    /// <exception cref="IOException">The body cannot be read, or what it goes to cannot be written.</exception>
    internal async ValueTask ConvertAsync(CancellationToken cancellation)
    {
        string old = ContentType.FirstWord(plan.Encoding!);
        sink.Line("Content-Transfer-Encoding: 8bit"u8, false, false);
        sink.Line(Core.Latin1.ToBytes("X-MIME-Autoconverted: from " + old + " to 8bit" + plan.By), false, false);
        sink.EndLine();
        bool base64 = old.Equals("base64", StringComparison.OrdinalIgnoreCase);
        int bits = 0, count = 0, padding = 0;
        while (reader.Next())
        {
            if (base64)
                Base64(reader.Piece.Span, ref bits, ref count, ref padding);
            else
                Printable(reader.Piece.Span, reader.EndsLine);
            await sink.FlushSomeAsync(cancellation).ConfigureAwait(false);
        }
        if (_length > 0)
            EndLine();
        sink.EndLine();
    }

    private void Base64(ReadOnlySpan<byte> text, ref int bits, ref int count, ref int padding)
    {
        foreach (byte c in text)
        {
            int value = c switch
            {
                >= (byte)'A' and <= (byte)'Z' => c - 'A',
                >= (byte)'a' and <= (byte)'z' => c - 'a' + 26,
                >= (byte)'0' and <= (byte)'9' => c - '0' + 52,
                (byte)'+' => 62,
                (byte)'/' => 63,
                _ => -1,
            };
            if (value < 0 && c != '=')
                continue;
            // Groups of four characters; padding tells how many octets the last has, one that is not whole has none.
            if (c == '=')
                padding++;
            bits = bits << 6 | Math.Max(value, 0);
            if (++count < 4)
                continue;
            for (int i = 0; i < 3 - Math.Min(padding, 2); i++)
                Octet((byte)(bits >> (16 - 8 * i)));
            bits = count = padding = 0;
        }
    }

    // RFC 2045 6.7: blanks at the end of a line are not part of the text, a line that ends in = goes on.
    private void Printable(ReadOnlySpan<byte> text, bool ended)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
            {
                Octet(text[i]);
                continue;
            }
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2]))
                return;
            Octet((byte)(Digit(text[i + 1]) << 4 | Digit(text[i + 2])));
            i += 2;
        }
        if (ended)
            EndLine();
    }

    private static int Digit(byte c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

    // A CR alone ends a line and NUL is left out: what was hidden in an encoding must not look like the end of the message to
    // whoever reads lines less strictly.
    private void Octet(byte c)
    {
        if (c == 0)
            return;
        bool afterReturn = _length > 0 && _line[_length - 1] == '\r';
        if (afterReturn)
            _length--;
        if (c == '\n' || afterReturn)
            EndLine();
        if (c == '\n')
            return;
        if (_length == _line.Length)
        {
            // More of the line follows: this octet at least, which is no line end unless it is half of one.
            int whole = c == '\r' ? _length - 1 : _length;
            sink.Line(_line.AsSpan(0, whole), false, true);
            _line.AsSpan(whole, _length - whole).CopyTo(_line);
            _length -= whole;
        }
        _line[_length++] = c;
    }

    private void EndLine()
    {
        if (_length > 0 && _line[_length - 1] == '\r')
            _length--;
        sink.Line(_line.AsSpan(0, _length), false, false);
        _length = 0;
    }
}
