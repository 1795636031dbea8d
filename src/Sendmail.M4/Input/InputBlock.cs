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

    /// <summary>The text to read; of a file the piece read last.</summary>
    internal string Text { get; private set; } = "";

    /// <summary>Where reading stands in <see cref="Text"/>.</summary>
    internal int Position { get; set; }

    /// <summary>The builtin this block stands for, or null.</summary>
    internal Builtin? Builtin { get; private set; }

    /// <summary>The file it is, or in which the call stood that made the text; empty: none.</summary>
    internal string File { get; private set; } = "";

    /// <summary>Line in <see cref="File"/>, from 1; 0 before anything was read.</summary>
    internal int Line { get; private set; }

    internal bool IsFile { get; private set; }

    /// <summary>A zero octet was met in the file; only then tokens must be searched for one.</summary>
    internal bool SawNul { get; private set; }

    internal void SetText(string text, string file, int line)
    {
        Text = text;
        Position = 0;
        Builtin = null;
        IsFile = false;
        File = file;
        Line = line;
    }

    internal void SetBuiltin(Builtin builtin, string file, int line)
    {
        SetText("", file, line);
        Builtin = builtin;
    }

    internal void SetFile(Stream source, string file)
    {
        SetText("", file, 1);
        IsFile = true;
        SawNul = false;
        _source = source;
    }

    /// <summary>Moves on to <paramref name="position"/>, counting the lines passed.</summary>
    internal void Advance(int position)
    {
        if (IsFile)
            Line += Text.AsSpan(Position, position - Position).Count('\n');
        Position = position;
    }

    /// <summary>Reads the file's next piece; false at its end, and for what is no file.</summary>
    internal bool Refill()
    {
        if (_source is null)
            return false;
        _chunk ??= new byte[ChunkSize];
        int read = _source.Read(_chunk, 0, ChunkSize);
        if (read == 0)
        {
            Close();
            return false;
        }
        Text = Encoding.Latin1.GetString(_chunk, 0, read);
        SawNul |= Text.Contains('\0');
        Position = 0;
        return true;
    }

    /// <summary>Gives the file back.</summary>
    internal void Close()
    {
        _source?.Dispose();
        _source = null;
    }
}
