using System.Collections.Concurrent;

namespace Sendmail.Mta.Delivery;

/// <summary>
/// Open sessions by mailer and machine, shared by all deliveries of the process (ConnectionCacheSize, ConnectionCacheTimeout).
/// A process that delivers one message after the other has as many as the option says; in others each machine may have several.
/// </summary>
public sealed class ConnectionCache(int limit, TimeSpan lifetime, TimeProvider clock)
{
    private readonly List<CacheSlot> _slots = [];

    /// <summary>Whether sessions are counted: a new one then takes the place of the last one that is idle.</summary>
    public bool IsCounted { get; init; }

    /// <summary>A place for a new session; who has it must go first, which is shown (-v) for <paramref name="names"/>. Null when nobody counts.</summary>
    internal async ValueTask<CacheSlot?> ReserveAsync(string host, string names)
    {
        if (!IsCounted)
            return null;
        CacheSlot? slot = _slots.Find(static s => s.IsOver);
        if (slot is null && _slots.Count >= limit)
            slot = _slots.FindLast(static s => s.Idle is not null);
        if (slot is null)
        {
            _slots.Add(slot = new CacheSlot(host));
            return slot;
        }
        if (slot.Idle is { } idle)
        {
            Forget(idle.Key, idle.Session);
            await CloseAsync(idle.Session, names).ConfigureAwait(false);
        }
        else
        {
            Verbose?.Invoke(names + "... Closing connection to " + slot.Host);
        }
        (slot.Host, slot.Idle, slot.IsOver) = (host, null, false);
        if (!_slots.Contains(slot))
            _slots.Add(slot);
        return slot;
    }

    /// <summary>Gives a place back that is not needed after all.</summary>
    internal void Release(CacheSlot? slot)
    {
        if (slot is not null)
            _slots.Remove(slot);
    }

    private void Forget(string key, CachedSession session)
    {
        if (!_sessions.TryGetValue(key, out ConcurrentStack<CachedSession>? stack))
            return;
        CachedSession[] others = [.. stack.Where(s => s.Client != session.Client).Reverse()];
        stack.Clear();
        if (others.Length > 0)
            stack.PushRange(others);
    }

    private const int PerHost = 64;
    private readonly ConcurrentDictionary<string, ConcurrentStack<CachedSession>> _sessions = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<string> _ended = new();

    /// <summary>Takes a session out; null when there is none that is young enough.</summary>
    public CachedSession? Take(string key)
    {
        while (_sessions.TryGetValue(key, out ConcurrentStack<CachedSession>? stack) && stack.TryPop(out CachedSession? session))
        {
            if (session.Slot is { } slot)
                slot.Idle = null;
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
            Push(stack, key, session with { Since = clock.GetUtcNow() });
    }

    private static void Push(ConcurrentStack<CachedSession> stack, string key, CachedSession session)
    {
        stack.Push(session);
        if (session.Slot is { } slot)
            slot.Idle = (key, session);
    }

    /// <summary>The sessions that wait for more mail: mailer and machine, and since when.</summary>
    public IEnumerable<(string Host, DateTimeOffset Since)> Idle => _sessions.SelectMany(static stack => stack.Value.Select(s => (stack.Key, s.Since)));

    /// <summary>Where closing is shown (-v), null for nowhere.</summary>
    public Action<string>? Verbose { get; set; }

    /// <summary>Closes a session politely; <paramref name="names"/> are those who need its place.</summary>
    public async Task CloseAsync(CachedSession session, string? names = null)
    {
        if (session.Slot is { } slot)
            _slots.Remove(slot);
        Verbose?.Invoke((names is null ? "" : names + "... ") + "Closing connection to " + session.HostName);
        session.Client.Transcript = Verbose;
        await session.Client.QuitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        await session.Client.DisposeAsync().ConfigureAwait(false);
        if (session.AtEnd is { } atEnd)
            await atEnd().ConfigureAwait(false);
    }

    /// <summary>Remembers a connection that ended before it could be used: it is shown (-v) with those that are closed.</summary>
    internal void NoteEnded(string host, CacheSlot? slot)
    {
        if (slot is not null)
            (slot.Idle, slot.IsOver) = (null, true);
        else if (Verbose is not null)
            _ended.Enqueue(host);
    }

    /// <summary>Closes what has been idle too long; all of it at the end, the last place first.</summary>
    public async Task CloseIdleAsync(bool all)
    {
        while (_ended.TryDequeue(out string? host))
            Verbose?.Invoke("Closing connection to " + host);
        for (int i = all ? _slots.Count - 1 : -1; i >= 0; i--)
        {
            CacheSlot slot = _slots[i];
            if (slot.Idle is { } idle)
            {
                Forget(idle.Key, idle.Session);
                await CloseAsync(idle.Session).ConfigureAwait(false);
            }
            else if (slot.IsOver)
            {
                Verbose?.Invoke("Closing connection to " + slot.Host);
            }
        }
        foreach ((string key, ConcurrentStack<CachedSession> stack) in _sessions)
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
                Push(stack, key, session);
        }
    }
}
