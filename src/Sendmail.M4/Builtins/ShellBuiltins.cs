using Sendmail.M4.Macros;
using Sendmail.M4.Native;

namespace Sendmail.M4.Builtins;

/// <summary>syscmd, esyscmd, sysval, mkstemp, maketemp.</summary>
internal static class ShellBuiltins
{
    // What a shell reports for a command it could not run.
    private const int NotRun = 127;

    internal static string? Run(Processor m4, Arguments arguments)
    {
        if (!IsAllowed(m4, arguments[0]))
            return null;
        m4.Output.Flush();
        m4.LastStatus = arguments[1].Length == 0 ? 0 : StatusOf(CLibrary.Run(arguments[1]));
        if (m4.LastStatus == NotRun)
            m4.WriteError(m4.Settings.ProgramName + ": syscmd subprocess failed\n");
        return null;
    }

    internal static string? Capture(Processor m4, Arguments arguments)
    {
        if (!IsAllowed(m4, arguments[0]))
            return null;
        m4.Output.Flush();
        if (arguments[1].Length == 0)
        {
            m4.LastStatus = 0;
            return null;
        }
        var output = new CharBuffer(4096);
        m4.LastStatus = StatusOf(CLibrary.Capture(arguments[1], output));
        return output.Take(0);
    }

    private static bool IsAllowed(Processor m4, string name)
    {
        if (m4.Settings.AllowCommands)
            return true;
        m4.LastStatus = NotRun;
        m4.Fail(name + ": running commands is not allowed; makecf --allow-commands allows it");
        return false;
    }

    // The exit code, or 256 times the signal that ended it.
    private static int StatusOf(int wait) => wait < 0 ? NotRun : (wait & 0x7F) == 0 ? (wait >> 8) & 0xFF : (wait & 0x7F) << 8;

    internal static string? ExitValue(Processor m4, Arguments arguments) => Processor.Number(m4.LastStatus);

    internal static string? MakeTemporaryName(Processor m4, Arguments arguments)
    {
        if (!m4.Settings.Traditional)
            return MakeTemporaryFile(m4, arguments);
        // System V: the process id takes the place of the Xs and no file is made.
        m4.Warn("recommend using mkstemp instead");
        string name = arguments[1];
        int bare = name.AsSpan().TrimEnd('X').Length;
        string id = Processor.Number(Environment.ProcessId);
        int places = name.Length - bare;
        return string.Concat(name.AsSpan(0, bare), id.Length >= places ? id.AsSpan(id.Length - places) : id.PadLeft(places, '0'));
    }

    internal static string? MakeTemporaryFile(Processor m4, Arguments arguments)
    {
        if (!m4.Settings.AllowFiles)
        {
            m4.Fail(arguments[0] + ": making files is not allowed here");
            return null;
        }
        int bare = arguments[1].AsSpan().TrimEnd('X').Length;
        int places = arguments[1].Length - bare;
        string name = arguments[1] + new string('X', Math.Max(0, 6 - places));
        if (CLibrary.MakeTemporary(name, out string error) is { } made)
            return m4.Syntax.Quotes.Left + made + m4.Syntax.Quotes.Right;
        m4.Warn(arguments[0] + ": cannot create tempfile `" + arguments[1] + "': " + error);
        return null;
    }
}
