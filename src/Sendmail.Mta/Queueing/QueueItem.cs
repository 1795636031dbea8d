namespace Sendmail.Mta.Queueing;

/// <summary>What the order of a queue run needs of one message, and where its name is.</summary>
internal struct QueueItem
{
    /// <summary>Priority of the message.</summary>
    internal long Priority;
    /// <summary>When it was created, or for the order by modification when its control file was changed.</summary>
    internal long When;
    /// <summary>The name of its control file among those of the directory.</summary>
    internal int Name;
    /// <summary>Its first host, backwards, in the names of hosts; -1 for none.</summary>
    internal int Host;
}
