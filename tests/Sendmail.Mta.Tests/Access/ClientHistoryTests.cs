using System.Net;
using Microsoft.Extensions.Time.Testing;
using Sendmail.Mta.Access;

namespace Sendmail.Mta.Tests.Access;

public sealed class ClientHistoryTests
{
    private static readonly IPAddress _one = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress _two = IPAddress.Parse("192.0.2.2");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Connections_count_for_their_address_until_they_leave()
    {
        var history = new ClientHistory(TimeSpan.FromSeconds(60), _clock);
        Assert.Equal(new ClientLoad(1, 1, 1), history.Enter(_one));
        Assert.Equal(new ClientLoad(2, 2, 2), history.Enter(_one));
        Assert.Equal(new ClientLoad(1, 1, 3), history.Enter(_two));
        history.Leave(_one);
        Assert.Equal(new ClientLoad(2, 3, 4), history.Enter(_one));
    }

    [Fact]
    public void The_rate_forgets_what_is_older_than_the_window()
    {
        var history = new ClientHistory(TimeSpan.FromSeconds(60), _clock);
        for (int i = 0; i < 5; i++)
        {
            history.Enter(_one);
            history.Leave(_one);
            _clock.Advance(TimeSpan.FromSeconds(10));
        }
        // Five in the last fifty seconds and this one.
        Assert.Equal(new ClientLoad(1, 6, 6), history.Enter(_one));
        history.Leave(_one);
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(new ClientLoad(1, 1, 1), history.Enter(_one));
    }

    [Fact]
    public void A_flood_of_addresses_does_not_fill_the_memory()
    {
        var history = new ClientHistory(TimeSpan.FromSeconds(60), _clock);
        history.Enter(_one);
        for (int i = 0; i < 100_000; i++)
        {
            var address = new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]);
            history.Enter(address);
            history.Leave(address);
        }
        // Who is connected is not forgotten, and all are counted.
        Assert.Equal(new ClientLoad(2, 2, 100_002), history.Enter(_one));
    }
}
