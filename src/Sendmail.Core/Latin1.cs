using System.Text;

namespace Sendmail.Core;

/// <summary>
/// The one place where octets become strings and back: one <see cref="char"/> per octet, so that 8-bit input
/// survives untouched. Metasymbols (<see cref="Meta"/>) lie outside this range and are never data.
/// </summary>
public static class Latin1
{
    /// <summary>Octets to string, one char each.</summary>
    public static string ToString(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);

    /// <summary>String to octets; <paramref name="text"/> holds only chars below U+0100.</summary>
    public static byte[] ToBytes(string text) => Encoding.Latin1.GetBytes(text);
}
