using Sendmail.M4.Macros;
using Sendmail.M4.Patterns;

namespace Sendmail.M4.Builtins;

/// <summary>regexp and patsubst.</summary>
internal static class PatternBuiltins
{
    internal static string? Search(Processor m4, Arguments arguments)
    {
        if (arguments.Count < 3)
            return arguments.Count == 1 ? null : "0";
        if (m4.Patterns.Get(arguments[2], out string error) is not { } pattern)
        {
            m4.Warn("bad regular expression: `" + arguments[2] + "': " + error);
            return null;
        }
        string text = arguments[1];
        using PatternSubject subject = new(text);
        bool found = pattern.Search(subject, 0);
        if (arguments.Count == 3)
            return found ? Processor.Number(pattern.Group(0).Start) : "-1";
        if (!found)
            return null;
        var result = new CharBuffer();
        Replace(m4, result, pattern, text, arguments[3]);
        return result.Take(0);
    }

    internal static string? Substitute(Processor m4, Arguments arguments)
    {
        string text = arguments[1];
        if (arguments.Count < 3)
            return text;
        if (m4.Patterns.Get(arguments[2], out string error) is not { } pattern)
        {
            m4.Warn("bad regular expression `" + arguments[2] + "': " + error);
            return null;
        }
        m4.EmptyIsShown = true;
        using PatternSubject subject = new(text);
        var result = new CharBuffer(text.Length + 16);
        int at = 0;
        while (at <= text.Length)
        {
            if (!pattern.Search(subject, at))
            {
                result.Append(text.AsSpan(at));
                break;
            }
            (int start, int end) = pattern.Group(0);
            result.Append(text.AsSpan(at, start - at));
            Replace(m4, result, pattern, text, arguments[3]);
            at = end;
            if (start == end)
            {
                // An empty match: one character must be passed or there is no end.
                if (at < text.Length)
                    result.Append(text[at]);
                at++;
            }
        }
        return result.Take(0);
    }

    // \& is the match, \N a group, \ before anything else that character.
    private static void Replace(Processor m4, CharBuffer to, GnuPattern pattern, string text, string replacement)
    {
        int at = 0;
        while (true)
        {
            int slash = replacement.IndexOf('\\', at);
            if (slash < 0)
            {
                to.Append(replacement.AsSpan(at));
                return;
            }
            to.Append(replacement.AsSpan(at, slash - at));
            if (slash + 1 == replacement.Length)
            {
                m4.Warn("Warning: trailing \\ ignored in replacement");
                return;
            }
            char c = replacement[slash + 1];
            at = slash + 2;
            if (c == '0' && m4.FirstZeroGroup())
                m4.Warn("Warning: \\0 will disappear, use \\& instead in replacements");
            if (c == '&' || char.IsAsciiDigit(c))
            {
                int group = c == '&' ? 0 : c - '0';
                if (group > pattern.Groups)
                    m4.Warn("Warning: sub-expression " + Processor.Number(group) + " not present");
                else if (pattern.Group(group) is { Start: >= 0 } found)
                    to.Append(text.AsSpan(found.Start, found.End - found.Start));
            }
            else
            {
                to.Append(c);
            }
        }
    }
}
