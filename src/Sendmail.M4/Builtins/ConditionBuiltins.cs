using Sendmail.M4.Macros;

namespace Sendmail.M4.Builtins;

/// <summary>ifdef, ifelse, shift.</summary>
internal static class ConditionBuiltins
{
    internal static string? IfDefined(Processor m4, Arguments arguments) =>
        m4.ExpandTo(arguments.Whole(m4.Symbols.TryFind(arguments.Span(1), out _) ? 2 : 3));

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
            if (arguments.Span(i).SequenceEqual(arguments.Span(i + 1)))
                return m4.ExpandTo(arguments.Whole(i + 2));
            switch (given - (i + 2))
            {
                case 0: return null;
                case 1 or 2: return m4.ExpandTo(arguments.Whole(i + 3));
            }
        }
    }

    internal static string? Shift(Processor m4, Arguments arguments)
    {
        m4.Work.Clear();
        arguments.Join(m4.Work, 2, m4.Syntax.Quotes);
        return m4.Work.Take(0);
    }
}
