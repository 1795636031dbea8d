namespace Sendmail.Mta.Queueing;

/// <summary>What a message of the queue waits for.</summary>
internal enum QueueState
{
    /// <summary>The next queue run.</summary>
    Waiting,
    /// <summary>Nothing: it is being delivered.</summary>
    Active,
    /// <summary>The time after an attempt (MinQueueAge).</summary>
    Resting,
    /// <summary>Less load on this machine (QueueLA).</summary>
    Load,
    /// <summary>Somebody who ends its quarantine.</summary>
    Quarantined,
    /// <summary>Somebody who looks after lost messages.</summary>
    Lost,
}
