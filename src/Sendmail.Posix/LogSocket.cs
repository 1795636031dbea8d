using System.Runtime.InteropServices;

namespace Sendmail.Posix;

/// <summary>
/// Datagrams to a log that listens on a name in the file system. One that cannot be reached is tried again with the next
/// datagram; nothing is thrown. Not for several threads at a time.
/// </summary>
/// <param name="path">The name, at most 107 octets (unix(7)).</param>
internal sealed class LogSocket(string path) : IDisposable
{
    private const int FamilyUnix = 1;
    private const int Datagram = 2;
    private const int CloseOnExec = 0x80000;
    private const int NoSignal = 0x4000;
    private const int AddressLength = 110;
    private int _socket = -1;

    /// <summary>Whether the last datagram was taken.</summary>
    internal bool IsConnected => _socket >= 0;

    /// <summary>Sends one datagram; false when nobody listens.</summary>
    internal bool Send(byte[] octets)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            if (_socket < 0 && (_socket = Connect()) < 0)
                return false;
            if (TrySend(octets))
                return true;
            Dispose();
        }
        return false;
    }

    private unsafe bool TrySend(byte[] octets)
    {
        fixed (byte* start = octets)
            return LibC.Send(_socket, start, octets.Length, NoSignal) >= 0;
    }

    // By the C library's calls: a Socket of the runtime starts a thread, for which most runs of the program have no other use.
    private unsafe int Connect()
    {
        int descriptor = LibC.Socket(FamilyUnix, Datagram | CloseOnExec, 0);
        if (descriptor < 0)
            return -1;
        Span<byte> native = stackalloc byte[AddressLength];
        native.Clear();
        MemoryMarshal.Write(native, (ushort)FamilyUnix);
        System.Text.Encoding.Latin1.GetBytes(path, native[2..^1]);
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
