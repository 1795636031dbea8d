namespace Sendmail.Mta.Queueing;

/// <summary>Which messages a queue run takes and how it tells about them.</summary>
public sealed record QueueRunRequest
{
    /// <summary>The messages; any limit overrides MinQueueAge.</summary>
    public QueueSelection Selection { get; init; } = QueueSelection.All;
    /// <summary>Where the dialogue is shown (-v), null for nowhere. Messages then run one after the other.</summary>
    public Action<string>? Verbose { get; init; }
    /// <summary>Where errors in queue files are shown, null for the log alone.</summary>
    public Action<string>? Errors { get; init; }
    /// <summary>Whether the messages were submitted a moment ago, so that this is no retry.</summary>
    public bool IsFirstAttempt { get; init; }
}
