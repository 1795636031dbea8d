using Sendmail.M4.Macros;

namespace Sendmail.M4.Builtins;

/// <summary>divert, undivert, divnum.</summary>
internal static class DiversionBuiltins
{
    internal static string? Divert(Processor m4, Arguments arguments)
    {
        int number = 0;
        if (arguments.Count == 1 || m4.TryNumber(arguments[0], arguments[1], out number))
            m4.Output.Select(number);
        return null;
    }

    internal static string? Number(Processor m4, Arguments arguments) => Processor.Number(m4.Output.Number);

    internal static string? Undivert(Processor m4, Arguments arguments)
    {
        if (arguments.Count == 1)
            m4.Output.UndivertAll();
        for (int i = 1; i < arguments.Count; i++)
        {
            string which = arguments[i];
            if (which.Length == 0)
                continue;
            if (Processor.ParseNumber(which, out int number, out _) && !Input.Syntax.IsSpace(which[0]))
                m4.Output.Undivert(number);
            else if (m4.Settings.Traditional)
                m4.Warn("non-numeric argument to builtin `" + arguments[0] + "'");
            else
                FileBuiltins.Insert(m4, which);
        }
        return null;
    }
}
