using System.Globalization;

namespace Sendmail.Core.Replies;

/// <summary>
/// What a command ends with when rules resolve an address to mailer <c>error</c>: the host part of the triple alone tells,
/// whatever code the text begins with (op 5.2).
/// </summary>
public static class ErrorExit
{
    /// <summary>
    /// The exit code that <paramref name="host"/> stands for: an enhanced status with dots, a number, or a word of the documents;
    /// anything else is <see cref="SysExit.Unavailable"/>.
    /// </summary>
    public static SysExit Of(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.Contains('.', StringComparison.Ordinal))
            return OfStatus(host);
        if (host.Length > 0 && char.IsAsciiDigit(host[0]))
            return (SysExit)(LeadingNumber(host) & 0xff);
        return host.ToLowerInvariant() switch
        {
            "usage" => SysExit.Usage,
            "nouser" => SysExit.NoUser,
            "nohost" => SysExit.NoHost,
            "software" => SysExit.Software,
            "tempfail" => SysExit.TempFail,
            "protocol" => SysExit.Protocol,
            "config" => SysExit.Config,
            _ => SysExit.Unavailable,
        };
    }

    // The class is one digit, with one character behind it; what is no class of RFC 3463 is a fault of the configuration.
    private static SysExit OfStatus(string text)
    {
        string[] parts = text[Math.Min(2, text.Length)..].Split('.');
        return text[0] switch
        {
            '2' => SysExit.Ok,
            '4' => SysExit.TempFail,
            '5' => OfDetail(LeadingNumber(parts[0]), parts.Length > 1 ? LeadingNumber(parts[1]) : 0),
            _ => SysExit.Config,
        };
    }

    private static SysExit OfDetail(int subject, int detail) => (subject, detail) switch
    {
        (1, 0) or (2, 3) or (7, _) => SysExit.DataError,
        (1, 1 or 6) => SysExit.NoUser,
        (1, 2 or 8) => SysExit.NoHost,
        (1, 3 or 7) => SysExit.Usage,
        (1, 5) or (4, 6) => SysExit.Config,
        (3, _) => SysExit.OsError,
        (4, 0 or 2) => SysExit.IoError,
        (4, 1 or 3 or 5) => SysExit.TempFail,
        (4, 4) or (5, _) => SysExit.Protocol,
        _ => SysExit.Unavailable,
    };

    private static int LeadingNumber(string text)
    {
        int end = 0;
        while (end < text.Length && end < 9 && char.IsAsciiDigit(text[end]))
            end++;
        return end == 0 ? 0 : int.Parse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
