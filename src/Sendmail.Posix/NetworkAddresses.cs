using System.Net;
using System.Runtime.InteropServices;

namespace Sendmail.Posix;

/// <summary>
/// The IPv4 addresses of this machine's network interfaces (netdevice(7)). IPv6 addresses are none of a machine's names in the
/// reference on this system.
/// </summary>
public static unsafe partial class NetworkAddresses
{
    private const int FamilyInternet = 2;
    private const int Datagram = 2;
    private const int CloseOnExec = 0x80000;
    private const nuint GetList = 0x8912; // SIOCGIFCONF
    private const nuint GetFlags = 0x8913; // SIOCGIFFLAGS
    private const short IsUp = 0x1;
    private const short IsLoopback = 0x8;

    // struct ifreq: a name of 16 octets, then an address or flags.
    private const int EntrySize = 40;
    private const int NameSize = 16;
    private const int MostEntries = 512;

    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        internal int Length;
        internal byte* Entries;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, void* argument);

    /// <summary>Those of interfaces that are up, in the kernel's order, and whether it is the loopback one; nothing when the kernel does not tell.</summary>
    public static IReadOnlyList<(IPAddress Address, bool IsLoopback)> List()
    {
        int socket = LibC.Socket(FamilyInternet, Datagram | CloseOnExec, 0);
        if (socket < 0)
            return [];
        var found = new List<(IPAddress, bool)>();
        try
        {
            byte[] entries = new byte[EntrySize * MostEntries];
            fixed (byte* start = entries)
            {
                var request = new Request { Length = entries.Length, Entries = start };
                if (Control(socket, GetList, &request) != 0)
                    return [];
                for (byte* entry = start; entry + EntrySize <= start + request.Length; entry += EntrySize)
                {
                    byte* value = entry + NameSize;
                    if (*(ushort*)value != FamilyInternet)
                        continue;
                    // struct sockaddr_in: family, port, address. The flags take its place.
                    var address = new IPAddress(new ReadOnlySpan<byte>(value + 4, 4));
                    if (Control(socket, GetFlags, entry) != 0 || (*(short*)value & IsUp) == 0)
                        continue;
                    found.Add((address, (*(short*)value & IsLoopback) != 0));
                }
            }
        }
        finally
        {
            _ = LibC.Close(socket);
        }
        return found;
    }
}
