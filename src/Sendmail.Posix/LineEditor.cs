using System.Runtime.InteropServices;
using System.Text;

namespace Sendmail.Posix;

/// <summary>
/// Lines from a terminal with editing, history and the user's ~/.editrc, by libedit (Debian: libedit2). The library is loaded
/// with the first line.
/// </summary>
public static unsafe partial class LineEditor
{
    private const string Library = "libedit.so.2";

    /// <summary>The package to install when the library is missing.</summary>
    public const string Package = "libedit2";

    /// <summary>Whether the library is there.</summary>
    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, typeof(LineEditor).Assembly, null, out _);

    /// <summary>
    /// Shows the prompt and reads a line; octets become chars of the same value. Null at the end of the input. Lines that are
    /// not empty are remembered for the arrow keys.
    /// </summary>
    public static string? Read(string prompt)
    {
        byte* line;
        fixed (byte* text = Encoding.Latin1.GetBytes(prompt + "\0"))
            line = ReadLine(text);
        if (line is null)
            return null;
        try
        {
            ReadOnlySpan<byte> octets = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(line);
            if (octets.Length > 0)
                _ = AddHistory(line);
            return Encoding.Latin1.GetString(octets);
        }
        finally
        {
            NativeMemory.Free(line);
        }
    }

    [LibraryImport(Library, EntryPoint = "readline")]
    private static partial byte* ReadLine(byte* prompt);

    [LibraryImport(Library, EntryPoint = "add_history")]
    private static partial int AddHistory(byte* line);
}
