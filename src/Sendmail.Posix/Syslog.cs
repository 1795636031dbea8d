using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Sendmail.Posix;

/// <summary>
/// Writes to the system log over /dev/log in the form of syslog(3): <c>&lt;PRI&gt;Mon DD HH:MM:SS ident[pid]: text</c>,
/// facility mail. A log that cannot be reached is tried again with the next line; nothing is thrown.
/// </summary>
public sealed class Syslog(string ident, TimeProvider clock) : IDisposable
{
    private const int MailFacility = 2 << 3;
    private const int FamilyUnix = 1;
    private const int Datagram = 2;
    private const int CloseOnExec = 0x80000;
    private const int NoSignal = 0x4000;
    private readonly Lock _lock = new();
    private int _socket = -1;

    /// <summary>The name before the process id.</summary>
    public string Ident { get; } = ident;

    /// <summary>Whether the process id follows the name; small programs leave it out.</summary>
    public bool ShowsProcess { get; init; } = true;

    /// <summary>Whether the last line reached the log.</summary>
    public bool IsConnected => _socket >= 0;

    /// <summary>Writes one line; <paramref name="priority"/> is the syslog severity 0 to 7. False when nobody listens.</summary>
    public bool Write(int priority, string text)
    {
        DateTimeOffset now = clock.GetLocalNow();
        string line = string.Create(CultureInfo.InvariantCulture, $"<{MailFacility | priority}>{now:MMM} {now.Day,2} {now:HH:mm:ss} {Ident}{(ShowsProcess ? "[" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "]" : "")}: {text}");
        byte[] octets = Encoding.Latin1.GetBytes(line);
        lock (_lock)
        {
            for (int attempt = 0; attempt < 2; attempt++)
            {
                if (_socket < 0 && (_socket = Connect()) < 0)
                    return false;
                if (Send(octets))
                    return true;
                Dispose();
            }
        }
        return false;
    }

    private unsafe bool Send(byte[] octets)
    {
        fixed (byte* start = octets)
            return LibC.Send(_socket, start, octets.Length, NoSignal) >= 0;
    }

    // By the C library's calls: a Socket of the runtime starts a thread, for which most runs of the program have no other use.
    private static unsafe int Connect()
    {
        int descriptor = LibC.Socket(FamilyUnix, Datagram | CloseOnExec, 0);
        if (descriptor < 0)
            return -1;
        Span<byte> native = stackalloc byte[110];
        native.Clear();
        MemoryMarshal.Write(native, (ushort)FamilyUnix);
        "/dev/log"u8.CopyTo(native[2..]);
        fixed (byte* start = native)
        {
            if (LibC.Connect(descriptor, start, (uint)native.Length) == 0)
                return descriptor;
        }
        _ = LibC.Close(descriptor);
        return -1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_socket >= 0)
            _ = LibC.Close(_socket);
        _socket = -1;
    }
}
