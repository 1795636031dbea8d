using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Wire.Dns;

namespace Sendmail.Maps;

/// <summary>Canonical names and mail exchangers of hosts, as rules and address test mode ask for them: DNS first, then the hosts file.</summary>
public sealed class HostNames(MapEnvironment environment)
{
    private static readonly DnsType[] _types = [DnsType.Aaaa, DnsType.A, DnsType.Mx];
    private const int LongestLabel = 63;

    /// <summary>The canonical name of a host; <paramref name="key"/> is not completed when it ends in a dot or <paramref name="search"/> is false.</summary>
    /// <param name="exchangers">What the trace says of mail exchangers; they are asked for anyway.</param>
    public async ValueTask<MapResult> CanonicalAsync(string key, bool search, bool exchangers, CancellationToken cancellation)
    {
        if (environment.Hosts is not { } hosts)
            return MapResult.Missing(SysExit.NoHost);
        string bare = key.EndsWith('.') ? key[..^1] : key;
        if (bare.Length == 0)
            return MapResult.Missing(SysExit.NoHost);
        bool temporary = false;
        // Neither an address without brackets nor what cannot be asked for is a name that servers know.
        if (!IPAddress.TryParse(bare, out _) && !IsImpossible(bare))
        {
            environment.Debug?.Line(8, 2, "dns_getcanonname(" + key + ", trymx=" + (exchangers ? "1)" : "0)"));
            foreach (string candidate in search && !key.EndsWith('.') ? hosts.Candidates(bare) : [bare])
            {
                (string? found, bool later) = await AskAsync(hosts, candidate, candidate == bare, cancellation).ConfigureAwait(false);
                if (found is not null)
                    return MapResult.Found(found);
                temporary |= later;
            }
        }
        if (FromFile(bare) is { } listed)
            return MapResult.Found(listed);
        return temporary ? MapResult.TempFail : MapResult.Missing(SysExit.NoHost);
    }

    /// <summary>The canonical name by the hosts file alone, null when it does not know the host.</summary>
    public string? FromFile(string host)
    {
        string? domain = environment.Configuration?.Macros["m"] is { Length: > 0 } own ? own : null;
        return environment.Hosts?.CanonicalInFile(host, domain) is { } listed ? Spelled(listed, host) : null;
    }

    /// <summary>
    /// The mail exchangers of a host, names with their final dots, the best first. A host without exchangers is its own; an
    /// address in brackets stays as it is, a name in brackets is looked up as a host.
    /// </summary>
    /// <param name="search">Whether the host may be completed to one of the search list's domains.</param>
    public async ValueTask<Exchangers> ExchangersAsync(string host, bool search, CancellationToken cancellation)
    {
        if (environment.Hosts is not { } hosts || environment.Resolver is not { } resolver)
            return new Exchangers(-1, [], SysExit.TempFail);
        environment.Debug?.Line(8, 2, "getmxrr(" + host + ", droplocalhost=0, flags=" + (search ? "2" : "0") + ", port=-1)");
        if (host.StartsWith('['))
        {
            int close = host.IndexOf(']', StringComparison.Ordinal);
            if (close < 0)
                return new Exchangers(0, [], SysExit.Ok);
            return Literal(host[1..close]) is not null ? new Exchangers(1, [host], SysExit.Ok) : await OwnAsync(host[1..close], search, SysExit.Ok, cancellation).ConfigureAwait(false);
        }
        string bare = host.EndsWith('.') ? host[..^1] : host;
        DnsStatus last = DnsStatus.NxDomain;
        bool impossible = bare.Length > 0 && IsImpossible(bare);
        foreach (string candidate in impossible ? [] : search && !host.EndsWith('.') ? hosts.Candidates(bare) : [bare])
        {
            DnsAnswer answer = await resolver.ResolveAsync(candidate, DnsType.Mx, cancellation).ConfigureAwait(false);
            if (answer.Status == DnsStatus.TempFail)
            {
                environment.Debug?.Line(8, 1, "getmxrr: res_search(" + host + ") failed, h_errno=" + HostErrors.Of(answer.Status));
                return new Exchangers(-1, [], SysExit.TempFail);
            }
            string alias = answer.CanonicalName.TrimEnd('.');
            bool other = answer.Status == DnsStatus.NoData && !alias.Equals(candidate, StringComparison.OrdinalIgnoreCase);
            if (answer.Status == DnsStatus.NoError || other)
            {
                // There is no buffer whose place could be shown.
                environment.Debug?.Line(8, 2, "getmxrr(" + host + "), hp=0x7f0000000000, ad=0");
                // An alias of a host that has none is the answer: nothing else is asked for.
                if (other)
                    environment.Debug?.Line(8, 2, "unexpected answer type CNAME, size " + (alias.Length + 2));
                if (answer.Records.Count > 0 && answer.Records.All(IsNull))
                    return new Exchangers(0, [""], SysExit.Unavailable);
                string[] names = [.. answer.Records.OrderBy(r => r.Preference).Select(r => r.Text + ".")];
                return new Exchangers(names.Length, names, SysExit.Ok);
            }
            if (last != DnsStatus.NoData)
                last = answer.Status;
        }
        environment.Debug?.Line(8, 1, "getmxrr: res_search(" + host + ") failed, h_errno=" + (impossible ? HostErrors.NoRecovery : HostErrors.Of(last)));
        return impossible ? new Exchangers(0, [], SysExit.Ok)
            : await OwnAsync(host, search, last == DnsStatus.NxDomain ? SysExit.NoHost : SysExit.Ok, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// The address that stands between brackets, null when it is none: IPv4 as inet_addr reads it, which white space ends, or
    /// IPv6 with or without <c>IPv6:</c> before it.
    /// </summary>
    internal static IPAddress? Literal(string text)
    {
        ReadOnlySpan<char> digits = text;
        if (digits.Contains(':'))
        {
            if (digits.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
                digits = digits[5..];
            return digits.IndexOfAnyExcept("0123456789abcdefABCDEF:.") < 0 && digits.Contains(':') && IPAddress.TryParse(digits, out IPAddress? long6) ? long6 : null;
        }
        int blank = digits.IndexOfAny(" \t\n\v\f\r");
        if (blank >= 0)
            digits = digits[..blank];
        // The highest address is how inet_addr says that there is none.
        return digits.Length > 0 && char.IsAsciiDigit(digits[0]) && IPAddress.TryParse(digits, out IPAddress? address) && !address.Equals(IPAddress.Broadcast) ? address : null;
    }

    private async ValueTask<Exchangers> OwnAsync(string host, bool search, SysExit status, CancellationToken cancellation)
    {
        MapResult own = await CanonicalAsync(host, search, false, cancellation).ConfigureAwait(false);
        if (own.Value is null)
            return new Exchangers(0, [], status);
        environment.Debug?.Line(8, 3, "getmxrr=" + own.Value + "., getcanonname=1");
        return new Exchangers(1, [own.Value + "."], status);
    }

    private async ValueTask<(string? Name, bool Temporary)> AskAsync(HostLookup hosts, string candidate, bool absolute, CancellationToken cancellation)
    {
        bool expand = environment.Configuration?.Options.Get(OptionTable.DontExpandCnames) != true;
        bool temporary = false;
        string asked = candidate;
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
                return (found, false);
            }
            temporary |= answer.Status == DnsStatus.TempFail;
            // There is no such name: no other type is asked for.
            if (answer.Status == DnsStatus.NxDomain)
                break;
        }
        return (null, temporary);
    }

    // Labels are one to 63 octets (RFC 1035 section 2.3.4).
    private static bool IsImpossible(string name) => name.Split('.').Any(label => label.Length is 0 or > LongestLabel);

    // RFC 7505: the exchanger that says there is none.
    private static bool IsNull(DnsRecord record) => record.Text is "" or ".";

    // A name that is canonical already keeps the spelling it was asked with.
    private static string Spelled(string canonical, string asked) => canonical.Equals(asked, StringComparison.OrdinalIgnoreCase) ? asked : canonical;
}
