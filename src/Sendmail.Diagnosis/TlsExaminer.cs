using Sendmail.Core.Cf;
using Sendmail.Wire.Tls;

namespace Sendmail.Diagnosis;

/// <summary>The TLS of a configuration: the files that it names, as the daemon and the client will see them.</summary>
public static class TlsExaminer
{
    /// <summary>Looks at both sides, the authorities, the revocation lists and the policy.</summary>
    /// <exception cref="DllNotFoundException">OpenSSL is not installed.</exception>
    public static void Examine(Configuration configuration, Report report)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(report);
        OptionValues options = configuration.Options;
        string file = options.Get(OptionTable.CACertFile);
        string path = options.Get(OptionTable.CACertPath);
        var examiner = new CertificateExaminer(report, file.Length > 0 ? file : null, path.Length > 0 ? path : null);
        string hostName = configuration.Macros["j"] ?? "";
        Side(TlsSettings.ForServer(configuration), "server", options.Get(OptionTable.ServerCertFile), hostName, examiner, report);
        Side(TlsSettings.ForClient(configuration), "client", options.Get(OptionTable.ClientCertFile), hostName, examiner, report);
        Authorities(file, path, examiner, report);
        Lists(options, report);
        report.Section("policy");
        ConfVerify required = options.Get(OptionTable.ConfVerify);
        report.Add(FindingLevel.Info, "ConfVerify", required.Kind == ConfVerifyKind.Default ? "not set: certificates are asked for and the rulesets judge" : required.Kind.ToString().ToLowerInvariant() + (required.Bits > 0 ? ":" + required.Bits : ""));
    }

    private static void Side(TlsSettings settings, string side, string certificates, string hostName, CertificateExaminer examiner, Report report)
    {
        report.Section(side);
        for (int i = 0; i < settings.Log.Count; i++)
        {
            TlsLogLine line = settings.Log[i];
            if (line.Until == TlsLogLine.DefaultLevel || (line.Level > 10 && settings.IsUsable))
                continue;
            string remedy = i + 1 < settings.Log.Count && settings.Log[i + 1].Until == TlsLogLine.DefaultLevel ? settings.Log[i + 1].Text : "";
            int at = remedy.IndexOf("is not used: ", StringComparison.Ordinal);
            if (line.Text.EndsWith(" missing", StringComparison.Ordinal))
                report.Add(settings.IsOff ? FindingLevel.Warning : FindingLevel.Info, "", line.Text[(line.Text.IndexOf(": ", StringComparison.Ordinal) + 2)..] + (settings.IsOff ? ": STARTTLS is not offered" : ""), settings.IsOff ? "set the option" : "");
            else if (line.Level <= 10)
                report.Add(settings.IsUsable ? FindingLevel.Warning : FindingLevel.Error, "", line.Text, at < 0 ? "" : remedy[(at + "is not used: ".Length)..]);
        }
        if (settings.IsUsable)
            report.Add(FindingLevel.Ok, "", side == "server" ? "STARTTLS is offered" : "STARTTLS is used" + (settings.OwnCertificates.Count == 0 ? ", without a certificate of ours" : ""));
        foreach (string certificate in certificates.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(File.Exists))
            examiner.Examine(certificate, side == "server", hostName);
    }

    private static void Authorities(string file, string path, CertificateExaminer examiner, Report report)
    {
        report.Section("authorities");
        if (FailExplanation.OfAuthorities(file, path) is { } none)
            report.Add(FindingLevel.Warning, "", none.Sentence + ": every certificate is verify=FAIL", none.Remedy);
        if (file.Length > 0 && CertificateExaminer.Read(file) is { } all)
        {
            report.Add(FindingLevel.Info, file, (all.Count == 1 ? "1 authority; its name is" : all.Count + " authorities; their names are") + " sent to clients");
            if (all.Count > 20)
                report.Add(FindingLevel.Warning, file, "so many names make handshakes long, and some clients give up", "keep the authorities of the clients that matter here, the others in CACertPath");
            foreach (var one in all.Take(20))
                examiner.Describe(file, one);
        }
        else if (file.Length > 0)
        {
            report.Add(FindingLevel.Error, file, File.Exists(file) ? "holds no certificate in PEM form" : "does not exist");
        }
        if (path.Length > 0)
            HashDirectory.Check(path, report);
    }

    private static void Lists(OptionValues options, Report report)
    {
        report.Section("revocation");
        string file = options.Get(OptionTable.CRLFile);
        string path = options.Get(OptionTable.CRLPath);
        if (file.Length == 0 && path.Length == 0)
            report.Add(FindingLevel.Info, "", "neither CRLFile nor CRLPath is set: revoked certificates are not noticed");
        if (file.Length > 0)
        {
            var lists = CertificateVerifier.ReadLists(file);
            if (lists.Count == 0)
                report.Add(FindingLevel.Error, file, "holds no revocation list in PEM form");
            foreach ((string issuer, _, TimeSpan? due) in lists)
                HashDirectory.CheckDue(file, issuer, due, report);
        }
        if (path.Length > 0)
            HashDirectory.CheckLists(path, report);
    }
}
