using Sendmail.Core.Addressing;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Mta.Queueing;

namespace Sendmail.Mta.Aliasing;

/// <summary>
/// Gives the members of a list that has an <c>owner-</c> alias a message of their own, sent by the owner, so that errors go
/// there and not to whoever wrote to the list (op 4.3).
/// </summary>
public sealed class OwnerSplit(MtaServices services)
{
    /// <summary>
    /// Splits a committed envelope. Every part is in the queue and locked; the original comes first and is left out, and
    /// removed, when nothing is left for it to do.
    /// </summary>
    /// <exception cref="IOException">A part cannot be written; the original is unchanged.</exception>
    public async ValueTask<IReadOnlyList<Envelope>> SplitAsync(Envelope envelope, CancellationToken cancellation)
    {
        var byOwner = new Dictionary<string, List<Address>>(StringComparer.OrdinalIgnoreCase);
        var lists = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Address recipient in envelope.Recipients)
        {
            if (recipient.State != RecipientState.Expanded && recipient.Controller is not null
                && await OwnerAsync(envelope, recipient, cancellation).ConfigureAwait(false) is var (owner, list))
            {
                lists.TryAdd(owner, list);
                if (!byOwner.TryGetValue(owner, out List<Address>? members))
                    byOwner[owner] = members = [];
                members.Add(recipient);
            }
        }
        if (byOwner.Count == 0)
            return [envelope];
        var parts = new List<Envelope>();
        foreach ((string owner, List<Address> members) in byOwner)
            parts.Add(await CloneAsync(envelope, owner, lists[owner], members, cancellation).ConfigureAwait(false));
        foreach (string owner in byOwner.Keys)
            envelope.SplitLists.Add(lists[owner]);
        foreach (Address member in byOwner.Values.SelectMany(m => m))
            envelope.Recipients.Remove(member);
        if (envelope.Recipients.Exists(r => r.State is RecipientState.Ok or RecipientState.Queued or RecipientState.Bad))
        {
            await services.Queue.RewriteAsync(envelope).ConfigureAwait(false);
            parts.Insert(0, envelope);
        }
        else
        {
            services.Queue.Remove(envelope);
        }
        return parts;
    }

    // The owner of the nearest list above: one address that it leads to, otherwise owner-list itself.
    private async ValueTask<(string Owner, string List)?> OwnerAsync(Envelope envelope, Address recipient, CancellationToken cancellation)
    {
        for (Address? above = recipient.Controller; above is not null; above = above.Controller)
        {
            if (above.Mailer?.Has('A') != true || above.User.Length == 0)
                continue;
            string owner = "owner-" + above.User;
            if (await services.Aliases.FindAsync(owner, envelope.Macros, cancellation).ConfigureAwait(false) is not { Value: { } value })
                continue;
            List<string> targets = AddressList.Split(value);
            string sender = targets.Count == 1 && targets[0][0] is not ('|' or '/' or '"' or ':') ? targets[0] : owner;
            return envelope.Sender?.Text == sender ? null : (sender, above.Text);
        }
        return null;
    }

    private async ValueTask<Envelope> CloneAsync(Envelope original, string owner, string list, List<Address> members, CancellationToken cancellation)
    {
        Envelope clone = EnvelopeCopy.Of(original, members);
        clone.ErrorMode = 'm';
        // The list was reached; what becomes of who is on it is not the sender's business (RFC 3461 5.2.7.3).
        foreach (Address member in clone.Recipients)
            member.Flags &= ~(RecipientFlags.Primary | RecipientFlags.NotifySuccess);
        clone.Flags &= ~EnvelopeFlags.HasReturn;
        clone.OwnedList = list;
        ParsedAddress parsed = await services.Addresses.ParseAsync(owner, clone.Macros, AddressRole.Sender, cancellation).ConfigureAwait(false);
        clone.Sender = parsed.Address ?? new Address { Text = owner };
        clone.Sender.Text = owner;
        if (parsed.Address is { Mailer: { } mailer } sender && mailer.Has('l') && Posix.Users.FindByName(sender.User.Split('@')[0]) is { } user)
            (sender.UserId, sender.GroupId) = (user.UserId, user.GroupId);
        clone.Macros["f"] = owner;
        clone.Macros["g"] = owner;
        await EnvelopeCopy.StoreAsync(services.Queue, clone, original, cancellation).ConfigureAwait(false);
        services.Log.Write(4, LogPriority.Info, original.Id, clone.Id + ": clone: owner=" + owner);
        return clone;
    }
}
