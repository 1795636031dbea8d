using System.Collections.Concurrent;
using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Delivery;

/// <summary>The machines that take mail for a recipient: those that are preferred, and all of them in order, as one text each.</summary>
internal readonly record struct HostSignature(string First, string All);

/// <summary>
/// Which recipients of a message are reached by the same machines: what goes to the same ones goes together, and a message that
/// was tried before goes to its machines in the order of their names.
/// </summary>
internal sealed class DeliveryOrder(MtaServices services)
{
    private readonly HostResolver _resolver = new(services);
    private readonly ConcurrentDictionary<string, HostSignature> _signatures = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sorts the recipients that are to be tried; of equals the last comes first. The others come before them.</summary>
    internal async ValueTask SortAsync(List<Address> recipients, CancellationToken cancellation)
    {
        await AskAsync(recipients.Where(r => r.State == RecipientState.Ok && r.Mailer is not null), cancellation).ConfigureAwait(false);
        var keyed = new List<(HostSignature Signature, int Index, Address Recipient)>(recipients.Count);
        foreach (Address recipient in recipients.Where(r => r.State == RecipientState.Ok && r.Mailer is not null))
            keyed.Add((await FindAsync(recipient, cancellation).ConfigureAwait(false), keyed.Count, recipient));
        if (keyed.Count < 2)
            return;
        keyed.Sort((a, b) => string.CompareOrdinal(a.Signature.All, b.Signature.All) is var order and not 0 ? order : b.Index - a.Index);
        recipients.RemoveAll(r => r.State == RecipientState.Ok && r.Mailer is not null);
        recipients.AddRange(keyed.Select(k => k.Recipient));
    }

    /// <summary>
    /// The recipients that are still to be tried, in the transactions they go in: those for whom the same machines are preferred
    /// share one (op 5.1.4). The last of a transaction is the one whose other machines are tried when the preferred ones fail.
    /// </summary>
    internal async ValueTask<List<List<Address>>> GroupAsync(IReadOnlyList<Address> recipients, CancellationToken cancellation)
    {
        List<Address> open = [.. recipients.Where(r => r.State == RecipientState.Ok && r.Mailer is not null)];
        // A single host has nobody to share with; its machines are looked up when it is their turn.
        bool shared = open.Where(Shares).DistinctBy(r => (r.Mailer, r.Host.ToLowerInvariant())).Skip(1).Any();
        if (shared)
            await AskAsync(open.Where(Shares), cancellation).ConfigureAwait(false);
        var groups = new Dictionary<(Mailer, string), List<Address>>();
        var order = new List<List<Address>>();
        foreach (Address recipient in open)
        {
            Mailer mailer = recipient.Mailer!;
            (Mailer, string) key = (mailer, shared && Shares(recipient) ? (await FindAsync(recipient, cancellation).ConfigureAwait(false)).First : recipient.Host.ToLowerInvariant());
            int most = mailer.Has('m') ? mailer.MaxRecipients : 1;
            if (!groups.TryGetValue(key, out List<Address>? group) || (most > 0 && group.Count >= most))
                order.Add(group = groups[key] = []);
            group.Add(recipient);
        }
        // Within a transaction the last comes first.
        order.ForEach(static list => list.Reverse());
        return order;
    }

    // Name servers that do not answer keep each other company.
    private async ValueTask AskAsync(IEnumerable<Address> recipients, CancellationToken cancellation)
    {
        const int atOnce = 64;
        foreach (Address[] some in recipients.DistinctBy(r => (r.Mailer, r.Host.ToLowerInvariant())).Chunk(atOnce))
            await Task.WhenAll(some.Select(r => FindAsync(r, cancellation).AsTask())).ConfigureAwait(false);
    }

    private static bool Shares(Address recipient) => recipient.Mailer is { IsIpc: true } mailer && mailer.Has('m') && mailer.Arguments is not ["FILE", ..];

    /// <summary>The machines of one recipient; for a mailer of this system its host.</summary>
    internal async ValueTask<HostSignature> FindAsync(Address recipient, CancellationToken cancellation)
    {
        if (recipient.Mailer is not { IsIpc: true } mailer)
            return new HostSignature(recipient.Host, recipient.Host);
        string host = recipient.Host;
        if (mailer.Arguments.Count > 1)
            host = MacroExpander.Expand(mailer.Arguments[1], new MacroScope(services.Configuration.Macros) { ["h"] = recipient.Host });
        string key = mailer.Name + " " + host;
        if (_signatures.TryGetValue(key, out HostSignature known))
            return known;
        CandidateList found = await _resolver.FindAsync(host, mailer.Has('0'), 0, cancellation).ConfigureAwait(false);
        return _signatures[key] = found.Hosts.Count == 0 ? new HostSignature(host, host) : new HostSignature(Text(found.Hosts.TakeWhile(c => c.Rank == 0)), Text(found.Hosts));
    }

    // Equals are in random order when they are tried, not here.
    private static string Text(IEnumerable<Candidate> candidates)
    {
        var text = new StringBuilder();
        int rank = 0;
        foreach (Candidate candidate in candidates.OrderBy(c => c.Rank).ThenBy(c => c.Name, StringComparer.OrdinalIgnoreCase))
        {
            if (text.Length > 0)
                text.Append(candidate.Rank == rank ? ',' : ':');
            rank = candidate.Rank;
            text.Append(candidate.Name.TrimEnd('.').ToLowerInvariant());
        }
        return text.ToString();
    }
}
