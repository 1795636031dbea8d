using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
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
    // Longest value that is made of substrings, in octets.
    private const int MaxValue = 255;
    private readonly void* _regex;
    private readonly MapFlags _flags;
    private readonly IMailLog? _log;
    private readonly bool _not;
    private readonly int[]? _substrings;
    private readonly string _delimiter;
    private readonly int _groups;
    private readonly Lock _lock = new();

    /// <summary>Compiles the pattern; fields that arguments ask for in vain are told to <paramref name="log"/>.</summary>
    /// <exception cref="FormatException">The pattern is wrong; the message is regerror(3)'s.</exception>
    public RegexMap(string name, string arguments, IMailLog? log = null)
    {
        Name = name;
        _log = log;
        _flags = MapFlags.Parse(arguments, MapClassTable.OwnLetters("regex"));
        int flags = PosixRegex.Extended | PosixRegex.IgnoreCase;
        if (_flags.KeepCase)
            flags &= ~PosixRegex.IgnoreCase;
        string? fields = null;
        _delimiter = Meta.Else.ToString();
        foreach ((char letter, string value) in _flags.Others)
        {
            switch (letter)
            {
                case 'n': _not = true; break;
                case 'b': flags &= ~PosixRegex.Extended; break;
                case 's': fields = value; break;
                case 'd': _delimiter = value; break;
                default: break;
            }
        }
        _regex = NativeMemory.AllocZeroed(RegexSize);
        fixed (byte* pattern = Encoding.Latin1.GetBytes(_flags.Rest + "\0"))
        {
            int error = PosixRegex.Compile(_regex, pattern, flags);
            if (error == 0)
            {
                _groups = GroupsIn(_flags.Rest, (flags & PosixRegex.Extended) != 0);
                if (fields is not null)
                    _substrings = fields.Length == 0 ? [.. Enumerable.Range(0, _groups + 1)] : ReadFields(fields);
                return;
            }
            byte* buffer = stackalloc byte[256];
            PosixRegex.Error(error, _regex, buffer, 256);
            NativeMemory.Free(_regex);
            throw new FormatException("pattern-compile-error: " + Marshal.PtrToStringUTF8((nint)buffer));
        }
    }

    /// <summary>What is wrong with a declaration of this class, null when nothing.</summary>
    internal static string? ProblemOf(Core.Cf.MapDeclaration declaration)
    {
        try
        {
            using var map = new RegexMap(declaration.Name, declaration.Arguments);
            return map.Problem;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>What is wrong with the fields of -s, null when nothing; then nothing is ever found.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    public string Name { get; }
    /// <inheritdoc/>
    public MapUse Use => _flags.Use;

    /// <inheritdoc/>
    public ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        PosixRegex.Match* matches = stackalloc PosixRegex.Match[MaxSubstrings];
        int result;
        fixed (byte* text = Encoding.Latin1.GetBytes(key + "\0"))
        {
            lock (_lock)
                result = PosixRegex.Execute(_regex, text, MaxSubstrings, matches, 0);
        }
        if (result == 0 == _not || Problem is not null)
            return ValueTask.FromResult(MapResult.NotFound);
        if (_not || _flags.MatchOnly)
            return ValueTask.FromResult(MapResult.Found((_flags.MatchOnly ? key : "") + _flags.Append));
        if (_substrings is null)
            return ValueTask.FromResult(MapResult.Found(_flags.Append));
        int[] substrings = _substrings;
        // The first argument names other substrings than -s.
        if (arguments.Count > 0)
        {
            substrings = Fields(arguments[0]);
            if (Outside(substrings) is { } problem)
            {
                _log?.SystemError(problem);
                return ValueTask.FromResult(MapResult.Missing(SysExit.Config));
            }
        }
        var value = new StringBuilder();
        var open = default(Openings);
        for (int i = 0; i < substrings.Length; i++)
        {
            PosixRegex.Match match = matches[substrings[i]];
            string part = match.Start < 0 ? "" : key[match.Start..match.End];
            if (!open.Read(part))
                return ValueTask.FromResult(MapResult.NotFound);
            value.Append(i > 0 ? _delimiter : "").Append(part);
        }
        if (!open.AllClosed)
            return ValueTask.FromResult(MapResult.NotFound);
        value.Length = Math.Min(value.Length, MaxValue);
        return ValueTask.FromResult(MapResult.Found(value + _flags.Append));
    }

    private int[] ReadFields(string text)
    {
        int[] fields = Fields(text);
        Problem = Outside(fields);
        return fields;
    }

    private string? Outside(int[] fields)
    {
        foreach (int field in fields)
        {
            if (field < 0 || field > _groups)
                return string.Create(CultureInfo.InvariantCulture, $"field ({field}) out of range, only {_groups + 1} substrings in pattern");
        }
        return null;
    }

    // What is no number is 0, the whole match, as atoi(3) reads it.
    private static int[] Fields(string text) =>
        [.. text.Split(',').Select(v => unchecked((int)ArithMap.Number(v, 10)))];

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

    // What the substrings so far left open, in whatever order brackets stand. One with a blank outside quotes makes no value, nor do substrings that together end
    // within quotes or brackets or behind a backslash.
    private struct Openings
    {
        private bool _quoted;
        private bool _escaped;
        private int _angles;
        private int _parentheses;

        internal readonly bool AllClosed => !_quoted && !_escaped && _angles == 0 && _parentheses == 0;

        internal bool Read(ReadOnlySpan<char> text)
        {
            foreach (char c in text)
            {
                if (_escaped || c == '\\')
                {
                    _escaped = !_escaped;
                    continue;
                }
                if (c == '"')
                    _quoted = !_quoted;
                if (_quoted)
                    continue;
                if (c == ' ')
                    return false;
                _angles += c == '<' ? 1 : c == '>' ? -1 : 0;
                _parentheses += c == '(' ? 1 : c == ')' ? -1 : 0;
            }
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.Free(_regex);
}
