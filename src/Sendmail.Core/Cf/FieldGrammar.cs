using Pidgin;
using static Pidgin.Parser;
using static Pidgin.Parser<char>;

namespace Sendmail.Core.Cf;

/// <summary>
/// The grammar of fields that M, Q and X lines share: <c>Name, F=value, …</c>. The name ends at a blank or comma, a value
/// at a comma outside of quotes. Quotes are taken off; a backslash makes \n, \r, \t and \b and else takes the next
/// character as it is.
/// </summary>
internal static class FieldGrammar
{
    private static readonly Parser<char, string> _escape =
        Char('\\').Then(Any.Select(Escaped).Or(Return("")));

    private static readonly Parser<char, string> _quoted =
        Char('"').Then(AnyCharExcept('"', '\\').AtLeastOnceString().Or(_escape).ManyString()).Before(Char('"').Optional());

    private static readonly Parser<char, string> _value =
        AnyCharExcept(',', '\\', '"').AtLeastOnceString().Or(_quoted).Or(_escape).ManyString();

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

    private static string Escaped(char c) => c switch { 'n' => "\n", 'r' => "\r", 't' => "\t", 'b' => "\b", _ => c.ToString() };

    /// <summary>The name (with no value) and all fields in order; a field without <c>=</c> has no value.</summary>
    internal static List<KeyValuePair<string, string?>> Parse(string text)
    {
        Result<char, List<KeyValuePair<string, string?>>> result = _line.Parse(text);
        return result.Success ? result.Value : [new(text.Trim(), null)];
    }

    /// <summary>A macro's value: quotes are taken off and a backslash lets the next character stand for itself.</summary>
    internal static string Unquote(string value)
    {
        if (value.AsSpan().IndexOfAny('"', '\\') < 0)
            return value;
        var result = new System.Text.StringBuilder(value.Length);
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
