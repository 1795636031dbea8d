using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sendmail.Wire.Connections;

/// <summary>How sendmail writes addresses: IPv6 with its tag, and with all eight numbers unless UseCompressedIPv6Addresses is set.</summary>
public static class AddressText
{
    /// <summary><c>192.0.2.1</c> or <c>IPv6:2001:db8:0:0:0:0:0:1</c>.</summary>
    public static string Of(IPAddress address, bool compressed)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        if (compressed)
            return "IPv6:" + address;
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        var text = new System.Text.StringBuilder("IPv6");
        for (int i = 0; i < octets.Length; i += 2)
            text.Append(':').Append(((octets[i] << 8) | octets[i + 1]).ToString("x", CultureInfo.InvariantCulture));
        return text.ToString();
    }
}
