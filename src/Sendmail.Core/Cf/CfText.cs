using System.Text;

namespace Sendmail.Core.Cf;

/// <summary>Turns the <c>$</c> notation of configuration lines into metasymbols (<see cref="Meta"/>) and back (op 5.1).</summary>
public static class CfText
{
    private const string Single = "*+-@:#>[]().|";
    private static readonly char[] _singleMeta =
    [
        Meta.ZeroOrMore, Meta.OneOrMore, Meta.ExactlyOne, Meta.At, Meta.Colon, Meta.Mailer, Meta.Call, Meta.HostBegin, Meta.HostEnd,
        Meta.MapBegin, Meta.MapEnd, Meta.EndIf, Meta.Else,
    ];

    /// <summary>Stands for a dollar sign that begins a construct in lines of the configuration; any other is data there.</summary>
    internal const char Sign = '\uE01F';

    /// <summary>Replaces every <c>$</c> construct by its metasymbol. A name follows its metasymbol, long names in braces.</summary>
    public static string Encode(string raw) => raw.Contains('$', StringComparison.Ordinal) ? Encode(raw.AsSpan(), '$') : raw;

    /// <summary>As <see cref="Encode(string)"/> for a line of the configuration, in which <see cref="Sign"/> begins constructs.</summary>
    internal static string EncodeLine(ReadOnlySpan<char> line) => Encode(line, Sign);

    private static string Encode(ReadOnlySpan<char> raw, char sign)
    {
        int at = raw.IndexOf(sign);
        if (at < 0)
            return raw.ToString();
        // No construct is longer encoded than written.
        Span<char> result = raw.Length <= 512 ? stackalloc char[raw.Length] : new char[raw.Length];
        raw[..at].CopyTo(result);
        int length = at;
        while (at < raw.Length)
        {
            char c = raw[at++];
            if (c != sign || at == raw.Length)
            {
                // A sign without anything behind it names nothing.
                if (c != Sign)
                    result[length++] = c;
                continue;
            }
            c = raw[at];
            int single = Single.IndexOf(c, StringComparison.Ordinal);
            if (single >= 0)
            {
                result[length++] = _singleMeta[single];
                at++;
            }
            else if (c == '$')
            {
                result[length++] = '$';
                at++;
            }
            else if (c is >= '0' and <= '9')
            {
                result[length++] = Meta.Positional;
                result[length++] = c;
                at++;
            }
            else if (c is '=' or '~' or '&' or '?')
            {
                result[length++] = c switch { '=' => Meta.InClass, '~' => Meta.NotInClass, '&' => Meta.LateMacro, _ => Meta.If };
                at++;
                at = CopyName(raw, at, result, ref length);
            }
            else
            {
                // Any other character is the name of a macro, though perhaps of none that is ever defined.
                result[length++] = Meta.Macro;
                at = CopyName(raw, at, result, ref length);
            }
        }
        return result[..length].ToString();
    }

    private static int CopyName(ReadOnlySpan<char> raw, int at, Span<char> result, ref int length)
    {
        int end = NameEnd(raw, at);
        // ${x} is $x.
        ReadOnlySpan<char> name = end - at == 3 && raw[at] == '{' && raw[at + 2] == '}' ? raw.Slice(at + 1, 1) : raw[at..end];
        name.CopyTo(result[length..]);
        length += name.Length;
        return end;
    }

    /// <summary>Index behind the macro or class name that starts at <paramref name="at"/>: one char, or braces with their content.</summary>
    public static int NameEnd(ReadOnlySpan<char> text, int at)
    {
        if (at >= text.Length)
            return at;
        if (text[at] != '{')
            return at + 1;
        int close = text[at..].IndexOf('}');
        return close < 0 ? text.Length : at + close + 1;
    }

    /// <summary>A name without its braces; braces around a single letter mean that letter.</summary>
    public static string Name(ReadOnlySpan<char> text) =>
        text.Length > 1 && text[0] == '{' ? text[1..(text[^1] == '}' ? ^1 : ^0)].ToString() : text.ToString();

    /// <summary>Octets of a line that fit where the reference expands macros.</summary>
    internal const int LongestLine = 2047;

    /// <summary>
    /// As much of an encoded text as fits into so many octets of the reference's own form, where a metasymbol and a long name
    /// take one each and what could be taken for a metasymbol takes two.
    /// </summary>
    internal static string Beginning(string encoded, int octets)
    {
        int at = 0;
        for (int count = 0; at < encoded.Length; )
        {
            char c = encoded[at];
            count += MacroName.IsMarked(c) ? 2 : 1;
            if (count > octets)
                return encoded[..at];
            at++;
            if (c is not (Meta.Macro or Meta.LateMacro or Meta.InClass or Meta.NotInClass or Meta.If) || at == encoded.Length)
                continue;
            if (++count > octets)
                return encoded[..at];
            at = NameEnd(encoded, at);
        }
        return encoded;
    }

    /// <summary>The text as people write it, with <c>$</c> before every construct.</summary>
    public static string Decode(string encoded)
    {
        int first = encoded.AsSpan().IndexOfAnyInRange('\uE000', '\uE01F');
        if (first < 0)
            return encoded;
        var result = new StringBuilder(encoded.Length + 8);
        foreach (char c in encoded)
        {
            if (Meta.IsMeta(c))
                result.Append('$').Append(Symbol(c));
            else
                result.Append(c);
        }
        return result.ToString();
    }

    /// <summary>
    /// The text as people write it with line ends and tabs made visible and octets beyond ASCII as <c>M-x</c>, as address test
    /// mode shows addresses. Other control characters show nothing.
    /// </summary>
    public static string Visible(string encoded) => Visible(encoded, false);

    /// <summary>
    /// The text of a token as traces show it: as <see cref="Visible(string)"/>, but the octets that stand for metasymbols in the
    /// reference's own text are shown as such, and 0xFF, its quoting octet, is not shown.
    /// </summary>
    public static string VisibleToken(string encoded) => Visible(encoded, true);

    /// <summary>A macro's value as <c>$x</c> shows it: octets that the reference keeps quoted in it are shown with their quoting octet.</summary>
    public static string VisibleValue(string encoded) => Visible(MacroName.Quoted(encoded));

    // The mark of a macro in front of what is no character of a name: parts of values that a pattern tore apart.
    private static string WithoutUnnamed(string encoded)
    {
        int mark = encoded.IndexOf(Meta.Macro, StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < encoded.Length && encoded[mark + 1] >= '\x80'
            ? encoded[..mark] + "${***UNDEFINED MACRO***}" + WithoutUnnamed(encoded[(mark + 2)..]) : encoded;
    }

    // What the octets from 0x81 on mean in the reference's text.
    private static readonly string?[] _octetSymbols =
        ["$", "$&", null, null, "$(", "$)", null, null, null, null, null, null, null, null, null, "$*", "$+", "$-", "$=", "$~", "$", "$#", "$@", "$:", "$>", "$?", "$|", "$.", "$[", "$]"];

    private static string Visible(string encoded, bool token)
    {
        if (!encoded.AsSpan().ContainsAnyExceptInRange(' ', '\x7e'))
            return encoded;
        string text = Decode(token ? WithoutUnnamed(encoded) : encoded);
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '\x7e'))
            return text;
        var result = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (token && c == '\xff')
                continue;
            if (token && c is > '\x80' and < '\x9f' && _octetSymbols[c - 0x81] is { } symbol)
            {
                result.Append(symbol);
                continue;
            }
            if (c >= '\x80')
                result.Append("M-");
            switch ((char)(c & 0x7f))
            {
                case '\n': result.Append("\\n"); break;
                case '\r': result.Append("\\r"); break;
                case '\t': result.Append("\\t"); break;
                case >= ' ' and < '\x7f' and char plain: result.Append(plain); break;
                default: break;
            }
        }
        return result.ToString();
    }

    /// <summary>White space of the reference: octets beyond ASCII are never any, unlike in Unicode.</summary>
    public static readonly char[] Blanks = [' ', '\t', '\n', '\v', '\f', '\r'];

    /// <summary>Whether <paramref name="c"/> is one of <see cref="Blanks"/>.</summary>
    public static bool IsBlank(char c) => c is ' ' or (>= '\t' and <= '\r');

    /// <summary>A long text as messages show it: its beginning and its end.</summary>
    public static string Shortened(string text) => text.Length < 203 ? text : string.Concat(text.AsSpan(0, 100), "...", text.AsSpan(text.Length - 100));

    /// <summary>The text as errors show it: no octet keeps its top bit, and what becomes NUL by that ends it.</summary>
    public static string Masked(string text)
    {
        int end = text.IndexOf('\x80', StringComparison.Ordinal);
        if (end >= 0)
            text = text[..end];
        return text.AsSpan().IndexOfAnyInRange('\x80', '\xff') < 0 ? text : string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = source[i] <= '\xff' ? (char)(source[i] & 0x7f) : source[i];
        });
    }

    /// <summary>
    /// A macro's value as data: <see cref="Meta.Macro"/> in place of every metasymbol, followed by what stands behind the dollar sign.
    /// </summary>
    internal static string Marked(string encoded)
    {
        if (encoded.AsSpan().IndexOfAnyInRange('\uE000', '\uE01F') < 0)
            return encoded;
        var result = new StringBuilder(encoded.Length + 8);
        foreach (char c in encoded)
        {
            if (Meta.IsMeta(c))
                result.Append(Meta.Macro).Append(Symbol(c));
            else
                result.Append(c);
        }
        return result.ToString();
    }

    /// <summary>The text as messages name it: no octet keeps its top bit, metasymbols are the octets that stand for them.</summary>
    public static string SevenBit(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\x7f'))
            return text;
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = Meta.IsMeta(source[i]) ? Shown(source[i]) : (char)(source[i] & 0x7f);
        });
    }

    /// <summary>The text with metasymbols as the octets that stand for them, for traces that show text as it is.</summary>
    public static string Octets(string text) => text.AsSpan().IndexOfAnyInRange('\uE000', '\uE01F') < 0 ? text
        : string.Concat(text.Select(c => Meta.IsMeta(c) ? (char)(Shown(c) | 0x80) : c));

    /// <summary>The text as messages quote it: as <see cref="SevenBit"/>, with question marks for what cannot be printed.</summary>
    public static string Printable(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0)
            return text;
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = (char)(source[i] & 0x7f) is >= ' ' and <= '~' and char c ? c : '?';
        });
    }

    /// <summary>What a message shows of a metasymbol: the octet that the reference keeps for it, of seven bits.</summary>
    internal static char Shown(char meta) => meta switch
    {
        Meta.ZeroOrMore => '\x10',
        Meta.OneOrMore => '\x11',
        Meta.ExactlyOne => '\x12',
        Meta.InClass => '\x13',
        Meta.NotInClass => '\x14',
        Meta.Positional => '\x15',
        Meta.Mailer => '\x16',
        Meta.At => '\x17',
        Meta.Colon => '\x18',
        Meta.Call => '\x19',
        Meta.If => '\x1a',
        Meta.Else => '\x1b',
        Meta.EndIf => '\x1c',
        Meta.HostBegin => '\x1d',
        Meta.HostEnd => '\x1e',
        Meta.LateMacro => '\x02',
        Meta.MapBegin => '\x05',
        Meta.MapEnd => '\x06',
        _ => '\x01',
    };

    /// <summary>What stands behind the <c>$</c> of a metasymbol: <c>*</c>, <c>=</c>, or nothing for a macro or position.</summary>
    public static string Symbol(char meta) => meta switch
    {
        Meta.InClass => "=",
        Meta.NotInClass => "~",
        Meta.LateMacro => "&",
        Meta.If => "?",
        Meta.Macro or Meta.Positional => "",
        _ => Array.IndexOf(_singleMeta, meta) is var i and >= 0 ? Single[i].ToString() : "",
    };
}
