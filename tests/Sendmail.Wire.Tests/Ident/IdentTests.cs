using System.Net;
using System.Net.Sockets;
using System.Text;
using Sendmail.Wire.Ident;

namespace Sendmail.Wire.Tests.Ident;

/// <summary>What 8.18.2 makes of replies to its questions on port 113, as seen in <c>$_</c>.</summary>
public sealed class IdentTests
{
    [Theory]
    [InlineData("1,25 : USERID : UNIX : joe", "joe")]
    [InlineData("1,25:USERID:UNIX:joe", "joe")]
    [InlineData("x : userid : unix : joe", "joe")]
    [InlineData("1,25 : USERID : OTHER : abc def", "IDENT:abcdef")]
    [InlineData("1,25 : USERID : other , X : j", "IDENT:j")]
    [InlineData("1,25 : USERID : OTHERx : j", "j")]
    [InlineData("1,25 : USERID : UNIX ,US-ASCII : joe  x", "joex")]
    [InlineData("1,25 : USERID : UNIX : joe@evil (x)", "joeevilx")]
    [InlineData("1,25 : USERID : UNIX : [x]<y>", "xy")]
    [InlineData("1,25 : USERID : UNIX : a:b:c", "abc")]
    [InlineData("1,25 : USERID : UNIX : jo\xe9\u0001e", "joe")]
    [InlineData("1,25 : USERID : UNIX : \"a b\"", "ab")]
    [InlineData("1,25 : USERID : UNIX : x!#$%&'*+-./09AZ^_`az{|}~y", "x!#$%&'*+-./09AZ^_`az{|}~y")]
    [InlineData("1,25 : USERID : UNIX : x=?\\,;y", "xy")]
    [InlineData("1,25 : USERID : UNIX :", "")]
    [InlineData("1,25 : USERID : UNIX", null)]
    [InlineData("1,25 : ERROR : NO-USER", null)]
    [InlineData("1,25 : USERIDX : UNIX : joe", null)]
    [InlineData("garbage", null)]
    [InlineData("", null)]
    public void A_reply_names_a_user(string reply, string? user) => Assert.Equal(user, IdentClient.UserOf(reply + "\r\n"));

    [Fact]
    public void Long_names_are_cut() => Assert.Equal(new string('a', 99), IdentClient.UserOf("1,25 : USERID : UNIX : " + new string('a', 300)));

    [Fact]
    public async Task The_question_names_the_port_of_the_client_and_ours()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        ValueTask<string?> asked = IdentClient.AskAsync(new IPEndPoint(IPAddress.Loopback, 4711), new IPEndPoint(IPAddress.Loopback, 25), TimeSpan.FromMinutes(1), CancellationToken.None, port);
        using Socket server = await listener.AcceptAsync(CancellationToken.None);
        byte[] question = new byte[100];
        int length = await server.ReceiveAsync(question, CancellationToken.None);
        Assert.Equal("4711,25\r\n", Encoding.ASCII.GetString(question, 0, length));
        await server.SendAsync("4711,25 : USERID : UNIX : joe\r\n"u8.ToArray(), CancellationToken.None);
        Assert.Equal("joe", await asked);
    }

    [Fact]
    public async Task Nobody_answers()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)closed.LocalEndPoint!).Port;
        Assert.Null(await IdentClient.AskAsync(new IPEndPoint(IPAddress.Loopback, 4711), new IPEndPoint(IPAddress.Loopback, 25), TimeSpan.FromMinutes(1), CancellationToken.None, port));
    }

    [Fact]
    public async Task A_silent_server_is_not_waited_for()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Assert.Null(await IdentClient.AskAsync(new IPEndPoint(IPAddress.Loopback, 4711), new IPEndPoint(IPAddress.Loopback, 25), TimeSpan.FromMilliseconds(50), CancellationToken.None, port));
    }
}
