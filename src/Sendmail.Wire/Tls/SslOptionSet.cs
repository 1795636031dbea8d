using System.Globalization;
using System.Security.Authentication;

namespace Sendmail.Wire.Tls;

/// <summary>
/// ServerSSLOptions and ClientSSLOptions: names (<c>SSL_OP_NO_TLSv1_3</c>), <c>+NAME</c>, <c>-NAME</c> and numbers. Only the bits
/// that choose protocol versions have an effect here.
/// </summary>
public static class SslOptionSet
{
    private const long NoTls12 = 0x0800_0000;
    private const long NoTls13 = 0x2000_0000;

    // OpenSSL 3: ssl.h. Bits without effect are known so that they are not refused.
    private static readonly Dictionary<string, long> _names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SSL_OP_ALL"] = 0x8000_0850, ["SSL_OP_NO_SSLv2"] = 0, ["SSL_OP_NO_SSLv3"] = 0x0200_0000, ["SSL_OP_NO_TLSv1"] = 0x0400_0000,
        ["SSL_OP_NO_TLSv1_1"] = 0x1000_0000, ["SSL_OP_NO_TLSv1_2"] = NoTls12, ["SSL_OP_NO_TLSv1_3"] = NoTls13, ["SSL_OP_NO_TICKET"] = 0x4000,
        ["SSL_OP_NO_COMPRESSION"] = 0x2_0000, ["SSL_OP_NO_RENEGOTIATION"] = 0x4000_0000, ["SSL_OP_CIPHER_SERVER_PREFERENCE"] = 0x40_0000,
        ["SSL_OP_PRIORITIZE_CHACHA"] = 0x20_0000, ["SSL_OP_NO_ENCRYPT_THEN_MAC"] = 0x8_0000, ["SSL_OP_ALLOW_NO_DHE_KEX"] = 0x400,
        ["SSL_OP_NO_ANTI_REPLAY"] = 0x100_0000, ["SSL_OP_LEGACY_SERVER_CONNECT"] = 0x4, ["SSL_OP_SINGLE_DH_USE"] = 0, ["SSL_OP_SINGLE_ECDH_USE"] = 0,
        ["SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION"] = 0x1_0000, ["SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION"] = 0x4_0000,
        ["SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS"] = 0x800, ["SSL_OP_TLSEXT_PADDING"] = 0x10, ["SSL_OP_CRYPTOPRO_TLSEXT_BUG"] = 0x8000_0000,
        ["SSL_OP_SAFARI_ECDHE_ECDSA_BUG"] = 0x40, ["SSL_OP_TLS_ROLLBACK_BUG"] = 0x80_0000, ["SSL_OP_NO_QUERY_MTU"] = 0x1000,
        ["SSL_OP_COOKIE_EXCHANGE"] = 0x2000, ["SSL_OP_CISCO_ANYCONNECT"] = 0x8000, ["SSL_OP_ENABLE_MIDDLEBOX_COMPAT"] = 0x10_0000,
        ["SSL_OP_EPHEMERAL_RSA"] = 0, ["SSL_OP_NETSCAPE_CA_DN_BUG"] = 0, ["SSL_OP_NETSCAPE_DEMO_CIPHER_CHANGE_BUG"] = 0, ["SSL_OP_PKCS1_CHECK_1"] = 0,
        ["SSL_OP_PKCS1_CHECK_2"] = 0, ["SSL_OP_MICROSOFT_SESS_ID_BUG"] = 0, ["SSL_OP_NETSCAPE_CHALLENGE_BUG"] = 0,
        ["SSL_OP_NETSCAPE_REUSE_CIPHER_CHANGE_BUG"] = 0, ["SSL_OP_SSLREF2_REUSE_CERT_TYPE_BUG"] = 0, ["SSL_OP_MICROSOFT_BIG_SSLV3_BUFFER"] = 0,
        ["SSL_OP_MSIE_SSLV2_RSA_PADDING"] = 0, ["SSL_OP_SSLEAY_080_CLIENT_DH_BUG"] = 0, ["SSL_OP_TLS_D5_BUG"] = 0, ["SSL_OP_TLS_BLOCK_PADDING_BUG"] = 0,
        ["SSL_OP_NETSCAPE_REUSE_CIPHER_CHANGE"] = 0,
    };

    /// <summary>
    /// Reads an option value.
    /// </summary>
    /// <returns>The word that is not known, null when all are.</returns>
    public static string? Parse(string text, out long bits)
    {
        bits = 0;
        foreach (string word in text.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            bool clear = word[0] == '-';
            string name = word[0] is '-' or '+' ? word[1..] : word;
            if (!_names.TryGetValue(name, out long value) && !Number(name, out value))
                return word;
            bits = clear ? bits & ~value : bits | value;
        }
        return null;
    }

    /// <summary>The protocol versions that remain.</summary>
    internal static SslProtocols Protocols(string text)
    {
        Parse(text, out long bits);
        SslProtocols protocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        if ((bits & NoTls12) != 0)
            protocols &= ~SslProtocols.Tls12;
        if ((bits & NoTls13) != 0)
            protocols &= ~SslProtocols.Tls13;
        return protocols == SslProtocols.None ? SslProtocols.Tls12 | SslProtocols.Tls13 : protocols;
    }

    private static bool Number(string text, out long value) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
