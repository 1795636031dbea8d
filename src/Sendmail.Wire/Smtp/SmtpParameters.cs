namespace Sendmail.Wire.Smtp;

/// <summary>What the server allows in parameters.</summary>
public sealed record SmtpParameterRules
{
    /// <summary>Whether RET, ENVID, NOTIFY and ORCPT are allowed.</summary>
    public bool AllowDsn { get; init; } = true;
    /// <summary>Whether BY is allowed (DeliverByMin not negative).</summary>
    public bool AllowDeliverBy { get; init; } = true;
    /// <summary>DeliverByMin in seconds, for mode R.</summary>
    public long DeliverByMinimum { get; init; }
}

/// <summary>The parameters of MAIL.</summary>
public sealed record MailParameters
{
    /// <summary>SIZE in octets, null when not given; what is no number counts as 0.</summary>
    public long? Size { get; init; }
    /// <summary>BODY in capitals: 7BIT or 8BITMIME, empty when not given.</summary>
    public string Body { get; init; } = "";
    /// <summary>RET in capitals: FULL or HDRS, empty when not given.</summary>
    public string Return { get; init; } = "";
    /// <summary>ENVID as given (xtext), null when not given.</summary>
    public string? EnvelopeId { get; init; }
    /// <summary>AUTH as given (xtext), null when not given.</summary>
    public string? Auth { get; init; }
    /// <summary>BY in seconds, null when not given.</summary>
    public long? DeliverBy { get; init; }
    /// <summary>Mode of BY: N or R.</summary>
    public char DeliverByMode { get; init; }
    /// <summary>Trace of BY.</summary>
    public bool DeliverByTrace { get; init; }
}

/// <summary>NOTIFY of RCPT (RFC 3461 4.1).</summary>
[Flags]
public enum NotifyConditions
{
    /// <summary>NEVER.</summary>
    Never = 0,
    /// <summary>SUCCESS.</summary>
    Success = 1,
    /// <summary>FAILURE.</summary>
    Failure = 2,
    /// <summary>DELAY.</summary>
    Delay = 4,
}

/// <summary>The parameters of RCPT.</summary>
public sealed record RcptParameters
{
    /// <summary>None given.</summary>
    public static readonly RcptParameters None = new();
    /// <summary>NOTIFY, null when not given.</summary>
    public NotifyConditions? Notify { get; init; }
    /// <summary>ORCPT as given (<c>type;xtext</c>), null when not given.</summary>
    public string? OriginalRecipient { get; init; }
}
