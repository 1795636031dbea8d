using System.Net;
using System.Net.Sockets;
using Sendmail.TestKit;
using Sendmail.Wire.Dns;

namespace Sendmail.Wire.Tests.Dns;

public sealed class ResolverTests : IAsyncLifetime
{
    private readonly TestNameServer _server = new();
    private UnboundResolver _resolver = null!;
    private ResolverConfiguration _configuration = null!;

    public Task InitializeAsync()
    {
        _server.AddAddress("host.sink.test", IPAddress.Parse("192.0.2.1"));
        _server.AddAddress("host.sink.test", IPAddress.Parse("2001:db8::1"));
        _server.AddMx("sink.test", 10, "mx1.sink.test");
        _server.AddMx("sink.test", 5, "mx2.sink.test");
        _server.AddMx("null.test", 0, "");
        _server.AddName("alias.sink.test", 5, "host.sink.test");
        _server.AddName("1.2.0.192.in-addr.arpa", 12, "host.sink.test");
        _server.AddName("1.0.0.127.in-addr.arpa", 12, "local.sink.test");
        _server.AddText("txt.sink.test", "v=spf1 ", "-all");
        _server.Add("_25._tcp.sink.test", 52, [3, 1, 1, 0xAB, 0xCD]);
        _server.Add("srv.sink.test", 33, [0, 1, 0, 2, 0, 25, .. TestNameServer.Encode("host.sink.test")]);
        _server.AddName("ns.sink.test", 2, "a.sink.test");
        _server.AddAddress("short.lab.test", IPAddress.Parse("192.0.2.7"));
        _server.Fail("fail.sink.test");
        _server.StaySilent("silent.sink.test");
        _configuration = new ResolverConfiguration([_server.Address], ["lab.test"], 1, TimeSpan.FromMilliseconds(200), 1);
        _resolver = new UnboundResolver(_configuration);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    private ValueTask<DnsAnswer> Ask(string name, DnsType type) => _resolver.ResolveAsync(name, type, CancellationToken.None);

    [Fact]
    public async Task Addresses()
    {
        Assert.Equal(["192.0.2.1"], (await Ask("host.sink.test", DnsType.A)).Records.Select(r => r.Text));
        Assert.Equal([IPAddress.Parse("2001:db8::1")], (await Ask("HOST.sink.test.", DnsType.Aaaa)).Records.Select(r => r.Address));
    }

    [Fact]
    public async Task Mail_exchangers()
    {
        DnsAnswer answer = await Ask("sink.test", DnsType.Mx);
        Assert.Equal(DnsStatus.NoError, answer.Status);
        Assert.Equal([(5, "mx2.sink.test"), (10, "mx1.sink.test")], answer.Records.OrderBy(r => r.Preference).Select(r => (r.Preference, r.Text)));
        Assert.Equal([(0, "")], (await Ask("null.test", DnsType.Mx)).Records.Select(r => (r.Preference, r.Text)));
    }

    [Fact]
    public async Task Aliases_lead_to_the_canonical_name()
    {
        DnsAnswer answer = await Ask("alias.sink.test", DnsType.A);
        Assert.Equal(("host.sink.test", "192.0.2.1"), (answer.CanonicalName, answer.Records[0].Text));
        Assert.Equal("host.sink.test", (await Ask("alias.sink.test", DnsType.Cname)).Records[0].Text);
    }

    [Fact]
    public async Task Other_types()
    {
        Assert.Equal("v=spf1 -all", (await Ask("txt.sink.test", DnsType.Txt)).Records[0].Text);
        Assert.Equal("030101ABCD", (await Ask("_25._tcp.sink.test", DnsType.Tlsa)).Records[0].Text);
        DnsRecord service = (await Ask("srv.sink.test", DnsType.Srv)).Records[0];
        Assert.Equal(("host.sink.test", 1, 2, 25), (service.Text, service.Preference, service.Weight, service.Port));
        Assert.Equal("a.sink.test", (await Ask("ns.sink.test", DnsType.Ns)).Records[0].Text);
    }

    [Theory]
    [InlineData("nosuch.sink.test", DnsType.A, DnsStatus.NxDomain)]
    [InlineData("host.sink.test", DnsType.Mx, DnsStatus.NoData)]
    [InlineData("fail.sink.test", DnsType.A, DnsStatus.TempFail)]
    [InlineData("silent.sink.test", DnsType.A, DnsStatus.TempFail)]
    [InlineData("", DnsType.A, DnsStatus.NxDomain)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test", DnsType.A, DnsStatus.NxDomain)]
    [InlineData("a..b.test", DnsType.A, DnsStatus.NxDomain)]
    public async Task Failures_are_kept_apart(string name, DnsType type, DnsStatus status) => Assert.Equal(status, (await Ask(name, type)).Status);

    [Fact]
    public async Task Answers_are_kept_for_their_time()
    {
        await Ask("host.sink.test", DnsType.A);
        int before = _server.Questions;
        await Ask("host.sink.test", DnsType.A);
        Assert.Equal(before, _server.Questions);
    }

    [Fact]
    public async Task Many_questions_at_once()
    {
        Task<DnsAnswer>[] all = [.. Enumerable.Range(0, 200).Select(i => Ask("n" + i + ".sink.test", DnsType.A).AsTask())];
        Assert.All(await Task.WhenAll(all), a => Assert.Equal(DnsStatus.NxDomain, a.Status));
    }

    [Fact]
    public async Task Hosts_file_comes_first_and_names_its_first_name()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "# comment\n192.0.2.9 first.lab.test second # third\n192.0.2.9 again\nbad line\n2001:db8::9 first.lab.test\n");
            var hosts = new HostLookup(_resolver, _configuration, file);
            HostAnswer answer = await hosts.AddressesAsync("SECOND", AddressFamily.InterNetwork, CancellationToken.None);
            Assert.Equal((DnsStatus.NoError, "first.lab.test", "192.0.2.9"), (answer.Status, answer.Name, answer.Addresses[0].ToString()));
            Assert.Equal(("first.lab.test", DnsStatus.NoError), await hosts.NameAsync(IPAddress.Parse("192.0.2.9"), CancellationToken.None));
            Assert.Equal(("host.sink.test", DnsStatus.NoError), await hosts.NameAsync(IPAddress.Parse("192.0.2.1"), CancellationToken.None));
            Assert.Equal((null, DnsStatus.NxDomain), await hosts.NameAsync(IPAddress.Parse("192.0.2.99"), CancellationToken.None));
            Assert.Equal(("local.sink.test", DnsStatus.NoError), await hosts.NameAsync(IPAddress.Loopback, CancellationToken.None));
        }
        finally
        {
            File.Delete(file);
        }
    }

    // What 8.18.2 completes names to on a host of domain a.b.c.
    [Theory]
    [InlineData("solo", "solo.a.b.c")]
    [InlineData("SOLO.A", "solo.a.b.c")]
    [InlineData("solo.a.b", "solo.a.b.c")]
    [InlineData("two.a.b.c", "one.a.b.c")]
    [InlineData("solo.", "solo.a.b.c")]
    [InlineData("solo..", null)]
    [InlineData("solo.a.b.c.", "solo.a.b.c")]
    [InlineData("solo.a.b.", null)]
    [InlineData("solo.a.b.c..", null)]
    [InlineData("solo.b", null)]
    [InlineData("solo.a.b.c.d", null)]
    [InlineData("m1.a.b.c", "far.away")]
    [InlineData("m2.a.b.c", "near2.a.b.c")]
    [InlineData("y.a", null)]
    [InlineData("y.a.b", "y.a.b")]
    [InlineData("z.a", "y.a.b")]
    [InlineData("e2", ".e1")]
    [InlineData("d2", "d1.a.b.c")]
    [InlineData("d1", null)]
    [InlineData("blank", "127.0.0.11")]
    [InlineData("hidden", null)]
    public void The_hosts_file_completes_names_of_our_domain(string name, string? canonical)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "127.0.0.1\tlocalhost\n127.0.0.2 far.away m1.a.b.c\n127.0.0.3 near m1\n127.0.0.5 near2 m2\n127.0.0.6 far2.away m2.a.b.c\n127.0.0.7 y.a.b z\n\t127.0.0.11 blank\n127.0.0.12 d1. d2\n127.0.0.13 .e1 e2\n127.0.0.30 one two # hidden\n127.0.0.31 solo\n");
            Assert.Equal(canonical, new HostLookup(_resolver, _configuration, file).CanonicalInFile(name, "a.b.c"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Short_names_go_through_the_search_list()
    {
        var hosts = new HostLookup(_resolver, _configuration, "/nonexistent");
        HostAnswer answer = await hosts.AddressesAsync("short", AddressFamily.InterNetwork, CancellationToken.None);
        Assert.Equal((DnsStatus.NoError, "short.lab.test", "192.0.2.7"), (answer.Status, answer.Name, answer.Addresses[0].ToString()));
        Assert.Equal(["a.b", "a.b.lab.test"], hosts.Candidates("a.b"));
        Assert.Equal(["a.lab.test", "a"], hosts.Candidates("a"));
        HostAnswer both = await hosts.AddressesAsync("alias.sink.test", AddressFamily.Unspecified, CancellationToken.None);
        Assert.Equal(["192.0.2.1", "2001:db8::1"], both.Addresses.Select(a => a.ToString()));
        Assert.Equal(DnsStatus.TempFail, (await hosts.AddressesAsync("fail.sink.test", AddressFamily.InterNetwork, CancellationToken.None)).Status);
        Assert.Equal(DnsStatus.NxDomain, (await hosts.AddressesAsync("nosuch.sink.test", AddressFamily.InterNetwork, CancellationToken.None)).Status);
    }

    [Theory]
    [InlineData("192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public void Reverse_names(string address, string name) => Assert.Equal(name, HostLookup.ReverseName(IPAddress.Parse(address)));

    [Fact]
    public void Resolv_conf_is_read()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "; comment\n# another\ndomain old.test\nsearch lab.test. other.test\nnameserver 192.0.2.53\nnameserver 2001:db8::53\noptions ndots:2 timeout:3 attempts:4 rotate\n");
            ResolverConfiguration read = ResolverConfiguration.Read(file);
            Assert.Equal(["192.0.2.53", "2001:db8::53"], read.Servers);
            Assert.Equal(["lab.test", "other.test"], read.Search);
            Assert.Equal((2, 3, 4), (read.Dots, (int)read.Timeout.TotalSeconds, read.Attempts));
            Assert.Equal(["127.0.0.1"], ResolverConfiguration.Read("/nonexistent").Servers);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
