using Sendmail.Diagnosis;
using Sendmail.Migrate.Replaying;

namespace Sendmail.Migrate;

/// <summary>sendmail-migrate(8): looks at a site that runs sendmail and tells what changes with this program. It changes nothing.</summary>
internal static class Migration
{
    private const int Usage = 64;
    private const int NoInput = 66;
    private const string UsageText =
        "Usage: sendmail-migrate [--root directory] [-C file ...] [--scan directory ...] [--all] [--json]\n" +
        "       sendmail-migrate --log file --old file --new file [--root directory] [--dns] [--json]";

    internal static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        if (arguments is ["-h" or "--help"])
        {
            output.WriteLine(UsageText);
            output.Flush();
            return 0;
        }
        MigrateArguments? parsed = MigrateArguments.Parse(arguments, out string problem);
        if (parsed is null)
        {
            errors.WriteLine("sendmail-migrate: " + problem + "\n" + UsageText);
            return Usage;
        }
        if (parsed.Root.Length > 0 && !Directory.Exists(parsed.Root))
        {
            errors.WriteLine("sendmail-migrate: " + parsed.Root + " is no directory");
            return NoInput;
        }
        var files = new SiteFiles(parsed.Root.Length == 0 ? "" : Path.GetFullPath(parsed.Root));
        var report = new Report();
        if (parsed.Log is null)
            new Survey(parsed, files, report).Run();
        else
            new Replay(parsed, files, report).RunAsync().GetAwaiter().GetResult();
        report.Write(output, parsed.Json, !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
        return report.ExitCode;
    }
}
