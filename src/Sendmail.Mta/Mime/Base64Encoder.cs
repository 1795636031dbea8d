using System.Buffers.Text;

namespace Sendmail.Mta.Mime;

/// <summary>Writes text as base64 (RFC 2045 6.8): line ends are CRLF inside, lines have 72 characters, unless the mailer's are shorter.</summary>
internal sealed class Base64Encoder(BodySink sink)
{
    private readonly byte[] _octets = new byte[54];
    private readonly byte[] _characters = new byte[72];
    private int _count;

    /// <summary>Adds octets.</summary>
    internal void Add(ReadOnlySpan<byte> text)
    {
        foreach (byte c in text)
        {
            if (_count == _octets.Length)
                Write();
            _octets[_count++] = c;
        }
    }

    /// <summary>Adds a line end.</summary>
    internal void NewLine() => Add("\r\n"u8);

    /// <summary>Writes what is left.</summary>
    internal void End() => Write();

    private void Write()
    {
        Base64.EncodeToUtf8(_octets.AsSpan(0, _count), _characters, out _, out int written);
        sink.Line(_characters.AsSpan(0, written), false, false);
        _count = 0;
    }
}
