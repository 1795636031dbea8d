using System.Collections.Concurrent;

namespace Sendmail.Mta.Delivery;

/// <summary>
/// Machines that could not be used in this queue run, or by this command: they are not tried again, so that a dead one
/// costs its time-out once and not for each of its messages. The next run begins anew.
/// </summary>
public sealed class RecentFailures
{
    private readonly ConcurrentDictionary<string, HostOutcome> _outcomes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Why a machine could not be used, null when nothing is known against it.</summary>
    internal HostOutcome? Find(string host) => _outcomes.TryGetValue(host, out HostOutcome outcome) ? outcome : null;

    /// <summary>Remembers that a machine could not be used.</summary>
    internal void Add(string host, HostOutcome outcome) => _outcomes[host] = outcome;
}
