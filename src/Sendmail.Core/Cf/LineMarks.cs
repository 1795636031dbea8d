using System.Text;

namespace Sendmail.Core.Cf;

/// <summary>Takes lines of the configuration as they are written and marks what is no data in them.</summary>
internal static class LineMarks
{
    /// <summary>
    /// One pass over the line: a comment or a NUL ends it, dollar signs that begin a construct become <see cref="CfText.Sign"/>, names
    /// in braces lose what they may not have. A name that is none takes the rest of the line with it, in which
    /// what is wrong is still told when the name was too long.
    /// </summary>
    /// <param name="comments">Whether # begins a comment; it does not before level 3.</param>
    /// <param name="error">Is told what is wrong.</param>
    /// <param name="named">Is told each name in braces.</param>
    internal static string Set(string line, bool comments, Action<string> error, Action<string> named)
    {
        if (line.AsSpan().IndexOfAny('$', '#', '\0') < 0)
            return TrimEnd(line, line.Length);
        var result = new StringBuilder(line.Length);
        int cut = int.MaxValue;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '\\' && i + 1 < line.Length && line[i + 1] == '#')
                result.Append(line[++i]);
            else if (c == '\0')
                break;
            else if (c == '#' && comments)
            {
                // A comment takes the blanks before it; it ends with its line, of which more may follow.
                while (result.Length > 1 && CfText.IsBlank(result[^1]))
                    result.Length--;
                i = line.IndexOf('\n', i) is >= 0 and var newline ? newline - 1 : line.Length;
            }
            // A dollar sign at the end stands for itself.
            else if (c != '$' || i + 1 == line.Length || line[i + 1] == '\0')
                result.Append(c);
            else if (line[++i] == '$')
                result.Append('$');
            else if (!Construct(line, ref i, result, error, named))
                cut = Math.Min(cut, result.Length);
        }
        return cut <= result.Length ? result.ToString(0, cut) : TrimEnd(result.ToString(), result.Length);
    }

    // White space at the end goes, but for the first character of the line.
    private static string TrimEnd(string line, int end)
    {
        while (end > 1 && line[end - 1] is ' ' or (>= '\t' and <= '\r'))
            end--;
        return line[..end];
    }

    // What stands behind a dollar sign; leaves the index at its last character.
    private static bool Construct(string line, ref int at, StringBuilder result, Action<string> error, Action<string> named)
    {
        result.Append(CfText.Sign);
        if (line[at] is '=' or '~' or '&' or '?')
        {
            result.Append(line[at++]);
            if (at == line.Length || line[at] == '\0')
            {
                error("Name required for macro/class");
                at = line.Length;
                return false;
            }
        }
        // A backslash is looked at by itself, for what it protects.
        if (line[at] == '\\')
        {
            at--;
            return true;
        }
        if (line[at] != '{')
        {
            result.Append(line[at]);
            return true;
        }
        bool isName = MacroName.TryRead(UpToNul(line.AsSpan(at)), out string name, out int length, out List<string> problems);
        foreach (string problem in problems)
            error(problem);
        if (!isName)
        {
            at = length == 0 ? line.Length : at + length - 1;
            return false;
        }
        named(name);
        if (name.Length == 1)
            result.Append(name);
        else
            result.Append('{').Append(name).Append('}');
        at += length - 1;
        return true;
    }

    private static ReadOnlySpan<char> UpToNul(ReadOnlySpan<char> text) => text.IndexOf('\0') is >= 0 and var end ? text[..end] : text;
}
