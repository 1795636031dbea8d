using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Wire.Dns;
using Sendmail.Wire.Tls;

namespace Sendmail.Mta.Delivery;

/// <summary>One machine to try: its name (with final dot when from MX records) and addresses.</summary>
public sealed record Candidate(string Name, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>0 for the machines that are preferred, 1 for the next ones …; those of equal preference share the number.</summary>
    public int Rank { get; init; }
    /// <summary>What its TLSA records ask for (option DANE), null for nothing.</summary>
    public DanePolicy? Dane { get; init; }
}

/// <summary>Machines to try in order, or why there are none.</summary>
public sealed record CandidateList(IReadOnlyList<Candidate> Hosts, string? Problem, bool Temporary, string Status)
{
    /// <summary>The machine that is to blame, as logs and reports show it; null for the host itself.</summary>
    public string? Relay { get; init; }
    /// <summary>What the log says when it is not <see cref="Problem"/>.</summary>
    public string? Message { get; init; }
    /// <summary>What reports quote, null for nothing.</summary>
    public string? Quote { get; init; }
    /// <summary>Exit code of a command that waited for it.</summary>
    public SysExit Exit { get; init; } = SysExit.NoHost;
}

/// <summary>Finds the machines that take mail for a host part: MX records, address records, literals, host lists (op 5.1.4).</summary>
public sealed class HostResolver(MtaServices services)
{
    private readonly DanePolicies _dane = new(services);

    /// <summary>
    /// Resolves <paramref name="host"/>; <paramref name="noMx"/> for mailers with F=0. <paramref name="port"/> is where TLS would be
    /// spoken, for TLSA records; 0 when nobody is to be connected to.
    /// </summary>
    public async ValueTask<CandidateList> FindAsync(string host, bool noMx, int port, CancellationToken cancellation)
    {
        var result = new List<Candidate>();
        CandidateList? failure = null;
        foreach (string part in SplitList(host))
        {
            CandidateList found = await FindOneAsync(part, noMx, port, cancellation).ConfigureAwait(false);
            Append(result, found);
            if (found.Problem is not null)
                failure ??= found;
        }
        string fallback = services.Configuration.Options.Get(OptionTable.FallbackMXhost);
        if (fallback.Length > 0 && (result.Count > 0 || failure?.Temporary == true))
            Append(result, await FindOneAsync(fallback[^1] is '.' or ']' ? fallback : fallback + ".", false, port, cancellation).ConfigureAwait(false));
        string smart = services.Configuration.Options.Get(OptionTable.FallbackSmartHost);
        // Its TLSA records are not asked for (op 6.8).
        if (result.Count == 0 && smart.Length > 0)
            Append(result, await FindOneAsync(smart, false, 0, cancellation).ConfigureAwait(false));
        return result.Count > 0 ? new CandidateList(result, null, false, "2.0.0") : failure ?? new CandidateList([], "Host unknown (Name server: " + host + ": host not found)", false, "5.1.2");
    }

    private static void Append(List<Candidate> result, CandidateList more)
    {
        int rank = result.Count > 0 ? result[^1].Rank + 1 : 0;
        result.AddRange(more.Hosts.Select(c => c with { Rank = rank + c.Rank }));
    }

    // a:b and a,b list several hosts; colons inside brackets belong to IPv6 addresses.
    private static List<string> SplitList(string host)
    {
        var parts = new List<string>();
        int start = 0;
        bool bracket = false;
        for (int i = 0; i <= host.Length; i++)
        {
            if (i < host.Length && host[i] == '[')
                bracket = true;
            else if (i < host.Length && host[i] == ']')
                bracket = false;
            if (i == host.Length || (!bracket && host[i] is ':' or ','))
            {
                if (i > start)
                    parts.Add(host[start..i].Trim());
                start = i + 1;
            }
        }
        return parts;
    }

    private async ValueTask<CandidateList> FindOneAsync(string host, bool noMx, int port, CancellationToken cancellation)
    {
        if (host.StartsWith('['))
        {
            string literal = host.Trim('[', ']').TrimEnd('.');
            if (literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
                literal = literal[5..];
            if (IPAddress.TryParse(literal, out IPAddress? address))
                return new CandidateList([new Candidate(host.TrimEnd('.'), [address])], null, false, "2.0.0");
            return await AddressesAsync(literal, null, port, cancellation).ConfigureAwait(false);
        }
        string name = host.TrimEnd('.');
        if (noMx)
            return await AddressesAsync(name, host, port, cancellation).ConfigureAwait(false);
        DnsAnswer mx = await services.Resolver.ResolveAsync(name, DnsType.Mx, cancellation).ConfigureAwait(false);
        if (mx.Status == DnsStatus.TempFail)
            return new CandidateList([], "Deferred: Name server: " + host + ": host name lookup failure", true, "4.4.3");
        if (mx.Status != DnsStatus.NoError)
            return await AddressesAsync(name, host, port, cancellation).ConfigureAwait(false);
        if (mx.Records is [{ Text.Length: 0 }])
            return new CandidateList([], "Domain " + host + " does not accept mail (nullMX)", false, "5.1.10") { Message = "Service unavailable", Quote = "556 Host does not accept mail: MX 0 .", Exit = SysExit.Unavailable };
        return await FromMxAsync(host, mx, port, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<CandidateList> FromMxAsync(string host, DnsAnswer mx, int port, CancellationToken cancellation)
    {
        // Equal preferences are tried in random order (RFC 5321 5.1).
        List<DnsRecord> records = [.. mx.Records.OrderBy(r => r.Preference).ThenBy(_ => Random.Shared.Next())];
        int own = records.FindIndex(r => services.Configuration.IsInClass("w", r.Text));
        if (own >= 0)
        {
            int preference = records[own].Preference;
            records = records.FindAll(r => r.Preference < preference);
            if (records.Count == 0)
            {
                if (!services.Configuration.Options.Get(OptionTable.TryNullMXList))
                    return new CandidateList([], "MX list for " + host + " points back to " + services.HostName, false, "5.3.5") { Message = "Local configuration error", Exit = SysExit.Software };
                return await AddressesAsync(host.TrimEnd('.'), host, port, cancellation).ConfigureAwait(false);
            }
        }
        var hosts = new List<Candidate>();
        bool temporary = false;
        int rank = -1;
        int? before = null;
        foreach (DnsRecord record in records)
        {
            if (record.Preference != before)
                rank++;
            before = record.Preference;
            HostAnswer answer = await services.Hosts.AddressesAsync(record.Text, AddressFamily.Unspecified, cancellation).ConfigureAwait(false);
            if (answer.Status == DnsStatus.NoError)
                hosts.Add(new Candidate(record.Text + ".", InOrder(answer.Addresses)) { Rank = rank, Dane = await _dane.FindAsync(record.Text, port, mx.Secure, answer.IsSecure, cancellation).ConfigureAwait(false) });
            temporary |= answer.Status == DnsStatus.TempFail;
        }
        return hosts.Count > 0 ? new CandidateList(hosts, null, false, "2.0.0")
            : temporary ? new CandidateList([], "Deferred: Name server: " + records[0].Text + ".: host name lookup failure", true, "4.4.3")
            : new CandidateList([], "Host unknown (Name server: " + records[0].Text + ".: host not found)", false, "5.1.2") { Relay = records[0].Text + "." };
    }

    // IPv6 is tried first.
    private static IReadOnlyList<IPAddress> InOrder(IReadOnlyList<IPAddress> addresses) =>
        [.. addresses.OrderBy(static a => a.AddressFamily == AddressFamily.InterNetworkV6 ? 0 : 1)];

    private async ValueTask<CandidateList> AddressesAsync(string name, string? given, int port, CancellationToken cancellation)
    {
        HostAnswer answer = await services.Hosts.AddressesAsync(name, AddressFamily.Unspecified, cancellation).ConfigureAwait(false);
        // Behind brackets the name is followed to the end of its aliases, and shown as that.
        string shown = given ?? (answer.Status == DnsStatus.NoError ? answer.Name : name) + ".";
        string server = given is null ? answer.Name : name;
        return answer.Status switch
        {
            DnsStatus.NoError => new CandidateList([new Candidate(shown, InOrder(answer.Addresses)) { Dane = await _dane.FindAsync(server, port, answer.IsSecure, answer.IsSecure, cancellation).ConfigureAwait(false) }], null, false, "2.0.0"),
            DnsStatus.TempFail => new CandidateList([], "Deferred: Name server: " + shown + ": host name lookup failure", true, "4.4.3"),
            DnsStatus.NoData => new CandidateList([], "Host unknown (Name server: " + shown + ": no data known)", false, "5.1.2"),
            _ => new CandidateList([], "Host unknown (Name server: " + shown + ": host not found)", false, "5.1.2") { Quote = "550 Host unknown" },
        };
    }
}
