using Sendmail.M4.Input;
using Sendmail.M4.Macros;

namespace Sendmail.M4;

// The scanner: plain text is copied where it belongs in runs, a word that is no macro with it.
internal sealed partial class Processor
{
    private readonly CharBuffer _word = new();
    private Symbol _scanned = null!;

    // Where the token began that is being read.
    private string _tokenFile = "";
    private int _tokenLine;

    private Token Scan(CharBuffer sink, bool inArguments)
    {
        bool[] stops = _syntax.Stops(inArguments);
        while (true)
        {
            if (!_input.Settle())
                return Token.End;
            InputBlock block = _input.Top!;
            if (block.IsFile)
                _callsSinceInput = 0;
            if (block.Builtin is not null)
                return Token.Builtin;
            string text = block.Text;
            int start = block.Position;
            int end = start;
            int limit = _emitSyncLines ? Math.Min(start + 1, text.Length) : text.Length;
            while (end < limit && !stops[text[end]])
                end++;
            if (end > start)
            {
                NoteTokenPlace(block);
                sink.Append(text.AsSpan(start, end - start));
                block.Advance(end);
                if (_emitSyncLines)
                    return Token.Text;
                if (!inArguments && sink.Length >= OutputChunk)
                    _output.Drain();
                if (end == text.Length)
                    continue;
            }
            NoteTokenPlace(block);
            char c = text[end];
            // Comments come before words and words before quotes.
            if (c == _syntax.CommentStart && _input.IsNext(_syntax.Comments.Left))
            {
                ScanComment(sink);
            }
            else if (Syntax.IsWordStart(c))
            {
                if (ScanWord(sink, block))
                    return Token.Macro;
            }
            else if (c == _syntax.QuoteStart && _input.IsNext(_syntax.Quotes.Left))
            {
                ScanQuoted(sink);
            }
            else
            {
                block.Advance(end + 1);
                if (inArguments && c is '(' or ',' or ')')
                    return c == '(' ? Token.Open : c == ')' ? Token.Close : Token.Comma;
                if (c != '\0')
                    sink.Append(c);
            }
            if (_emitSyncLines)
                return Token.Text;
        }
    }

    private void NoteTokenPlace(InputBlock block)
    {
        _tokenFile = block.File;
        _tokenLine = block.Line;
    }

    /// <summary>Reads a word; true: it is a macro to be called and <see cref="_scanned"/> is it, false: it went to the sink.</summary>
    private bool ScanWord(CharBuffer sink, InputBlock block)
    {
        string text = block.Text;
        int start = block.Position;
        int end = start + 1;
        while (end < text.Length && Syntax.IsWordPart(text[end]))
            end++;
        block.Advance(end);
        ReadOnlySpan<char> name = text.AsSpan(start, end - start);
        if (end == text.Length && Syntax.IsWordPart(_input.Peek()))
        {
            _word.Clear();
            _word.Append(name);
            while (_input.Settle() && _input.Top!.Builtin is null)
            {
                InputBlock next = _input.Top;
                int stop = next.Position;
                while (stop < next.Text.Length && Syntax.IsWordPart(next.Text[stop]))
                    stop++;
                _word.Append(next.Text.AsSpan(next.Position, stop - next.Position));
                next.Advance(stop);
                if (stop < next.Text.Length)
                    break;
            }
            name = _word.Span;
        }
        if (_symbols.TryFind(name, out Symbol? symbol) && !(symbol.Top!.Builtin is { NeedsParenthesis: true } && !OpensArguments()))
        {
            _scanned = symbol;
            return true;
        }
        sink.Append(name);
        return false;
    }

    // A parenthesis that begins a quote or a comment opens no arguments.
    private bool OpensArguments() => _input.Peek() == '('
        && !(_syntax.CommentStart == '(' && _input.IsNext(_syntax.Comments.Left)) && !(_syntax.QuoteStart == '(' && _input.IsNext(_syntax.Quotes.Left));

    private void ScanComment(CharBuffer sink)
    {
        int from = HoldBack(sink);
        string file = _tokenFile;
        int line = _tokenLine;
        bool sawNul = false;
        _input.Skip(_syntax.Comments.Left.Length);
        sink.Append(_syntax.Comments.Left);
        string right = _syntax.Comments.Right;
        while (true)
        {
            if (!_input.Settle() || _input.Top!.Builtin is not null)
                throw Unfinished(sink, from, "comment", file, line);
            InputBlock block = _input.Top!;
            sawNul |= block.SawNul;
            int at = block.Text.IndexOf(right[0], block.Position);
            if (at < 0)
                at = block.Text.Length;
            sink.Append(block.Text.AsSpan(block.Position, at - block.Position));
            block.Advance(at);
            if (at == block.Text.Length)
                continue;
            if (_input.IsNext(right))
            {
                _input.Skip(right.Length);
                sink.Append(right);
                break;
            }
            sink.Append(right[0]);
            _input.Skip(1);
        }
        from = LetGo(sink, from);
        if (sawNul)
            CutAtNul(sink, from);
    }

    private void ScanQuoted(CharBuffer sink)
    {
        string left = _syntax.Quotes.Left;
        string right = _syntax.Quotes.Right;
        string file = _tokenFile;
        int line = _tokenLine;
        int from = HoldBack(sink);
        bool sawNul = false;
        int depth = 1;
        _input.Skip(left.Length);
        while (true)
        {
            if (!_input.Settle() || _input.Top!.Builtin is not null)
                throw Unfinished(sink, from, "string", file, line);
            InputBlock block = _input.Top!;
            sawNul |= block.SawNul;
            int found = block.Text.AsSpan(block.Position).IndexOfAny(left[0], right[0]);
            int at = found < 0 ? block.Text.Length : block.Position + found;
            sink.Append(block.Text.AsSpan(block.Position, at - block.Position));
            block.Advance(at);
            if (at == block.Text.Length)
                continue;
            if (_input.IsNext(right))
            {
                _input.Skip(right.Length);
                if (--depth == 0)
                    break;
                sink.Append(right);
            }
            else if (_input.IsNext(left))
            {
                _input.Skip(left.Length);
                depth++;
                sink.Append(left);
            }
            else
            {
                sink.Append(block.Text[at]);
                _input.Skip(1);
            }
        }
        from = LetGo(sink, from);
        if (sawNul)
            CutAtNul(sink, from);
    }

    // Where a token begins that must not be written before its end is found.
    private int HoldBack(CharBuffer sink)
    {
        if (sink == _output.Current)
            _output.Unfinished = sink.Length;
        return sink.Length;
    }

    // Its beginning now: what stood before it may have been written in the meantime.
    private int LetGo(CharBuffer sink, int from)
    {
        if (sink != _output.Current || _output.Unfinished < 0)
            return from;
        from = _output.Unfinished;
        _output.Unfinished = -1;
        return from;
    }

    // Nothing of a token without end is passed on.
    private M4ExitException Unfinished(CharBuffer sink, int from, string what, string file, int line)
    {
        from = LetGo(sink, from);
        if (!sink.Discards)
            sink.Truncate(from);
        return Fatal("ERROR: end of file in " + what, file, line);
    }

    // A zero octet ends a token as it ends a C string: what follows it in the token is lost.
    private static void CutAtNul(CharBuffer sink, int from)
    {
        if (sink.Discards)
            return;
        int nul = sink.From(from).IndexOf('\0');
        if (nul >= 0)
            sink.Truncate(from + nul);
    }

    /// <summary>Skips white space before an argument.</summary>
    private void SkipSpace()
    {
        while (_input.Settle() && _input.Top is { Builtin: null } block)
        {
            int at = block.Position;
            while (at < block.Text.Length && Syntax.IsSpace(block.Text[at]) && block.Text[at] != _syntax.CommentStart && block.Text[at] != _syntax.QuoteStart)
                at++;
            block.Advance(at);
            if (at < block.Text.Length)
                return;
        }
    }
}
