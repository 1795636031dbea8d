using Sendmail.M4.Macros;
using Sendmail.M4.Native;

namespace Sendmail.M4.Builtins;

/// <summary>format: C's printf over macro arguments.</summary>
internal sealed class Formatter(Processor m4, Arguments arguments)
{
    private const int LargestWidth = 1 << 25;
    private readonly CharBuffer _result = new();
    private int _next = 2;
    private bool _overflow;

    private struct Directive
    {
        internal bool Left, Plus, Space, Alternate, Zero, Grouping;
        internal int Width;
        internal int Precision;

        /// <summary>h, hh (as H), l, or nothing.</summary>
        internal char Size;
    }

    internal string Format()
    {
        string format = arguments[1];
        int at = 0;
        while (at < format.Length)
        {
            int percent = format.IndexOf('%', at);
            if (percent < 0)
                percent = format.Length;
            _result.Append(format.AsSpan(at, percent - at));
            at = percent + 1;
            if (at > format.Length)
                break;
            if (at < format.Length && format[at] == '%')
            {
                _result.Append('%');
                at++;
                continue;
            }
            Convert(format, ref at);
        }
        return _result.Take(0);
    }

    private void Convert(string format, ref int at)
    {
        var directive = new Directive { Precision = -1 };
        for (; at < format.Length; at++)
        {
            switch (format[at])
            {
                case '-': directive.Left = true; continue;
                case '+': directive.Plus = true; continue;
                case ' ': directive.Space = true; continue;
                case '#': directive.Alternate = true; continue;
                case '0': directive.Zero = true; continue;
                case '\'': directive.Grouping = true; continue;
            }
            break;
        }
        directive.Width = Size(format, ref at);
        if (directive.Width < 0)
        {
            directive.Left = true;
            directive.Width = -directive.Width;
        }
        if (at < format.Length && format[at] == '.')
        {
            at++;
            directive.Precision = Size(format, ref at);
            HasPrecision = true;
        }
        else
        {
            HasPrecision = false;
        }
        if (at < format.Length && format[at] == 'l')
        {
            directive.Size = 'l';
            at++;
        }
        else if (at < format.Length && format[at] == 'h')
        {
            directive.Size = 'h';
            at++;
            if (at < format.Length && format[at] == 'h')
            {
                directive.Size = 'H';
                at++;
            }
        }
        char kind = at < format.Length ? format[at] : '\0';
        if (at < format.Length)
            at++;
        if (IsGood(kind, directive))
            Apply(kind, directive);
        else
            m4.Warn("Warning: unrecognized specifier in `" + format + "'");
    }

    // A precision was written, also an empty or a negative one, which means none.
    private bool HasPrecision { get; set; }

    // Which flags and sizes go with which conversion; others make it unrecognized and it takes no argument.
    private bool IsGood(char kind, Directive directive) => kind switch
    {
        'd' or 'i' => !directive.Alternate,
        'u' => directive is { Alternate: false, Plus: false, Space: false },
        'o' or 'x' or 'X' => directive is { Plus: false, Space: false, Grouping: false },
        'c' => directive is { Plus: false, Space: false, Grouping: false, Alternate: false, Zero: false, Size: '\0' } && !HasPrecision,
        's' => directive is { Plus: false, Space: false, Grouping: false, Alternate: false, Zero: false, Size: '\0' },
        'e' or 'E' or 'a' or 'A' => directive is { Size: '\0' or 'l', Grouping: false },
        'f' or 'F' or 'g' or 'G' => directive is { Size: '\0' or 'l' },
        _ => false,
    };

    private void Apply(char kind, Directive directive)
    {
        switch (kind)
        {
            case 'c':
                int octet = Number() & 0xFF;
                // The zero octet takes its place and is lost as in a C string.
                m4.EmptyIsShown |= octet == 0;
                Pad(octet == 0 ? "" : ((char)octet).ToString(), octet == 0 ? directive with { Width = directive.Width - 1 } : directive, 0);
                return;
            case 's':
                string text = Next();
                Pad(directive.Precision >= 0 && directive.Precision < text.Length ? text[..directive.Precision] : text, directive, 0);
                return;
            case 'd' or 'i' or 'u' or 'o' or 'x' or 'X':
                long value = directive.Size == 'l' ? LongNumber() : Number();
                Integer(kind, directive, directive.Size switch { 'h' => (short)value, 'H' => (sbyte)value, _ => value });
                return;
            default:
                Real(kind, directive, RealNumber());
                return;
        }
    }

    private string Next() => _next < arguments.Count ? arguments[_next++] : "";

    private int Size(string format, ref int at)
    {
        if (at < format.Length && format[at] == '*')
        {
            at++;
            int given = Number();
            return given != int.MinValue && Math.Abs(given) > LargestWidth ? throw new M4ExitException(1, "memory exhausted") : given;
        }
        int value = 0;
        for (; at < format.Length && char.IsAsciiDigit(format[at]); at++)
        {
            value = value * 10 + (format[at] - '0');
            if (value > LargestWidth)
                throw new M4ExitException(1, "memory exhausted");
        }
        return value;
    }

    private int Number()
    {
        long value = LongNumber();
        if (value != (int)value && !_overflow)
            m4.Warn("numeric overflow detected");
        return (int)value;
    }

    private long LongNumber()
    {
        _overflow = false;
        if (_next >= arguments.Count)
            return 0;
        string text = Next();
        if (text.Length == 0)
        {
            m4.Warn("empty string treated as 0");
            return 0;
        }
        bool good = Processor.ParseLong(text, out long value, out _overflow);
        if (!good)
            m4.Warn("non-numeric argument " + text);
        else if (Input.Syntax.IsSpace(text[0]))
            m4.Warn("leading whitespace ignored");
        else if (_overflow)
            m4.Warn("numeric overflow detected");
        return value;
    }

    private double RealNumber()
    {
        if (_next >= arguments.Count)
            return 0;
        string text = Next();
        if (text.Length == 0)
        {
            m4.Warn("empty string treated as 0");
            return 0;
        }
        double value = CLibrary.ToDouble(text, out int used, out bool outOfRange);
        if (used != text.Length)
            m4.Warn("non-numeric argument " + text);
        else if (Input.Syntax.IsSpace(text[0]))
            m4.Warn("leading whitespace ignored");
        else if (outOfRange)
            m4.Warn("numeric overflow detected");
        return value;
    }

    private void Integer(char kind, Directive directive, long value)
    {
        bool signed = kind is 'd' or 'i';
        ulong magnitude = signed && value < 0 ? unchecked(0UL - (ulong)value) : directive.Size switch
        {
            'l' => unchecked((ulong)value), 'h' => unchecked((ushort)value), 'H' => unchecked((byte)value), _ => unchecked((uint)value),
        };
        string digits = kind switch
        {
            'x' => magnitude.ToString("x"), 'X' => magnitude.ToString("X"), 'o' => System.Convert.ToString(unchecked((long)magnitude), 8),
            _ => magnitude.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        if (directive.Precision == 0 && magnitude == 0)
            digits = "";
        if (directive.Precision > digits.Length)
            digits = new string('0', directive.Precision - digits.Length) + digits;
        if (kind == 'o' && directive.Alternate && (digits.Length == 0 || digits[0] != '0'))
            digits = "0" + digits;
        string prefix = !signed ? directive.Alternate && magnitude != 0 && kind is ('x' or 'X') ? "0" + kind : ""
            : value < 0 ? "-" : directive.Plus ? "+" : directive.Space ? " " : "";
        // A precision switches the padding with zeros off.
        Pad(prefix + digits, directive with { Zero = directive.Zero && directive.Precision < 0 }, prefix.Length);
    }

    private void Real(char kind, Directive directive, double value)
    {
        string text = CLibrary.FormatDouble(value, kind, directive.Precision);
        bool negative = text.Length > 0 && text[0] == '-';
        if (negative)
            text = text[1..];
        string sign = negative ? "-" : directive.Plus ? "+" : directive.Space ? " " : "";
        bool finite = double.IsFinite(value);
        if (directive.Alternate && finite)
            text = WithPoint(text, kind, directive.Precision);
        int prefix = sign.Length + (finite && kind is 'a' or 'A' && finite ? 2 : 0);
        Pad(sign + text, directive with { Zero = directive.Zero && finite }, prefix);
    }

    // The # flag: always a point, and for g the zeros that are cut otherwise.
    private static string WithPoint(string text, char kind, int precision)
    {
        int exponent = text.AsSpan().IndexOfAny(kind is 'a' or 'A' ? "pP" : "eE");
        string mantissa = exponent < 0 ? text : text[..exponent];
        string rest = exponent < 0 ? "" : text[exponent..];
        if (!mantissa.Contains('.'))
            mantissa += ".";
        if (kind is 'g' or 'G')
        {
            int wanted = precision < 0 ? 6 : Math.Max(precision, 1);
            string significant = mantissa.Replace(".", "").TrimStart('0');
            int have = significant.Length == 0 ? 1 : significant.Length;
            if (have < wanted)
                mantissa += new string('0', wanted - have);
        }
        return mantissa + rest;
    }

    private void Pad(string text, Directive directive, int prefix)
    {
        // printf fails for the one width whose opposite does not fit, and gives nothing.
        if (directive.Width == int.MinValue)
            return;
        int missing = directive.Width - text.Length;
        if (missing <= 0)
        {
            _result.Append(text);
        }
        else if (directive.Left)
        {
            _result.Append(text);
            _result.Append(new string(' ', missing));
        }
        else if (directive.Zero)
        {
            _result.Append(text.AsSpan(0, prefix));
            _result.Append(new string('0', missing));
            _result.Append(text.AsSpan(prefix));
        }
        else
        {
            _result.Append(new string(' ', missing));
            _result.Append(text);
        }
    }
}
