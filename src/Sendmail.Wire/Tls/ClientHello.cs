using System.Buffers.Binary;

namespace Sendmail.Wire.Tls;

/// <summary>
/// Looks into a ClientHello (RFC 8446 4.1.2, RFC 5246 7.4.1.2) for one thing: whether the client can use an ECDSA certificate.
/// </summary>
internal static class ClientHello
{
    private const int RecordHeader = 5;
    private const int LongestRecord = 16384 + 256;

    /// <summary>
    /// Reads the first record from <paramref name="stream"/>, without taking it away: the octets read are returned to be replayed.
    /// </summary>
    internal static async ValueTask<(byte[] Octets, bool AcceptsEcdsa)> PeekAsync(Stream stream, CancellationToken cancellation)
    {
        byte[] header = new byte[RecordHeader];
        int read = await stream.ReadAtLeastAsync(header, RecordHeader, false, cancellation).ConfigureAwait(false);
        int length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3));
        if (read < RecordHeader || header[0] != 22 || length > LongestRecord)
            return (header[..read], false);
        byte[] record = new byte[RecordHeader + length];
        header.CopyTo(record, 0);
        read = await stream.ReadAtLeastAsync(record.AsMemory(RecordHeader), length, false, cancellation).ConfigureAwait(false);
        return (record[..(RecordHeader + read)], AcceptsEcdsa(record.AsSpan(RecordHeader, read)));
    }

    /// <summary>Whether the hello names an ECDSA signature algorithm and, for TLS 1.2, a suite that uses it.</summary>
    internal static bool AcceptsEcdsa(ReadOnlySpan<byte> handshake)
    {
        var reader = new Cursor(handshake);
        if (reader.Byte() != 1)
            return false;
        reader.Skip(3 + 2 + 32);
        reader.Skip(reader.Byte());
        ReadOnlySpan<byte> suites = reader.Take(reader.Short());
        reader.Skip(reader.Byte());
        var extensions = new Cursor(reader.Take(reader.Short()));
        bool signature = false;
        bool tls13 = false;
        while (extensions.Left >= 4)
        {
            int type = extensions.Short();
            var content = new Cursor(extensions.Take(extensions.Short()));
            if (type == 13)
            {
                for (var list = new Cursor(content.Take(content.Short())); list.Left >= 2;)
                    signature |= list.Short() is 0x0403 or 0x0503 or 0x0603;
            }
            else if (type == 43)
            {
                for (var list = new Cursor(content.Take(content.Byte())); list.Left >= 2;)
                    tls13 |= list.Short() == 0x0304;
            }
        }
        return signature && (tls13 || HasEcdsaSuite(suites));
    }

    private static bool HasEcdsaSuite(ReadOnlySpan<byte> suites)
    {
        for (var list = new Cursor(suites); list.Left >= 2;)
        {
            if (list.Short() is 0xC009 or 0xC00A or 0xC023 or 0xC024 or 0xC02B or 0xC02C or 0xCCA9 or >= 0xC0AC and <= 0xC0AF)
                return true;
        }
        return false;
    }

    // Past the end everything is zero and empty.
    private ref struct Cursor(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        internal readonly int Left => _rest.Length;

        internal ReadOnlySpan<byte> Take(int count)
        {
            ReadOnlySpan<byte> taken = _rest[..Math.Min(count, _rest.Length)];
            _rest = _rest[taken.Length..];
            return taken;
        }

        internal void Skip(int count) => Take(count);

        internal int Byte()
        {
            ReadOnlySpan<byte> one = Take(1);
            return one.Length == 1 ? one[0] : 0;
        }

        internal int Short()
        {
            ReadOnlySpan<byte> two = Take(2);
            return two.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(two) : 0;
        }
    }
}
