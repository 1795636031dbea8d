namespace Sendmail.M4.Builtins;

/// <summary>
/// One expression of eval: signed 32 bit, C's operators and precedence with ** above *, numbers in octal, hexadecimal (0x), binary
/// (0b) and any radix (0rR:digits). Overflow wraps.
/// </summary>
internal sealed class Expression(string text)
{
    private enum Kind
    {
        End, Number, Open, Close, Not, Complement, Power, Times, Divide, Modulo, Plus, Minus, ShiftLeft, ShiftRight,
        Less, LessEqual, Greater, GreaterEqual, Equal, Assignment, NotEqual, And, Xor, Or, LogicalAnd, LogicalOr, BadOperator, Unknown,
    }

    private const string InvalidOperator = "invalid operator in eval";
    private const string BadExpression = "bad expression in eval";
    private const string BadInput = BadExpression + " (bad input)";
    private const int DeepestNesting = 20_000;

    private int _at;
    private int _nesting;
    private Kind _kind;
    private int _number;
    private string? _error;

    /// <summary>The obsolete = was used for ==.</summary>
    internal bool SawAssignment { get; private set; }

    /// <summary>An operator of C that eval has not; of all errors this one makes m4's exit code 1.</summary>
    internal bool SawBadOperator => _error == InvalidOperator;

    internal bool TryEvaluate(out int value, out string? error)
    {
        Next();
        // Only what cannot begin an expression at all is not called bad input.
        if (_kind == Kind.Unknown)
            _error = BadExpression;
        value = Binary(0);
        if (_error is null && _kind != Kind.End)
            _error = _kind == Kind.BadOperator ? InvalidOperator : _kind == Kind.Unknown ? BadInput : BadExpression + " (excess input)";
        error = _error;
        return error is null;
    }

    // From the weakest to the strongest.
    private static int Precedence(Kind kind) => kind switch
    {
        Kind.LogicalOr => 1, Kind.LogicalAnd => 2, Kind.Or => 3, Kind.Xor => 4, Kind.And => 5, Kind.Equal or Kind.Assignment or Kind.NotEqual => 6,
        Kind.Less or Kind.LessEqual or Kind.Greater or Kind.GreaterEqual => 7, Kind.ShiftLeft or Kind.ShiftRight => 8,
        Kind.Plus or Kind.Minus => 9, Kind.Times or Kind.Divide or Kind.Modulo => 10, Kind.Power => 11, _ => 0,
    };

    private int Binary(int weakest)
    {
        int left = Unary();
        while (_error is null)
        {
            int precedence = Precedence(_kind);
            if (precedence == 0 || precedence <= weakest)
                return left;
            Kind operation = _kind;
            Next();
            // ** groups to the right.
            int right = Binary(operation == Kind.Power ? precedence - 1 : precedence);
            if (operation is Kind.LogicalOr or Kind.LogicalAnd && _error is "divide by zero in eval" or "modulo by zero in eval" or "negative exponent in eval"
                && left != 0 == (operation == Kind.LogicalOr))
                _error = null;
            if (_error is null)
                left = Apply(operation, left, right);
        }
        return 0;
    }

    private int Apply(Kind operation, int a, int b)
    {
        unchecked
        {
            switch (operation)
            {
                case Kind.LogicalOr: return a != 0 || b != 0 ? 1 : 0;
                case Kind.LogicalAnd: return a != 0 && b != 0 ? 1 : 0;
                case Kind.Or: return a | b;
                case Kind.Xor: return a ^ b;
                case Kind.And: return a & b;
                case Kind.Assignment:
                    SawAssignment = true;
                    return a == b ? 1 : 0;
                case Kind.Equal: return a == b ? 1 : 0;
                case Kind.NotEqual: return a != b ? 1 : 0;
                case Kind.Less: return a < b ? 1 : 0;
                case Kind.LessEqual: return a <= b ? 1 : 0;
                case Kind.Greater: return a > b ? 1 : 0;
                case Kind.GreaterEqual: return a >= b ? 1 : 0;
                case Kind.ShiftLeft: return a << (b & 31);
                case Kind.ShiftRight: return a >> (b & 31);
                case Kind.Plus: return a + b;
                case Kind.Minus: return a - b;
                case Kind.Times: return a * b;
                case Kind.Divide or Kind.Modulo when b == 0:
                    _error = operation == Kind.Divide ? "divide by zero in eval" : "modulo by zero in eval";
                    return 0;
                // -2147483648 / -1 does not fit; it wraps.
                case Kind.Divide: return b == -1 ? -a : a / b;
                case Kind.Modulo: return b == -1 ? 0 : a % b;
                default: return Power(a, b);
            }
        }
    }

    private int Power(int a, int exponent)
    {
        if (exponent < 0)
        {
            _error = "negative exponent in eval";
            return 0;
        }
        if (exponent == 0 && a == 0)
        {
            _error = "divide by zero in eval";
            return 0;
        }
        int result = 1;
        for (uint e = (uint)exponent; e > 0; e >>= 1)
        {
            if ((e & 1) != 0)
                result = unchecked(result * a);
            a = unchecked(a * a);
        }
        return result;
    }

    private int Unary()
    {
        if (++_nesting > DeepestNesting)
        {
            _error ??= BadExpression + " (nested too deeply)";
            return 0;
        }
        int value = 0;
        Kind kind = _kind;
        switch (kind)
        {
            case Kind.Number:
                value = _number;
                Next();
                break;
            case Kind.Plus or Kind.Minus or Kind.Not or Kind.Complement:
                Next();
                value = Unary();
                value = unchecked(kind switch { Kind.Minus => -value, Kind.Not => value == 0 ? 1 : 0, Kind.Complement => ~value, _ => value });
                break;
            case Kind.Open:
                Next();
                value = Binary(0);
                if (_error is not null)
                    break;
                if (_kind == Kind.Unknown)
                    _error = BadInput;
                else if (_kind != Kind.Close)
                    _error = BadExpression + " (missing right parenthesis)";
                else
                    Next();
                break;
            default:
                _error ??= kind == Kind.BadOperator ? InvalidOperator : kind == Kind.Unknown ? BadInput : BadExpression;
                break;
        }
        _nesting--;
        return value;
    }

    private void Next()
    {
        while (_at < text.Length && Input.Syntax.IsSpace(text[_at]))
            _at++;
        if (_at == text.Length)
        {
            _kind = Kind.End;
            return;
        }
        char c = text[_at];
        if (char.IsAsciiDigit(c))
        {
            Number();
            return;
        }
        _at++;
        char next = _at < text.Length ? text[_at] : '\0';
        _kind = c switch
        {
            '(' => Kind.Open,
            ')' => Kind.Close,
            '~' => Kind.Complement,
            '!' => next == '=' ? Two(Kind.NotEqual) : Kind.Not,
            '=' => next == '=' ? Two(Kind.Equal) : Kind.Assignment,
            '+' => next is '+' or '=' ? Kind.BadOperator : Kind.Plus,
            '-' => next is '-' or '=' ? Kind.BadOperator : Kind.Minus,
            '*' => next == '*' ? Two(Kind.Power) : next == '=' ? Kind.BadOperator : Kind.Times,
            '/' => next == '=' ? Kind.BadOperator : Kind.Divide,
            '%' => next == '=' ? Kind.BadOperator : Kind.Modulo,
            '^' => next == '=' ? Kind.BadOperator : Kind.Xor,
            '&' => next == '&' ? Two(Kind.LogicalAnd) : next == '=' ? Kind.BadOperator : Kind.And,
            '|' => next == '|' ? Two(Kind.LogicalOr) : next == '=' ? Kind.BadOperator : Kind.Or,
            '<' => next == '=' ? Two(Kind.LessEqual) : next == '<' ? Shift(Kind.ShiftLeft) : Kind.Less,
            '>' => next == '=' ? Two(Kind.GreaterEqual) : next == '>' ? Shift(Kind.ShiftRight) : Kind.Greater,
            _ => Kind.Unknown,
        };
    }

    private Kind Two(Kind kind)
    {
        _at++;
        return kind;
    }

    private Kind Shift(Kind kind)
    {
        _at++;
        return _at < text.Length && text[_at] == '=' ? Kind.BadOperator : kind;
    }

    private void Number()
    {
        int radix = 10;
        if (text[_at] == '0')
        {
            radix = 8;
            char next = _at + 1 < text.Length ? text[_at + 1] : '\0';
            if (next is 'x' or 'X')
                (radix, _at) = (16, _at + 2);
            else if (next is 'b' or 'B')
                (radix, _at) = (2, _at + 2);
            else if (next is 'r' or 'R')
            {
                _at += 2;
                radix = 0;
                while (_at < text.Length && char.IsAsciiDigit(text[_at]) && radix <= 36)
                    radix = radix * 10 + (text[_at++] - '0');
                if (radix is < 1 or > 36 || _at == text.Length || text[_at] != ':')
                {
                    _kind = Kind.Unknown;
                    return;
                }
                _at++;
            }
        }
        int value = 0;
        for (; _at < text.Length; _at++)
        {
            char c = text[_at];
            int digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetterLower(c) ? c - 'a' + 10 : char.IsAsciiLetterUpper(c) ? c - 'A' + 10 : 99;
            // Radix 1 counts ones; zeros in front of them are no more than that.
            if (radix == 1 ? digit > 1 || (digit == 0 && value != 0) : digit >= radix)
                break;
            value = unchecked(radix == 1 ? value + digit : value * radix + digit);
        }
        _number = value;
        _kind = Kind.Number;
    }
}
