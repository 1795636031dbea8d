using System.Globalization;
using Sendmail.Core.Logging;
using Sendmail.Posix;

namespace Sendmail.Tools;

/// <summary>smrsh(8): the shell of sendmail's prog mailer that runs the programs of one directory and nothing else.</summary>
internal static class RestrictedShell
{
    private const string Directory = "/etc/mail/smrsh";
    private const string SearchPath = "PATH=/usr/bin:/bin";
    private const uint AnyExecute = 0x49;

    /// <summary>Runs the program; it only comes back when the command was refused.</summary>
    internal static int Run(IReadOnlyList<string> arguments, TextWriter errors)
    {
        using var log = new Syslog("smrsh", TimeProvider.System) { ShowsProcess = false };
        if (arguments.Count != 2 || arguments[0] != "-c" || arguments[1].Trim(' ', '\t').Length == 0)
        {
            errors.WriteLine("Usage: " + Program.InvokedAs + " -c command");
            log.Write((int)LogPriority.Error, "usage");
            return 64;
        }
        RestrictedCommand command = RestrictedCommand.Parse(arguments[1], Directory, Reason);
        if (command.Command is not { } allowed)
        {
            errors.WriteLine(Program.InvokedAs + ": " + command.Problem);
            string user = string.Create(CultureInfo.InvariantCulture, $"uid {Users.RealUserId}: ");
            log.Write((int)(command.Logged is null ? LogPriority.Warning : LogPriority.Critical), command.Logged is null ? command.Problem! : user + command.Logged);
            return 69;
        }
        // Nothing of the caller's environment reaches the program.
        string problem = ProcessSpawner.Replace("/bin/sh", ["/bin/sh", "-c", allowed], [SearchPath]);
        errors.WriteLine(Program.InvokedAs + ": " + problem);
        log.Write((int)LogPriority.Critical, "Cannot exec /bin/sh: " + problem);
        return 71;
    }

    private static string? Reason(string path)
    {
        if (Files.Facts(path) is not { } facts)
            return "stat failed";
        if (!facts.IsRegular)
            return "not a file";
        return Files.MayExecute(path) && (facts.Mode & AnyExecute) != 0 ? null : "";
    }
}
