using System.Text;
using Sendmail.Core.Cf;

namespace Sendmail.Core.Rewriting;

/// <summary>Turns the two sides of an R line into tokens and checks them (op 5.1.3, 5.1.4).</summary>
public sealed class RuleCompiler
{
    private const int MaxWildcards = 9;
    private readonly MacroScope _scope;
    private readonly Tokenizer _tokenizer;
    private readonly List<Token> _tokens = [];

    /// <summary>A compiler of rules that expands macros of this scope; rules it compiles share the strings of their tokens.</summary>
    public RuleCompiler(MacroScope scope, Tokenizer tokenizer)
    {
        _scope = scope;
        _tokenizer = tokenizer;
        _tokenizer.Pool ??= new HashSet<string>(StringComparer.Ordinal);
    }

    /// <summary>Whether parentheses are comments, as in configurations before level 9 (op 5.9).</summary>
    public bool DropComments { get; set; }

    /// <summary>Tokens of the left side. Macros are expanded now; <c>$&amp;x</c> stays.</summary>
    /// <param name="wildcards">Number of wildcards, what <c>$1</c> to <c>$9</c> can name.</param>
    public Token[] CompileLeft(string encoded, List<string> errors, out int wildcards)
    {
        List<Token> tokens = Cut(encoded, errors);
        wildcards = 0;
        foreach (Token token in tokens)
        {
            switch (token.Operator)
            {
                case Meta.ZeroOrMore or Meta.OneOrMore or Meta.ExactlyOne or Meta.InClass or Meta.NotInClass:
                    wildcards++;
                    break;
                case Meta.Positional:
                    errors.Add("Inappropriate use of $1-$9 on LHS");
                    break;
                case Meta.Colon or Meta.Call or Meta.EndIf or Meta.HostBegin or Meta.HostEnd or Meta.MapBegin or Meta.MapEnd:
                    errors.Add("Inappropriate use of $" + CfText.Symbol(token.Operator) + " on LHS");
                    break;
                default:
                    break;
            }
        }
        if (tokens.Count == 0)
            errors.Add("R line: null LHS");
        if (wildcards > MaxWildcards)
        {
            errors.Add("R line: too many wildcards");
            return [];
        }
        return [.. tokens];
    }

    /// <summary>Tokens of the right side.</summary>
    public Token[] CompileRight(string encoded, int wildcards, List<string> errors)
    {
        List<Token> tokens = Cut(encoded, errors);
        char closing = '\0';
        foreach (Token token in tokens)
        {
            switch (token.Operator)
            {
                case Meta.Positional:
                    if (token.Text.Length < 2 || token.Text[1] < '1' || token.Text[1] - '0' > wildcards)
                        errors.Add("replacement $" + token.Operand + " out of bounds");
                    break;
                case Meta.ZeroOrMore or Meta.OneOrMore or Meta.ExactlyOne or Meta.InClass or Meta.NotInClass:
                    errors.Add("Inappropriate use of $" + CfText.Symbol(token.Operator) + " on RHS");
                    break;
                case Meta.HostBegin or Meta.MapBegin:
                    if (closing != '\0')
                        errors.Add("cannot nest map lookups");
                    closing = token.Operator == Meta.HostBegin ? Meta.HostEnd : Meta.MapEnd;
                    break;
                case Meta.HostEnd or Meta.MapEnd:
                    // A closing token that closes nothing is passed over.
                    if (closing == token.Operator)
                        closing = '\0';
                    break;
                default:
                    break;
            }
        }
        if (tokens.Count == 0)
            errors.Add("R line: null RHS");
        if (closing != '\0')
            errors.Add("missing map closing token");
        return [.. tokens];
    }

    // $&x waits until the rule runs.
    private List<Token> Cut(string encoded, List<string> errors)
    {
        _tokens.Clear();
        string text = CfText.Beginning(MacroExpander.ExpandRule(encoded, _scope, errors.Add), CfText.LongestLine);
        _tokenizer.Tokenize(DropComments ? WithoutComments(text) : text, '\0', TokenizeMode.Rule, _tokens, out _, out _);
        string? problem = _tokens.Exists(t => t.Text.Length > LongestToken) ? "token too long" : _tokens.Count > MostTokens ? "too many tokens" : null;
        if (problem is not null)
        {
            errors.Add(text + Prescan + problem);
            _tokens.Clear();
        }
        return _tokens;
    }

    /// <summary>Stands before what is wrong with a text that cannot be cut into tokens.</summary>
    internal const string Prescan = "... prescan: ";

    private const int LongestToken = 256;
    private const int MostTokens = 1000;

    // A comment, also one in a macro's value, parts words; a parenthesis that closes nothing does the same. Quotes and
    // backslashes protect.
    private static string WithoutComments(string text)
    {
        if (text.AsSpan().IndexOfAny('(', ')') < 0)
            return text;
        var kept = new StringBuilder(text.Length);
        int depth = 0;
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\\' && i + 1 < text.Length)
            {
                if (depth == 0)
                    kept.Append(c).Append(text[i + 1]);
                i++;
            }
            else if (c == '"' && depth == 0)
            {
                quoted = !quoted;
                kept.Append(c);
            }
            else if (c is '(' or ')' && !quoted)
            {
                depth = Math.Max(0, depth + (c == '(' ? 1 : -1));
                kept.Append(' ');
            }
            else if (depth == 0)
            {
                kept.Append(c);
            }
        }
        return kept.ToString();
    }
}
