using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Wire.Dns;

namespace Sendmail.AddressTest;

// Hosts and maps.
internal sealed partial class AddressTestMode
{
    // What the reference has in place of $| between the parts of a value (map class regex).
    private const char SeparatorOctet = '\x9b';

    private async ValueTask LookUpAsync(string argument)
    {
        int blank = argument.AsSpan().IndexOfAny(' ', '\t');
        if (blank < 0)
        {
            _output.WriteLine("No key specified");
            return;
        }
        string name = argument[..blank];
        string key = argument[(blank + 1)..];
        if ((_services.Maps.Find(name) ?? _services.Aliases.Map(name)) is not { } map)
        {
            _output.WriteLine("Map named \"" + name + "\" not found");
            return;
        }
        if (!map.IsOpen)
        {
            _output.WriteLine("Map named \"" + name + "\" not open");
            return;
        }
        // What goes wrong while the map is opened is told before, what the lookup says after the beginning of the line.
        string? beginning = "map_lookup: " + name + " (" + key + ") ";
        void Begin() => _output.Write(Interlocked.Exchange(ref beginning, null));
        if (_trace.Debug.Has(38, 20) || _trace.Debug.Has(8, 2))
            Begin();
        _services.Maps.Message = text => { Begin(); _output.WriteLine(text); };
        MapResult result = await map.LookupAsync(key, [], _scope, CancellationToken.None).ConfigureAwait(false);
        _services.Maps.Message = _output.WriteLine;
        Begin();
        _output.WriteLine(result.IsMatch ? "returns " + result.Value!.Replace(Core.Meta.Else, SeparatorOctet) + " (0)" : "no match (" + (int)result.Status + ")");
    }

    // Addresses in brackets are what they are.
    private async ValueTask CanonifyAsync(string host)
    {
        string? found = null;
        // That a name server does not answer is not told here.
        _services.Maps.Message = null;
        if (!host.StartsWith('[') && _services.Maps.Find("host") is { } map)
            found = (await map.LookupAsync(host, [], _scope, CancellationToken.None).ConfigureAwait(false)).Value;
        _services.Maps.Message = _output.WriteLine;
        _output.WriteLine("getcanonname(" + host + ") returns " + (found ?? host).TrimEnd('.'));
    }

    private async ValueTask ShowExchangersAsync(string host)
    {
        (int count, IReadOnlyList<string> names) = await FindExchangersAsync(host).ConfigureAwait(false);
        if (names is [""])
        {
            _output.WriteLine("getmxrr(" + host + ") returns null MX (See RFC7505)");
            return;
        }
        _output.WriteLine("getmxrr(" + host + ") returns " + count + " value(s):");
        foreach (string name in names)
            _output.WriteLine("\t" + name);
    }

    // The names with their final dots; -1 when it cannot be known now. A host without exchangers is its own.
    private async ValueTask<(int Count, IReadOnlyList<string> Names)> FindExchangersAsync(string host)
    {
        if (host.StartsWith('['))
            return await LiteralAsync(host).ConfigureAwait(false);
        _trace.Debug.Line(8, 2, "getmxrr(" + host + ", droplocalhost=0, flags=2, port=-1)");
        IEnumerable<string> candidates = host.EndsWith('.') ? [host.TrimEnd('.')] : _services.Hosts.Candidates(host);
        DnsStatus last = DnsStatus.NxDomain;
        foreach (string candidate in candidates)
        {
            DnsAnswer answer = await _services.Resolver.ResolveAsync(candidate, DnsType.Mx, CancellationToken.None).ConfigureAwait(false);
            last = answer.Status;
            if (answer.Status == DnsStatus.TempFail)
            {
                _trace.Debug.Line(8, 1, "getmxrr: res_search(" + host + ") failed, h_errno=" + HostErrors.Of(answer.Status));
                return (-1, []);
            }
            if (answer.Status == DnsStatus.NoError && answer.Records.Count > 0)
            {
                // There is no buffer whose place could be shown.
                _trace.Debug.Line(8, 2, "getmxrr(" + host + "), hp=0x7f0000000000, ad=0");
                if (answer.Records is [{ Text.Length: 0 }])
                    return (0, [""]);
                string[] names = [.. answer.Records.OrderBy(r => r.Preference).ThenBy(_ => Random.Shared.Next()).Select(r => r.Text + ".")];
                return (names.Length, names);
            }
            if (answer.Status == DnsStatus.NoData && answer.CanonicalName.TrimEnd('.').Equals(candidate, StringComparison.OrdinalIgnoreCase))
            {
                foreach (DnsType type in (DnsType[])[DnsType.A, DnsType.Aaaa])
                {
                    DnsAnswer address = await _services.Resolver.ResolveAsync(candidate, type, CancellationToken.None).ConfigureAwait(false);
                    if (address.Status == DnsStatus.NoError)
                        return (1, [candidate + "."]);
                }
            }
        }
        _trace.Debug.Line(8, 1, "getmxrr: res_search(" + host + ") failed, h_errno=" + HostErrors.Of(last));
        // What only the hosts file knows is its own exchanger.
        MapResult listed = _services.Hosts.FileName(host.TrimEnd('.')) is not null && _services.Maps.Find("host") is { } map
            ? await map.LookupAsync(host, [], _scope, CancellationToken.None).ConfigureAwait(false) : MapResult.NotFound;
        return listed.Value is { } name ? (1, [name.TrimEnd('.') + "."]) : (0, []);
    }

    private async ValueTask<(int Count, IReadOnlyList<string> Names)> LiteralAsync(string host)
    {
        if (!host.EndsWith(']'))
            return (0, []);
        string inner = host[1..^1];
        if (IPAddress.TryParse(inner.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? inner[5..] : inner, out _))
            return (1, [host]);
        HostAnswer answer = await _services.Hosts.AddressesAsync(inner, AddressFamily.Unspecified, CancellationToken.None).ConfigureAwait(false);
        return answer.Status == DnsStatus.NoError ? (1, [inner + "."]) : (0, []);
    }
}
