using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;

namespace Sendmail.Mta.Aliasing;

/// <summary>
/// Finds recipients of one envelope by mailer, host and user, so that a message to very many does not cost the square of their
/// number. It follows the list: what was added or taken back at the end is taken over, anything else makes it read the list anew.
/// </summary>
internal sealed class RecipientIndex
{
    private readonly Dictionary<(Mailer?, string User, string Host), List<Address>> _known = [];
    private int _count;
    private Address? _last;

    private static (Mailer?, string, string) Key(Address address) => (address.Mailer, address.User, AddressParser.AsciiLower(address.Host));

    /// <summary>Recipients that may be the same as <paramref name="address"/>.</summary>
    internal IReadOnlyList<Address> Candidates(Envelope envelope, Address address)
    {
        Follow(envelope.Recipients);
        return _known.TryGetValue(Key(address), out List<Address>? found) ? found : [];
    }

    /// <summary>One was put into the list.</summary>
    internal void Added(Envelope envelope, Address address)
    {
        if (envelope.Recipients.Count != _count + 1)
            return;
        Add(address);
    }

    private void Add(Address address)
    {
        if (!_known.TryGetValue(Key(address), out List<Address>? same))
            _known[Key(address)] = same = new List<Address>(1);
        same.Add(address);
        _count++;
        _last = address;
    }

    private void Follow(List<Address> recipients)
    {
        if (recipients.Count == _count)
            return;
        // A client's recipient that turned out bad was taken back.
        if (recipients.Count == _count - 1 && _last is { State: RecipientState.Bad } bad && _known.TryGetValue(Key(bad), out List<Address>? same) && same.Remove(bad))
        {
            _count--;
            _last = null;
            return;
        }
        _known.Clear();
        _count = 0;
        foreach (Address recipient in recipients)
            Add(recipient);
    }
}
