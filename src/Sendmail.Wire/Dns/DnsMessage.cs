using System.Buffers.Binary;
using System.Text;

namespace Sendmail.Wire.Dns;

/// <summary>Reads an answer as it comes from the wire (RFC 1035 4.1).</summary>
internal static class DnsMessage
{
    private const int HeaderSize = 12;
    private const int AuthenticData = 0x20;
    private const int MostJumps = 64;

    /// <summary>The records of one type in the answer section, and the name at the end of the aliases.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="name">What was asked for.</param>
    /// <param name="type">The type that was asked for.</param>
    /// <returns>A temporary failure when it cannot be read.</returns>
    internal static DnsAnswer Read(ReadOnlySpan<byte> message, string name, DnsType type)
    {
        if (message.Length < HeaderSize)
            return DnsAnswer.Empty(DnsStatus.TempFail, name);
        bool secure = (message[3] & AuthenticData) != 0;
        int questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        int answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        int at = HeaderSize;
        for (int i = 0; i < questions; i++)
        {
            if (ReadName(message, ref at) is null)
                return DnsAnswer.Empty(DnsStatus.TempFail, name);
            at += 4;
        }
        string canonical = name;
        var records = new List<DnsRecord>();
        for (int i = 0; i < answers; i++)
        {
            if (ReadName(message, ref at) is not { } owner || at + 10 > message.Length)
                return DnsAnswer.Empty(DnsStatus.TempFail, name);
            var found = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length)
                return DnsAnswer.Empty(DnsStatus.TempFail, name);
            if (found == DnsType.Cname && type != DnsType.Cname && DnsText.Name(owner).Equals(canonical, StringComparison.OrdinalIgnoreCase))
            {
                int target = at;
                canonical = ReadName(message, ref target) is { } alias ? DnsText.Name(alias) : canonical;
            }
            else if (found == type && RecordData.Parse(type, Expand(message, at, length, type)) is { } record)
            {
                records.Add(record);
                canonical = DnsText.Name(owner);
            }
            at += length;
        }
        return new DnsAnswer(records.Count > 0 ? DnsStatus.NoError : DnsStatus.NoData, canonical, records, secure);
    }

    /// <summary>Whether a name can stand in a question: labels of 1 to 63 octets, 253 in all (RFC 1035 2.3.4).</summary>
    internal static bool IsPossible(string name)
    {
        if (name.Length is 0 or > 253 || name[0] == '.' || name.Contains("..", StringComparison.Ordinal))
            return false;
        int label = 0;
        foreach (char c in name)
        {
            label = c == '.' ? 0 : label + 1;
            if (label > 63)
                return false;
        }
        return true;
    }

    // Names inside the data of older types may be compressed (RFC 3597 4).
    private static ReadOnlySpan<byte> Expand(ReadOnlySpan<byte> message, int at, int length, DnsType type)
    {
        int before = type switch
        {
            DnsType.Mx or DnsType.Afsdb => 2,
            DnsType.Srv => 6,
            DnsType.Ns or DnsType.Cname or DnsType.Ptr => 0,
            _ => -1,
        };
        ReadOnlySpan<byte> data = message.Slice(at, length);
        if (before < 0 || length < before)
            return data;
        int name = at + before;
        return ReadName(message, ref name) is { } expanded ? (byte[])[.. data[..before], .. expanded] : [];
    }

    // The name at a place, uncompressed with its final zero; null when it makes no sense.
    private static byte[]? ReadName(ReadOnlySpan<byte> message, ref int at)
    {
        var name = new List<byte>();
        int read = at;
        bool jumped = false;
        for (int jumps = 0; ;)
        {
            if (read >= message.Length)
                return null;
            int length = message[read];
            if (length >= 0xC0)
            {
                if (read + 1 >= message.Length || ++jumps > MostJumps)
                    return null;
                if (!jumped)
                    at = read + 2;
                jumped = true;
                read = (length & 0x3F) << 8 | message[read + 1];
                continue;
            }
            if (length > 63 || read + 1 + length > message.Length || name.Count + length > 254)
                return null;
            name.AddRange(message.Slice(read, length + 1));
            read += length + 1;
            if (length != 0)
                continue;
            if (!jumped)
                at = read;
            return [.. name];
        }
    }
}
