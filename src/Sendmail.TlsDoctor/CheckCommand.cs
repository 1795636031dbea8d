using Sendmail.Diagnosis;

namespace Sendmail.TlsDoctor;

/// <summary>tlsdoctor check: the files that a configuration names, as the daemon and the client will see them.</summary>
internal static class CheckCommand
{
    internal static void Run(DoctorArguments arguments, Report report)
    {
        if (ConfigurationLoader.Load(arguments.Configuration, report) is { } configuration)
            TlsExaminer.Examine(configuration, report);
    }
}
