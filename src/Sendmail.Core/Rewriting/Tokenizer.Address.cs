using System.Text;
using Sendmail.Core.Cf;

namespace Sendmail.Core.Rewriting;

// Addresses and other data: quotes, brackets and comments must balance and are balanced when they do not (RFC 822 3.4).
// A metasymbol is part of a word here, but for text that comes out of rules.
public sealed partial class Tokenizer
{
    private bool TokenizeAddress(ReadOnlySpan<char> text, char delimiter, TokenizeMode mode, List<Token> tokens, out int end, ref List<string>? errors)
    {
        bool keepComments = (mode & TokenizeMode.KeepComments) != 0;
        bool rewritten = (mode & TokenizeMode.Rewritten) != 0;
        int at = 0;
        int brackets = 0;
        int first = tokens.Count;
        // How long the tokens are matters as they are found: what is wrong behind the last that has room is not told.
        bool measured = text.Length > MaxAddressLength / 2;
        int stored = 0, counted = first, known = errors?.Count ?? 0;
        // A comma belongs to a route, <@a,@b:c>, up to the first bracket that closes, and else ends the address whatever is still open.
        bool route = false;
        end = text.Length;
        // Octets that stand for metasymbols in the reference's own text are tokens of their own once rules have had them.
        bool marks = rewritten && text.IndexOfAnyInRange('\x80', '\x9f') >= 0;
        while (at < text.Length)
        {
            if (measured && !HasRoom(tokens, ref counted, ref stored))
                return TooLong(AddressTooLong, text, first, tokens, ref errors, out end, known);
            known = errors?.Count ?? 0;
            char c = text[at];
            if (c == delimiter && delimiter != '\0' && !route)
            {
                end = at;
                break;
            }
            if (c < 256 && !_stop[c] && !marks)
            {
                int start = at++;
                while (at < text.Length && text[at] is < '\u0100' and char n && !_stop[n] && n != delimiter)
                    at++;
                // Most words end here; what goes on behind a dropped character is put together below.
                if (at == text.Length || text[at] is ' ' or '@' or '.' or '<' || (text[at] == '>' && brackets > 0))
                {
                    if (at - start > MaxTokenLength)
                        return TooLong(TokenTooLong, text, first, tokens, ref errors, out end, errors?.Count ?? 0);
                    tokens.Add(new Token(Shared(text[start..at])));
                    continue;
                }
                at = start;
            }
            if (CfText.IsBlank(c))
            {
                at++;
                continue;
            }
            if (c == '\xff' && keepComments)
            {
                at = AfterMark(text, at, route ? '\0' : delimiter, ref brackets, tokens, ref errors);
            }
            else if (c == '"')
            {
                at = Quoted(text, at, tokens, ref errors);
            }
            else if (c == '<')
            {
                brackets++;
                route |= text[(at + 1)..].TrimStart(CfText.Blanks) is ['@', ..];
                tokens.Add(_single[c]);
                at++;
            }
            else if (c == '>' && brackets > 0)
            {
                brackets--;
                route = false;
                tokens.Add(_single[c]);
                at++;
            }
            else if (c == '(' && !keepComments)
            {
                at = SkipComment(text, at, ref errors);
            }
            else if (IsOperator(c) && c != '>' && (c != ')' || keepComments))
            {
                tokens.Add(_single[c]);
                at++;
            }
            else if (marks && IsMark(c))
            {
                tokens.Add(_single[c]);
                at++;
            }
            else if (rewritten && Meta.IsMeta(c))
            {
                int stop = c == Meta.Macro ? at + 1 : MetaEnd(text, at);
                tokens.Add(new Token(text[at..stop].ToString()));
                at = stop;
            }
            else
            {
                at = Word(text, at, route ? '\0' : delimiter, keepComments, rewritten, brackets, tokens, ref errors);
            }
            if (tokens.Count > first && tokens[^1].Text.Length > MaxTokenLength)
                return TooLong(TokenTooLong, text, first, tokens, ref errors, out end, errors?.Count ?? 0);
        }
        if (measured && !HasRoom(tokens, ref counted, ref stored))
            return TooLong(AddressTooLong, text, first, tokens, ref errors, out end, known);
        for (; brackets > 0; brackets--)
        {
            (errors ??= []).Add("Unbalanced '<'");
            tokens.Add(_single['>']);
        }
        return !measured || HasRoom(tokens, ref counted, ref stored) || TooLong(AddressTooLong, text, first, tokens, ref errors, out end, errors?.Count ?? 0);
    }

    /// <summary>The tokens that had room of the last text that was too long.</summary>
    internal Token[] Partial { get; private set; } = [];

    private static bool HasRoom(List<Token> tokens, ref int counted, ref int stored)
    {
        for (; counted < tokens.Count; counted++)
        {
            stored += tokens[counted].Text.Length + 1;
            if (stored > MaxAddressLength)
                return false;
        }
        return true;
    }

    private const string TokenTooLong = "553 5.1.0 prescan: token too long";
    private const string AddressTooLong = "553 5.1.1 Address too long";

    private bool TooLong(string error, ReadOnlySpan<char> text, int first, List<Token> tokens, ref List<string>? errors, out int end, int known)
    {
        int length = 0;
        Partial = [.. tokens.Skip(first).TakeWhile(t => t.Text.Length <= MaxTokenLength && (length += t.Text.Length + 1) <= MaxAddressLength)];
        errors?.RemoveRange(known, errors.Count - known);
        tokens.RemoveRange(first, tokens.Count - first);
        (errors ??= []).Add(error);
        end = text.Length;
        return false;
    }

    private static bool IsMark(char c) => c is >= '\x80' and <= '\x9f';

    // A word goes on behind brackets or parentheses that close nothing: they are left out.
    private int Word(ReadOnlySpan<char> text, int at, char delimiter, bool keepComments, bool rewritten, int brackets, List<Token> tokens, ref List<string>? errors)
    {
        StringBuilder word = _word.Clear();
        while (at < text.Length)
        {
            char c = text[at];
            if (c == delimiter && delimiter != '\0')
                break;
            if (c == '\\')
            {
                bool last = ++at == text.Length || (text[at] == delimiter && delimiter != '\0');
                // Typed for the sake of a shell: an exclamation mark keeps its meaning.
                if (at < text.Length && text[at] != '!' && (text[at] != delimiter || delimiter == '\0'))
                    word.Append('\\').Append(text[at++]);
                // The bracket that closes it may itself be quoted by the last backslash: then it takes another.
                if (last && brackets > 0)
                {
                    (errors ??= []).Add("Unbalanced '<'");
                    word.Append("\\>");
                }
                continue;
            }
            if (c == '>' && brackets == 0)
            {
                (errors ??= []).Add("Unbalanced '>'");
                at++;
                continue;
            }
            if (c == ')' && !keepComments)
            {
                (errors ??= []).Add("Unbalanced ')'");
                at++;
                continue;
            }
            if (CfText.IsBlank(c) || c == '"' || (c == '\xff' && keepComments) || IsOperator(c) || (rewritten && (Meta.IsMeta(c) || IsMark(c))))
                break;
            word.Append(c);
            at++;
        }
        if (word.Length > 0)
            tokens.Add(new Token(word.ToString()));
        return at;
    }

    // The octet 0xFF, where it was typed and not quoted before, makes one token with the character behind it, whatever that is.
    private int AfterMark(ReadOnlySpan<char> text, int at, char delimiter, ref int brackets, List<Token> tokens, ref List<string>? errors)
    {
        StringBuilder word = _word.Clear().Append(text[at++]);
        while (at < text.Length && text[at] == '>' && brackets == 0)
        {
            (errors ??= []).Add("Unbalanced '>'");
            at++;
        }
        bool escaped = at < text.Length && text[at] == '\\';
        if (escaped)
            at++;
        if (at < text.Length && (text[at] != delimiter || delimiter == '\0') && !(escaped && text[at] == '!'))
        {
            if (escaped)
                word.Append('\\');
            else if (text[at] == '<')
                brackets++;
            else if (text[at] == '>')
                brackets--;
            word.Append(text[at++]);
        }
        else if (brackets > 0 && !(at < text.Length && text[at] == '!'))
        {
            // Nothing is left but the bracket that closes an open one; quoted, it closes none.
            (errors ??= []).Add("Unbalanced '<'");
            word.Append(escaped ? "\\>" : ">");
            brackets -= escaped ? 0 : 1;
        }
        tokens.Add(new Token(word.ToString()));
        return at;
    }

    private int Quoted(ReadOnlySpan<char> text, int at, List<Token> tokens, ref List<string>? errors)
    {
        StringBuilder word = _word.Clear().Append('"');
        bool escaped = false;
        for (at++; at < text.Length; at++)
        {
            char c = text[at];
            word.Append(c);
            if (!escaped && c == '"')
            {
                tokens.Add(new Token(word.ToString()));
                return at + 1;
            }
            escaped = !escaped && c == '\\';
        }
        // The quote that closes it may itself be quoted by the last backslash: then it takes another.
        for (int i = escaped ? 2 : 1; i > 0; i--)
        {
            (errors ??= []).Add("Unbalanced '\"'");
            word.Append('"');
        }
        tokens.Add(new Token(word.ToString()));
        return at;
    }

    private static int SkipComment(ReadOnlySpan<char> text, int at, ref List<string>? errors)
    {
        int depth = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == '(')
                depth++;
            else if (text[at] == ')' && --depth == 0)
                return at + 1;
        }
        for (depth += at > text.Length ? 1 : 0; depth > 0; depth--)
            (errors ??= []).Add("Unbalanced '('");
        return text.Length;
    }
}
