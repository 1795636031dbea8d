using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Wire.Dns;

namespace Sendmail.Maps.Tests;

/// <summary>Maps host and bestmx, with a name server that knows little; the expected values are what 8.18.2 printed.</summary>
public sealed class HostMapsTests
{
    private static readonly MapRegistry _maps = Make();

    private static MapRegistry Make()
    {
        var servers = new Servers();
        var hosts = new HostLookup(servers, new ResolverConfiguration([], ["lab.test"], 1, TimeSpan.FromSeconds(1), 1), "/nonexistent");
        MapDeclaration[] maps = [new("bestmx", "bestmx", "", default), new("bz", "bestmx", "-z:", default), new("host", "host", "", default)];
        return new MapRegistry(maps, new MapEnvironment(servers, hosts, new NoLog(), TimeProvider.System));
    }

    [Theory]
    [InlineData("bestmx", "sink.test", "mx1.sink.test.", SysExit.Ok)]
    [InlineData("bz", "SINK.test.", "mx1.sink.test.:mx2.sink.test.", SysExit.Ok)]
    [InlineData("bestmx", "www.lab.test", "www.lab.test.", SysExit.Ok)]
    [InlineData("bestmx", "www", null, SysExit.NoHost)]
    [InlineData("bestmx", "nomail.test", null, SysExit.Ok)]
    [InlineData("bestmx", "nullmx.test", null, SysExit.Unavailable)]
    [InlineData("bestmx", "cname.test", null, SysExit.Ok)]
    [InlineData("bestmx", "tempfail.test", null, SysExit.TempFail)]
    [InlineData("bestmx", "sink..test", null, SysExit.Ok)]
    [InlineData("bestmx", "[127.0.0.1].x", "[127.0.0.1].x", SysExit.Ok)]
    [InlineData("bestmx", "[127.0.0.1 x]", "[127.0.0.1 x]", SysExit.Ok)]
    [InlineData("bestmx", "[IPv6:::1]", "[IPv6:::1]", SysExit.Ok)]
    [InlineData("bestmx", "[IPv6:127.0.0.1]", null, SysExit.Ok)]
    [InlineData("bestmx", "[sink.test]x", "sink.test.", SysExit.Ok)]
    [InlineData("bestmx", "[cname.test]", "www.lab.test.", SysExit.Ok)]
    [InlineData("bestmx", "[127.0.0.1", null, SysExit.Ok)]
    [InlineData("host", "[127.0.0.1 x]", "localhost", SysExit.Ok)]
    [InlineData("host", "[0x7f.1]", "localhost", SysExit.Ok)]
    [InlineData("host", "[IPv6:::ffff:127.0.0.1]", "localhost", SysExit.Ok)]
    [InlineData("host", "www", "www.lab.test", SysExit.Ok)]
    [InlineData("host", "cname.test", "www.lab.test", SysExit.Ok)]
    [InlineData("host", "127.0.0.1", null, SysExit.NoHost)]
    public async Task A_map_finds(string map, string key, string? value, SysExit status) =>
        Assert.Equal(new MapResult(value, status), await _maps.Find(map)!.LookupAsync(key, [], new MacroScope(), CancellationToken.None));

    private sealed class Servers : IResolver
    {
        public ValueTask<DnsAnswer> ResolveAsync(string name, DnsType type, CancellationToken cancellation) => ValueTask.FromResult((name.ToLowerInvariant(), type) switch
        {
            ("sink.test", DnsType.Mx) => new DnsAnswer(DnsStatus.NoError, name, [new DnsRecord("mx2.sink.test", 10), new DnsRecord("mx1.sink.test", 5)], false),
            ("nullmx.test", DnsType.Mx) => new DnsAnswer(DnsStatus.NoError, name, [new DnsRecord("")], false),
            ("www.lab.test", DnsType.A) => new DnsAnswer(DnsStatus.NoError, name, [new DnsRecord("192.0.2.1")], false),
            ("cname.test", DnsType.A) => new DnsAnswer(DnsStatus.NoError, "www.lab.test", [new DnsRecord("192.0.2.1")], false),
            ("cname.test", _) => DnsAnswer.Empty(DnsStatus.NoData, "www.lab.test"),
            ("1.0.0.127.in-addr.arpa", DnsType.Ptr) => new DnsAnswer(DnsStatus.NoError, name, [new DnsRecord("localhost")], false),
            ("tempfail.test", _) => DnsAnswer.Empty(DnsStatus.TempFail, name),
            ("sink.test" or "nullmx.test" or "www.lab.test" or "nomail.test", _) => DnsAnswer.Empty(DnsStatus.NoData, name),
            _ => DnsAnswer.Empty(DnsStatus.NxDomain, name),
        });
    }

    private sealed class NoLog : IMailLog
    {
        public int Level => 0;

        public void Write(int level, LogPriority priority, string? queueId, string text)
        {
        }
    }
}
