using Sendmail.Wire.Smtp;

namespace Sendmail.Mta.Delivery;

/// <summary>An SMTP session that is ready for another message, and what its first use found out.</summary>
public sealed record CachedSession(SmtpClient Client, string HostName, string Relay, DateTimeOffset Since)
{
    /// <summary>Messages sent so far.</summary>
    public int Messages { get; init; }
    /// <summary>Its place in a cache that counts places, null in others.</summary>
    internal CacheSlot? Slot { get; init; }
    /// <summary>What is to be done when it has been closed: a program that spoke over it is waited for.</summary>
    internal Func<Task>? AtEnd { get; init; }
    /// <summary>Macros of the session: server name and address, TLS facts.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Macros { get; init; }
}
