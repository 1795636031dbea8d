using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Delivery;

/// <summary>
/// The order in which a message that was tried before goes to its hosts: by the names of the machines that take mail for
/// them, so that what the same machines take comes together.
/// </summary>
internal sealed class DeliveryOrder(MtaServices services)
{
    private readonly HostResolver _resolver = new(services);
    private readonly Dictionary<string, string> _signatures = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sorts the recipients that are to be tried; of equals the last comes first. The others come before them.</summary>
    internal async ValueTask SortAsync(List<Address> recipients, CancellationToken cancellation)
    {
        var keyed = new List<(string Signature, int Index, Address Recipient)>(recipients.Count);
        foreach (Address recipient in recipients.Where(r => r.State == RecipientState.Ok && r.Mailer is not null))
            keyed.Add((await SignatureAsync(recipient, cancellation).ConfigureAwait(false), keyed.Count, recipient));
        if (keyed.Count < 2)
            return;
        keyed.Sort((a, b) => string.CompareOrdinal(a.Signature, b.Signature) is var order and not 0 ? order : b.Index - a.Index);
        recipients.RemoveAll(r => r.State == RecipientState.Ok && r.Mailer is not null);
        recipients.AddRange(keyed.Select(k => k.Recipient));
    }

    private async ValueTask<string> SignatureAsync(Address recipient, CancellationToken cancellation)
    {
        if (recipient.Mailer is not { IsIpc: true } mailer)
            return recipient.Host;
        string host = recipient.Host;
        if (mailer.Arguments.Count > 1)
            host = MacroExpander.Expand(mailer.Arguments[1], new MacroScope(services.Configuration.Macros) { ["h"] = recipient.Host });
        string key = mailer.Name + " " + host;
        if (_signatures.TryGetValue(key, out string? known))
            return known;
        CandidateList found = await _resolver.FindAsync(host, mailer.Has('0'), 0, cancellation).ConfigureAwait(false);
        var signature = new StringBuilder();
        foreach (Candidate candidate in found.Hosts)
            signature.Append(signature.Length > 0 ? ":" : "").Append(candidate.Name.TrimEnd('.').ToLowerInvariant());
        return _signatures[key] = signature.Length > 0 ? signature.ToString() : host;
    }
}
