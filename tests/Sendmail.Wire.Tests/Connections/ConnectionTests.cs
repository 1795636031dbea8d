using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Tests.Tls;
using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Tests.Connections;

public sealed class ConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("EHLO x\r\n", LineKind.Line, "EHLO x", false)]
    [InlineData("\r\n", LineKind.Line, "", false)]
    [InlineData("\n", LineKind.Line, "", true)]
    [InlineData("EHLO x\n", LineKind.Line, "EHLO x", true)]
    [InlineData("a\rb\r\r\n", LineKind.Line, "a\rb\r", false)]
    [InlineData("a\0\u00e9\r\n", LineKind.Line, "a\0\u00e9", false)]
    [InlineData("0123456789\r\n", LineKind.Line, "0123456789", false)]
    [InlineData("0123456789A\r\n", LineKind.TooLong, "0123456789", false)]
    [InlineData("0123456789ABCDEFGHIJKLMNOP\r\n", LineKind.TooLong, "0123456789", false)]
    [InlineData("no end", LineKind.EndOfFile, "no end", false)]
    [InlineData("", LineKind.EndOfFile, "", false)]
    public async Task Lines(string sent, LineKind kind, string text, bool bare)
    {
        foreach (int piece in (int[])[1, 100])
        {
            await using var connection = Connection.FromStreams(new PieceStream(Encoding.Latin1.GetBytes(sent), piece), Stream.Null, null);
            LineResult line = await connection.ReadLineAsync(10, Patience, CancellationToken.None);
            Assert.Equal((kind, text, bare), (line.Kind, line.Text, line.BareLineFeed));
        }
    }

    [Fact]
    public async Task A_line_that_is_too_long_does_not_hurt_the_next()
    {
        await using var connection = Connection.FromStreams(new PieceStream(Encoding.Latin1.GetBytes(new string('x', 5000) + "\r\nNOOP\r\n"), 7), Stream.Null, null);
        Assert.Equal(LineKind.TooLong, (await connection.ReadLineAsync(100, Patience, CancellationToken.None)).Kind);
        Assert.Equal("NOOP", (await connection.ReadLineAsync(100, Patience, CancellationToken.None)).Text);
    }

    [Fact]
    public async Task The_time_is_for_the_whole_line()
    {
        var clock = new FakeTimeProvider();
        (Socket near, Socket far) = await SocketsAsync();
        using (far)
        await using (var connection = Connection.FromSocket(near, clock))
        {
            Task<LineResult> reading = connection.ReadLineAsync(100, TimeSpan.FromMinutes(1), CancellationToken.None).AsTask();
            for (int i = 0; i < 3; i++)
            {
                await far.SendAsync("x"u8.ToArray());
                while (near.Available > 0)
                    await Task.Yield();
                clock.Advance(TimeSpan.FromSeconds(25));
            }
            Assert.Equal(LineKind.Timeout, (await reading.WaitAsync(Patience)).Kind);
        }
    }

    [Fact]
    public async Task Input_before_its_turn_is_noticed_without_reading()
    {
        (Socket near, Socket far) = await SocketsAsync();
        using (far)
        await using (var connection = Connection.FromSocket(near))
        {
            Assert.False(connection.HasBufferedInput);
            await far.SendAsync("EHLO x\r\n"u8.ToArray());
            Assert.True(SpinWait.SpinUntil(() => connection.HasBufferedInput, Patience));
            Assert.Equal("EHLO x", (await connection.ReadLineAsync(100, Patience, CancellationToken.None)).Text);
            Assert.False(connection.HasBufferedInput);
        }
    }

    [Fact]
    public async Task Input_before_its_turn_is_noticed_in_TLS_records()
    {
        using var lab = new TlsLab();
        (Connection server, Connection client) = await TlsLab.ConnectAsync();
        await using (server)
        await using (client)
        {
            await TlsLab.HandshakeAsync(lab.ServerContext(), lab.ClientContext(), server, client);
            Assert.False(server.HasBufferedInput);
            await client.WriteAsync("EHLO x\r\n"u8.ToArray(), Patience, CancellationToken.None);
            await client.WriteAsync("MAIL\r\n"u8.ToArray(), Patience, CancellationToken.None);
            Assert.Equal("EHLO x", (await server.ReadLineAsync(100, Patience, CancellationToken.None)).Text);
            Assert.True(SpinWait.SpinUntil(() => server.HasBufferedInput, Patience));
            Assert.Equal("MAIL", (await server.ReadLineAsync(100, Patience, CancellationToken.None)).Text);
            Assert.False(server.HasBufferedInput);
            await client.WriteAsync("QUIT\r\n"u8.ToArray(), Patience, CancellationToken.None);
            Assert.Equal("QUIT", (await server.ReadLineAsync(100, Patience, CancellationToken.None)).Text);
        }
    }

    [Fact]
    public async Task A_peer_that_does_not_read_ends_writing()
    {
        (Socket near, Socket far) = await SocketsAsync();
        using (far)
        await using (var connection = Connection.FromSocket(near))
        {
            connection.WriteTimeout = TimeSpan.FromMilliseconds(50);
            byte[] much = new byte[64 * 1024 * 1024];
            await Assert.ThrowsAsync<IOException>(() => connection.Output.WriteAsync(much).AsTask());
        }
    }

    [Fact]
    public async Task End_of_TLS_is_end_of_file()
    {
        using var lab = new TlsLab();
        (Connection server, Connection client) = await TlsLab.ConnectAsync();
        await using (server)
        {
            await TlsLab.HandshakeAsync(lab.ServerContext(), lab.ClientContext(), server, client);
            await client.DisposeAsync();
            Assert.Equal(LineKind.EndOfFile, (await server.ReadLineAsync(100, Patience, CancellationToken.None)).Kind);
        }
    }

    private static async Task<(Socket Near, Socket Far)> SocketsAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await far.ConnectAsync(listener.LocalEndPoint!);
        return (await listener.AcceptAsync(), far);
    }

    private sealed class PieceStream(byte[] octets, int piece) : MemoryStream(octets)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
