namespace Sendmail.Mta.Delivery;

/// <summary>A place of a cache that counts them: a machine that is, or was, connected to.</summary>
internal sealed class CacheSlot(string host)
{
    /// <summary>The machine.</summary>
    internal string Host { get; set; } = host;
    /// <summary>The session that waits there and what it waits under; null while it is used or when it is over.</summary>
    internal (string Key, CachedSession Session)? Idle { get; set; }
    /// <summary>Whether the session ended without having been closed.</summary>
    internal bool IsOver { get; set; }
}
