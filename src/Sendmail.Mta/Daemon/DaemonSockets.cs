using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Mta.Logging;
using Sendmail.Posix;
using Sendmail.Wire.Connections;

namespace Sendmail.Mta.Daemon;

/// <summary>The listening sockets of DaemonPortOptions.</summary>
public sealed class DaemonSockets(Configuration configuration, MailLog log) : IDisposable
{
    private readonly List<(Socket Socket, DaemonPort Port)> _sockets = [];

    /// <summary>Each socket with the port that it serves.</summary>
    public IReadOnlyList<(Socket Socket, DaemonPort Port)> Open => _sockets;

    /// <summary>What listens, for the program that takes over.</summary>
    public IReadOnlyList<Socket> Sockets => [.. _sockets.Select(s => s.Socket)];

    /// <summary>Binds every port, or takes one of <paramref name="inherited"/> that listens at its address.</summary>
    /// <returns>What is wrong with a port in the words of the reference, null when all are bound.</returns>
    public string? Bind(IReadOnlyList<Socket> inherited, out DaemonPort? failed)
    {
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
                socket = local ? UnixListener.Bind(port.Address) : new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                if (!local)
                    socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                if (port.ReceiveBuffer > 0)
                    socket.ReceiveBufferSize = port.ReceiveBuffer;
                if (port.SendBuffer > 0)
                    socket.SendBufferSize = port.SendBuffer;
                if (!local)
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
            log.Write(1, LogPriority.Warning, "NOQUEUE", "socket " + unused.LocalEndPoint + " of the service manager or the daemon before: no DaemonPortOptions for it, closed");
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

    /// <summary>How many connections may wait at a port.</summary>
    internal static int Backlog(DaemonPort port) => Math.Max(port.Listen, 128);

    /// <summary>Leaves the ports to whoever else has them; sessions go on.</summary>
    public void Dispose()
    {
        foreach ((Socket socket, _) in _sockets)
            socket.Dispose();
    }
}
