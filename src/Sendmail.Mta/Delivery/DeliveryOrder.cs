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

    /// <summary>Sorts groups of recipients that share mailer and host; of equals the last comes first.</summary>
    internal async ValueTask<List<List<Address>>> BySignatureAsync(List<List<Address>> groups, CancellationToken cancellation)
    {
        var keyed = new List<(string Signature, int Index, List<Address> Group)>(groups.Count);
        for (int i = 0; i < groups.Count; i++)
            keyed.Add((await SignatureAsync(groups[i][0], cancellation).ConfigureAwait(false), i, groups[i]));
        keyed.Sort((a, b) => string.CompareOrdinal(a.Signature, b.Signature) is var order and not 0 ? order : b.Index - a.Index);
        return keyed.ConvertAll(k => k.Group);
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
        CandidateList found = await _resolver.FindAsync(host, mailer.Has('0'), cancellation).ConfigureAwait(false);
        var signature = new StringBuilder();
        foreach (Candidate candidate in found.Hosts)
            signature.Append(signature.Length > 0 ? ":" : "").Append(candidate.Name.TrimEnd('.').ToLowerInvariant());
        return _signatures[key] = signature.Length > 0 ? signature.ToString() : host;
    }
}
