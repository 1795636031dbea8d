using Sendmail.M4.Macros;

namespace Sendmail.M4.Builtins;

/// <summary>Where we are, messages of the program, and its end.</summary>
internal static class LocationBuiltins
{
    internal static string? File(Processor m4, Arguments arguments) => Quoted(m4, m4.File);

    internal static string? Line(Processor m4, Arguments arguments) => Processor.Number(m4.Line);

    internal static string? Program(Processor m4, Arguments arguments) => Quoted(m4, m4.Settings.ProgramName);

    private static string Quoted(Processor m4, string text) => m4.Syntax.Quotes.Left + text + m4.Syntax.Quotes.Right;

    internal static string? PrintError(Processor m4, Arguments arguments)
    {
        m4.Work.Clear();
        arguments.Join(m4.Work, 1, null, ' ');
        m4.WriteError(m4.Work.Take(0));
        return null;
    }

    internal static string? Wrap(Processor m4, Arguments arguments)
    {
        m4.Work.Clear();
        if (m4.Settings.Traditional)
            m4.Work.Append(arguments[1]);
        else
            arguments.Join(m4.Work, 1, null, ' ');
        m4.Wrap(m4.Work.Take(0));
        return null;
    }

    internal static string? Exit(Processor m4, Arguments arguments)
    {
        int code = 0;
        if (arguments.Count > 1)
        {
            if (!m4.TryNumber(arguments[0], arguments[1], out code))
                throw new M4ExitException(1);
            if (code is < 0 or > 255)
            {
                m4.Warn("exit status out of range: `" + Processor.Number(code) + "'");
                code = 1;
            }
        }
        throw new M4ExitException(code == 0 ? m4.ExitCode : code);
    }
}
