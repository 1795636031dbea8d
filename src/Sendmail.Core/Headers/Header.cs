using Sendmail.Core.Cf;

namespace Sendmail.Core.Headers;

/// <summary>
/// One header field of a message. <see cref="Value"/> is what follows the colon, leading blank kept, continuation
/// lines separated by LF and their white space; one char per octet, metasymbols only in headers of the configuration.
/// </summary>
public sealed class Header
{
    /// <summary>Field name as written.</summary>
    public required string Name { get; set; }
    /// <summary>Field value.</summary>
    public required string Value { get; set; }
    /// <summary>
    /// What the queue keeps in the place of a value that had a bare LF: one line. Null when the value itself is kept.
    /// </summary>
    public string? QueueValue { get; set; }
    /// <summary>Mailer flags that ask for this header (<c>?F?</c>), empty for all mailers.</summary>
    public MailerFlags MailerFlags { get; set; }
    /// <summary>Macro that must be set for the header to be sent, null for none.</summary>
    public string? ConditionMacro { get; set; }
    /// <summary>
    /// What the configuration says of a default field that has no value yet: not stored, sent where a mailer gives it one, and shown
    /// where the header is returned. Null for all others.
    /// </summary>
    public string? Template { get; init; }
    /// <summary>Whether it is sendmail's default from the configuration rather than the message's own.</summary>
    public bool IsDefault { get; set; }
}
