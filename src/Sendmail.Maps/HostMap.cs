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
        MapResult result = await new HostNames(environment).CanonicalAsync(key, true, true, cancellation).ConfigureAwait(false);
        if (result.Status == SysExit.TempFail)
            environment.Message?.Invoke(key + ": Name server timeout");
        return result;
    }

    // An address in brackets gives the name behind it; what follows the bracket does not count.
    private static async ValueTask<MapResult> BehindAsync(HostLookup hosts, string key, CancellationToken cancellation)
    {
        int close = key.IndexOf(']', StringComparison.Ordinal);
        if (close < 0)
            return MapResult.NotFound;
        if (HostNames.Literal(key[1..close]) is not { } address)
            return MapResult.Missing(SysExit.Unavailable);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        (string? reverse, DnsStatus status) = await hosts.NameAsync(address, cancellation).ConfigureAwait(false);
        return reverse is not null ? MapResult.Found(reverse) : status == DnsStatus.TempFail ? MapResult.TempFail : MapResult.Missing(SysExit.NoHost);
    }
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

/// <summary>
/// Class bestmx: the mail exchangers of a domain, the best first; all of them with -z, however many preferences there are.
/// The name is not completed to a longer one.
/// </summary>
public sealed class BestMxMap(string name, MapFlags flags, MapEnvironment environment) : MapBase(name, flags)
{
    /// <inheritdoc/>
    protected override bool FoldsCase => false;

    /// <inheritdoc/>
    protected override async ValueTask<MapResult> FindAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        Exchangers found = await new HostNames(environment).ExchangersAsync(key, false, cancellation).ConfigureAwait(false);
        if (found.Count <= 0)
            return MapResult.Missing(found.Status);
        return new MapResult(Flags.Delimiter is { Length: > 0 } joint ? string.Join(joint, found.Names) : found.Names[0], found.Status);
    }
}
