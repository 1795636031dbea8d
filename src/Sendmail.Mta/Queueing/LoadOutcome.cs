namespace Sendmail.Mta.Queueing;

/// <summary>What came of the attempt to take a message from the queue.</summary>
public enum LoadOutcome
{
    /// <summary>It is ours and locked.</summary>
    Loaded,
    /// <summary>Somebody else works on it.</summary>
    Locked,
    /// <summary>It was delivered, removed or set aside, or is not written yet.</summary>
    Gone,
    /// <summary>It cannot be read; the log says why.</summary>
    Failed,
}
