using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;

namespace Sendmail.Mta.Aliasing;

/// <summary>Aliases, lists and .forward files that lead back to where they came from, or nowhere.</summary>
public sealed partial class RecipientExpander
{
    private static bool IsAbove(Address? controller, Address known)
    {
        for (Address? above = controller; above is not null; above = above.Controller)
        {
            if (ReferenceEquals(above, known))
                return true;
        }
        return false;
    }

    // What the sender or the queue named, and no alias, list or .forward.
    private static bool IsGiven(Address address) => address.Controller is not { Mailer: not null };

    // Who watches is told, with the line of the list or .forward that is read.
    private void Tell(string text) => Verbose?.Invoke((_place is { } place ? place + ": " : "") + text);

    // An address whose expansion ends nowhere, not even at somebody unknown, goes round in a circle.
    private async ValueTask ExpandFromTopAsync(Envelope envelope, Address address, CancellationToken cancellation)
    {
        _reached = false;
        await ExpandAsync(envelope, address, cancellation).ConfigureAwait(false);
        Succeed(envelope, address);
        if (address.State != RecipientState.Expanded || _reached || envelope.Recipients.Exists(r => r.State != RecipientState.Expanded && IsAbove(r, address)))
            return;
        // A file of comments is no circle.
        if (!envelope.Recipients.Exists(r => !ReferenceEquals(r, address) && IsAbove(r, address)))
            return;
        Fail(address, SmtpReply.Of(554, "5.4.6", "aliasing/forwarding loop broken"));
        address.Mailer = null;
    }

    // Who is the only one that an address stands for takes its place in reports; of more, the sender learns that there are more (RFC 3461 5.2.7.2).
    private static void Succeed(Envelope envelope, Address address)
    {
        if (address.State != RecipientState.Expanded || !address.Has(RecipientFlags.Primary))
            return;
        List<Address> members = envelope.Recipients.FindAll(r => r.State != RecipientState.Bad && r.Mailer?.Name != "*include*" && ReferenceEquals(Above(r), address));
        int count = members.Count + address.KnownMembers;
        if (count > 1)
            address.Flags |= RecipientFlags.ExpandedDsn;
        if (count != 1 || members.Count == 0)
            return;
        members[0].Flags |= RecipientFlags.Primary;
        Succeed(envelope, members[0]);
    }

    // The alias or user that an address is from, through the lists between.
    private static Address? Above(Address address)
    {
        Address? above = address.Controller;
        while (above is { Mailer.Name: "*include*", Controller: { } outer })
            above = outer;
        return above;
    }

    // The address that this one leads back to: a user wherever he is above, anything else only when it names itself.
    private static Address? Circle(Address address, Address controller)
    {
        for (Address? above = controller; above is not null; above = IsUser(address) ? above.Controller : null)
        {
            if (AreSame(above, address))
                return above;
        }
        return null;
    }

    private static bool IsUser(Address address) => address.Mailer!.Has('w') && LocalUsers.Find(address.User) is not null;

    // What is too deep is left out, and the address that led there fails; each time it is said again.
    private void BreakRecursion(Envelope envelope, Address from, int level)
    {
        SmtpReply reply = SmtpReply.Of(554, "5.4.6", string.Create(CultureInfo.InvariantCulture, $"aliasing/forwarding loop broken ({level} aliases deep; {_maxRecursion} max)"));
        if (from.State != RecipientState.Bad)
        {
            Fail(from, reply);
            // Nobody said so whom a report could quote.
            (from.RemoteReply, from.ExitStatus) = (null, SysExit.Ok);
            return;
        }
        envelope.Transcript.Add(reply.ToString());
        log.Write(5, LogPriority.Notice, envelope.Id, reply.Text);
        Complained?.Invoke(envelope, reply.Text);
    }
}
