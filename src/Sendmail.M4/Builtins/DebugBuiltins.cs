using Sendmail.M4.Input;
using Sendmail.M4.Macros;

namespace Sendmail.M4.Builtins;

/// <summary>dumpdef, traceon, traceoff, debugmode, debugfile.</summary>
internal static class DebugBuiltins
{
    internal static string? DumpDefinitions(Processor m4, Arguments arguments)
    {
        var symbols = new List<Symbol>();
        if (arguments.Count == 1)
            symbols.AddRange(m4.Symbols.All().Where(s => s.Top is not null));
        for (int i = 1; i < arguments.Count; i++)
        {
            if (m4.Symbols.TryFind(arguments[i], out Symbol? symbol))
                symbols.Add(symbol);
            else
                m4.Warn("undefined macro `" + arguments[i] + "'");
        }
        symbols.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        bool quote = m4.Debug.Has(DebugFlag.Quote);
        foreach (Symbol symbol in symbols)
        {
            string shown = symbol.Top!.Builtin is { } builtin ? "<" + builtin.Name + ">"
                : quote ? m4.Syntax.Quotes.Left + symbol.Top.Text + m4.Syntax.Quotes.Right : symbol.Top.Text!;
            m4.WriteDebug(symbol.Name + ":\t" + shown + "\n");
        }
        return null;
    }

    internal static string? TraceOn(Processor m4, Arguments arguments) => Trace(m4, arguments, true);

    internal static string? TraceOff(Processor m4, Arguments arguments) => Trace(m4, arguments, false);

    private static string? Trace(Processor m4, Arguments arguments, bool on)
    {
        if (arguments.Count == 1)
        {
            foreach (Symbol symbol in m4.Symbols.All())
            {
                if (!on || symbol.Top is not null)
                    symbol.Traced = on;
            }
        }
        for (int i = 1; i < arguments.Count; i++)
        {
            if (on)
                m4.Symbols.FindOrAdd(arguments[i]).Traced = true;
            else if (m4.Symbols.Find(arguments[i]) is { } symbol)
                symbol.Traced = false;
        }
        return null;
    }

    internal static string? DebugMode(Processor m4, Arguments arguments)
    {
        string text = arguments[1];
        if (arguments.Count == 1)
        {
            m4.Debug = DebugFlag.None;
            return null;
        }
        bool relative = text.Length > 0 && text[0] is '+' or '-';
        if (DebugFlags.Parse(relative ? text.AsSpan(1) : text) is not { } flags)
        {
            m4.Warn("Debugmode: bad debug flags: `" + text + "'");
            return null;
        }
        m4.Debug = !relative ? flags : text[0] == '+' ? m4.Debug | flags : m4.Debug & ~flags;
        m4.ForgetTrace();
        return null;
    }

    internal static string? DebugFile(Processor m4, Arguments arguments)
    {
        if (arguments.Count == 1)
            m4.DebugToErrors();
        else if (arguments[1].Length == 0)
            m4.SetDebugOutput(null);
        else if (!m4.Settings.AllowFiles)
            m4.Fail("debugfile is not allowed here");
        else if (M4Files.Open(arguments[1], FileMode.Append, FileAccess.Write, out string error) is { } stream)
            m4.SetDebugOutput(stream);
        else
            m4.Warn("cannot set debug file `" + arguments[1] + "': " + error);
        return null;
    }
}
