namespace Sendmail.M4.Output;

// -s: #line directives where the line of the output is not the one expected from the line before.
internal sealed partial class Diversions
{
    private bool _atLineStart = true;
    private int _line = -1;

    /// <summary>The next directive names the file.</summary>
    internal void SyncFileChanged() => _line = -1;

    /// <summary>Appends one token's text, with a directive in front when it begins a line out of step. An empty quoted string is a token too.</summary>
    internal void AppendSynced(ReadOnlySpan<char> text, string file, int line)
    {
        if (_atLineStart)
        {
            _atLineStart = false;
            _line++;
            if (_line != line)
            {
                Append("#line " + Processor.Number(line));
                if (_line < 1 && file.Length > 0)
                    Append(" \"" + file + "\"");
                Append("\n");
                _line = line;
            }
        }
        foreach (char c in text)
        {
            if (_atLineStart)
            {
                _atLineStart = false;
                _line++;
            }
            Append([c]);
            if (c == '\n')
                _atLineStart = true;
        }
    }
}
