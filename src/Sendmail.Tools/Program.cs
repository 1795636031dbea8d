using System.Text;
using Sendmail.Posix;

namespace Sendmail.Tools;

/// <summary>The companion programs, chosen by the name they are called by.</summary>
internal static class Program
{
    /// <summary>argv[0], which complaints about options start with.</summary>
    internal static string InvokedAs { get; private set; } = "sendmail-tools";

    // As they were typed: the runtime's own are characters, and lack what is none.
    private static string[] Octets(string[] arguments)
    {
        string[] all = Encoding.Latin1.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0');
        return all.Length > arguments.Length ? all[^(arguments.Length + 1)..^1] : arguments;
    }

    private static int Main(string[] arguments)
    {
        InvokedAs = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Environment.GetCommandLineArgs()[0]));
        string name = Path.GetFileName(InvokedAs);
        if (name.StartsWith("sendmail-tools", StringComparison.Ordinal) && arguments.Length > 0)
            (name, InvokedAs, arguments) = (arguments[0], arguments[0], arguments[1..]);
        // makecf has streams of its own; a link named m4 makes it a plain m4.
        if (name is "makecf" or "m4")
            return M4.Program.MakeCf.Run(name, arguments);
        // Maps hold octets, not characters of a locale.
        using var output = new StreamWriter(StandardStream.Output(), Encoding.Latin1, 1 << 16);
        using var errors = new StreamWriter(StandardStream.Errors(), Encoding.Latin1) { AutoFlush = true };
        switch (name)
        {
            case "makemap": return MakeMap.Run(arguments, StandardStream.Input(), output, errors);
            case "praliases": return PrintAliases.Run(arguments, output, errors);
            case "editmap": return EditMap.Run(arguments, output, errors);
            case "mailstats": return MailStats.Run(arguments, output, errors);
            case "smrsh": return RestrictedShell.Run(Octets(arguments), errors);
            case "rmail": return UucpMail.Run(arguments, StandardStream.Input(), errors);
            case "mail.local": return LocalMail.Run(Octets(arguments), StandardStream.Input(), output, errors);
            case "vacation": return Vacation.Run(arguments, StandardStream.Input(), output, errors);
            default:
                errors.WriteLine("sendmail-tools: unknown program \"" + name + "\"; known: makemap praliases editmap mailstats makecf smrsh rmail mail.local vacation");
                return 64;
        }
    }
}
