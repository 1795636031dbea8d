using Sendmail.M4.Input;

namespace Sendmail.M4.Lint;

/// <summary>Reads a .mc file as its author sees it: calls, one a line, and text that goes into the result.</summary>
internal sealed class SiteScanner
{
    private readonly string _text;
    private readonly Func<string, bool> _isMacro;
    private readonly List<SiteCall> _calls = [];
    private readonly List<(int Line, string Text)> _stray = [];
    private int _at;
    private int _line = 1;
    private bool _discarded;
    private bool _rules;

    private SiteScanner(string text, Func<string, bool> isMacro)
    {
        _text = text;
        _isMacro = isMacro;
    }

    /// <summary>The calls, in order.</summary>
    internal IReadOnlyList<SiteCall> Calls => _calls;

    /// <summary>Lines with text outside of calls, and the first of it.</summary>
    internal IReadOnlyList<(int Line, string Text)> Stray => _stray;

    /// <summary>Where a quote or parenthesis opens that is never closed, and which; null: all is balanced.</summary>
    internal (int Line, string What)? Unbalanced { get; private set; }

    /// <summary>changequote was used: from there on the file cannot be read by its looks.</summary>
    internal bool GaveUp { get; private set; }

    internal static SiteScanner Scan(string text, Func<string, bool> isMacro)
    {
        var scanner = new SiteScanner(text, isMacro);
        while (scanner._at < text.Length && scanner.Unbalanced is null && !scanner.GaveUp)
            scanner.Step();
        return scanner;
    }

    /// <summary>Whether a name the file defines is used by it again.</summary>
    internal bool Uses(string name)
    {
        int first = _text.IndexOf(name, StringComparison.Ordinal);
        return first >= 0 && _text.IndexOf(name, first + name.Length, StringComparison.Ordinal) >= 0;
    }

    private void Step()
    {
        char c = _text[_at];
        if (c == '#')
        {
            SkipLine();
        }
        else if (Syntax.IsWordStart(c))
        {
            Word();
        }
        else if (c == '`')
        {
            int line = _line;
            int start = _at;
            if (!SkipQuoted())
                Unbalanced = (line, "quote");
            else if (_at - start > 2)
                NoteStray(line, _text[start.._at]);
        }
        else
        {
            if (!Syntax.IsSpace(c))
                NoteStray(_line, RestOfLine());
            Advance(1);
        }
    }

    private void Word()
    {
        int start = _at;
        int line = _line;
        while (_at < _text.Length && Syntax.IsWordPart(_text[_at]))
            _at++;
        string name = _text[start.._at];
        if (name == "dnl")
        {
            SkipLine();
            return;
        }
        bool known = _isMacro(name);
        if (_at < _text.Length && _text[_at] == '(' && (known || !_rules))
        {
            if (Arguments(line) is { } arguments)
                Note(new SiteCall(name, arguments, line, EndsHere()), known);
        }
        else if (known)
        {
            Note(new SiteCall(name, [], line, EndsHere()), true);
        }
        else
        {
            NoteStray(line, _text[start..LineEnd(start)]);
        }
    }

    private void Note(SiteCall call, bool known)
    {
        if (call.Name == "divert")
            _discarded = call[0].StartsWith('-');
        else if (call.Name == "changequote")
            GaveUp = true;
        // Behind these come lines of the result, as they are.
        if (call.Name.StartsWith("LOCAL_RULE", StringComparison.Ordinal) || call.Name is "LOCAL_CONFIG" or "LOCAL_NET_CONFIG" or "MAILER_DEFINITIONS")
            _rules = true;
        else if (call.Name is "FEATURE" or "MAILER" or "OSTYPE" or "DOMAIN")
            _rules = false;
        if (known || !_discarded)
            _calls.Add(call);
    }

    private void NoteStray(int line, string text)
    {
        if (!_discarded && !_rules && (_stray.Count == 0 || _stray[^1].Line != line))
            _stray.Add((line, text.Trim()));
    }

    // Stands on the parenthesis; null when it is never closed.
    private List<string>? Arguments(int line)
    {
        var arguments = new List<string>();
        Advance(1);
        int start = _at;
        int depth = 0;
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (c == '`')
            {
                int quoteLine = _line;
                if (SkipQuoted())
                    continue;
                Unbalanced = (quoteLine, "quote");
                return null;
            }
            if (c == '#')
            {
                SkipLine();
                continue;
            }
            if ((c == ',' || c == ')') && depth == 0)
            {
                arguments.Add(Bare(_text[start.._at]));
                Advance(1);
                if (c == ')')
                    return arguments;
                start = _at;
                continue;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            Advance(1);
        }
        Unbalanced = (line, "parenthesis");
        return null;
    }

    private static string Bare(string argument)
    {
        string text = argument.Trim();
        return text.Length >= 2 && text[0] == '`' && text[^1] == '\'' ? text[1..^1] : text;
    }

    private bool SkipQuoted()
    {
        int depth = 0;
        while (_at < _text.Length)
        {
            char c = _text[_at];
            Advance(1);
            depth += c == '`' ? 1 : c == '\'' ? -1 : 0;
            if (depth == 0)
                return true;
        }
        return false;
    }

    private bool EndsHere()
    {
        int at = _at;
        while (at < _text.Length && _text[at] is ' ' or '\t' or '\r')
            at++;
        return at < _text.Length && _text[at] == '\n';
    }

    private string RestOfLine() => _text[_at..LineEnd(_at)];

    private int LineEnd(int from)
    {
        int end = _text.IndexOf('\n', from);
        return end < 0 ? _text.Length : end;
    }

    private void SkipLine() => Advance(Math.Min(LineEnd(_at) + 1, _text.Length) - _at);

    private void Advance(int count)
    {
        _line += _text.AsSpan(_at, count).Count('\n');
        _at += count;
    }
}
