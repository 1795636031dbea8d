using Sendmail.Core.Replies;

namespace Sendmail.Wire.Smtp;

/// <summary>A command line in parts: the word, its meaning (null when unknown) and the rest without leading blanks.</summary>
public readonly record struct SmtpCommand(string Word, SmtpVerb? Verb, string Arguments);

/// <summary>
/// The argument of MAIL or RCPT in parts: address and parameters as written, or the reply for what cannot be read.
/// </summary>
public readonly record struct SmtpPath(string Address, string Parameters, SmtpReply? Error);

/// <summary>
/// Reads the commands of the server side: text in, value or reply out, no side effect. The replies are sendmail's.
/// </summary>
public static partial class SmtpCommandParser
{
    /// <summary>Splits a line. Blanks before the word are skipped; a NUL ends the line.</summary>
    public static SmtpCommand Split(string line)
    {
        ReadOnlySpan<char> rest = line;
        int nul = rest.IndexOf('\0');
        if (nul >= 0)
            rest = rest[..nul];
        rest = rest[SkipBlank(rest)..];
        int end = 0;
        while (end < rest.Length && !IsBlank(rest[end]))
            end++;
        ReadOnlySpan<char> word = rest[..end];
        ReadOnlySpan<char> arguments = rest[end..];
        arguments = arguments[SkipBlank(arguments)..];
        SmtpVerb? verb = SmtpVerb.Find(word);
        return new SmtpCommand(verb is null ? word.ToString() : verb.Name, verb, arguments.ToString());
    }

    /// <summary>
    /// Reads <c>FROM:address parameters</c>; <paramref name="keyword"/> is FROM or TO. The address ends at the first
    /// blank outside of quotes, comments and angle brackets and is not looked into.
    /// </summary>
    public static SmtpPath ReadPath(string arguments, string keyword)
    {
        ReadOnlySpan<char> rest = arguments;
        int end = 0;
        while (end < rest.Length && !IsBlank(rest[end]) && rest[end] != ':')
            end++;
        ReadOnlySpan<char> word = rest[..end];
        rest = rest[end..];
        rest = rest[SkipBlank(rest)..];
        bool good = rest.Length > 0 && rest[0] == ':' && word.Equals(keyword, StringComparison.OrdinalIgnoreCase);
        if (good)
        {
            rest = rest[1..];
            rest = rest[SkipBlank(rest)..];
        }
        if (!good || rest.Length == 0)
            return new SmtpPath("", "", SmtpReply.Of(501, "5.5.2", string.Concat("Syntax error in parameters scanning \"", word, "\"")));
        int length = AddressLength(rest);
        ReadOnlySpan<char> parameters = rest[length..];
        return new SmtpPath(rest[..length].ToString(), parameters[SkipBlank(parameters)..].TrimEnd(" \t").ToString(), null);
    }

    private static int AddressLength(ReadOnlySpan<char> text)
    {
        int angle = 0;
        int comment = 0;
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\\')
            {
                i++;
                continue;
            }
            if (c == '"' && comment == 0)
                quoted = !quoted;
            if (quoted)
                continue;
            switch (c)
            {
                case '(':
                    comment++;
                    break;
                case ')' when comment > 0:
                    comment--;
                    break;
                case '<' when comment == 0:
                    angle++;
                    break;
                case '>' when comment == 0 && angle > 0:
                    angle--;
                    break;
                default:
                    if (IsBlank(c) && angle == 0 && comment == 0)
                        return i;
                    break;
            }
        }
        return text.Length;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\n' or '\v' or '\f';

    private static int SkipBlank(ReadOnlySpan<char> text)
    {
        int at = 0;
        while (at < text.Length && IsBlank(text[at]))
            at++;
        return at;
    }
}
