using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Aliasing;

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
        _services.Aliases.ReadsText = ReadsAliasText;
        await _services.Aliases.OpenAsync(map).ConfigureAwait(false);
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
        _services.Aliases.ReadsText = (path, text) => { Begin(); return ReadsAliasText(path, text); };
        MapResult result = await map.LookupAsync(key, [], _scope, CancellationToken.None).ConfigureAwait(false);
        _services.Maps.Message = _output.WriteLine;
        Begin();
        _output.WriteLine(result.IsMatch ? "returns " + result.Value!.Replace(Core.Meta.Else, SeparatorOctet) + " (" + (int)result.Status + ")" : "no match (" + (int)result.Status + ")");
    }

    private async ValueTask ReadsAliasText(string path, string? text)
    {
        _output.WriteLine((_named is null ? "" : _named + "... ") + "WARNING: cannot open alias database " + path + "; reading text version");
        if (text is not null)
            await new AliasRebuild(_services, _output, "").DescribeAsync(path, text, CancellationToken.None).ConfigureAwait(false);
    }

    private const int LongestHost = 255;

    // What stands in brackets is known by the hosts file at most.
    private async ValueTask CanonifyAsync(string host)
    {
        if (host.Length > LongestHost)
        {
            _output.WriteLine("Name too long");
            return;
        }
        string? found = null;
        // That a name server does not answer is not told here.
        _services.Maps.Message = null;
        if (host.StartsWith('['))
            found = _services.Maps.Hosts.FromFile(host);
        else if (_services.Maps.Find("host") is { } map)
            found = (await map.LookupAsync(host, [], _scope, CancellationToken.None).ConfigureAwait(false)).Value;
        _services.Maps.Message = _output.WriteLine;
        // What is not known loses one dot only.
        string shown = found?.TrimEnd('.') ?? (host.EndsWith('.') ? host[..^1] : host);
        _output.WriteLine("getcanonname(" + host + ") returns " + shown);
    }

    private async ValueTask ShowExchangersAsync(string host)
    {
        (int count, IReadOnlyList<string> names, _) = await _services.Maps.Hosts.ExchangersAsync(host, true, CancellationToken.None).ConfigureAwait(false);
        if (names is [""])
        {
            _output.WriteLine("getmxrr(" + host + ") returns null MX (See RFC7505)");
            return;
        }
        _output.WriteLine("getmxrr(" + host + ") returns " + count + " value(s):");
        foreach (string name in names)
            _output.WriteLine("\t" + name);
    }
}
