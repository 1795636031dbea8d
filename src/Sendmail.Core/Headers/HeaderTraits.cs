namespace Sendmail.Core.Headers;

/// <summary>
/// What is known about header fields by name, in the bits that <c>/header</c> of address test mode prints. Names are compared
/// without regard to case.
/// </summary>
public static class HeaderTraits
{
    private const uint Ordinary = 0x00040000;

    private const uint TextFollows = 0x1;
    private const uint Recipient = 0x2;
    private const uint Sender = 0x100;
    private const uint OnlyByFlag = 0x20;
    private const uint Forced = 0x40;

    private static readonly Dictionary<string, uint> _traits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["From"] = 0x00040100, ["Sender"] = 0x00040100, ["Reply-To"] = 0x00040100, ["Errors-To"] = 0x00040900, ["Full-Name"] = 0x00040020,
        ["Resent-From"] = 0x00040108, ["Resent-Sender"] = 0x00040108, ["Resent-Reply-To"] = 0x00040108,
        ["To"] = 0x000c0002, ["Cc"] = 0x000c0002, ["Bcc"] = 0x000c4002, ["Apparently-To"] = 0x000c0002,
        ["Resent-To"] = 0x0004000a, ["Resent-Cc"] = 0x0004000a, ["Resent-Bcc"] = 0x0004400a,
        ["Resent-Message-Id"] = 0x00040008, ["Resent-Date"] = 0x00040008,
        ["Message"] = 0x00000001, ["Text"] = 0x00000001,
        ["Received"] = 0x000400c0, ["X400-Received"] = 0x000400c0, ["Via"] = 0x000400c0, ["Mail-From"] = 0x000400c0,
        ["Comments"] = 0x00048040, ["Subject"] = 0x00048000, ["X-Authentication-Warning"] = 0x00040040,
        ["Content-Length"] = 0x00040020, ["Content-Type"] = 0x00042000, ["Content-Transfer-Encoding"] = 0x00041000,
        ["Return-Path"] = 0x00060060, ["Return-Receipt-To"] = 0x00040400, ["Disposition-Notification-To"] = 0x00040100,
    };

    /// <summary>Whether a field that came with a message goes no further: it is for mailers whose flag asks for it, in the configuration's own words.</summary>
    public static bool EndsHere(string name) => (Of(name, false) & OnlyByFlag) != 0;

    /// <summary>Whether a field that came with a message keeps the flags which the configuration gives to its own.</summary>
    public static bool KeepsFlags(string name) => (Of(name, false) & (OnlyByFlag | Forced)) == OnlyByFlag;

    /// <summary>Whether a field other than Bcc tells whom the message is for; whom it was sent to again does not count.</summary>
    public static bool NamesRecipients(IEnumerable<Header> headers) =>
        headers.Any(static h => h.Name.ToLowerInvariant() is "to" or "cc" or "apparently-to");

    /// <summary>Whether a field names recipients that nobody else may see.</summary>
    public static bool IsBlind(string name) => name.Equals("bcc", StringComparison.OrdinalIgnoreCase) || name.Equals("resent-bcc", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>${addr_type}</c> of a field: <c>h</c>, with <c>s</c> or <c>r</c> behind it where its addresses are senders or recipients.</summary>
    public static string AddressType(string name) => Of(name, false) switch
    {
        var bits when (bits & Sender) != 0 => "h s",
        var bits when (bits & Recipient) != 0 => "h r",
        _ => "h",
    };

    /// <summary>Whether a field of this name ends the header: what follows is text, and nothing checks it.</summary>
    public static bool EndsHeader(string name) => (Of(name, false) & TextFollows) != 0;

    /// <summary>The bit of a field with a check of its own that does not see comments.</summary>
    public const uint WithoutComments = 0x00010000;

    /// <summary>The bits of a field; <paramref name="conditional"/> when flags were written in front of it, which leave none of its own.</summary>
    public static uint Of(string name, bool conditional) => conditional ? Ordinary : _traits.GetValueOrDefault(name, Ordinary);
}
