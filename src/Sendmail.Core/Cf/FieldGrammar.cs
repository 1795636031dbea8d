using System.Text;

namespace Sendmail.Core.Cf;

/// <summary>
/// The grammar of fields that M, Q and X lines share: <c>Name, F=value, …</c>. The name ends at a blank or comma, a value
/// at a comma outside of quotes. Quotes are taken off; a backslash makes \n, \r, \t and \b and else takes the next
/// character as it is.
/// </summary>
internal static class FieldGrammar
{
    // Longest value in octets; what stands behind it is the next field.
    private const int LongestValue = 2047;

    /// <summary>The name (with no value) and all fields in order; a field without <c>=</c> has no value.</summary>
    internal static List<KeyValuePair<string, string?>> Parse(string text)
    {
        int at = 0;
        while (at < text.Length && !IsSeparator(text[at]))
            at++;
        var fields = new List<KeyValuePair<string, string?>> { new(text[..at], null) };
        at++;
        while (at < text.Length)
        {
            while (at < text.Length && IsSeparator(text[at]))
                at++;
            // The first character of a key counts and may be anything, also the equals sign itself.
            int start = at;
            if (at < text.Length && text[at] != '=')
                while (at < text.Length && text[at] is not ('=' or ','))
                    at++;
            bool valued = at < text.Length && text[at] == '=';
            string key = text[start..(valued && at == start ? at + 1 : at)].TrimEnd(CfText.Blanks);
            fields.Add(new KeyValuePair<string, string?>(key, valued ? Value(text, ref at) : null));
        }
        return fields;
    }

    private static bool IsSeparator(char c) => c == ',' || CfText.IsBlank(c);

    // From the equals sign on; leaves the index behind the value.
    private static string Value(string text, ref int at)
    {
        at++;
        while (at < text.Length && CfText.IsBlank(text[at]))
            at++;
        var value = new StringBuilder();
        bool quoted = false;
        bool named = false;
        for (int octets = 0; at < text.Length && octets < LongestValue && (quoted || text[at] != ','); at++)
        {
            char c = text[at];
            if (c == '"')
            {
                quoted = !quoted;
                continue;
            }
            if (c == '\\')
            {
                if (++at == text.Length)
                    break;
                c = Escaped(text[at]);
            }
            value.Append(c);
            // A name in braces is one octet, an octet that could be taken for a metasymbol is two.
            named = named ? c != '}' : c == '{' && value.Length > 1 && value[^2] == CfText.Sign;
            octets += named ? 0 : MacroName.IsMarked(c) ? 2 : 1;
        }
        return value.ToString();
    }

    private static char Escaped(char c) => c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', _ => c };

    /// <summary>A macro's value: quotes are taken off and a backslash lets the next character stand for itself.</summary>
    internal static string Unquote(string value)
    {
        if (value.AsSpan().IndexOfAny('"', '\\') < 0)
            return value;
        var result = new StringBuilder(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\')
            {
                if (++i < value.Length)
                    result.Append(value[i]);
            }
            else if (value[i] != '"')
            {
                result.Append(value[i]);
            }
        }
        return result.ToString();
    }
}
