using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sendmail.TestKit;

/// <summary>
/// A name server on a loopback port with a handful of records. Names without records get NXDOMAIN, names with records of another
/// type an empty answer; names can be told to fail or to stay unanswered.
/// </summary>
public sealed class TestNameServer : IAsyncDisposable
{
    private const int ServerFailure = 2;
    private const int NameError = 3;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Dictionary<string, List<(int Type, byte[] Data)>> _records = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _failing = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _silent = new(StringComparer.OrdinalIgnoreCase);
    private readonly Task _work;
    private int _questions;

    /// <summary>Starts on a free port.</summary>
    public TestNameServer()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _work = Task.Run(ServeAsync);
    }

    /// <summary>Where it listens, in the form that resolvers take: <c>127.0.0.1@PORT</c>.</summary>
    public string Address => "127.0.0.1@" + ((IPEndPoint)_socket.LocalEndPoint!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>How many questions came.</summary>
    public int Questions => Volatile.Read(ref _questions);

    /// <summary>Adds an A or AAAA record.</summary>
    public void AddAddress(string name, IPAddress address) => Add(name, address.AddressFamily == AddressFamily.InterNetwork ? 1 : 28, address.GetAddressBytes());

    /// <summary>Adds a record whose data is one name: CNAME (5), PTR (12), NS (2).</summary>
    public void AddName(string name, int type, string target) => Add(name, type, Encode(target));

    /// <summary>Adds an MX record.</summary>
    public void AddMx(string name, int preference, string target) => Add(name, 15, [(byte)(preference >> 8), (byte)preference, .. Encode(target)]);

    /// <summary>Adds a TXT record of one string.</summary>
    public void AddText(string name, params string[] strings) => Add(name, 16, [.. strings.SelectMany(s => (byte[])[(byte)s.Length, .. Encoding.Latin1.GetBytes(s)])]);

    /// <summary>Adds any record by its data.</summary>
    public void Add(string name, int type, byte[] data)
    {
        lock (_records)
        {
            if (!_records.TryGetValue(name, out List<(int, byte[])>? all))
                _records[name] = all = [];
            all.Add((type, data));
        }
    }

    /// <summary>Answers SERVFAIL for a name.</summary>
    public void Fail(string name) => _failing.Add(name);

    /// <summary>Does not answer for a name.</summary>
    public void StaySilent(string name) => _silent.Add(name);

    /// <summary>A name in wire form.</summary>
    public static byte[] Encode(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.Latin1.GetBytes(l)]), 0];

    private async Task ServeAsync()
    {
        byte[] buffer = new byte[1500];
        while (true)
        {
            try
            {
                SocketReceiveFromResult got = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                if (Answer(buffer.AsSpan(0, got.ReceivedBytes)) is { } reply)
                    await _socket.SendToAsync(reply, got.RemoteEndPoint);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> query)
    {
        int at = 12;
        var labels = new List<string>();
        while (at < query.Length && query[at] != 0)
        {
            labels.Add(Encoding.Latin1.GetString(query.Slice(at + 1, query[at])));
            at += 1 + query[at];
        }
        int end = at + 5;
        string name = string.Join('.', labels);
        int type = BinaryPrimitives.ReadUInt16BigEndian(query[(at + 1)..]);
        Interlocked.Increment(ref _questions);
        if (_silent.Contains(name))
            return null;
        var answers = new List<byte[]>();
        int code = _failing.Contains(name) ? ServerFailure : Collect(name, type, answers);
        var reply = new List<byte>(query[..end].ToArray());
        reply[2] = 0x85;
        reply[3] = (byte)(0x80 | code);
        reply[6] = 0;
        reply[7] = (byte)answers.Count;
        for (int i = 8; i < 12; i++)
            reply[i] = 0;
        foreach (byte[] answer in answers)
            reply.AddRange(answer);
        return [.. reply];
    }

    private int Collect(string name, int type, List<byte[]> answers)
    {
        lock (_records)
        {
            for (int hops = 0; hops < 8; hops++)
            {
                if (!_records.TryGetValue(name, out List<(int Type, byte[] Data)>? all))
                    return hops == 0 ? NameError : 0;
                foreach ((int kind, byte[] data) in all)
                {
                    if (kind == type || kind == 5)
                        answers.Add([.. Encode(name), (byte)(kind >> 8), (byte)kind, 0, 1, 0, 0, 1, 44, (byte)(data.Length >> 8), (byte)data.Length, .. data]);
                }
                if (type == 5 || all.Find(r => r.Type == 5).Data is not { } alias)
                    return 0;
                name = Decode(alias);
            }
        }
        return 0;
    }

    private static string Decode(byte[] data)
    {
        var labels = new List<string>();
        for (int at = 0; data[at] != 0; at += 1 + data[at])
            labels.Add(Encoding.Latin1.GetString(data, at + 1, data[at]));
        return string.Join('.', labels);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _work;
    }
}
