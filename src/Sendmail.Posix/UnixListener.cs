using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Sendmail.Posix;

/// <summary>
/// Local sockets to listen at whose name stays when they are closed: a socket of the runtime removes the name that it bound, which by then
/// may be that of the process that took over.
/// </summary>
public static class UnixListener
{
    private const int FamilyUnix = 1;
    private const int StreamCloseOnExec = 1 | 0x80000;
    private const int LongestPath = 107;
    private const int NameTooLong = 36;

    /// <summary>A socket bound to a path that does not exist yet.</summary>
    /// <exception cref="IOException">The system's words why not.</exception>
    public static unsafe Socket Bind(string path)
    {
        byte[] octets = Encoding.UTF8.GetBytes(path);
        if (octets.Length > LongestPath)
            throw new IOException(Files.ErrorText(NameTooLong));
        Span<byte> native = stackalloc byte[110];
        native.Clear();
        MemoryMarshal.Write(native, (ushort)FamilyUnix);
        octets.CopyTo(native[2..]);
        int descriptor = LibC.Socket(FamilyUnix, StreamCloseOnExec, 0);
        if (descriptor < 0)
            throw new IOException(Files.ErrorText(Marshal.GetLastPInvokeError()));
        fixed (byte* start = native)
        {
            if (LibC.Bind(descriptor, start, (uint)(2 + octets.Length + 1)) == 0)
                return new Socket(new SafeSocketHandle(descriptor, true));
        }
        int errno = Marshal.GetLastPInvokeError();
        _ = LibC.Close(descriptor);
        throw new IOException(Files.ErrorText(errno));
    }
}
