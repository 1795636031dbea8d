using Sendmail.M4.Macros;

namespace Sendmail.M4.Builtins;

/// <summary>define and what belongs to it.</summary>
internal static class DefinitionBuiltins
{
    internal static string? Define(Processor m4, Arguments arguments)
    {
        if (Made(m4, arguments) is { } definition)
            m4.Symbols.Define(arguments[1], definition);
        return null;
    }

    internal static string? PushDefinition(Processor m4, Arguments arguments)
    {
        if (Made(m4, arguments) is { } definition)
            m4.Symbols.Push(arguments[1], definition);
        return null;
    }

    private static Definition? Made(Processor m4, Arguments arguments)
    {
        if (arguments.BuiltinAt(1) is not null)
        {
            m4.Warn("Warning: " + arguments[0] + ": invalid macro name ignored");
            return null;
        }
        if (arguments.BuiltinAt(2) is { } builtin)
            return new Definition(builtin);
        m4.CheckSequence(arguments[1], arguments[2]);
        return new Definition(arguments[2]);
    }

    internal static string? Undefine(Processor m4, Arguments arguments) => Remove(m4, arguments, true);

    internal static string? PopDefinition(Processor m4, Arguments arguments) => Remove(m4, arguments, false);

    private static string? Remove(Processor m4, Arguments arguments, bool all)
    {
        for (int i = 1; i < arguments.Count; i++)
            m4.Symbols.Remove(arguments[i], all);
        return null;
    }

    internal static string? Definition(Processor m4, Arguments arguments)
    {
        CharBuffer work = m4.Work;
        work.Clear();
        for (int i = 1; i < arguments.Count; i++)
        {
            if (!m4.Symbols.TryFind(arguments[i], out Symbol? symbol))
                continue;
            if (symbol.Top!.Builtin is not { } builtin)
            {
                work.Append(m4.Syntax.Quotes.Left);
                work.Append(symbol.Top.Text);
                work.Append(m4.Syntax.Quotes.Right);
            }
            else if (arguments.Count == 2)
            {
                m4.ExpandTo(builtin);
                return null;
            }
            else
            {
                m4.Warn("Warning: cannot concatenate builtin `" + builtin.Name + "'");
            }
        }
        return work.Take(0);
    }

    internal static string? CallBuiltin(Processor m4, Arguments arguments)
    {
        if (arguments.BuiltinAt(1) is not null)
        {
            m4.Warn("Warning: " + arguments[0] + ": invalid macro name ignored");
            return null;
        }
        if (BuiltinTable.Find(arguments[1]) is { } builtin)
            return m4.Invoke(builtin, arguments.Skip(1));
        m4.Warn("undefined builtin `" + arguments[1] + "'");
        return null;
    }

    internal static string? CallIndirectly(Processor m4, Arguments arguments)
    {
        if (arguments.BuiltinAt(1) is not null)
        {
            m4.Warn("Warning: " + arguments[0] + ": invalid macro name ignored");
            return null;
        }
        if (m4.Symbols.TryFind(arguments[1], out Symbol? symbol))
            return m4.Expand(symbol.Top!, arguments.Skip(1));
        m4.Warn("undefined macro `" + arguments[1] + "'");
        return null;
    }
}
