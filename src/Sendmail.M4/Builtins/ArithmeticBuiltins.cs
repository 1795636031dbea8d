using Sendmail.M4.Macros;

namespace Sendmail.M4.Builtins;

/// <summary>incr, decr, eval.</summary>
internal static class ArithmeticBuiltins
{
    internal static string? Increment(Processor m4, Arguments arguments) =>
        m4.TryNumber(arguments[0], arguments[1], out int value) ? Processor.Number(unchecked(value + 1)) : null;

    internal static string? Decrement(Processor m4, Arguments arguments) =>
        m4.TryNumber(arguments[0], arguments[1], out int value) ? Processor.Number(unchecked(value - 1)) : null;

    internal static string? Evaluate(Processor m4, Arguments arguments)
    {
        int radix = 10;
        int width = 1;
        if (arguments[2].Length > 0 && !m4.TryNumber(arguments[0], arguments[2], out radix))
            return null;
        if (radix is < 1 or > 36)
        {
            m4.Warn("radix " + Processor.Number(radix) + " in builtin `" + arguments[0] + "' out of range");
            return null;
        }
        if (arguments.Count > 3 && !m4.TryNumber(arguments[0], arguments[3], out width))
            return null;
        if (width < 0)
        {
            m4.Warn("negative width to builtin `" + arguments[0] + "'");
            return null;
        }
        int value = 0;
        if (arguments[1].Length == 0)
        {
            m4.Warn("empty string treated as 0 in builtin `" + arguments[0] + "'");
        }
        else
        {
            var expression = new Expression(arguments[1]);
            bool good = expression.TryEvaluate(out value, out string? error);
            if (expression.SawAssignment)
                m4.Warn("Warning: recommend ==, not =, for equality operator");
            if (!good)
            {
                if (expression.SawBadOperator)
                    m4.Fail(error + ": " + arguments[1]);
                else
                    m4.Warn(error + ": " + arguments[1]);
                return null;
            }
        }
        return Show(value, radix, width);
    }

    private static string Show(int value, int radix, int width)
    {
        uint magnitude = value < 0 ? unchecked(0u - (uint)value) : (uint)value;
        string sign = value < 0 ? "-" : "";
        if (radix == 1)
        {
            if (magnitude > M4Limits.TextLength || width > M4Limits.TextLength)
                throw new M4ExitException(1, "memory exhausted");
            return sign + new string('0', Math.Max(0, width - (int)magnitude)) + new string('1', (int)magnitude);
        }
        Span<char> digits = stackalloc char[32];
        int at = digits.Length;
        do
        {
            digits[--at] = "0123456789abcdefghijklmnopqrstuvwxyz"[(int)(magnitude % (uint)radix)];
            magnitude /= (uint)radix;
        }
        while (magnitude > 0);
        int have = digits.Length - at;
        if (width > M4Limits.TextLength)
            throw new M4ExitException(1, "memory exhausted");
        return sign + new string('0', Math.Max(0, width - have)) + digits[at..].ToString();
    }
}
