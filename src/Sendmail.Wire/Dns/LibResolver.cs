using System.Runtime.InteropServices;

namespace Sendmail.Wire.Dns;

/// <summary>The resolver of the C library (resolver(3)). Its state is one opaque block; the fields written here begin it on every 64-bit Linux.</summary>
internal static unsafe partial class LibResolver
{
    private const string Library = "libc";

    /// <summary>Enough for the state of any version.</summary>
    internal const int StateSize = 2048;
    internal const int OffsetOfRetransmission = 0;
    internal const int OffsetOfTries = 4;
    internal const int OffsetOfOptions = 8;

    /// <summary>RES_USE_EDNS0, RES_USE_DNSSEC and RES_TRUSTAD: ask for what was validated, and believe the server's word.</summary>
    internal const ulong Validated = 0x0010_0000 | 0x0080_0000 | 0x0400_0000;

    internal const int HostNotFound = 1;
    internal const int NoData = 4;

    [LibraryImport(Library, EntryPoint = "__res_ninit")]
    internal static partial int Initialize(byte* state);

    [LibraryImport(Library, EntryPoint = "__res_nclose")]
    internal static partial void Close(byte* state);

    [LibraryImport(Library, EntryPoint = "res_nquery")]
    internal static partial int Query(byte* state, byte* name, int klass, int type, byte* answer, int size);

    [LibraryImport(Library, EntryPoint = "__h_errno_location")]
    internal static partial int* ErrorLocation();
}
