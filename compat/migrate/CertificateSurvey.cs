using Sendmail.Core.Cf;
using Sendmail.Diagnosis;

namespace Sendmail.Migrate;

/// <summary>The TLS files of a configuration, by what tlsdoctor(8) says of them.</summary>
internal static class CertificateSurvey
{
    private static readonly Option<string>[] _files =
    [
        OptionTable.ServerCertFile, OptionTable.ServerKeyFile, OptionTable.ClientCertFile, OptionTable.ClientKeyFile, OptionTable.CACertFile,
        OptionTable.CACertPath, OptionTable.CRLFile, OptionTable.CRLPath, OptionTable.DHParameters,
    ];

    /// <summary>Whether a configuration names any such file.</summary>
    internal static bool Uses(Configuration configuration) => _files.Any(f => configuration.Options.Get(f).Length > 0);

    internal static void Examine(SiteConfiguration site, SiteFiles files, Report report)
    {
        Configuration configuration = site.Configuration!;
        if (!Uses(configuration))
            return;
        report.Prefix = "TLS of " + site.Path + ": ";
        foreach (Option<string> option in files.Root.Length == 0 ? [] : _files)
        {
            // Two certificates or keys are separated by a comma; some options may hold words that are no files.
            string value = string.Join(',', configuration.Options.Get(option).Split(',').Select(p => p.StartsWith('/') ? files.At(p) : p));
            if (value.Length > 0)
                configuration.Options.Set(option, value);
        }
        try
        {
            TlsExaminer.Examine(configuration, report);
        }
        catch (DllNotFoundException e)
        {
            report.Add(FindingLevel.Error, "", "OpenSSL 3 is not installed (Debian package libssl3): " + e.Message, "", "tls");
        }
        report.Prefix = "";
    }
}
