using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Mta.Access;
using Sendmail.Posix;
using Sendmail.Wire.Connections;

namespace Sendmail.Mta.Daemon;

/// <summary>Listens on the ports of DaemonPortOptions and runs a session for each connection.</summary>
public sealed partial class DaemonListener(SessionContext context) : IDisposable
{
    private readonly List<(Socket Socket, DaemonPort Port)> _sockets = [];
    private readonly ClientHistory _history = new(context.Services.Configuration.Options.Get(OptionTable.ConnectionRateWindowSize), context.Services.Clock);
    private readonly CancellationTokenSource _sessionStop = new();
    private int _sessions;

    /// <summary>Sessions that are open.</summary>
    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>Binds every port, or takes one of <paramref name="inherited"/> that listens at its address.</summary>
    /// <returns>What is wrong with a port in the words of the reference, null when all are bound.</returns>
    public string? Bind(IReadOnlyList<Socket> inherited, out DaemonPort? failed)
    {
        Configuration configuration = context.Services.Configuration;
        IReadOnlyList<DaemonPort> ports = configuration.DaemonPorts.Count > 0 ? configuration.DaemonPorts : [new DaemonPort { Name = "MTA" }];
        foreach (DaemonPort port in ports)
        {
            failed = port;
            Socket? socket = null;
            try
            {
                EndPoint end = EndPointOf(port);
                if (inherited.FirstOrDefault(s => IsAt(s, end)) is { } open)
                {
                    _sockets.Add((open, port));
                    continue;
                }
                bool local = end is UnixDomainSocketEndPoint;
                if (local)
                    File.Delete(port.Address);
                socket = new Socket(end.AddressFamily, SocketType.Stream, local ? ProtocolType.Unspecified : ProtocolType.Tcp);
                if (!local)
                    socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                if (port.ReceiveBuffer > 0)
                    socket.ReceiveBufferSize = port.ReceiveBuffer;
                if (port.SendBuffer > 0)
                    socket.SendBufferSize = port.SendBuffer;
                socket.Bind(end);
                socket.Listen(Backlog(port));
                _sockets.Add((socket, port));
            }
            catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
            {
                socket?.Dispose();
                string reason = e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } ? "Address already in use"
                    : e is SocketException { SocketErrorCode: SocketError.AccessDenied } ? "Permission denied" : e.Message;
                return "opendaemonsocket: daemon " + port.Name + ": cannot bind: " + reason;
            }
        }
        failed = null;
        foreach (Socket unused in inherited.Where(s => _sockets.All(own => own.Socket != s)))
        {
            context.Services.Log.Write(1, LogPriority.Warning, "NOQUEUE", "socket " + unused.LocalEndPoint + " of the service manager or the daemon before: no DaemonPortOptions for it, closed");
            unused.Dispose();
        }
        return null;
    }

    private static bool IsAt(Socket socket, EndPoint end) => (socket.LocalEndPoint, end) switch
    {
        (IPEndPoint own, IPEndPoint wanted) => own.Port == wanted.Port && own.Address.Equals(wanted.Address),
        (UnixDomainSocketEndPoint own, UnixDomainSocketEndPoint wanted) => own.ToString() == wanted.ToString(),
        _ => false,
    };

    private static EndPoint EndPointOf(DaemonPort port)
    {
        if (port.Family is "local" or "unix")
            return new UnixDomainSocketEndPoint(port.Address);
        int number = port.Port.Length == 0 ? 25 : ServicePorts.Find(port.Port) ?? 25;
        bool six = port.Family == "inet6";
        if (port.Address.Length == 0)
            return new IPEndPoint(six ? IPAddress.IPv6Any : IPAddress.Any, number);
        string address = port.Address.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? port.Address[5..] : port.Address;
        if (IPAddress.TryParse(address.Trim('[', ']'), out IPAddress? literal))
            return new IPEndPoint(literal, number);
        IPAddress[] found = System.Net.Dns.GetHostAddresses(address, six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        return new IPEndPoint(found[0], number);
    }

    /// <summary>What it listens with, for the program that takes over.</summary>
    public IReadOnlyList<Socket> Sockets => [.. _sockets.Select(s => s.Socket)];

    /// <summary>Accepts until told to stop.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(_sockets.Select(s => AcceptAsync(s.Socket, s.Port, stop, _sessionStop.Token)));

    /// <summary>Waits for the sessions to end by themselves, and when in a hurry only a little for them to be ended.</summary>
    public async Task DrainAsync(CancellationToken hurry)
    {
        for (int i = 0; i < 50 && Sessions > 0; i += hurry.IsCancellationRequested ? 1 : 0)
        {
            if (hurry.IsCancellationRequested)
                await _sessionStop.CancelAsync().ConfigureAwait(false);
            await Task.Delay(100, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task AcceptAsync(Socket socket, DaemonPort port, CancellationToken stop, CancellationToken sessionStop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await RefuseAsync(socket, port, stop).ConfigureAwait(false);
                await ThrottleAsync(port, stop).ConfigureAwait(false);
                if (await NextAsync(socket, port, stop).ConfigureAwait(false) is not { } client)
                    continue;
                Interlocked.Increment(ref _sessions);
                _ = Task.Run(() => ServeAsync(client, port, sessionStop), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Too many open files and the like pass; a busy loop would not help.
                context.Services.Log.Write(1, LogPriority.Error, "NOQUEUE", "daemon " + port.Name + ": accept: " + e.Message);
                await Task.Delay(200, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private readonly Lock _rateGate = new();
    private long _second;
    private int _acceptedThisSecond;

    // ConnectionRateThrottle: the rest of a second's connections wait in the system's queue until the next one.
    private async Task ThrottleAsync(DaemonPort port, CancellationToken stop)
    {
        int most = context.Services.Configuration.Options.Get(OptionTable.ConnectionRateThrottle);
        if (most <= 0)
            return;
        bool told = false;
        while (true)
        {
            long now = context.Services.Clock.GetUtcNow().ToUnixTimeMilliseconds();
            lock (_rateGate)
            {
                if (now / 1000 != _second)
                    (_second, _acceptedThisSecond) = (now / 1000, 0);
                if (_acceptedThisSecond < most)
                {
                    _acceptedThisSecond++;
                    return;
                }
            }
            if (!told)
                context.Services.Log.Write(8, LogPriority.Info, null, string.Create(CultureInfo.InvariantCulture, $"deferring connections on daemon {port.Name}: {most} per second"));
            told = true;
            await Task.Delay(TimeSpan.FromMilliseconds(1000 - now % 1000), context.Services.Clock, stop).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(Socket client, DaemonPort port, CancellationToken stop)
    {
        try
        {
            Connection connection = Connection.FromSocket(client);
            IPAddress? address = connection.Peer?.Address;
            ClientLoad? load = address is null ? null : _history.Enter(address);
            try
            {
                await new SmtpServerSession(context, connection, port, stop, load).RunAsync().ConfigureAwait(false);
            }
            finally
            {
                if (address is not null)
                    _history.Leave(address);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            client.Dispose();
        }
        finally
        {
            Interlocked.Decrement(ref _sessions);
        }
    }

    /// <summary>Leaves the ports to whoever else has them; sessions go on.</summary>
    public void Close()
    {
        foreach ((Socket socket, _) in _sockets)
            socket.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _sessionStop.Dispose();
    }
}
