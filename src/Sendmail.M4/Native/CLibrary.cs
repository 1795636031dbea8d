using System.Runtime.InteropServices;
using System.Text;

namespace Sendmail.M4.Native;

/// <summary>The C library's functions that m4's results are defined by: printf's numbers, system(3), mkstemp(3), regular expressions.</summary>
internal static unsafe partial class CLibrary
{
    private const string Name = "libc";
    private const int CharacterTypes = 0;

    /// <summary>struct re_pattern_buffer (regex.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct CompiledPattern
    {
        internal nint Program;
        internal nuint Allocated;
        internal nuint Used;
        internal nuint Syntax;
        internal byte* FirstBytes;
        internal nint Translate;
        internal nuint Groups;
        internal uint Flags;
    }

    /// <summary>struct re_registers (regex.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Registers
    {
        internal uint Count;
        internal int* Starts;
        internal int* Ends;
    }

    [LibraryImport(Name, EntryPoint = "re_set_syntax")]
    internal static partial nuint SetPatternSyntax(nuint syntax);

    /// <summary>Null, or what is wrong with the expression.</summary>
    [LibraryImport(Name, EntryPoint = "re_compile_pattern")]
    internal static partial byte* CompilePattern(byte* text, nuint length, CompiledPattern* into);

    /// <summary>Where it matches, -1: nowhere, -2: out of memory.</summary>
    [LibraryImport(Name, EntryPoint = "re_search")]
    internal static partial int SearchPattern(CompiledPattern* pattern, byte* text, int length, int start, int range, Registers* registers);

    /// <summary>Frees what compiling allocated, the table of first octets included (regfree; both are one structure).</summary>
    [LibraryImport(Name, EntryPoint = "regfree")]
    internal static partial void FreePattern(CompiledPattern* pattern);

    [LibraryImport(Name, EntryPoint = "setlocale")]
    private static partial byte* SetLocale(int category, byte* name);

    [LibraryImport(Name, EntryPoint = "strtod", SetLastError = true)]
    private static partial double StringToDouble(byte* text, byte** end);

    [LibraryImport(Name, EntryPoint = "strfromd")]
    private static partial int StringFromDouble(byte* text, nuint size, byte* format, double value);

    [LibraryImport(Name, EntryPoint = "system")]
    private static partial int System(byte* command);

    [LibraryImport(Name, EntryPoint = "popen")]
    private static partial nint OpenPipe(byte* command, byte* mode);

    [LibraryImport(Name, EntryPoint = "fread")]
    private static partial nuint Read(byte* into, nuint size, nuint count, nint stream);

    [LibraryImport(Name, EntryPoint = "pclose")]
    private static partial int ClosePipe(nint stream);

    [LibraryImport(Name, EntryPoint = "mkstemp", SetLastError = true)]
    private static partial int MakeTemporaryFile(byte* template);

    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadDescriptor(int descriptor, byte* into, nuint size);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteDescriptor(int descriptor, byte* from, nuint size);

    [LibraryImport(Name, EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport(Name, EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags, int mode);

    [LibraryImport(Name, EntryPoint = "readlink", SetLastError = true)]
    private static partial nint ReadLink(byte* path, byte* into, nint size);

    private const int Interrupted = 4;
    private const int CloseOnExec = 0x80000;
    private const int LongestPath = 4096;

    /// <summary>Opens a file for reading; below 0: it cannot be, <paramref name="error"/> is errno.</summary>
    internal static int OpenFile(string name, out int error)
    {
        // A name that fits goes by the stack: no memory is had for it.
        Span<byte> room = stackalloc byte[256];
        Span<byte> octets = name.Length < room.Length ? room[..(name.Length + 1)] : new byte[name.Length + 1];
        Encoding.Latin1.GetBytes(name, octets);
        octets[^1] = 0;
        int descriptor;
        error = 0;
        fixed (byte* path = octets)
        {
            do
            {
                descriptor = Open(path, CloseOnExec, 0);
                if (descriptor < 0)
                    error = Marshal.GetLastPInvokeError();
            }
            while (descriptor < 0 && error == Interrupted);
        }
        return descriptor;
    }

    internal static void CloseFile(int descriptor) => _ = Close(descriptor);

    /// <summary>Where the running program is, one char per octet; empty: not known.</summary>
    internal static string ProgramPath()
    {
        byte* target = stackalloc byte[LongestPath];
        fixed (byte* link = "/proc/self/exe\0"u8)
        {
            nint length = ReadLink(link, target, LongestPath);
            return length <= 0 ? "" : Encoding.Latin1.GetString(target, (int)length);
        }
    }

    /// <summary>The C library's words for an errno.</summary>
    internal static string Reason(int error) => Marshal.GetPInvokeErrorMessage(error);

    /// <summary>Reads what is there; 0 at the end.</summary>
    internal static int Read(int descriptor, Span<byte> into)
    {
        fixed (byte* octets = into)
        {
            while (true)
            {
                nint read = ReadDescriptor(descriptor, octets, (nuint)into.Length);
                if (read >= 0)
                    return (int)read;
                ThrowUnlessInterrupted();
            }
        }
    }

    /// <summary>Writes a part; how much of it was written.</summary>
    internal static int Write(int descriptor, ReadOnlySpan<byte> from)
    {
        fixed (byte* octets = from)
        {
            while (true)
            {
                nint written = WriteDescriptor(descriptor, octets, (nuint)from.Length);
                if (written >= 0)
                    return (int)written;
                ThrowUnlessInterrupted();
            }
        }
    }

    private static void ThrowUnlessInterrupted()
    {
        int error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    /// <summary>Octets of <paramref name="text"/>, ended by a zero.</summary>
    internal static byte[] CString(string text)
    {
        var octets = new byte[text.Length + 1];
        Encoding.Latin1.GetBytes(text, octets);
        return octets;
    }

    internal static string FromC(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    /// <summary>Takes over the character set of the environment: in a UTF-8 locale an expression's dot is a character of several octets.</summary>
    internal static void AdoptLocale()
    {
        fixed (byte* name = CString(""))
            _ = SetLocale(CharacterTypes, name);
    }

    /// <summary>What strtod makes of the text, how many characters it took, and whether it is too large or too small to be exact.</summary>
    internal static double ToDouble(string text, out int used, out bool outOfRange)
    {
        const int range = 34;
        fixed (byte* octets = CString(text))
        {
            byte* end;
            double value = StringToDouble(octets, &end);
            outOfRange = Marshal.GetLastPInvokeError() == range;
            used = (int)(end - octets);
            return value;
        }
    }

    /// <summary>printf's %e, %f, %g or %a with a precision (-1: the standard one).</summary>
    internal static string FormatDouble(double value, char kind, int precision)
    {
        string format = precision < 0 ? "%" + kind : "%." + Processor.Number(precision) + kind;
        fixed (byte* spec = CString(format))
        {
            int length = StringFromDouble(null, 0, spec, value);
            if (length < 0)
                return "";
            var text = new byte[length + 1];
            fixed (byte* octets = text)
                _ = StringFromDouble(octets, (nuint)text.Length, spec, value);
            return Encoding.Latin1.GetString(text, 0, length);
        }
    }

    /// <summary>Runs a command by sh; its wait status, -1 when there is no shell.</summary>
    internal static int Run(string command)
    {
        fixed (byte* octets = CString(command))
            return System(octets);
    }

    /// <summary>Runs a command by sh and collects its output.</summary>
    internal static int Capture(string command, CharBuffer output)
    {
        nint stream;
        fixed (byte* octets = CString(command), mode = CString("r"))
            stream = OpenPipe(octets, mode);
        if (stream == 0)
            return -1;
        byte* chunk = stackalloc byte[4096];
        for (nuint read; (read = Read(chunk, 1, 4096, stream)) > 0;)
            output.Append(Encoding.Latin1.GetString(chunk, (int)read));
        return ClosePipe(stream);
    }

    /// <summary>Makes the file; null with the reason when it cannot.</summary>
    internal static string? MakeTemporary(string template, out string error)
    {
        byte[] name = CString(template);
        error = "";
        fixed (byte* octets = name)
        {
            int descriptor = MakeTemporaryFile(octets);
            if (descriptor < 0)
            {
                error = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
                return null;
            }
            _ = Close(descriptor);
        }
        return Encoding.Latin1.GetString(name, 0, name.Length - 1);
    }
}
