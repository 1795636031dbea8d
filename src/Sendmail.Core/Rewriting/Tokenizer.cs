using System.Text;

namespace Sendmail.Core.Rewriting;

/// <summary>How the tokenizer treats what is special in an address.</summary>
[Flags]
public enum TokenizeMode
{
    /// <summary>An address: quotes and angle brackets are balanced, comments are dropped.</summary>
    Address = 0,
    /// <summary>Comments stay as tokens of parentheses and words (address test mode, check rulesets).</summary>
    KeepComments = 1,
    /// <summary>A rule: nothing is balanced.</summary>
    Rule = 2,
}

/// <summary>
/// Cuts text into tokens (op 5.1.1): every operator character is a token, a quoted string is one, white space
/// separates. Metasymbols are tokens together with their operand.
/// </summary>
public sealed class Tokenizer
{
    private const string AlwaysOperators = "()<>,;\r\n";
    private readonly bool[] _operator = new bool[256];
    private readonly string[] _single = new string[256];

    /// <summary>A tokenizer for these OperatorChars.</summary>
    public Tokenizer(string operatorChars)
    {
        foreach (char c in operatorChars + AlwaysOperators)
        {
            if (c < 256)
                _operator[c] = true;
        }
        for (int i = 0; i < 256; i++)
            _single[i] = ((char)i).ToString();
    }

    /// <summary>Strings that tokens share, for text of which a configuration has much; null makes a string for each token.</summary>
    internal HashSet<string>? Pool { get; set; }

    private string Shared(ReadOnlySpan<char> text)
    {
        if (Pool is null)
            return text.ToString();
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> pool = Pool.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!pool.TryGetValue(text, out string? shared))
            Pool.Add(shared = text.ToString());
        return shared;
    }

    /// <summary>Longest token in octets (MAXNAME).</summary>
    public const int MaxTokenLength = 256;
    /// <summary>Most tokens of a workspace (MAXATOM).</summary>
    public const int MaxTokens = 1000;

    /// <summary>Whether a character is a token of its own.</summary>
    public bool IsOperator(char c) => c < 256 && _operator[c];

    /// <summary>The shared string for a one-character token.</summary>
    internal string Single(char c) => c < 256 ? _single[c] : c.ToString();

    /// <summary>
    /// Appends the tokens of <paramref name="text"/> up to <paramref name="delimiter"/> (outside quotes and routes;
    /// '\0' for none).
    /// </summary>
    /// <param name="end">Index of the delimiter, or the length of the text.</param>
    /// <param name="error">What was unbalanced or too long, null when nothing.</param>
    /// <param name="errors">Receives every one of them; null when one is enough.</param>
    public void Tokenize(ReadOnlySpan<char> text, char delimiter, TokenizeMode mode, List<Token> tokens, out int end, out string? error, List<string>? errors = null)
    {
        List<string>? found = errors;
        int at = 0;
        int brackets = 0;
        // A comma belongs to a route, <@a,@b:c>, and else ends the address whatever is still open.
        bool route = false;
        while (at < text.Length)
        {
            char c = text[at];
            if (c == delimiter && !route)
                break;
            if (c is ' ' or '\t' or '\n' or '\r')
            {
                at++;
                continue;
            }
            if (tokens.Count >= MaxTokens)
            {
                Add(ref found, "553 5.1.0 prescan: too many tokens");
                break;
            }
            if (Meta.IsMeta(c))
            {
                int stop = MetaEnd(text, at);
                tokens.Add(new Token(Shared(text[at..stop])));
                at = stop;
                continue;
            }
            if (c == '(' && (mode & (TokenizeMode.KeepComments | TokenizeMode.Rule)) == 0)
            {
                at = SkipComment(text, at, ref found);
                continue;
            }
            if (c == '<' && (mode & TokenizeMode.Rule) == 0)
            {
                brackets++;
                route |= text[(at + 1)..].TrimStart() is ['@', ..];
            }
            else if (c == '>' && (mode & TokenizeMode.Rule) == 0)
            {
                if (brackets == 0)
                {
                    Add(ref found, "Unbalanced '>'");
                    at++;
                    continue;
                }
                if (--brackets == 0)
                    route = false;
            }
            if (c == '"')
            {
                at = Quoted(text, at, mode, tokens, ref found);
                continue;
            }
            if (IsOperator(c))
            {
                tokens.Add(new Token(_single[c]));
                at++;
                continue;
            }
            at = Word(text, at, mode, tokens, ref found);
        }
        for (; brackets > 0; brackets--)
        {
            Add(ref found, "Unbalanced '<'");
            tokens.Add(new Token(">"));
        }
        end = at;
        error = found is { Count: > 0 } ? found[0] : null;
    }

    private static void Add(ref List<string>? errors, string error) => (errors ??= []).Add(error);

    private int Word(ReadOnlySpan<char> text, int at, TokenizeMode mode, List<Token> tokens, ref List<string>? errors)
    {
        int start = at;
        StringBuilder? escaped = null;
        while (at < text.Length)
        {
            char c = text[at];
            if (c is ' ' or '\t' or '\n' or '\r' or '"' || IsOperator(c) || Meta.IsMeta(c))
                break;
            if (c == '\\')
            {
                escaped ??= new StringBuilder().Append(text[start..at]);
                if (at + 1 >= text.Length)
                {
                    at++;
                    break;
                }
                escaped.Append('\\').Append(text[at + 1]);
                at += 2;
                continue;
            }
            escaped?.Append(c);
            at++;
        }
        string word = escaped?.ToString() ?? Shared(text[start..at]);
        if (word.Length > MaxTokenLength && (mode & TokenizeMode.Rule) == 0)
        {
            Add(ref errors, "553 5.1.0 prescan: token too long");
            word = word[..MaxTokenLength];
        }
        if (word.Length > 0)
            tokens.Add(new Token(word));
        return at;
    }

    private static int Quoted(ReadOnlySpan<char> text, int at, TokenizeMode mode, List<Token> tokens, ref List<string>? errors)
    {
        int start = at++;
        while (at < text.Length && text[at] != '"')
            at += text[at] == '\\' && at + 1 < text.Length ? 2 : 1;
        if (at >= text.Length)
        {
            Add(ref errors, "Unbalanced '\"'");
            tokens.Add(new Token(string.Concat(text[start..], "\"")));
            return text.Length;
        }
        if (at + 1 - start > MaxTokenLength && (mode & TokenizeMode.Rule) == 0)
            Add(ref errors, "553 5.1.0 prescan: token too long");
        tokens.Add(new Token(text[start..(at + 1)].ToString()));
        return at + 1;
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
        Add(ref errors, "Unbalanced '('");
        return text.Length;
    }

    private static int MetaEnd(ReadOnlySpan<char> text, int at) => text[at] switch
    {
        Meta.InClass or Meta.NotInClass or Meta.LateMacro or Meta.Macro or Meta.If => Cf.CfText.NameEnd(text, at + 1),
        Meta.Positional => Math.Min(at + 2, text.Length),
        _ => at + 1,
    };

    /// <summary>The tokens of a whole text, for callers that care neither for the end nor for errors.</summary>
    public List<Token> Tokenize(ReadOnlySpan<char> text, TokenizeMode mode = TokenizeMode.Address)
    {
        var tokens = new List<Token>();
        Tokenize(text, '\0', mode, tokens, out _, out _);
        return tokens;
    }

    /// <summary>
    /// Joins tokens to text as cataddr does: two words in a row are separated by <paramref name="blank"/>.
    /// </summary>
    public string Join(IReadOnlyList<Token> tokens, int from, int to, char blank)
    {
        if (to - from == 1)
            return tokens[from].Text;
        var result = new StringBuilder();
        bool wordBefore = false;
        for (int i = from; i < to; i++)
        {
            string token = tokens[i].Text;
            if (token.Length == 0)
                continue;
            bool word = token.Length > 1 || !IsOperator(token[0]);
            if (Meta.IsMeta(token[0]))
                word = false;
            if (word && wordBefore)
                result.Append(blank);
            result.Append(token);
            wordBefore = word;
        }
        return result.ToString();
    }
}
