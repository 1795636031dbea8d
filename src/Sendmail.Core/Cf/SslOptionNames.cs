using System.Globalization;

namespace Sendmail.Core.Cf;

/// <summary>
/// The names of SSL_CTX_set_options(3) that 8.18.2 knows, with their bits in OpenSSL 3. Names for faults of long gone software
/// mean nothing there and are known all the same.
/// </summary>
public static class SslOptionNames
{
    /// <summary>SSL_OP_ALL.</summary>
    public const ulong All = 0x8000_0850;
    /// <summary>SSL_OP_TLSEXT_PADDING.</summary>
    public const ulong Padding = 0x10;
    /// <summary>SSL_OP_NO_TICKET.</summary>
    public const ulong NoTicket = 0x4000;

    private static readonly Dictionary<string, ulong> _bits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SSL_OP_ALL"] = All, ["SSL_OP_NO_SSLv2"] = 0, ["SSL_OP_NO_SSLv3"] = 0x0200_0000, ["SSL_OP_NO_TLSv1"] = 0x0400_0000,
        ["SSL_OP_NO_TLSv1_1"] = 0x1000_0000, ["SSL_OP_NO_TLSv1_2"] = 0x0800_0000, ["SSL_OP_NO_TLSv1_3"] = 0x2000_0000, ["SSL_OP_NO_TICKET"] = NoTicket,
        ["SSL_OP_NO_COMPRESSION"] = 0x2_0000, ["SSL_OP_NO_RENEGOTIATION"] = 0x4000_0000, ["SSL_OP_CIPHER_SERVER_PREFERENCE"] = 0x40_0000,
        ["SSL_OP_PRIORITIZE_CHACHA"] = 0x20_0000, ["SSL_OP_NO_ENCRYPT_THEN_MAC"] = 0x8_0000, ["SSL_OP_ALLOW_NO_DHE_KEX"] = 0x400,
        ["SSL_OP_NO_ANTI_REPLAY"] = 0x100_0000, ["SSL_OP_LEGACY_SERVER_CONNECT"] = 0x4, ["SSL_OP_SINGLE_DH_USE"] = 0, ["SSL_OP_SINGLE_ECDH_USE"] = 0,
        ["SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION"] = 0x1_0000, ["SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION"] = 0x4_0000,
        ["SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS"] = 0x800, ["SSL_OP_TLSEXT_PADDING"] = Padding, ["SSL_OP_CRYPTOPRO_TLSEXT_BUG"] = 0x8000_0000,
        ["SSL_OP_TLS_ROLLBACK_BUG"] = 0x80_0000, ["SSL_OP_NO_QUERY_MTU"] = 0x1000, ["SSL_OP_COOKIE_EXCHANGE"] = 0x2000,
        ["SSL_OP_CISCO_ANYCONNECT"] = 0x8000, ["SSL_OP_ENABLE_MIDDLEBOX_COMPAT"] = 0x10_0000,
        ["SSL_OP_EPHEMERAL_RSA"] = 0, ["SSL_OP_NETSCAPE_CA_DN_BUG"] = 0, ["SSL_OP_NETSCAPE_DEMO_CIPHER_CHANGE_BUG"] = 0, ["SSL_OP_PKCS1_CHECK_1"] = 0,
        ["SSL_OP_PKCS1_CHECK_2"] = 0, ["SSL_OP_MICROSOFT_SESS_ID_BUG"] = 0, ["SSL_OP_NETSCAPE_CHALLENGE_BUG"] = 0,
        ["SSL_OP_NETSCAPE_REUSE_CIPHER_CHANGE_BUG"] = 0, ["SSL_OP_SSLREF2_REUSE_CERT_TYPE_BUG"] = 0, ["SSL_OP_MICROSOFT_BIG_SSLV3_BUFFER"] = 0,
        ["SSL_OP_MSIE_SSLV2_RSA_PADDING"] = 0, ["SSL_OP_SSLEAY_080_CLIENT_DH_BUG"] = 0, ["SSL_OP_TLS_D5_BUG"] = 0, ["SSL_OP_TLS_BLOCK_PADDING_BUG"] = 0,
    };

    /// <summary>Bits by name, in any case.</summary>
    public static IReadOnlyDictionary<string, ulong> Bits => _bits;

    /// <summary>
    /// The words of a value with their sign taken off (a minus sign clears). Blanks before a word do not count, one blank or comma
    /// ends it: between two commas is an empty word, which names nothing.
    /// </summary>
    public static IEnumerable<(string Name, bool Clears)> Words(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (int at = 0; ;)
        {
            while (at < text.Length && text[at] is ' ' or '\t')
                at++;
            if (at == text.Length)
                yield break;
            bool clears = text[at] == '-';
            if (text[at] is '-' or '+')
                at++;
            int end = text.AsSpan(at).IndexOfAny(' ', '\t', ',');
            end = end < 0 ? text.Length : at + end;
            yield return (text[at..end], clears);
            at = Math.Min(end + 1, text.Length);
        }
    }

    /// <summary>The bits of a name or a number.</summary>
    public static bool TryBits(string name, out ulong bits)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _bits.TryGetValue(name, out bits) || (name.Length > 0 && Number(name, out bits));
    }

    // As strtoul(3) with base 0 reads it: what follows the digits does not matter.
    private static bool Number(string text, out ulong value)
    {
        value = 0;
        if (!char.IsAsciiDigit(text[0]))
            return false;
        bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        ulong numberBase = hexadecimal ? 16UL : text[0] == '0' ? 8UL : 10UL;
        for (int i = hexadecimal ? 2 : 0; i < text.Length && char.IsAsciiHexDigit(text[i]); i++)
        {
            ulong digit = ulong.Parse(text.AsSpan(i, 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (digit >= numberBase)
                break;
            value = value * numberBase + digit;
        }
        return true;
    }
}
