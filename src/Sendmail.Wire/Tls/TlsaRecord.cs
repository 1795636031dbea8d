using System.Globalization;

namespace Sendmail.Wire.Tls;

/// <summary>One TLSA record (RFC 6698 2.1): who vouches, for what part of a certificate, by which hash, and the value.</summary>
public sealed record TlsaRecord(byte Usage, byte Selector, byte Matching, byte[] Data)
{
    /// <summary>Whether mail can use it: trust anchors (2) and servers' certificates (3) alone count there (RFC 7672 3.1).</summary>
    public bool IsSupported => Usage is 2 or 3 && Selector <= 1 && Matching <= 2;

    /// <summary>As log lines show it: numbers and the first octet.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Usage}-{Selector}-{Matching}:{Data[0]:x2}");

    /// <summary>Reads record data; null when there is not all of it.</summary>
    public static TlsaRecord? Parse(ReadOnlySpan<byte> data) => data.Length < 4 ? null : new TlsaRecord(data[0], data[1], data[2], data[3..].ToArray());
}
