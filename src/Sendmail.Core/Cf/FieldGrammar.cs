using Pidgin;
using static Pidgin.Parser;
using static Pidgin.Parser<char>;

namespace Sendmail.Core.Cf;

/// <summary>
/// The grammar of fields that M, Q and X lines share: <c>Name, F=value, …</c>. The name ends at a blank or comma, a value
/// at a comma; a backslash takes the next character along (and keeps standing, the value decides what it means).
/// </summary>
internal static class FieldGrammar
{
    private static readonly Parser<char, string> _value =
        AnyCharExcept(',', '\\').AtLeastOnceString().Or(Char('\\').Then(Any, Pair)).Or(Char('\\').ThenReturn("\\")).Many().Select(string.Concat);

    private static readonly Parser<char, KeyValuePair<string, string?>> _field =
        Map(
            (key, value) => new KeyValuePair<string, string?>(key.Trim(), value.HasValue ? value.Value : null),
            AnyCharExcept('=', ',').ManyString(),
            Char('=').Then(SkipWhitespaces).Then(_value).Optional());

    private static readonly Parser<char, List<KeyValuePair<string, string?>>> _line =
        Map(
            (name, fields) => { var all = new List<KeyValuePair<string, string?>> { new(name, null) }; all.AddRange(fields); return all; },
            AnyCharExcept(',', ' ', '\t').ManyString().Before(SkipWhitespaces),
            Try(End.ThenReturn<IEnumerable<KeyValuePair<string, string?>>>([]))
                .Or(Char(',').Optional().Then(SkipWhitespaces).Then(_field.Separated(Char(',').Then(SkipWhitespaces)))));

    private static string Pair(char slash, char next) => new([slash, next]);

    /// <summary>The name (with no value) and all fields in order; a field without <c>=</c> has no value.</summary>
    internal static List<KeyValuePair<string, string?>> Parse(string text)
    {
        Result<char, List<KeyValuePair<string, string?>>> result = _line.Parse(text);
        return result.Success ? result.Value : [new(text.Trim(), null)];
    }

    /// <summary>Resolves backslash escapes of a value: \n \r \t \b, any other character stands for itself.</summary>
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
            result.Append(c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', _ => c });
        }
        return result.ToString();
    }
}
