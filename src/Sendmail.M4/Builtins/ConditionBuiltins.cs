using Sendmail.M4.Macros;

namespace Sendmail.M4.Builtins;

/// <summary>ifdef, ifelse, shift.</summary>
internal static class ConditionBuiltins
{
    internal static string? IfDefined(Processor m4, Arguments arguments) =>
        Choose(m4, arguments, m4.Symbols.TryFind(arguments[1], out _) ? 2 : 3);

    internal static string? IfElse(Processor m4, Arguments arguments)
    {
        // One argument is a way to write comments.
        int given = arguments.Count - 1;
        if (given == 1)
            return null;
        if (given < 3)
        {
            m4.WarnUnlessQuiet("Warning: too few arguments to builtin `" + arguments[0] + "'");
            return null;
        }
        if (given % 3 == 2 && given > 4)
            m4.WarnUnlessQuiet("Warning: excess arguments to builtin `" + arguments[0] + "' ignored");
        for (int i = 1; ; i += 3)
        {
            if (IsSame(arguments, i, i + 1))
                return Choose(m4, arguments, i + 2);
            switch (given - (i + 2))
            {
                case 0: return null;
                case 1 or 2: return Choose(m4, arguments, i + 3);
            }
        }
    }

    private static bool IsSame(Arguments arguments, int one, int other) =>
        arguments.BuiltinAt(one) is null && arguments.BuiltinAt(other) is null ? arguments[one] == arguments[other] : arguments.BuiltinAt(one) == arguments.BuiltinAt(other);

    private static string? Choose(Processor m4, Arguments arguments, int index)
    {
        if (arguments.BuiltinAt(index) is not { } builtin)
            return arguments[index];
        m4.ExpandTo(builtin);
        return null;
    }

    internal static string? Shift(Processor m4, Arguments arguments)
    {
        m4.Work.Clear();
        arguments.Join(m4.Work, 2, m4.Syntax.Quotes);
        return m4.Work.Take(0);
    }
}
