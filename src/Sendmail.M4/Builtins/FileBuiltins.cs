using Sendmail.M4.Macros;

namespace Sendmail.M4.Builtins;

/// <summary>include, sinclude, and undivert of a file.</summary>
internal static class FileBuiltins
{
    internal static string? Include(Processor m4, Arguments arguments)
    {
        if (Open(m4, arguments[1], out string found, out string error) is { } stream)
            m4.PushFile(stream, found);
        else if (error.Length > 0)
            m4.Fail("cannot open `" + arguments[1] + "': " + error);
        return null;
    }

    internal static string? IncludeSilently(Processor m4, Arguments arguments)
    {
        if (Open(m4, arguments[1], out string found, out _) is { } stream)
            m4.PushFile(stream, found);
        return null;
    }

    /// <summary>Copies a file to the output.</summary>
    internal static void Insert(Processor m4, string name)
    {
        using Stream? stream = Open(m4, name, out _, out string error);
        if (stream is not null)
            m4.Output.Insert(stream);
        else
            m4.Warn("cannot undivert `" + name + "': " + error);
    }

    private static Stream? Open(Processor m4, string name, out string found, out string error)
    {
        Stream? stream = m4.Finder.Open(name, out found, out error);
        if (stream is not null && found != name && m4.Debug.Has(DebugFlag.Path))
            m4.DebugMessage("path search for `" + name + "' found `" + found + "'", m4.File, m4.Line);
        return stream;
    }
}
