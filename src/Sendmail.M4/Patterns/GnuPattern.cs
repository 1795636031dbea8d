using System.Runtime.InteropServices;
using static Sendmail.M4.Native.CLibrary;

namespace Sendmail.M4.Patterns;

/// <summary>A compiled expression in the syntax of GNU emacs; the C library's own matcher, the one GNU m4 uses.</summary>
internal sealed unsafe class GnuPattern
{
    private readonly CompiledPattern* _pattern;
    private readonly Registers* _registers;

    private GnuPattern(CompiledPattern* pattern)
    {
        _pattern = pattern;
        _registers = (Registers*)NativeMemory.AllocZeroed((nuint)sizeof(Registers));
    }

    /// <summary>Groups in the expression, without the whole.</summary>
    internal int Groups => (int)_pattern->Groups;

    /// <summary>Compiles; null with the C library's words for what is wrong.</summary>
    internal static GnuPattern? Compile(string text, out string error)
    {
        error = "";
        var pattern = (CompiledPattern*)NativeMemory.AllocZeroed((nuint)sizeof(CompiledPattern));
        // The table of possible first octets makes searching fast.
        pattern->FirstBytes = (byte*)NativeMemory.AllocZeroed(256);
        _ = SetPatternSyntax(0);
        byte* message;
        fixed (byte* octets = CString(text))
            message = CompilePattern(octets, (nuint)text.Length, pattern);
        if (message is null)
            return new GnuPattern(pattern);
        error = FromC(message);
        NativeMemory.Free(pattern->FirstBytes);
        NativeMemory.Free(pattern);
        return null;
    }

    /// <summary>Finds the first match at or behind <paramref name="start"/>; <see cref="Group"/> then tells it.</summary>
    internal bool Search(PatternSubject subject, int start)
    {
        int found = SearchPattern(_pattern, subject.Octets, subject.Length, start, subject.Length - start, _registers);
        if (found == -2)
            throw new M4ExitException(1, "error matching a regular expression: out of memory");
        return found >= 0;
    }

    /// <summary>Gives the memory back; the pattern is not used afterwards.</summary>
    internal void Free()
    {
        // The tables were allocated by the C library with its malloc, as NativeMemory's are.
        FreePattern(_pattern);
        NativeMemory.Free(_registers->Starts);
        NativeMemory.Free(_registers->Ends);
        NativeMemory.Free(_registers);
        NativeMemory.Free(_pattern);
    }

    /// <summary>Start and end of a group of the last match; -1 for one that took no part.</summary>
    internal (int Start, int End) Group(int number) => (_registers->Starts[number], _registers->Ends[number]);
}
