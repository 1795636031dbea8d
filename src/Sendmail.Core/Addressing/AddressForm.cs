using System.Text;

namespace Sendmail.Core.Addressing;

/// <summary>
/// The form around an address: full names, comments, brackets and group names stay where they are when a mailer rewrites the
/// address (RFC 822 6.1). One pass from left to right; the last bracket decides what is the full name.
/// </summary>
internal sealed class AddressForm
{
    private readonly string _text;
    private readonly string _mustQuote;
    private readonly string _core;
    private readonly StringBuilder _out = new();
    // Where the full name begins in the text, and where it goes in the output.
    private int _head;
    private int _headOut;
    private bool _written;
    private bool _angle;
    private bool _copy;
    private bool _colon;
    private bool _bracket;

    private AddressForm(string text, string mustQuote, string core)
    {
        _text = text;
        _mustQuote = mustQuote;
        _core = core;
    }

    /// <summary><paramref name="text"/> with <paramref name="core"/> in place of its address.</summary>
    internal static string Of(string text, string mustQuote, string core) => new AddressForm(text.Trim(' ', '\t', '\n', '\r'), mustQuote, core).Run();

    private string Run()
    {
        int at = 0;
        while (at < _text.Length)
            at = Step(at);
        if (_angle)
            _out.Append('>');
        return _out.ToString();
    }

    private int Step(int at)
    {
        char c = _text[at];
        switch (c)
        {
            case '(':
                return Comment(at);
            case '<':
                Angle(at);
                return at + 1;
            case '>':
                if (_angle)
                {
                    _angle = false;
                    _copy = true;
                    _out.Append('>');
                }
                return at + 1;
            case '"':
            {
                int end = CrackedAddress.SkipQuoted(_text, at);
                // Quotes around nothing are no address.
                if (_copy || end - at > 2 || (end - at == 2 && _text[at + 1] != '"'))
                    Take(at, end);
                return end;
            }
            case '\\':
            {
                int end = Math.Min(at + 2, _text.Length);
                Take(at, end);
                return end;
            }
            case ')' when _copy:
                return at + 1;
            case ':' when !_colon && !_angle && !_copy && !_bracket:
                // Two of them are no group: host::user.
                if (at + 1 < _text.Length && _text[at + 1] == ':')
                {
                    Take(at, at + 2);
                    return at + 2;
                }
                return Group(at);
            case ';' when !_copy:
                _out.Append(';');
                Take(at, at + 1);
                return at + 1;
            case '[':
                _bracket = true;
                break;
            case ']':
                _bracket = false;
                break;
            default:
                break;
        }
        Take(at, at + 1);
        return at + 1;
    }

    // Text behind the bracket is copied, else the first of it makes room for the address.
    private void Take(int from, int to)
    {
        if (_copy)
        {
            _out.Append(_text, from, to - from);
            return;
        }
        if (_written || (!_angle && to - from == 1 && _text[from] is ' ' or '\t'))
            return;
        if (_out.Length > 0 && _out[^1] == ')')
            _out.Append(' ');
        _out.Append(_core);
        _written = true;
    }

    private int Comment(int at)
    {
        int end = CrackedAddress.SkipComment(_text, at);
        int open = 0;
        for (int i = at; i < end; i++)
        {
            if (_text[i] == '\\')
                i++;
            else if (_text[i] == '(')
                open++;
            else if (_text[i] == ')')
                open--;
        }
        if (!_copy)
        {
            // A second comment stands behind the address, whether there is one or not.
            if (!_written && !_angle && _out.Length > 0 && _out[^1] == ')')
            {
                _out.Append(' ').Append(_core);
                _written = true;
            }
            if (_out.Length > 0 && _out[^1] != ' ')
                _out.Append(' ');
        }
        _out.Append(_text, at, end - at).Append(')', open);
        return end;
    }

    private void Angle(int at)
    {
        _out.Length = _headOut;
        Phrase(at, true);
        _out.Append('<');
        _angle = true;
        _copy = false;
        _written = false;
    }

    private int Group(int at)
    {
        _out.Length = _headOut;
        Phrase(at, false);
        _out.Append(':');
        _colon = true;
        _written = false;
        for (at++; at < _text.Length && _text[at] is ' ' or '\t'; at++)
            _out.Append(_text[at]);
        // What follows may be a full name of its own: it goes behind the colon.
        _head = at;
        _headOut = _out.Length;
        return at;
    }

    // The full name, in quotes when a character of it must not stand there without; blanks at its end stay outside.
    private void Phrase(int end, bool blanks)
    {
        ReadOnlySpan<char> name = _text.AsSpan(_head, end - _head);
        ReadOnlySpan<char> text = name.TrimEnd(" \t");
        if (!MustQuote(text))
        {
            _out.Append(blanks ? name : text);
            return;
        }
        _out.Append('"');
        foreach (char c in text)
        {
            if (c == '"')
                _out.Append('\\');
            _out.Append(c);
        }
        _out.Append('"').Append(name[text.Length..]);
    }

    private bool MustQuote(ReadOnlySpan<char> name)
    {
        string text = name.ToString();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"')
                i = CrackedAddress.SkipQuoted(text, i) - 1;
            else if (c == '(')
                i = CrackedAddress.SkipComment(text, i) - 1;
            else if (c is '<' or '>' || _mustQuote.Contains(c, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
