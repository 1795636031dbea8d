using System.Globalization;
using System.Text;

namespace Sendmail.Wire.Dns;

/// <summary>What name servers say, as text that can be shown: anybody may put any octets there.</summary>
internal static class DnsText
{
    private const string Special = "\".;\\()@$";

    /// <summary>An uncompressed name in the form of zone files (RFC 1035 5.1): a backslash before what has a meaning, \DDD for what is not printable.</summary>
    internal static string Name(ReadOnlySpan<byte> data)
    {
        var name = new StringBuilder(data.Length);
        for (int at = 0; at < data.Length && data[at] > 0 && at + 1 + data[at] <= data.Length; at += 1 + data[at])
        {
            if (name.Length > 0)
                name.Append('.');
            foreach (byte octet in data.Slice(at + 1, data[at]))
            {
                if (octet is <= (byte)' ' or >= 0x7F)
                    name.Append('\\').Append(octet.ToString("D3", CultureInfo.InvariantCulture));
                else if (Special.Contains((char)octet, StringComparison.Ordinal))
                    name.Append('\\').Append((char)octet);
                else
                    name.Append((char)octet);
            }
        }
        return name.ToString();
    }

    /// <summary>The character strings of a TXT record, one behind the other; X stands for each octet that is not printable, as the reference has it.</summary>
    internal static string Strings(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder(data.Length);
        for (int at = 0; at < data.Length && at + 1 + data[at] <= data.Length; at += 1 + data[at])
        {
            foreach (byte octet in data.Slice(at + 1, data[at]))
                text.Append(octet is >= (byte)' ' and < 0x7F ? (char)octet : 'X');
        }
        return text.ToString();
    }

    /// <summary>Whether a name may be that of a host: letters, digits, hyphens and underscores, no hyphen first. The system's resolver answers with no others.</summary>
    internal static bool IsHostName(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                return false;
        }
        return name.Length > 0 && name[0] != '-';
    }
}
