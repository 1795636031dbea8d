using System.Buffers.Binary;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Posix;
using Sendmail.Wire.Dns;

namespace Sendmail.Wire.Milter;

/// <summary>
/// The connection to one filter: packets of a length (4 octets, network order), a letter and data. Times are those of T= of the
/// X line; everything that fails is a <see cref="MilterException"/> with the words of the log.
/// </summary>
public sealed class MilterConnection : IDisposable
{
    private const int HeaderSize = 5;
    private const int LargestPacket = 1024 * 1024 + 1;
    private readonly Socket _socket;
    private readonly string _name;

    private MilterConnection(Socket socket, string name)
    {
        _socket = socket;
        _name = name;
    }

    /// <summary>Connects to the socket of S=: <c>inet:port@host</c>, <c>inet6:port@host</c>, <c>local:path</c>, <c>unix:path</c> or a path.</summary>
    /// <exception cref="MilterException">Nobody is there, or the path is unsafe.</exception>
    public static async ValueTask<MilterConnection> ConnectAsync(InputMailFilter filter, HostLookup hosts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        string where = filter.Socket;
        int colon = where.IndexOf(':', StringComparison.Ordinal);
        string family = colon <= 0 ? "unix" : where[..colon].ToLowerInvariant();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (filter.Connect > TimeSpan.Zero)
            limit.CancelAfter(filter.Connect);
        return family is "inet" or "inet6"
            ? await ToHostAsync(filter, hosts, where[(colon + 1)..], family == "inet6", limit.Token, cancellation).ConfigureAwait(false)
            : await ToPathAsync(filter, colon <= 0 ? where : where[(colon + 1)..], limit.Token, cancellation).ConfigureAwait(false);
    }

    private static async ValueTask<MilterConnection> ToPathAsync(InputMailFilter filter, string path, CancellationToken limit, CancellationToken cancellation)
    {
        SafeFileResult safe = SafeFile.Check(path, new SafeFileRequest { NoGroupWritable = false, NoWorldWritable = false, MayBeSocket = true });
        if (!safe.Ok)
            throw new MilterException("Milter (" + filter.Name + "): local socket name " + path + " unsafe");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit).ConfigureAwait(false);
            return new MilterConnection(socket, filter.Name);
        }
        catch (Exception e) when (IsFailure(e, cancellation))
        {
            socket.Dispose();
            throw new MilterException("Milter (" + filter.Name + "): error connecting to filter: " + Reason(e), e);
        }
    }

    private static async ValueTask<MilterConnection> ToHostAsync(InputMailFilter filter, HostLookup hosts, string where, bool v6, CancellationToken limit, CancellationToken cancellation)
    {
        int at = where.IndexOf('@', StringComparison.Ordinal);
        int port = int.TryParse(where.AsSpan(0, at), out int number) ? number : ServicePorts.Find(where[..at]) ?? 0;
        string host = where[(at + 1)..];
        string name = host.Trim('[', ']');
        IReadOnlyList<System.Net.IPAddress> addresses = System.Net.IPAddress.TryParse(name, out System.Net.IPAddress? literal) ? [literal]
            : (await hosts.AddressesAsync(name, v6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, cancellation).ConfigureAwait(false)).Addresses;
        Exception? last = null;
        foreach (System.Net.IPAddress address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new System.Net.IPEndPoint(address, port), limit).ConfigureAwait(false);
                return new MilterConnection(socket, filter.Name);
            }
            catch (Exception e) when (IsFailure(e, cancellation))
            {
                socket.Dispose();
                last = e;
            }
        }
        throw new MilterException("Milter (" + filter.Name + "): " + (last is null ? "Unknown host name " + host : "error connecting to filter: " + Reason(last) + " by " + host), last);
    }

    private static bool IsFailure(Exception e, CancellationToken cancellation) =>
        e is SocketException or IOException or ObjectDisposedException || (e is OperationCanceledException && !cancellation.IsCancellationRequested);

    private static string Reason(Exception e) => e is SocketException socket ? Files.ErrorText(socket.NativeErrorCode) : "Connection timed out";

    /// <summary>Sends one packet within the time of T=S.</summary>
    /// <exception cref="MilterException">The filter is gone or does not read.</exception>
    public async ValueTask WriteAsync(char letter, ReadOnlyMemory<byte> data, TimeSpan time, string where, CancellationToken cancellation)
    {
        byte[] packet = new byte[HeaderSize + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(packet, data.Length + 1);
        packet[4] = (byte)letter;
        data.CopyTo(packet.AsMemory(HeaderSize));
        using CancellationTokenSource limit = Limit(time, cancellation);
        try
        {
            for (int sent = 0; sent < packet.Length;)
                sent += await _socket.SendAsync(packet.AsMemory(sent), SocketFlags.None, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new MilterException("Milter (" + _name + "): timeout before data write, where=" + where, e);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            string text = e is SocketException s ? Files.ErrorText(s.NativeErrorCode) : e.Message;
            throw new MilterException("Milter (" + _name + "): write(" + letter + ") returned -1, expected " + (letter is 'O' or 'D' ? packet.Length : HeaderSize) + ": " + text, e);
        }
    }

    /// <summary>Reads one packet within <paramref name="time"/>.</summary>
    /// <exception cref="MilterException">The filter is gone, too slow or sends what cannot be a packet.</exception>
    public async ValueTask<MilterPacket> ReadAsync(TimeSpan time, string where, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = Limit(time, cancellation);
        byte[] head = new byte[HeaderSize];
        await FillAsync(head, where, limit.Token, cancellation).ConfigureAwait(false);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(head) - 1;
        if (length >= LargestPacket)
            throw new MilterException("milter_sys_read(" + _name + "): size " + (length + 1L) + " out of range");
        byte[] data = new byte[length];
        if (length > 0)
            await FillAsync(data, where, limit.Token, cancellation).ConfigureAwait(false);
        return new MilterPacket((char)head[4], data);
    }

    private async ValueTask FillAsync(Memory<byte> room, string where, CancellationToken limit, CancellationToken cancellation)
    {
        for (int at = 0; at < room.Length;)
        {
            int read;
            try
            {
                read = await _socket.ReceiveAsync(room[at..], SocketFlags.None, limit).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
            {
                throw new MilterException("Milter (" + _name + "): timeout " + (at == 0 ? "before" : "during") + " data read, where=" + where, e);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                string text = e is SocketException s ? Files.ErrorText(s.NativeErrorCode) : e.Message;
                throw new MilterException("milter_sys_read(" + _name + "): cmd read returned -1, expecting " + room.Length + ": " + text, e);
            }
            if (read == 0)
                throw new MilterException("milter_sys_read(" + _name + "): cmd read returned " + at + ", expecting " + room.Length);
            at += read;
        }
    }

    private static CancellationTokenSource Limit(TimeSpan time, CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (time > TimeSpan.Zero)
            limit.CancelAfter(time);
        return limit;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
