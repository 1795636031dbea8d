using System.Net;
using System.Net.Sockets;

namespace Sendmail.Wire.Dns;

/// <summary>Result of a host lookup: canonical name and addresses, or how it failed.</summary>
public sealed record HostAnswer(DnsStatus Status, string Name, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>All addresses are from validated answers.</summary>
    public bool IsSecure { get; init; }
}

/// <summary>
/// Host names and addresses by the hosts file and DNS, as the service switch of mail does it: the file first. Short names
/// go through the search list of resolv.conf.
/// </summary>
public sealed class HostLookup(IResolver resolver, ResolverConfiguration configuration, string hostsFile = "/etc/hosts")
{
    private readonly Lazy<List<(IPAddress Address, string[] Names)>> _hosts = new(() => ReadHosts(hostsFile));

    /// <summary>The search list.</summary>
    public ResolverConfiguration Configuration => configuration;
    /// <summary>The resolver behind it.</summary>
    public IResolver Resolver => resolver;

    /// <summary>The canonical name of a host by the hosts file, null when it does not stand there; <paramref name="domain"/> is our own.</summary>
    public string? CanonicalInFile(string name, string? domain) => new HostsFile(hostsFile).Canonical(name, domain);

    /// <summary>The addresses of a host; IPv4 before IPv6 unless <paramref name="family"/> asks for one kind.</summary>
    public async ValueTask<HostAnswer> AddressesAsync(string name, AddressFamily family, CancellationToken cancellation)
    {
        name = name.TrimEnd('.');
        if (IPAddress.TryParse(name.Trim('[', ']'), out IPAddress? literal))
            return new HostAnswer(DnsStatus.NoError, name, [literal]);
        var found = new List<IPAddress>();
        string canonical = name;
        foreach ((IPAddress address, string[] names) in _hosts.Value)
        {
            if (names.Contains(name, StringComparer.OrdinalIgnoreCase) && (family == AddressFamily.Unspecified || address.AddressFamily == family))
            {
                found.Add(address);
                canonical = names[0];
            }
        }
        if (found.Count > 0)
            return new HostAnswer(DnsStatus.NoError, canonical, found);
        DnsStatus status = DnsStatus.NxDomain;
        foreach (string candidate in Candidates(name))
        {
            bool temporary = false;
            bool secure = true;
            if (family != AddressFamily.InterNetworkV6)
                temporary |= Add(await resolver.ResolveAsync(candidate, DnsType.A, cancellation).ConfigureAwait(false), found, ref canonical, ref status, ref secure);
            if (family != AddressFamily.InterNetwork)
                temporary |= Add(await resolver.ResolveAsync(candidate, DnsType.Aaaa, cancellation).ConfigureAwait(false), found, ref canonical, ref status, ref secure);
            if (found.Count > 0)
                return new HostAnswer(DnsStatus.NoError, canonical, found) { IsSecure = secure };
            if (temporary)
                return new HostAnswer(DnsStatus.TempFail, candidate, []);
        }
        return new HostAnswer(status, name, []);
    }

    private static bool Add(DnsAnswer answer, List<IPAddress> found, ref string canonical, ref DnsStatus status, ref bool secure)
    {
        if (answer.Status == DnsStatus.NoData && status == DnsStatus.NxDomain)
            status = DnsStatus.NoData;
        if (answer.Status != DnsStatus.NoError)
            return answer.Status == DnsStatus.TempFail;
        canonical = answer.CanonicalName;
        secure &= answer.Secure;
        foreach (DnsRecord record in answer.Records)
        {
            if (record.Address is not null)
                found.Add(record.Address);
        }
        return false;
    }

    /// <summary>Absolute names to try for <paramref name="name"/>: with enough dots as it is first, else the search list first.</summary>
    public IEnumerable<string> Candidates(string name)
    {
        int dots = name.Count(c => c == '.');
        if (dots >= configuration.Dots)
            yield return name;
        foreach (string domain in configuration.Search)
            yield return name + "." + domain;
        if (dots < configuration.Dots)
            yield return name;
    }

    /// <summary>The name of an address: hosts file, then PTR. Null name with the status of the lookup when there is none.</summary>
    public async ValueTask<(string? Name, DnsStatus Status)> NameAsync(IPAddress address, CancellationToken cancellation)
    {
        foreach ((IPAddress known, string[] names) in _hosts.Value)
        {
            if (known.Equals(address))
                return (names[0], DnsStatus.NoError);
        }
        DnsAnswer answer = await resolver.ResolveAsync(ReverseName(address), DnsType.Ptr, cancellation).ConfigureAwait(false);
        return answer.Status == DnsStatus.NoError && answer.Records.Count > 0 && DnsText.IsHostName(answer.Records[0].Text)
            ? (answer.Records[0].Text, DnsStatus.NoError)
            : (null, answer.Status == DnsStatus.NoError ? DnsStatus.NxDomain : answer.Status);
    }

    /// <summary>The name under in-addr.arpa or ip6.arpa (RFC 1035 3.5, RFC 3596 2.5).</summary>
    public static string ReverseName(IPAddress address)
    {
        byte[] octets = address.GetAddressBytes();
        if (octets.Length == 4)
            return octets[3] + "." + octets[2] + "." + octets[1] + "." + octets[0] + ".in-addr.arpa";
        var name = new System.Text.StringBuilder(72);
        for (int i = octets.Length - 1; i >= 0; i--)
            name.Append("0123456789abcdef"[octets[i] & 15]).Append('.').Append("0123456789abcdef"[octets[i] >> 4]).Append('.');
        return name.Append("ip6.arpa").ToString();
    }

    private static List<(IPAddress, string[])> ReadHosts(string path)
    {
        var hosts = new List<(IPAddress, string[])>();
        try
        {
            foreach (string line in File.ReadLines(path))
            {
                string[] words = line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                if (words.Length >= 2 && IPAddress.TryParse(words[0], out IPAddress? address))
                    hosts.Add((address, words[1..]));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            hosts.Clear();
        }
        return hosts;
    }
}
