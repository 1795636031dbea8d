using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sendmail.Wire.Ident;

/// <summary>Asks a client's machine whose the connection is (RFC 1413).</summary>
public static class IdentClient
{
    /// <summary>The port of the service.</summary>
    public const int Port = 113;
    private const int LongestReply = 1000;
    private const int LongestUser = 99;
    // What may stand in an address without quotes, and a few characters less.
    private static readonly SearchValues<char> _plain = SearchValues.Create("!#$%&'*+-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>
    /// The user that has the other end of a connection, with <c>IDENT:</c> before a name that means nothing outside that machine;
    /// null when nobody says so in time.
    /// </summary>
    public static async ValueTask<string?> AskAsync(IPEndPoint peer, IPEndPoint local, TimeSpan timeout, CancellationToken cancellation, int port = Port)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            using var socket = new Socket(peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(local.Address, 0));
            await socket.ConnectAsync(new IPEndPoint(peer.Address, port), limit.Token).ConfigureAwait(false);
            string question = string.Create(CultureInfo.InvariantCulture, $"{peer.Port},{local.Port}\r\n");
            await socket.SendAsync(Core.Latin1.ToBytes(question), limit.Token).ConfigureAwait(false);
            byte[] reply = new byte[LongestReply];
            int length = 0;
            while (length < reply.Length && reply.AsSpan(0, length).IndexOf((byte)'\n') < 0)
            {
                int read = await socket.ReceiveAsync(reply.AsMemory(length), limit.Token).ConfigureAwait(false);
                if (read == 0)
                    break;
                length += read;
            }
            return UserOf(Core.Latin1.ToString(reply.AsSpan(0, length)));
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>The user that a reply names, as <see cref="AskAsync"/> gives it; null when it names none.</summary>
    public static string? UserOf(string reply)
    {
        int end = reply.AsSpan().IndexOf('\n');
        string[] fields = (end < 0 ? reply : reply[..end]).Split(':', 4);
        if (fields.Length < 4 || !fields[1].Trim(' ', '\t').Equals("USERID", StringComparison.OrdinalIgnoreCase))
            return null;
        string user = string.Concat(fields[3].Where(_plain.Contains));
        string system = fields[2].Split(',', 2)[0].Trim(' ', '\t');
        return (system.Equals("OTHER", StringComparison.OrdinalIgnoreCase) ? "IDENT:" : "") + user[..Math.Min(user.Length, LongestUser)];
    }
}
