using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Sendmail.Posix;

/// <summary>
/// Writes to the system log over /dev/log in the form of syslog(3): <c>&lt;PRI&gt;Mon DD HH:MM:SS ident[pid]: text</c>,
/// facility mail. A log that cannot be reached is tried again with the next line; nothing is thrown.
/// </summary>
public sealed class Syslog(string ident, TimeProvider clock) : IDisposable
{
    private const int MailFacility = 2 << 3;
    private readonly Lock _lock = new();
    private Socket? _socket;

    /// <summary>The name before the process id.</summary>
    public string Ident { get; } = ident;

    /// <summary>Whether the last line reached the log.</summary>
    public bool IsConnected => _socket is not null;

    /// <summary>Writes one line; <paramref name="priority"/> is the syslog severity 0 to 7. False when nobody listens.</summary>
    public bool Write(int priority, string text)
    {
        DateTimeOffset now = clock.GetLocalNow();
        string line = string.Create(CultureInfo.InvariantCulture, $"<{MailFacility | priority}>{now:MMM} {now.Day,2} {now:HH:mm:ss} {Ident}[{Environment.ProcessId}]: {text}");
        byte[] octets = Encoding.Latin1.GetBytes(line);
        lock (_lock)
        {
            for (int attempt = 0; attempt < 2; attempt++)
            {
                try
                {
                    _socket ??= Connect();
                    _socket.Send(octets);
                    return true;
                }
                catch (SocketException)
                {
                    _socket?.Dispose();
                    _socket = null;
                }
            }
        }
        return false;
    }

    private static Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint("/dev/log"));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();
}
