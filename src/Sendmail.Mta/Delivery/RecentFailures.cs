using System.Collections.Concurrent;

namespace Sendmail.Mta.Delivery;

/// <summary>
/// Machines that could not be reached in this queue run, or by this command: they are not tried again, so that a dead one
/// costs its time-out once and not for each of its messages. The next run begins anew.
/// </summary>
public sealed class RecentFailures
{
    private readonly ConcurrentDictionary<string, string> _messages = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Why a machine could not be reached, null when nothing is known against it.</summary>
    public string? Find(string host) => _messages.GetValueOrDefault(host);

    /// <summary>Remembers that a machine could not be reached.</summary>
    public void Add(string host, string message) => _messages[host] = message;
}
