using System.Globalization;

namespace Sendmail.Core.Replies;

/// <summary>
/// One SMTP reply: the code, the enhanced status (may be empty) and the public text (may have several lines separated
/// by LF). <see cref="Cause"/> is what only the log may say.
/// </summary>
public sealed record SmtpReply(int Code, EnhancedStatus Status, string Text, string? Cause = null)
{
    /// <summary>Builds a reply from <c>"5.1.1"</c> style status text.</summary>
    public static SmtpReply Of(int code, string status, string text, string? cause = null)
    {
        EnhancedStatus.TryParse(status, out EnhancedStatus parsed);
        return new SmtpReply(code, parsed, text, cause);
    }

    /// <summary>What a command ends with that is refused so, when whoever refused said it; null when code and status tell.</summary>
    public SysExit? Exit { get; init; }

    /// <summary>Whether the code is 2xx.</summary>
    public bool IsPositive => Code is >= 200 and < 300;
    /// <summary>Whether the code is 4xx.</summary>
    public bool IsTemporary => Code is >= 400 and < 500;
    /// <summary>Whether the code is 5xx.</summary>
    public bool IsPermanent => Code is >= 500 and < 600;

    /// <summary>Whether the address that the reply is about stands before its text; other codes speak of the client or of servers asked.</summary>
    public bool NamesAddress => Code is 250 or 252 or 450 or 550 or 553;

    /// <summary>The reply on one line, as logs show it: <c>550 5.1.1 text</c>.</summary>
    public override string ToString() => Status.IsEmpty
        ? string.Create(CultureInfo.InvariantCulture, $"{Code} {Text}")
        : string.Create(CultureInfo.InvariantCulture, $"{Code} {Status} {Text}");
}
