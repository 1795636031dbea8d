using System.Runtime.InteropServices;
using Mono.Unix.Native;

namespace Sendmail.Posix;

/// <summary>
/// Mono.Posix's native library. It is loaded from beside the program and from nowhere else: a search along the
/// system's paths costs 170 system calls and could be led astray.
/// </summary>
internal static class MonoHelper
{
    static MonoHelper()
    {
        const string library = "libMonoPosixHelper.so";
        IsFound = NativeLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, library), out nint handle)
            || NativeLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", library), out handle);
        if (IsFound)
            NativeLibrary.SetDllImportResolver(typeof(Syscall).Assembly, (name, _, _) => name is "MonoPosixHelper" ? handle : 0);
    }

    /// <summary>Whether the library is there.</summary>
    internal static bool IsFound { get; }
}
