using System.Runtime.InteropServices;

namespace Sendmail.Posix;

/// <summary>Asks a descriptor whether something can be read, without reading.</summary>
public static partial class Polling
{
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static unsafe partial int Poll(Entry* entries, ulong count, int milliseconds);

    /// <summary>Whether input is waiting right now (end of file does not count).</summary>
    public static unsafe bool HasInput(int descriptor)
    {
        var entry = new Entry { Descriptor = descriptor, Events = 1 };
        return Poll(&entry, 1, 0) > 0 && (entry.Returned & 1) != 0 && (entry.Returned & 0x10) == 0;
    }

    /// <summary>Waits until a descriptor that does not block has input, or takes output, again.</summary>
    internal static unsafe void Wait(int descriptor, bool forOutput)
    {
        var entry = new Entry { Descriptor = descriptor, Events = (short)(forOutput ? 4 : 1) };
        _ = Poll(&entry, 1, -1);
    }
}
