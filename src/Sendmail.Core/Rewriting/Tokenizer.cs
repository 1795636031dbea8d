using System.Text;
using Sendmail.Core.Cf;

namespace Sendmail.Core.Rewriting;

/// <summary>
/// Cuts text into tokens (op 5.1.1): every operator character is a token, a quoted string is one, white space
/// separates. Metasymbols are tokens together with their operand. An instance serves one session at a time.
/// </summary>
public sealed partial class Tokenizer
{
    private const string AlwaysOperators = "()<>,;\r\n";
    private readonly bool[] _operator = new bool[256];
    // Ends a word at least in some mode: operators, quotes, backslashes, white space, the octet 0xFF.
    private readonly bool[] _stop = new bool[256];
    // Shared by all: every session has a tokenizer.
    private static readonly Token[] _single = [.. Enumerable.Range(0, 256).Select(i => new Token(((char)i).ToString()))];
    private readonly StringBuilder _word = new();

    /// <summary>A tokenizer for these OperatorChars.</summary>
    public Tokenizer(string operatorChars)
    {
        foreach (char c in operatorChars + AlwaysOperators)
        {
            if (c < 256)
                _operator[c] = true;
        }
        for (int i = 0; i < 256; i++)
            _stop[i] = _operator[i] || CfText.IsBlank((char)i) || i is '"' or '\\' or '\xff';
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
    /// <summary>Most octets of an address, counting one more for each token.</summary>
    public const int MaxAddressLength = 1251;

    /// <summary>Whether a character is a token of its own.</summary>
    public bool IsOperator(char c) => c < 256 && _operator[c];

    /// <summary>
    /// Appends the tokens of <paramref name="text"/> up to <paramref name="delimiter"/> (outside quotes and routes; '\0' for none).
    /// </summary>
    /// <param name="end">Index of the delimiter, or the length of the text.</param>
    /// <param name="error">What was unbalanced or too long first, null when nothing.</param>
    /// <param name="errors">Receives every one of them in order; null when one is enough.</param>
    /// <returns>False when the text is too long for an address; then nothing is appended.</returns>
    public bool Tokenize(ReadOnlySpan<char> text, char delimiter, TokenizeMode mode, List<Token> tokens, out int end, out string? error, List<string>? errors = null)
    {
        error = null;
        if ((mode & TokenizeMode.Rule) == 0)
        {
            List<string>? found = errors;
            int before = errors?.Count ?? 0;
            bool good = TokenizeAddress(text, delimiter, mode, tokens, out end, ref found);
            error = found is not null && found.Count > before ? found[before] : null;
            return good;
        }
        TokenizeRule(text, tokens);
        end = text.Length;
        return true;
    }

    // Rules and what is compared with rules: quotes make one token, everything else stands as it is.
    private void TokenizeRule(ReadOnlySpan<char> text, List<Token> tokens)
    {
        int at = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (c is ' ' or '\t' or '\n' or '\r')
            {
                at++;
            }
            else if (Meta.IsMeta(c))
            {
                int stop = MetaEnd(text, at);
                tokens.Add(new Token(Shared(text[at..stop])));
                at = stop;
            }
            else if (c == '"')
            {
                int start = at++;
                while (at < text.Length && text[at] != '"')
                    at += text[at] == '\\' && at + 1 < text.Length ? 2 : 1;
                at = Math.Min(at + 1, text.Length);
                tokens.Add(new Token(Shared(text[start..at])));
            }
            else if (IsOperator(c))
            {
                tokens.Add(_single[c]);
                at++;
            }
            else
            {
                int start = at;
                while (at < text.Length && !(text[at] is ' ' or '\t' or '\n' or '\r' or '"' || IsOperator(text[at]) || Meta.IsMeta(text[at])))
                    at += text[at] == '\\' && at + 1 < text.Length ? 2 : 1;
                // A backslash with nothing behind it protects nothing.
                int stop = at == text.Length && EndsInBackslash(text[start..at]) ? at - 1 : at;
                if (stop > start)
                    tokens.Add(new Token(Shared(text[start..stop])));
            }
        }
    }

    private static bool EndsInBackslash(ReadOnlySpan<char> word)
    {
        int count = 0;
        while (count < word.Length && word[^(count + 1)] == '\\')
            count++;
        return count % 2 == 1;
    }

    private static int MetaEnd(ReadOnlySpan<char> text, int at) => text[at] switch
    {
        // A backslash protects also where it is a name.
        Meta.InClass or Meta.NotInClass or Meta.LateMacro when at + 2 < text.Length && text[at + 1] == '\\' && Meta.IsMeta(text[at + 2]) => at + 3,
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

    /// <summary>Whether a token is a word, which blanks keep apart from others: no operator, no quoted string, no metasymbol.</summary>
    internal bool IsWord(string token) => token.Length > 0 && token[0] != '"' && token[0] is not (>= '\x80' and <= '\x9f') && !IsOperator(token[0]) && !Meta.IsMeta(token[0]);

    /// <summary>
    /// Joins tokens to text as cataddr does: two words in a row are separated by <paramref name="blank"/>; a quoted string
    /// is no word here, nor is a metasymbol.
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
            bool word = IsWord(token);
            if (word && wordBefore)
                result.Append(blank);
            result.Append(token);
            wordBefore = word;
        }
        return result.ToString();
    }
}
