using Sendmail.Core.Replies;

namespace Sendmail.Wire.Smtp;

/// <summary>The argument of MAIL or RCPT: the path as given (brackets kept) and the ESMTP parameters behind it.</summary>
public readonly record struct PathArgument(string Path, IReadOnlyList<KeyValuePair<string, string?>> Parameters)
{
    /// <summary>Reads <c>FROM:&lt;path&gt; KEY=value …</c>; <paramref name="word"/> is FROM or TO.</summary>
    public static bool TryParse(string argument, string word, out PathArgument result, out SmtpReply? error)
    {
        result = default;
        error = null;
        int end = 0;
        while (end < argument.Length && argument[end] is not (':' or ' ' or '\t'))
            end++;
        string found = argument[..end];
        int at = end;
        while (at < argument.Length && argument[at] is ' ' or '\t')
            at++;
        bool colon = at < argument.Length && argument[at] == ':';
        string rest = colon ? argument[(at + 1)..].Trim() : "";
        if (!found.Equals(word, StringComparison.OrdinalIgnoreCase) || !colon || rest.Length == 0)
        {
            error = SmtpReply.Of(501, "5.5.2", "Syntax error in parameters scanning \"" + found + "\"");
            return false;
        }
        int stop = PathEnd(rest);
        var parameters = new List<KeyValuePair<string, string?>>();
        foreach (string item in rest[stop..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            AddParameter(item, parameters);
        result = new PathArgument(rest[..stop], parameters);
        return true;
    }

    // KEY=a=b is two parameters, as the reference reads it.
    private static void AddParameter(string item, List<KeyValuePair<string, string?>> parameters)
    {
        int equals = item.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            parameters.Add(new(item.Trim('(', ')'), null));
            return;
        }
        string value = item[(equals + 1)..];
        int second = value.IndexOf('=', StringComparison.Ordinal);
        parameters.Add(new(item[..equals], second < 0 ? value : value[..second]));
        if (second >= 0)
            AddParameter(value[(second + 1)..], parameters);
    }

    private static int PathEnd(string text)
    {
        int brackets = 0;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    int close = i + 1;
                    while (close < text.Length && text[close] != '"')
                        close += text[close] == '\\' ? 2 : 1;
                    i = Math.Min(close, text.Length - 1);
                    break;
                case '\\': i++; break;
                case '<': brackets++; break;
                case '>': brackets = Math.Max(0, brackets - 1); break;
                case ' ' or '\t' when brackets == 0: return i;
                default: break;
            }
        }
        return text.Length;
    }
}
