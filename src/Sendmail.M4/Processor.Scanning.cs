using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sendmail.M4.Input;
using Sendmail.M4.Macros;
using Sendmail.M4.Output;

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
            int limit = _emitSyncLines ? Math.Min(start + 1, block.End) : block.End;
            int end = EndOfRun(text, start, limit, stops);
            if (end > start)
            {
                if (_emitSyncLines)
                    NoteTokenPlace(block);
                sink.Append(text.AsSpan(start, end - start));
                block.Advance(end);
                if (_emitSyncLines)
                    return Token.Text;
                if (!inArguments && sink.Length >= Diversions.WrittenAt)
                    _output.Drain();
                if (end == block.End)
                    continue;
            }
            if (_emitSyncLines)
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
                ScanQuoted(sink, inArguments);
            }
            else
            {
                if (inArguments && c is '(' or ',' or ')')
                {
                    if (c == ',')
                        NoteTokenPlace(block);
                    block.Advance(end + 1);
                    return c == '(' ? Token.Open : c == ')' ? Token.Close : Token.Comma;
                }
                block.Advance(end + 1);
                if (c != '\0')
                    sink.Append(c);
            }
            if (_emitSyncLines)
                return Token.Text;
        }
    }

    private static int EndOfRun(string text, int from, int limit, bool[] stops)
    {
        ref bool stop = ref MemoryMarshal.GetArrayDataReference(stops);
        while (from < limit && !Unsafe.Add(ref stop, text[from] & 0xFF))
            from++;
        return from;
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
        int end = Syntax.EndOfWord(text, start + 1, block.End);
        ReadOnlySpan<char> name = text.AsSpan(start, end - start);
        // A word that ends within the block leaves it as it is: its line can be asked for when the word is known to be a macro.
        bool within = end < block.End;
        if (!within)
            NoteTokenPlace(block);
        block.Advance(end);
        if (!within && Syntax.IsWordPart(_input.Peek()))
        {
            _word.Clear();
            _word.Append(name);
            while (_input.Settle() && _input.Top!.Builtin is null)
            {
                InputBlock next = _input.Top;
                int stop = Syntax.EndOfWord(next.Text, next.Position, next.End);
                _word.Append(next.Text.AsSpan(next.Position, stop - next.Position));
                next.Advance(stop);
                if (stop < next.End)
                    break;
            }
            name = _word.Span;
        }
        if (_symbols.TryFind(name, out Symbol? symbol) && !(symbol.Top!.Builtin is { NeedsParenthesis: true } && !OpensArguments()))
        {
            if (within)
                NoteTokenPlace(block);
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
        string file = _input.Top!.File;
        int line = _input.Top.Line;
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
            int found = block.Text.AsSpan(block.Position, block.End - block.Position).IndexOf(right[0]);
            int at = found < 0 ? block.End : block.Position + found;
            sink.Append(block.Text.AsSpan(block.Position, at - block.Position));
            block.Advance(at);
            if (at == block.End)
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

    private void ScanQuoted(CharBuffer sink, bool inArguments)
    {
        if (_syntax.SimpleQuotes && TakeQuotedWithin(_input.Top!, sink, inArguments))
            return;
        string left = _syntax.Quotes.Left;
        string right = _syntax.Quotes.Right;
        string file = _input.Top!.File;
        int line = _input.Top.Line;
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
            int found = block.Text.AsSpan(block.Position, block.End - block.Position).IndexOfAny(left[0], right[0]);
            int at = found < 0 ? block.End : block.Position + found;
            sink.Append(block.Text.AsSpan(block.Position, at - block.Position));
            block.Advance(at);
            if (at == block.End)
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

    /// <summary>Reads a quoted string that ends in the block it began in; false, with nothing read, when it does not.</summary>
    private bool TakeQuotedWithin(InputBlock block, CharBuffer sink, bool inArguments)
    {
        if (block.SawNul)
            return false;
        string text = block.Text;
        int start = block.Position + 1;
        int end = EndOfQuoted(text, start, block.End, _syntax.Quotes.Left[0], _syntax.Quotes.Right[0]);
        if (end < 0)
            return false;
        block.Advance(end + 1);
        if (!inArguments || !IsWholeArgument(block) || !MayShare(text))
        {
            sink.Append(text.AsSpan(start, end - start));
            return true;
        }
        _frames[_depth - 1].Quoted = new Argument(text, start, end - start, null, text.Length + M4Limits.Overhead);
        return true;
    }

    private static int EndOfQuoted(string text, int from, int limit, char left, char right)
    {
        for (int depth = 1; from < limit; from++)
        {
            char c = text[from];
            if (c == right)
            {
                if (--depth == 0)
                    return from;
            }
            else if (c == left)
            {
                depth++;
            }
        }
        return -1;
    }

    // The string just read is all of an argument: nothing of it came before, and what ends it comes next.
    private bool IsWholeArgument(InputBlock block)
    {
        ref Frame frame = ref _frames[_depth - 1];
        return frame.Parentheses == 0 && frame.Builtin is null && _collected.Length == frame.TextStart && _syntax.PlainDelimiters
            && block.Position < block.End && block.Text[block.Position] is ',' or ')';
    }

    private bool MayShare(string text) => _argumentText + text.Length <= M4Limits.SharedText;

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
            while (at < block.End && Syntax.IsSpace(block.Text[at]) && block.Text[at] != _syntax.CommentStart && block.Text[at] != _syntax.QuoteStart)
                at++;
            block.Advance(at);
            if (at < block.End)
                return;
        }
    }
}
