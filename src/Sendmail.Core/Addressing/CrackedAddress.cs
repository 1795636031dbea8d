using System.Text;
using Sendmail.Core.Cf;

namespace Sendmail.Core.Addressing;

/// <summary>
/// An address as people write it, taken apart into the machine-readable part and what stands around it: full names,
/// comments, angle brackets (RFC 5322 3.4).
/// </summary>
public sealed record CrackedAddress(string Before, string Core, string After)
{
    /// <summary>The whole with another core.</summary>
    public string With(string core) => Before + core + After;

    /// <summary>Takes one address (no list) apart. Characters that must be quoted in a phrase get quotes.</summary>
    public static CrackedAddress Crack(string text, string mustQuote)
    {
        int open = FindAngle(text);
        if (open >= 0)
        {
            int close = FindClose(text, open);
            if (close < open)
                close = text.Length;
            string before = QuotePhrase(text[..open], mustQuote);
            string after = close < text.Length ? text[(close + 1)..] : "";
            return new CrackedAddress(before + "<", text[(open + 1)..close].Trim(CfText.Blanks), ">" + after.TrimEnd(CfText.Blanks));
        }
        // Comments in front and behind stay where they are.
        int start = 0;
        while (start < text.Length)
        {
            if (CfText.IsBlank(text[start]))
                start++;
            else if (text[start] == '(')
                start = SkipComment(text, start);
            else
                break;
        }
        int end = start;
        var core = new StringBuilder();
        var inner = new StringBuilder();
        while (end < text.Length)
        {
            char c = text[end];
            if (c == '(')
            {
                int stop = SkipComment(text, end);
                inner.Append(' ').Append(text, end, stop - end);
                end = stop;
            }
            else if (c == '"')
            {
                int stop = SkipQuoted(text, end);
                core.Append(text, end, stop - end);
                end = stop;
            }
            else
            {
                core.Append(c);
                end++;
            }
        }
        return new CrackedAddress(text[..start].TrimStart(CfText.Blanks), core.ToString().Trim(CfText.Blanks), inner.ToString());
    }

    /// <summary>
    /// The address with <paramref name="core"/> in place of what a mailer rewrites. Group syntax is kept, <c>name: core;</c>, and
    /// <c>&lt;&gt;</c> stays what it is.
    /// </summary>
    public static string Form(string text, string mustQuote, string core) =>
        AddressForm.Of(text, mustQuote).Replace(AddressForm.Place.ToString(), core, StringComparison.Ordinal);

    private static string QuotePhrase(string before, string mustQuote)
    {
        string phrase = before.Trim(CfText.Blanks);
        if (phrase.Length == 0)
            return "";
        if (phrase.Contains('"', StringComparison.Ordinal) || phrase.Contains('(', StringComparison.Ordinal) || phrase.AsSpan().IndexOfAny(mustQuote) < 0)
            return phrase + " ";
        return "\"" + phrase.Replace("\\", "\\\\", StringComparison.Ordinal) + "\" ";
    }

    /// <summary>What is unbalanced in an address: <c>'&lt;'</c>, <c>'&gt;'</c>, <c>'"'</c> or <c>'('</c>; null when nothing.</summary>
    public static string? Unbalanced(string text)
    {
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\': i++; break;
                case '"':
                    int end = SkipQuoted(text, i);
                    if (text[end - 1] != '"' || end == i + 1)
                        return "Unbalanced '\"'";
                    i = end - 1;
                    break;
                case '(':
                    int stop = SkipComment(text, i);
                    if (text[stop - 1] != ')')
                        return "Unbalanced '('";
                    i = stop - 1;
                    break;
                case ')': return "Unbalanced ')'";
                case '<': depth++; break;
                case '>' when --depth < 0: return "Unbalanced '>'";
                default: break;
            }
        }
        return depth > 0 ? "Unbalanced '<'" : null;
    }

    // The bracket that closes the one at open.
    private static int FindClose(string text, int open)
    {
        int depth = 0;
        for (int i = open; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\': i++; break;
                case '"': i = SkipQuoted(text, i) - 1; break;
                case '<': depth++; break;
                case '>' when --depth == 0: return i;
                default: break;
            }
        }
        return -1;
    }

    private static int FindAngle(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\': i++; break;
                case '"': i = SkipQuoted(text, i) - 1; break;
                case '(': i = SkipComment(text, i) - 1; break;
                case '<': return i;
                default: break;
            }
        }
        return -1;
    }

    internal static int SkipQuoted(string text, int at)
    {
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == '"')
                return at + 1;
        }
        return text.Length;
    }

    internal static int SkipComment(string text, int at)
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
        return text.Length;
    }
}
