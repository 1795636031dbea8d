using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Queueing;

/// <summary>
/// Queue groups (Q lines, ruleset queuegroup, Q= of mailers): which one a message belongs to, and the parts it falls into when its
/// recipients belong to several or are more than r= allows (op 2.3.1, 5.7).
/// </summary>
public sealed class QueueGroupSplit(MtaServices services)
{
    private const string RuleSet = "queuegroup";
    private readonly IReadOnlyList<QueueGroup> _groups = services.Configuration.QueueGroups;

    private bool IsUsed => _groups.Count > 1 || _groups.Any(static g => g.Recipients > 0);

    /// <summary>
    /// Finds the groups of a message's recipients before it is committed. The message itself goes into that of the first; who has
    /// none goes along.
    /// </summary>
    /// <exception cref="IOException">The body cannot be moved to the group's directory.</exception>
    public async ValueTask ChooseAsync(Envelope envelope, CancellationToken cancellation)
    {
        if (!IsUsed)
            return;
        foreach (Address recipient in envelope.Recipients)
            recipient.QueueGroup ??= await GroupOfAsync(recipient, envelope.Macros, cancellation).ConfigureAwait(false);
        if (envelope.Recipients.Find(IsActive) is { QueueGroup: { } first })
            services.Queue.MoveTo(envelope, first);
    }

    /// <summary>
    /// Splits a committed message. The parts are in the queue and locked, in the order in which they are told of; the message itself
    /// is not among them. What cannot be split stays together.
    /// </summary>
    public async ValueTask<IReadOnlyList<Envelope>> SplitAsync(Envelope envelope, CancellationToken cancellation)
    {
        if (!IsUsed || envelope.QuarantineReason is not null)
            return [];
        var parts = new List<Envelope>();
        try
        {
            await ByGroupAsync(envelope, parts, cancellation).ConfigureAwait(false);
            await ByCountAsync(envelope, parts, 0, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            services.Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(root): cannot split: " + e.Message);
        }
        return parts;
    }

    private static bool IsActive(Address recipient) => recipient.State is RecipientState.Ok or RecipientState.Queued;

    private async ValueTask<string?> GroupOfAsync(Address recipient, MacroScope scope, CancellationToken cancellation)
    {
        CheckResult result = await services.Checks.CheckAsync(RuleSet, CrackedAddress.Crack(recipient.Text, "").Core, null, scope, cancellation).ConfigureAwait(false);
        return Find(result.Words.Count > 0 ? result.Words[0] : null) ?? Find(recipient.Mailer?.QueueGroup);
    }

    private string? Find(string? name) => _groups.FirstOrDefault(g => g.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name;

    private async ValueTask ByGroupAsync(Envelope envelope, List<Envelope> parts, CancellationToken cancellation)
    {
        var others = new List<(string Group, List<Address> Members)>();
        foreach (Address recipient in envelope.Recipients.Where(IsActive))
        {
            string group = recipient.QueueGroup ?? envelope.QueueGroup;
            if (group == envelope.QueueGroup)
                continue;
            if (others.Find(o => o.Group == group).Members is { } members)
                members.Add(recipient);
            else
                others.Add((group, [recipient]));
        }
        var ids = new List<string>();
        foreach ((string group, List<Address> members) in others)
        {
            Envelope part = await TakeAsync(envelope, group, members, cancellation).ConfigureAwait(false);
            ids.Add(part.Id!);
            parts.Insert(0, part);
            await ByCountAsync(part, parts, 1, cancellation).ConfigureAwait(false);
        }
        Tell(envelope, "", ids);
    }

    // No more recipients in one message than its group takes; the first stay where they are.
    private async ValueTask ByCountAsync(Envelope envelope, List<Envelope> parts, int at, CancellationToken cancellation)
    {
        int most = _groups.FirstOrDefault(g => g.Name == envelope.QueueGroup)?.Recipients ?? 0;
        List<Address> all = [.. envelope.Recipients.Where(IsActive)];
        if (most <= 0 || all.Count <= most)
            return;
        var ids = new List<string>();
        foreach (Address[] members in all.Skip(most).Chunk(most))
        {
            Envelope part = await TakeAsync(envelope, envelope.QueueGroup, members, cancellation).ConfigureAwait(false);
            ids.Add(part.Id!);
            parts.Insert(at, part);
        }
        Tell(envelope, string.Create(CultureInfo.InvariantCulture, $"maxrcpts={most}, rcpts={all.Count}, "), ids);
    }

    // The part is on disk before the message forgets its recipients.
    private async ValueTask<Envelope> TakeAsync(Envelope envelope, string group, IReadOnlyCollection<Address> members, CancellationToken cancellation)
    {
        Envelope part = EnvelopeCopy.Of(envelope, members);
        part.QueueGroup = group;
        await EnvelopeCopy.StoreAsync(services.Queue, part, envelope, cancellation).ConfigureAwait(false);
        envelope.Recipients.RemoveAll(members.Contains);
        try
        {
            await services.Queue.RewriteAsync(envelope).ConfigureAwait(false);
        }
        catch
        {
            // Nobody here delivers the part then: a queue run does.
            part.Lock?.Dispose();
            throw;
        }
        return part;
    }

    private void Tell(Envelope envelope, string why, List<string> ids)
    {
        if (ids.Count > 0)
            services.Log.Write(4, LogPriority.Notice, envelope.Id, string.Create(CultureInfo.InvariantCulture, $"split: {why}count={ids.Count}, id{(ids.Count > 1 ? "s" : "")}={string.Join("; ", ids)}"));
    }
}
