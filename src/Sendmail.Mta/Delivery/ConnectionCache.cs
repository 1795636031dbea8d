using System.Collections.Concurrent;
using Sendmail.Wire.Smtp;

namespace Sendmail.Mta.Delivery;

/// <summary>An SMTP session that is ready for another message, and what its first use found out.</summary>
public sealed record CachedSession(SmtpClient Client, string HostName, string Relay, DateTimeOffset Since)
{
    /// <summary>Messages sent so far.</summary>
    public int Messages { get; init; }
    /// <summary>Macros of the session: server name and address, TLS facts.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Macros { get; init; }
}

/// <summary>Open sessions by mailer and host, shared by all deliveries of the process (ConnectionCacheSize, ConnectionCacheTimeout).</summary>
public sealed class ConnectionCache(int limit, TimeSpan lifetime, TimeProvider clock)
{
    private const int PerHost = 64;
    private readonly ConcurrentDictionary<string, ConcurrentStack<CachedSession>> _sessions = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<string> _ended = new();

    /// <summary>Takes a session out; null when there is none that is young enough.</summary>
    public CachedSession? Take(string key)
    {
        while (_sessions.TryGetValue(key, out ConcurrentStack<CachedSession>? stack) && stack.TryPop(out CachedSession? session))
        {
            if (clock.GetUtcNow() - session.Since < lifetime && !session.Client.Connection.HasBufferedInput)
                return session;
            _ = CloseAsync(session);
        }
        return null;
    }

    /// <summary>Puts a session back; it is closed when there is no room.</summary>
    public async ValueTask PutAsync(string key, CachedSession session)
    {
        ConcurrentStack<CachedSession> stack = _sessions.GetOrAdd(key, _ => new ConcurrentStack<CachedSession>());
        if (limit <= 0 || stack.Count >= PerHost)
            await CloseAsync(session).ConfigureAwait(false);
        else
            stack.Push(session with { Since = clock.GetUtcNow() });
    }

    /// <summary>Where closing is shown (-v), null for nowhere.</summary>
    public Action<string>? Verbose { get; set; }

    /// <summary>Closes a session politely.</summary>
    public async Task CloseAsync(CachedSession session)
    {
        Verbose?.Invoke("Closing connection to " + session.HostName);
        session.Client.Transcript = Verbose;
        await session.Client.QuitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        await session.Client.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Remembers a connection that ended before it could be used: it is shown (-v) with those that are closed.</summary>
    public void NoteEnded(string host)
    {
        if (Verbose is not null)
            _ended.Enqueue(host);
    }

    /// <summary>Closes what has been idle too long.</summary>
    public async Task CloseIdleAsync(bool all)
    {
        while (_ended.TryDequeue(out string? host))
            Verbose?.Invoke("Closing connection to " + host);
        foreach (ConcurrentStack<CachedSession> stack in _sessions.Values)
        {
            var keep = new List<CachedSession>();
            while (stack.TryPop(out CachedSession? session))
            {
                if (!all && clock.GetUtcNow() - session.Since < lifetime)
                    keep.Add(session);
                else
                    await CloseAsync(session).ConfigureAwait(false);
            }
            foreach (CachedSession session in keep)
                stack.Push(session);
        }
    }
}
