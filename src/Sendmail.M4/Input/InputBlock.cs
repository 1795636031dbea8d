using System.Text;
using Sendmail.M4.Macros;

namespace Sendmail.M4.Input;

/// <summary>One source of input: a file, the text of an expansion, or one builtin that <c>defn</c> put there.</summary>
internal sealed class InputBlock
{
    private const int ChunkSize = 1 << 14;

    // Emptied into a string at once, so one does for all files; fresh memory is what starting costs most.
    [ThreadStatic]
    private static byte[]? _chunk;

    private Stream? _source;
    private int _line;

    // Up to here the lines of Text are in _line: they are counted when somebody asks, not with each token.
    private int _counted;

    /// <summary>What holds the text to read; of a file the piece read last.</summary>
    internal string Text { get; private set; } = "";

    /// <summary>Where reading stands in <see cref="Text"/>.</summary>
    internal int Position { get; private set; }

    /// <summary>Where the text to read ends in <see cref="Text"/>.</summary>
    internal int End { get; private set; }

    /// <summary>Characters kept in memory by this block, as counted against the limits.</summary>
    internal int Cost { get; private set; }

    /// <summary>The builtin this block stands for, or null.</summary>
    internal Builtin? Builtin { get; private set; }

    /// <summary>The file it is, or in which the call stood that made the text; empty: none.</summary>
    internal string File { get; private set; } = "";

    /// <summary>Line in <see cref="File"/>, from 1; 0 before anything was read.</summary>
    internal int Line
    {
        get
        {
            if (IsFile && _counted < Position)
            {
                _line += Text.AsSpan(_counted, Position - _counted).Count('\n');
                _counted = Position;
            }
            return _line;
        }
    }

    internal bool IsFile { get; private set; }

    /// <summary>A zero octet was met in the file; only then tokens must be searched for one.</summary>
    internal bool SawNul { get; private set; }

    internal void SetText(string text, string file, int line)
    {
        SetText(text, 0, text.Length, file, line);
        Cost = text.Length + M4Limits.Overhead;
    }

    /// <summary>The part of an argument's source that it is.</summary>
    internal void SetText(Argument argument, string file, int line)
    {
        SetText(argument.Source, argument.Start, argument.Start + argument.Length, file, line);
        Cost = argument.Cost;
    }

    private void SetText(string text, int start, int end, string file, int line)
    {
        Text = text;
        Position = _counted = start;
        End = end;
        Cost = 0;
        Builtin = null;
        IsFile = false;
        SawNul = false;
        File = file;
        _line = line;
    }

    internal void SetBuiltin(Builtin builtin, string file, int line)
    {
        SetText("", 0, 0, file, line);
        Builtin = builtin;
    }

    internal void SetFile(Stream source, string file)
    {
        SetText("", 0, 0, file, 1);
        IsFile = true;
        _source = source;
    }

    /// <summary>Forgets all it holds.</summary>
    internal void Clear() => SetText("", 0, 0, "", 0);

    /// <summary>Moves on to <paramref name="position"/>.</summary>
    internal void Advance(int position) => Position = position;

    /// <summary>Reads the file's next piece; false at its end, and for what is no file.</summary>
    internal bool Refill()
    {
        if (_source is null)
            return false;
        _chunk ??= GC.AllocateUninitializedArray<byte>(ChunkSize);
        int read = _source.Read(_chunk, 0, ChunkSize);
        if (read == 0)
        {
            Close();
            return false;
        }
        _ = Line;
        Text = Encoding.Latin1.GetString(_chunk, 0, read);
        SawNul |= Text.Contains('\0');
        Position = _counted = 0;
        End = Text.Length;
        return true;
    }

    /// <summary>Gives the file back.</summary>
    internal void Close()
    {
        _source?.Dispose();
        _source = null;
    }
}
