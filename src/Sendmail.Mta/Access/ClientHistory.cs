using System.Net;

namespace Sendmail.Mta.Access;

/// <summary>What is known of a client when it connects: connections of its address now and in the window, and of all addresses.</summary>
public readonly record struct ClientLoad(int Connections, int Rate, int TotalRate);

/// <summary>
/// Counts connections for each client address: open ones, and those of the last ConnectionRateWindowSize, in six slices that
/// fall out one by one (op 5.1.4.8: <c>${client_connections}</c>, <c>${client_rate}</c>, <c>${total_rate}</c>). Thread safe.
/// </summary>
public sealed class ClientHistory(TimeSpan window, TimeProvider clock)
{
    private const int Slices = 6;
    private const int MostClients = 16384;

    private sealed class Entry
    {
        private readonly int[] _counts = new int[Slices];
        private long _slice;

        internal int Open { get; set; }

        internal int Rate(long now)
        {
            for (long at = Math.Max(_slice + 1, now - Slices + 1); at <= now; at++)
                _counts[at % Slices] = 0;
            _slice = Math.Max(_slice, now);
            return _counts.Sum();
        }

        internal void Add(long now)
        {
            Rate(now);
            _counts[now % Slices]++;
        }
    }

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Entry> _clients = [];
    private readonly Entry _all = new();
    private readonly long _sliceTicks = Math.Max(1, window.Ticks / Slices);

    private long Now => clock.GetUtcNow().Ticks / _sliceTicks;

    /// <summary>Counts a new connection; <see cref="Leave"/> must follow.</summary>
    public ClientLoad Enter(IPAddress client)
    {
        lock (_gate)
        {
            long now = Now;
            if (!_clients.TryGetValue(client, out Entry? entry))
            {
                if (_clients.Count >= MostClients)
                    Forget(now);
                _clients[client] = entry = new Entry();
            }
            entry.Add(now);
            entry.Open++;
            _all.Add(now);
            return new ClientLoad(entry.Open, entry.Rate(now), _all.Rate(now));
        }
    }

    /// <summary>A connection is over.</summary>
    public void Leave(IPAddress client)
    {
        lock (_gate)
        {
            if (_clients.TryGetValue(client, out Entry? entry))
                entry.Open--;
        }
    }

    // A flood from ever new addresses must not fill the memory: who has been quiet for a window goes first, then anybody without
    // an open connection.
    private void Forget(long now)
    {
        foreach (IPAddress quiet in _clients.Where(c => c.Value.Open <= 0 && c.Value.Rate(now) == 0).Select(c => c.Key).ToArray())
            _clients.Remove(quiet);
        if (_clients.Count < MostClients)
            return;
        foreach (IPAddress closed in _clients.Where(c => c.Value.Open <= 0).Select(c => c.Key).ToArray())
            _clients.Remove(closed);
    }
}
