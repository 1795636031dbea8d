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

    // The first character of a key counts and may be anything, also the equals sign itself.
    private static readonly Parser<char, KeyValuePair<string, string?>> _field =
        from letter in AnyCharExcept(',')
        from rest in letter == '=' ? Return("") : AnyCharExcept('=', ',').ManyString()
        from value in (letter == '=' ? Return('=') : Char('=')).Then(SkipWhitespaces).Then(_value).Optional()
        select new KeyValuePair<string, string?>((letter + rest).TrimEnd(), value.HasValue ? value.Value : null);

    // Separators without a field behind them.
    private static readonly Parser<char, KeyValuePair<string, string?>> _nothing = End.ThenReturn(new KeyValuePair<string, string?>("", null));

    private static readonly Parser<char, Unit> _separators = Token(c => c == ',' || char.IsWhiteSpace(c)).SkipMany();

    private static readonly Parser<char, List<KeyValuePair<string, string?>>> _line =
        Map(
            (name, fields) => { var all = new List<KeyValuePair<string, string?>> { new(name, null) }; all.AddRange(fields); return all; },
            Token(c => c != ',' && !char.IsWhiteSpace(c)).ManyString().Before(Any.Optional()),
            Not(End).Then(_separators).Then(_field.Or(_nothing)).Many());

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
