using Microsoft.Extensions.Time.Testing;
using Sendmail.Wire.Connections;

namespace Sendmail.Wire.Tests.Connections;

/// <summary>Timeout.datablock: the time for a line of a message.</summary>
public sealed class BlockTimerTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    // Octets that come one at a time, each a second after the one before.
    private sealed class Trickle(string text, FakeTimeProvider clock) : MemoryStream
    {
        private int _at;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_at == text.Length)
                return new ValueTask<int>(0);
            clock.Advance(_second);
            buffer.Span[0] = (byte)text[_at++];
            return new ValueTask<int>(1);
        }
    }

    private static async Task<int> TakenAsync(string text, int seconds)
    {
        var clock = new FakeTimeProvider();
        await using Connection connection = Connection.FromStreams(new Trickle(text, clock), new MemoryStream(), null, clock);
        var timer = new BlockTimer(TimeSpan.FromSeconds(seconds), clock);
        int taken = 0;
        while (await timer.PeekAsync(connection, CancellationToken.None) is { Length: > 0 } octets)
        {
            taken += octets.Length;
            connection.Advance(octets.Length);
        }
        return taken;
    }

    [Fact]
    public async Task An_octet_a_second_is_not_enough() => Assert.InRange(await TakenAsync(new string('x', 100), 10), 9, 10);

    [Fact]
    public async Task Lines_in_time_may_go_on() => Assert.Equal(600, await TakenAsync(string.Concat(Enumerable.Repeat("line\r\n", 100)), 10));

    [Fact]
    public async Task Zero_is_for_ever() => Assert.Equal(5000, await TakenAsync(new string('x', 5000), 0));

    [Fact]
    public async Task Blocks_of_a_long_line_count_as_lines() => Assert.Equal(10000, await TakenAsync(new string('x', 10000), 5000));
}
