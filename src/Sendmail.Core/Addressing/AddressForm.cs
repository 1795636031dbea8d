using System.Text;
using Sendmail.Core.Cf;

namespace Sendmail.Core.Addressing;

/// <summary>
/// The form around an address: full names, comments, brackets and group names stay where they are when a mailer rewrites the
/// address (RFC 822 6.1). One pass from left to right; the last bracket decides what is the full name.
/// </summary>
internal sealed class AddressForm
{
    private const int Longest = 255;
    // The room that the address takes in the form, whatever its length: it is a macro there.
    private const int Core = 2;
    /// <summary>What stands for the address in a form.</summary>
    internal const char Place = '\uE01F';

    private readonly string _text;
    private readonly string _mustQuote;
    private readonly StringBuilder _out = new();
    // Where the full name begins in the text, and where it goes in the output.
    private int _head;
    private int _headOut;
    private bool _written;
    private bool _angle;
    private bool _angleSeen;
    private bool _copy;
    private bool _colon;
    private int _brackets;
    // What stands before the next bracket or colon needs quotes.
    private bool _quote;
    // Parentheses and brackets still to be closed: room is kept for them.
    private int _open;
    private bool _failed;

    private AddressForm(string text, string mustQuote)
    {
        _text = text;
        _mustQuote = mustQuote;
    }

    /// <summary>The form of <paramref name="text"/>, with <see cref="Place"/> where its address was. A form that would be too long keeps nothing but brackets.</summary>
    internal static string Of(string text, string mustQuote)
    {
        var form = new AddressForm(text.Trim(CfText.Blanks), mustQuote);
        form.Run();
        return form._failed ? "<" + Place + ">" : form._out.ToString();
    }

    private void Run()
    {
        int at = 0;
        while (at < _text.Length && !_failed)
            at = Step(at);
        if (_angle)
            Close();
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
            case '>' when _angle:
                Close();
                _copy = true;
                return at + 1;
            case '>':
                _quote = true;
                return at + 1;
            case '"':
                return Quoted(at);
            case '\\':
            {
                int end = Math.Min(at + 2, _text.Length);
                _quote |= _mustQuote.Contains(c, StringComparison.Ordinal);
                Take(at, end);
                return end;
            }
            case ')':
                _quote |= _mustQuote.Contains(c, StringComparison.Ordinal);
                if (!_copy)
                    Take(at, at + 1);
                return at + 1;
            case ':' when !_colon && !_angle && _brackets <= 0:
                // Two of them are no group: host::user. Nor is one with a dot.
                if (at + 1 < _text.Length && _text[at + 1] is ':' or '.')
                {
                    _quote = true;
                    if (_copy)
                        Put(":");
                    Take(at, at + 2);
                    return at + 2;
                }
                return Group(at);
            case ';' when !_copy:
                _quote = true;
                Put(";");
                break;
            case '[':
                _brackets++;
                break;
            case ']':
                _brackets--;
                break;
            default:
                break;
        }
        _quote |= _mustQuote.Contains(c, StringComparison.Ordinal);
        Take(at, at + 1);
        return at + 1;
    }

    private void Put(ReadOnlySpan<char> text)
    {
        _out.Append(text);
        _failed |= Length + _open > Longest;
    }

    private int Length => _out.Length + (_written ? Core - 1 : 0);

    // Text behind the bracket is copied, else the first of it makes room for the address.
    private void Take(int from, int to)
    {
        if (_copy)
        {
            Put(_text.AsSpan(from, to - from));
            return;
        }
        if (_written)
            return;
        if (_out.Length > 0 && _out[^1] == ')')
            _out.Append(' ');
        _written = true;
        Put([Place]);
    }

    private int Quoted(int at)
    {
        int end = CrackedAddress.SkipQuoted(_text, at);
        if (_copy)
        {
            // Behind the bracket no quoted string is kept, nor is the form then.
            _failed |= at + 1 < _text.Length;
            Put("\"\"");
        }
        // Quotes around nothing are no address.
        else if (end - at > 2 || (end - at == 2 && _text[at + 1] != '"'))
        {
            Take(at, end);
        }
        return end;
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
        if (!_copy && _out.Length > 0 && _out[^1] is not (' ' or '\t' or ':'))
            Put(" ");
        // The last parenthesis is written while room is still kept for it.
        _open++;
        Put(_text.AsSpan(at, end - at));
        _open--;
        Put(new string(')', open));
        return end;
    }

    private void Angle(int at)
    {
        _quote |= _angleSeen;
        _written = false;
        _out.Length = _headOut;
        Phrase(at);
        _open += _angle ? 0 : 1;
        Put("<");
        _angle = _angleSeen = true;
        _copy = false;
    }

    private void Close()
    {
        _angle = false;
        _open--;
        Put(">");
    }

    private int Group(int at)
    {
        _out.Length = _headOut;
        _written = false;
        Phrase(at);
        Put(":");
        _colon = true;
        _copy = false;
        for (at++; at < _text.Length && _text[at] is ' ' or '\t'; at++)
            Put(_text.AsSpan(at, 1));
        // What follows may be a full name of its own: it goes behind the colon.
        _head = at;
        _headOut = _out.Length;
        return at;
    }

    // The full name, in quotes when a character of it must not stand there without; blanks at its end stay outside.
    private void Phrase(int end)
    {
        ReadOnlySpan<char> name = _text.AsSpan(_head, end - _head);
        bool quote = _quote;
        _quote = false;
        if (!quote)
        {
            Put(name);
            return;
        }
        // The blanks at its end are there once more when there is nothing but them behind a colon.
        int blanks = end - _text.AsSpan(0, end).TrimEnd(" \t").Length;
        ReadOnlySpan<char> text = _text.AsSpan(_head, Math.Max(0, name.Length - blanks));
        Put("\"");
        foreach (char c in text)
            Put(c == '"' ? "\\\"" : [c]);
        Put("\"");
        Put(_text.AsSpan(end - blanks, blanks));
    }
}
