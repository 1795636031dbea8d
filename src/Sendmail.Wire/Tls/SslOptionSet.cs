using Sendmail.Core.Cf;

namespace Sendmail.Wire.Tls;

/// <summary>
/// ServerSSLOptions and ClientSSLOptions (op 5.6): names of SSL_CTX_set_options(3), <c>+NAME</c>, <c>-NAME</c> and numbers.
/// Values are those of OpenSSL 3; names for faults of long gone software are known and mean nothing there either.
/// </summary>
public static class SslOptionSet
{
    /// <summary>In force on the server's side when ServerSSLOptions says nothing else.</summary>
    internal const ulong ServerDefault = SslOptionNames.All & ~SslOptionNames.Padding;

    /// <summary>In force on the client's side when ClientSSLOptions says nothing else.</summary>
    internal const ulong ClientDefault = (SslOptionNames.All & ~SslOptionNames.Padding) | SslOptionNames.NoTicket;

    /// <summary>
    /// Reads an option value over the bits that are the default.
    /// </summary>
    /// <param name="text">The value.</param>
    /// <param name="from">The default.</param>
    /// <param name="set">The bits that are on.</param>
    /// <param name="cleared">The bits that the value turned off.</param>
    /// <param name="unknown">The first word that is not known; the rest is read all the same.</param>
    public static bool TryParse(string text, ulong from, out ulong set, out ulong cleared, out string? unknown)
    {
        ArgumentNullException.ThrowIfNull(text);
        set = from;
        cleared = 0;
        unknown = null;
        foreach ((string name, bool clear) in SslOptionNames.Words(text))
        {
            if (!SslOptionNames.TryBits(name, out ulong value))
            {
                unknown ??= name;
                continue;
            }
            set = clear ? set & ~value : set | value;
            cleared = clear ? cleared | value : cleared & ~value;
        }
        return unknown is null;
    }
}
