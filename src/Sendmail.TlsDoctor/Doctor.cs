using Sendmail.Diagnosis;

namespace Sendmail.TlsDoctor;

/// <summary>tlsdoctor(8): examines the TLS of a configuration, tries a server, makes certificates.</summary>
internal static class Doctor
{
    private const int Usage = 64;
    private const string UsageText =
        "Usage: tlsdoctor check [-C file] [--json]\n" +
        "       tlsdoctor probe [-C file] [--smtps] [--timeout seconds] [--json] host[:port]\n" +
        "       tlsdoctor make-ca [-d directory] [--name name] [--days days] [--rsa bits]\n" +
        "       tlsdoctor make-cert [-d directory] [--client] [--days days] [--rsa bits] name [other-name ...]";

    internal static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        if (arguments is ["-h" or "--help"])
        {
            output.WriteLine(UsageText);
            output.Flush();
            return 0;
        }
        DoctorArguments? parsed = DoctorArguments.Parse(arguments, out string problem);
        if (parsed is null)
        {
            errors.WriteLine(problem.Length > 0 ? "tlsdoctor: " + problem : UsageText);
            return Usage;
        }
        try
        {
            switch (parsed.Command)
            {
                case "make-ca":
                    return MakeCommand.MakeAuthority(parsed, output, errors);
                case "make-cert":
                    return MakeCommand.MakeCertificate(parsed, output, errors);
                default:
                    var report = new Report();
                    if (parsed.Command == "check")
                        CheckCommand.Run(parsed, report);
                    else
                        ProbeCommand.RunAsync(parsed, report).GetAwaiter().GetResult();
                    report.Write(output, parsed.Json, !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
                    return report.ExitCode;
            }
        }
        catch (DllNotFoundException e)
        {
            errors.WriteLine("tlsdoctor: OpenSSL 3 is not installed (Debian package libssl3): " + e.Message);
            return 69;
        }
    }
}
