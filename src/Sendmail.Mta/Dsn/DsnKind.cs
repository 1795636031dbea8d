namespace Sendmail.Mta.Dsn;

/// <summary>What a delivery status notification is about in the first place.</summary>
public enum DsnKind
{
    /// <summary>Recipients that failed for good; those reached are told about as well.</summary>
    Failure,
    /// <summary>Recipients still queued.</summary>
    Warning,
    /// <summary>Recipients that were reached and whose senders wanted to know.</summary>
    Success,
}
