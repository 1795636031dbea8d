using System.Runtime.InteropServices;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Rewriting;

namespace Sendmail.Maps;

/// <summary>The C library's POSIX regular expressions: .NET's differ in result.</summary>
internal static unsafe partial class PosixRegex
{
    internal const int Extended = 1;
    internal const int IgnoreCase = 2;

    [StructLayout(LayoutKind.Sequential)]
    internal struct Match
    {
        internal int Start;
        internal int End;
    }

    [LibraryImport("libc", EntryPoint = "regcomp")]
    internal static partial int Compile(void* regex, byte* pattern, int flags);

    [LibraryImport("libc", EntryPoint = "regexec")]
    internal static partial int Execute(void* regex, byte* text, nuint count, Match* matches, int flags);

    [LibraryImport("libc", EntryPoint = "regerror")]
    internal static partial nuint Error(int code, void* regex, byte* buffer, nuint size);
}

/// <summary>Class regex (op 5.9): -n not, -f case, -b basic, -s[1,2] substrings, -d delimiter, -a append.</summary>
public sealed unsafe class RegexMap : IMap, IDisposable
{
    private const int RegexSize = 256;
    private const int MaxSubstrings = 32;
    private readonly void* _regex;
    private readonly MapFlags _flags;
    private readonly bool _not;
    private readonly int[]? _substrings;
    private readonly string _delimiter;
    private readonly int _groups;
    private readonly Lock _lock = new();

    /// <summary>Compiles the pattern.</summary>
    /// <exception cref="FormatException">The pattern is wrong; the message is regerror(3)'s.</exception>
    public RegexMap(string name, string arguments)
    {
        Name = name;
        _flags = MapFlags.Parse(arguments, "nfbsd");
        int flags = PosixRegex.Extended | PosixRegex.IgnoreCase;
        _delimiter = Meta.Else.ToString();
        foreach ((char letter, string value) in _flags.Others)
        {
            switch (letter)
            {
                case 'n': _not = true; break;
                case 'f': flags &= ~PosixRegex.IgnoreCase; break;
                case 'b': flags &= ~PosixRegex.Extended; break;
                case 's':
                    _substrings = Fields(value);
                    break;
                case 'd': _delimiter = value; break;
                default: break;
            }
        }
        _groups = GroupsIn(_flags.Rest, (flags & PosixRegex.Extended) != 0);
        _regex = NativeMemory.AllocZeroed(RegexSize);
        fixed (byte* pattern = Encoding.Latin1.GetBytes(_flags.Rest + "\0"))
        {
            int error = PosixRegex.Compile(_regex, pattern, flags);
            if (error == 0)
                return;
            byte* buffer = stackalloc byte[256];
            PosixRegex.Error(error, _regex, buffer, 256);
            NativeMemory.Free(_regex);
            throw new FormatException("pattern-compile-error: " + Marshal.PtrToStringUTF8((nint)buffer));
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        if (!_flags.KeepQuotes)
            key = MapBase.StripQuotes(key);
        PosixRegex.Match* matches = stackalloc PosixRegex.Match[MaxSubstrings];
        int result;
        fixed (byte* text = Encoding.Latin1.GetBytes(key + "\0"))
        {
            lock (_lock)
                result = PosixRegex.Execute(_regex, text, MaxSubstrings, matches, 0);
        }
        if (result == 0 == _not)
            return ValueTask.FromResult(MapResult.NotFound);
        if (_not || _flags.MatchOnly)
            return ValueTask.FromResult(MapResult.Found((_flags.MatchOnly ? key : "") + _flags.Append));
        if (_substrings is null)
            return ValueTask.FromResult(MapResult.Found(_flags.Append));
        var value = new StringBuilder();
        // The first argument names other substrings than -s.
        int[] substrings = arguments.Count > 0 ? Fields(arguments[0]) : _substrings;
        IEnumerable<int> wanted = substrings.Length > 0 ? substrings : Enumerable.Range(1, MaxSubstrings - 1);
        foreach (int index in wanted)
        {
            if (matches[index].Start < 0)
            {
                if (substrings.Length == 0)
                    break;
                if (index > _groups)
                    return ValueTask.FromResult(MapResult.NotFound);
                continue;
            }
            if (!IsOneWord(key.AsSpan(matches[index].Start, matches[index].End - matches[index].Start)))
                return ValueTask.FromResult(MapResult.NotFound);
            if (value.Length > 0)
                value.Append(_delimiter);
            value.Append(key, matches[index].Start, matches[index].End - matches[index].Start);
        }
        return ValueTask.FromResult(MapResult.Found(value + _flags.Append));
    }

    private static int[] Fields(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(v => int.TryParse(v, out int n) && n is >= 0 and < MaxSubstrings ? n : 0)];

    // Parenthesised parts of the pattern: \( in basic, ( in extended syntax; those in brackets are characters.
    private static int GroupsIn(string pattern, bool extended)
    {
        int groups = 0;
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '[')
            {
                int close = pattern.IndexOf(']', Math.Min(i + 2, pattern.Length));
                i = close < 0 ? pattern.Length : close;
            }
            else if (c == '\\')
            {
                i++;
                if (!extended && i < pattern.Length && pattern[i] == '(')
                    groups++;
            }
            else if (c == '(' && extended)
            {
                groups++;
            }
        }
        return groups;
    }

    // A substring with a blank outside quotes or with an open quote is no value.
    private static bool IsOneWord(ReadOnlySpan<char> text)
    {
        bool quoted = false;
        foreach (char c in text)
        {
            if (c == '"')
                quoted = !quoted;
            else if (c == ' ' && !quoted)
                return false;
        }
        return !quoted;
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.Free(_regex);
}
