using System.Net;
using System.Runtime.InteropServices;

namespace Sendmail.Posix;

/// <summary>The addresses of this machine's network interfaces (getifaddrs(3)), without the dozens of files that .NET's own list reads.</summary>
public static unsafe partial class NetworkAddresses
{
    private const int FamilyInternet = 2;
    private const int FamilyInternet6 = 10;

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        internal Entry* Next;
        internal byte* Name;
        internal uint Flags;
        internal byte* Address;
    }

    [LibraryImport("libc", EntryPoint = "getifaddrs")]
    private static partial int Get(Entry** list);

    [LibraryImport("libc", EntryPoint = "freeifaddrs")]
    private static partial void Free(Entry* list);

    /// <summary>Interface by interface in the kernel's order; nothing when the kernel does not tell.</summary>
    public static IReadOnlyList<IPAddress> List()
    {
        Entry* list;
        if (Get(&list) != 0)
            return [];
        var names = new List<string>();
        var found = new List<(int Interface, IPAddress Address)>();
        try
        {
            for (Entry* entry = list; entry is not null; entry = entry->Next)
            {
                if (entry->Address is null || AddressAt(entry->Address) is not { } address)
                    continue;
                string name = Marshal.PtrToStringUTF8((nint)entry->Name) ?? "";
                int number = names.IndexOf(name);
                if (number < 0)
                {
                    number = names.Count;
                    names.Add(name);
                }
                found.Add((number, address));
            }
        }
        finally
        {
            Free(list);
        }
        return [.. found.OrderBy(static f => f.Interface).Select(static f => f.Address)];
    }

    // struct sockaddr_in: family, port, address; struct sockaddr_in6: family, port, flow, address, scope.
    private static IPAddress? AddressAt(byte* address) => *(ushort*)address switch
    {
        FamilyInternet => new IPAddress(new ReadOnlySpan<byte>(address + 4, 4)),
        FamilyInternet6 => new IPAddress(new ReadOnlySpan<byte>(address + 8, 16), *(uint*)(address + 24)),
        _ => null,
    };
}
