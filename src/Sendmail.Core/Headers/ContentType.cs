namespace Sendmail.Core.Headers;

/// <summary>
/// What a Content-Type field says, as far as conversions ask (RFC 2045 5.1): type, subtype and boundary, comments left out.
/// A field that cannot be understood has empty names.
/// </summary>
public sealed class ContentType
{
    private ContentType(string type, string subtype, string? boundary)
    {
        Type = type;
        Subtype = subtype;
        Boundary = boundary;
    }

    /// <summary>What a part without the field is: plain text.</summary>
    public static ContentType PlainText { get; } = new("text", "plain", null);

    /// <summary>Type in lower case, such as <c>multipart</c>.</summary>
    public string Type { get; }
    /// <summary>Subtype in lower case, such as <c>mixed</c>.</summary>
    public string Subtype { get; }
    /// <summary>The boundary parameter, null when there is none.</summary>
    public string? Boundary { get; }
    /// <summary>Type and subtype, as classes list them.</summary>
    public string Name => Type + "/" + Subtype;

    /// <summary>Reads the value of a field; null stands for a missing field.</summary>
    public static ContentType Parse(string? value)
    {
        if (value is null)
            return PlainText;
        List<string> words = Words(value);
        if (words.Count < 3 || words[1] != "/")
            return new ContentType(words.Count > 0 ? words[0].ToLowerInvariant() : "", "", null);
        string? boundary = null;
        for (int i = 3; i + 3 < words.Count && boundary is null; i++)
        {
            if (words[i] == ";" && words[i + 1].Equals("boundary", StringComparison.OrdinalIgnoreCase) && words[i + 2] == "=")
                boundary = Unquote(words[i + 3]);
        }
        return new ContentType(words[0].ToLowerInvariant(), words[2].ToLowerInvariant(), boundary);
    }

    /// <summary>The first word of a field such as Content-Transfer-Encoding, comments left out; empty when there is none.</summary>
    public static string FirstWord(string value) => Words(value) is [string first, ..] ? first : "";

    private static string Unquote(string word)
    {
        if (word.Length < 2 || word[0] != '"')
            return word;
        var text = new System.Text.StringBuilder(word.Length);
        for (int i = 1; i < word.Length && word[i] != '"'; i++)
        {
            if (word[i] == '\\' && i + 1 < word.Length)
                i++;
            text.Append(word[i]);
        }
        return text.ToString();
    }

    // Specials stand alone, quoted strings keep their quotes.
    private static List<string> Words(string value)
    {
        var words = new List<string>();
        int at = 0;
        while (at < value.Length)
        {
            char c = value[at];
            int start = at++;
            if (c is ' ' or '\t' or '\r' or '\n')
                continue;
            if (c == '(')
            {
                at = EndOfComment(value, start);
                continue;
            }
            if (c == '"')
            {
                while (at < value.Length && value[at] != '"')
                    at += value[at] == '\\' ? 2 : 1;
                at = Math.Min(at + 1, value.Length);
            }
            else if (!IsSpecial(c))
            {
                while (at < value.Length && value[at] is not (' ' or '\t' or '\r' or '\n' or '(' or '"') && !IsSpecial(value[at]))
                    at++;
            }
            words.Add(value[start..at]);
        }
        return words;
    }

    private static int EndOfComment(string value, int at)
    {
        int depth = 0;
        for (; at < value.Length; at++)
        {
            if (value[at] == '\\')
                at++;
            else if (value[at] == '(')
                depth++;
            else if (value[at] == ')' && --depth == 0)
                return at + 1;
        }
        return value.Length;
    }

    private static bool IsSpecial(char c) => c is ';' or '=' or '/' or ',' or '<' or '>' or '@' or ':' or '[' or ']' or '?';
}
