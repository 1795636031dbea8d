using Pidgin;
using static Pidgin.Parser;
using static Pidgin.Parser<char>;

namespace Sendmail.Core.Cf;

/// <summary>
/// The grammar of comma-separated fields that M, Q, X and DaemonPortOptions lines share: <c>Name, F=value, …</c>. A
/// backslash takes the next character literally (and keeps standing, the value decides what it means).
/// </summary>
internal static class FieldGrammar
{
    private static readonly Parser<char, string> _value =
        Char('\\').Then(Any, (slash, c) => slash.ToString() + c).Or(AnyCharExcept(',').Select(c => c.ToString())).ManyString();

    private static readonly Parser<char, KeyValuePair<string, string?>> _field =
        from name in AnyCharExcept('=', ',').ManyString()
        from value in Char('=').Then(SkipWhitespaces).Then(_value).Optional()
        select new KeyValuePair<string, string?>(name.Trim(), value.HasValue ? value.Value.TrimEnd() : null);

    private static readonly Parser<char, IEnumerable<KeyValuePair<string, string?>>> _fields = _field.Separated(Char(',').Then(SkipWhitespaces));

    /// <summary>All fields in order; the first one of M, Q and X lines has no value and is the name.</summary>
    internal static List<KeyValuePair<string, string?>> Parse(string text)
    {
        Result<char, IEnumerable<KeyValuePair<string, string?>>> result = _fields.Parse(text);
        return result.Success ? [.. result.Value] : [];
    }

    /// <summary>Resolves backslash escapes of a value: \n \r \t \b \\ and octal.</summary>
    internal static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
            return value;
        var result = new System.Text.StringBuilder(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\' || i + 1 == value.Length)
            {
                result.Append(value[i]);
                continue;
            }
            char c = value[++i];
            if (c is >= '0' and <= '7')
            {
                int octal = 0;
                int stop = Math.Min(i + 3, value.Length);
                for (; i < stop && value[i] is >= '0' and <= '7'; i++)
                    octal = octal * 8 + (value[i] - '0');
                i--;
                result.Append((char)(octal & 0xFF));
                continue;
            }
            result.Append(c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', _ => c });
        }
        return result.ToString();
    }
}
