using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Wire.Dns;

namespace Sendmail.Maps;

/// <summary>Class host: canonical names for <c>$[ $]</c>; addresses in brackets give the name behind them.</summary>
public sealed class HostMap(string name, MapFlags flags, MapEnvironment environment) : MapBase(name, flags)
{
    /// <inheritdoc/>
    protected override bool FoldsCase => false;

    /// <inheritdoc/>
    protected override async ValueTask<MapResult> FindAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        if (environment.Hosts is not { } hosts || key.Length == 0)
            return MapResult.Missing(SysExit.NoHost);
        if (key[0] == '[')
            return await BehindAsync(hosts, key, cancellation).ConfigureAwait(false);
        bool expand = environment.Configuration?.Options.Get(OptionTable.DontExpandCnames) != true;
        string bare = key.EndsWith('.') ? key[..^1] : key;
        // An address without brackets is no name.
        if (bare.Length == 0 || IPAddress.TryParse(bare, out _))
            return MapResult.Missing(SysExit.NoHost);
        environment.Debug?.Line(8, 2, "dns_getcanonname(" + key + ", trymx=1)");
        bool temporary = false;
        // DNS comes first; a name with a final dot is not completed.
        foreach (string candidate in key.EndsWith('.') ? [bare] : hosts.Candidates(bare))
        {
            string asked = candidate;
            bool absolute = candidate == bare;
            for (int i = 0; i < _types.Length; i++)
            {
                DnsType type = _types[i];
                environment.Debug?.Line(8, 5, "dns_getcanonname: trying " + asked + (absolute ? "." : "") + " (" + type.ToString().ToUpperInvariant() + ")");
                DnsAnswer answer = await hosts.Resolver.ResolveAsync(asked, type, cancellation).ConfigureAwait(false);
                // Another name for a host that has nothing of this kind: that host is asked for from the beginning.
                bool other = expand && type == DnsType.Aaaa && asked == candidate && answer.Status == DnsStatus.NoData && Spelled(answer.CanonicalName.TrimEnd('.'), asked) != asked;
                environment.Debug?.Line(8, 7, answer.Status == DnsStatus.NoError || other ? "\tYES" : "\tNO: errno=0, h_errno=" + HostErrors.Of(answer.Status));
                if (other)
                {
                    (asked, absolute) = (answer.CanonicalName.TrimEnd('.'), true);
                    i = -1;
                    continue;
                }
                if (answer.Status == DnsStatus.NoError)
                {
                    string found = expand ? Spelled(answer.CanonicalName, asked) : candidate;
                    environment.Debug?.Line(8, 5, "dns_getcanonname: " + found);
                    return MapResult.Found(found);
                }
                temporary |= answer.Status == DnsStatus.TempFail;
                // There is no such name: no other type is asked for.
                if (answer.Status == DnsStatus.NxDomain)
                    break;
            }
        }
        // The hosts file names hosts of our own domain without it.
        if (!temporary && (hosts.FileName(bare) ?? (Domain is { } own && bare.EndsWith("." + own, StringComparison.OrdinalIgnoreCase) ? hosts.FileName(bare[..^(own.Length + 1)]) : null)) is { } listed)
            return MapResult.Found(Spelled(Completed(listed), bare));
        if (temporary)
            environment.Message?.Invoke(key + ": Name server timeout");
        return temporary ? MapResult.TempFail : MapResult.Missing(SysExit.NoHost);
    }

    // An address in brackets gives the name behind it; what follows the bracket does not count.
    private static async ValueTask<MapResult> BehindAsync(HostLookup hosts, string key, CancellationToken cancellation)
    {
        int close = key.IndexOf(']', StringComparison.Ordinal);
        if (close < 0)
            return MapResult.NotFound;
        string literal = key[1..close].TrimEnd(' ');
        if (literal.StartsWith("ipv6:", StringComparison.OrdinalIgnoreCase))
            literal = literal[5..];
        if (!IPAddress.TryParse(literal, out IPAddress? address) || literal.Contains('%', StringComparison.Ordinal) || literal.StartsWith(' '))
            return MapResult.Missing(SysExit.Unavailable);
        (string? reverse, DnsStatus status) = await hosts.NameAsync(address, cancellation).ConfigureAwait(false);
        return reverse is not null ? MapResult.Found(reverse) : status == DnsStatus.TempFail ? MapResult.TempFail : MapResult.Missing(SysExit.NoHost);
    }

    private static readonly DnsType[] _types = [DnsType.Aaaa, DnsType.A, DnsType.Mx];

    // The hosts file may know a short name only.
    private string Completed(string listed) =>
        listed.Contains('.', StringComparison.Ordinal) || Domain is not { } domain ? listed : listed + "." + domain;

    private string? Domain => environment.Configuration?.Macros["m"] is { Length: > 0 } domain ? domain : null;

    // A name that is canonical already keeps the spelling it was asked with.
    private static string Spelled(string canonical, string asked) => canonical.Equals(asked, StringComparison.OrdinalIgnoreCase) ? asked : canonical;
}

/// <summary>Class dns: records of a type (-R) for a name; -a marks a hit, -d domain, -z joins several.</summary>
public sealed class DnsMap(string name, MapFlags flags, DnsType type, MapEnvironment environment) : MapBase(name, flags)
{
    /// <inheritdoc/>
    protected override async ValueTask<MapResult> FindAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        if (environment.Resolver is not { } resolver)
            return MapResult.TempFail;
        string? suffix = Flags.Others.LastOrDefault(o => o.Key == 'B').Value;
        DnsAnswer answer = await resolver.ResolveAsync(suffix is null ? key : key + "." + suffix, type, cancellation).ConfigureAwait(false);
        if (answer.Status == DnsStatus.TempFail)
            return MapResult.TempFail;
        if (answer.Status != DnsStatus.NoError || answer.Records.Count == 0 || answer.Records.All(IsNull))
            return MapResult.Missing(SysExit.NoHost);
        IEnumerable<DnsRecord> records = type is DnsType.Mx ? answer.Records.OrderBy(r => r.Preference) : answer.Records;
        string[] values = [.. records.Select(r => r.Text)];
        return MapResult.Found(Flags.Delimiter is { Length: > 0 } joint ? string.Join(joint, values) : values[0]);
    }

    // RFC 7505: the exchanger that says there is none.
    private static bool IsNull(DnsRecord record) => record.Text is "" or ".";
}

/// <summary>Class bestmx: the mail exchangers of a domain, the best first; all of them with -z, however many preferences there are.</summary>
public sealed class BestMxMap(string name, MapFlags flags, MapEnvironment environment) : MapBase(name, flags)
{
    /// <inheritdoc/>
    protected override async ValueTask<MapResult> FindAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        if (environment.Resolver is not { } resolver)
            return MapResult.TempFail;
        DnsAnswer answer = await resolver.ResolveAsync(key, DnsType.Mx, cancellation).ConfigureAwait(false);
        if (answer.Status == DnsStatus.TempFail)
            return MapResult.TempFail;
        if (answer.Status == DnsStatus.NxDomain)
            return MapResult.Missing(SysExit.NoHost);
        if (answer.Records.Count == 0)
            return await HasAddressAsync(resolver, key, cancellation).ConfigureAwait(false);
        if (answer.Records.All(r => r.Text is "" or "."))
            return MapResult.Missing(SysExit.Unavailable);
        string[] names = [.. answer.Records.OrderBy(r => r.Preference).Select(r => r.Text + ".")];
        return MapResult.Found(Flags.Delimiter is { Length: > 0 } joint ? string.Join(joint, names) : names[0]);
    }

    // RFC 5321 section 5.1: a host without exchangers is its own.
    private static async ValueTask<MapResult> HasAddressAsync(IResolver resolver, string host, CancellationToken cancellation)
    {
        foreach (DnsType type in (DnsType[])[DnsType.A, DnsType.Aaaa])
        {
            DnsAnswer answer = await resolver.ResolveAsync(host, type, cancellation).ConfigureAwait(false);
            if (answer.Status == DnsStatus.TempFail)
                return MapResult.TempFail;
            if (answer.Status == DnsStatus.NoError && answer.Records.Count > 0)
                return MapResult.Found(host + ".");
        }
        return MapResult.Missing(SysExit.NoHost);
    }
}
