using System.Globalization;
using Sendmail.Core.Logging;
using Sendmail.Wire.Tls;

namespace Sendmail.Mta.Access;

/// <summary>The log lines about a handshake, those of the reference and the reason for a FAIL.</summary>
public static class TlsLog
{
    /// <summary>From here on the line with verifymsg= tells the reason.</summary>
    private const int VerifyMessageLevel = 12;

    /// <summary>Writes them.</summary>
    /// <param name="log">Where to.</param>
    /// <param name="outcome">Of the handshake.</param>
    /// <param name="relay">Who the peer is.</param>
    /// <param name="note">Behind the line about what was agreed on.</param>
    public static void Write(IMailLog log, TlsOutcome outcome, string relay, string note = "")
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(outcome);
        string who = outcome.IsClient ? "STARTTLS=client" : "STARTTLS=server";
        foreach (TlsLogLine line in outcome.Log)
            line.WriteTo(log);
        if (outcome.Facts is not { } facts)
        {
            log.Write(6, LogPriority.Warning, null, who + ", error: " + (outcome.IsClient ? "connect " : "accept ") + outcome.LogText + (outcome.IsClient ? "" : ", relay=" + relay));
            foreach (string error in outcome.Errors)
                log.Write(10, LogPriority.Warning, null, who + ": " + error);
            return;
        }
        if (facts.SubjectProblem is { } subject)
            log.Write(8, LogPriority.Info, null, who + ", relay=" + relay + ", field=cn_subject, status=" + subject);
        if (facts.IssuerProblem is { } issuer)
            log.Write(8, LogPriority.Info, null, who + ", relay=" + relay + ", field=cn_issuer, status=" + issuer);
        foreach (string name in facts.AlternativeNames)
            log.Write(15, LogPriority.Debug, null, who + ", relay=" + relay + ", AltName=" + name);
        log.Write(9, LogPriority.Info, null, string.Create(CultureInfo.InvariantCulture,
            $"{who}, relay={relay}, version={facts.Version}, verify={facts.Verify}, cipher={facts.Cipher}, bits={facts.Bits}/{facts.AlgorithmBits}{note}"));
        if (facts.Verify is "FAIL" or "DANE_FAIL")
        {
            new TlsLogLine(TlsLogLine.DefaultLevel, LogPriority.Info, string.Create(CultureInfo.InvariantCulture,
                $"{who}, relay={relay}, reason={facts.VerifyMessage}, depth={facts.VerifyDepth}, cert={CertificateNames.Encode(facts.VerifySubject)}, cert-subject={facts.CertSubject}, cert-issuer={facts.CertIssuer}"),
                VerifyMessageLevel - 1).WriteTo(log);
        }
        log.Write(12, LogPriority.Info, null, who + ", cert-subject=" + facts.CertSubject + ", cert-issuer=" + facts.CertIssuer + ", verifymsg=" + facts.VerifyMessage);
    }
}
