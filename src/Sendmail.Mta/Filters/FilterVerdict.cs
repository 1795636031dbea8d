using Sendmail.Core.Replies;

namespace Sendmail.Mta.Filters;

/// <summary>What filters made of a step of the session.</summary>
public enum FilterOutcome
{
    /// <summary>On it goes.</summary>
    Continue,
    /// <summary>Refused for good, without a text of its own.</summary>
    Reject,
    /// <summary>Refused for now, without a text of its own.</summary>
    TemporaryFailure,
    /// <summary>The message is taken and thrown away.</summary>
    Discard,
    /// <summary>Refused with a reply of the filter's.</summary>
    Reply,
    /// <summary>The session ends with 421.</summary>
    Shutdown,
}

/// <summary>What filters made of a step; <see cref="Reply"/> is there for <see cref="FilterOutcome.Reply"/> alone.</summary>
/// <param name="Outcome">What is to be done.</param>
/// <param name="Reply">The filter's own reply, null when it has none.</param>
/// <param name="IsFailure">The filter did not say so: it is not there, and F= of its X line decides.</param>
public readonly record struct FilterVerdict(FilterOutcome Outcome, SmtpReply? Reply = null, bool IsFailure = false)
{
    /// <summary>On it goes.</summary>
    public static readonly FilterVerdict Continue = new(FilterOutcome.Continue);
}
