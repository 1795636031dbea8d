using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Dsn;

/// <summary>The part of a notification that people read.</summary>
internal static class DsnText
{
    private const int LongestReason = 200;

    internal static void Append(StringBuilder text, DsnReport report)
    {
        if (report.Kind == DsnKind.Warning)
        {
            text.Append("    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n")
                .Append("    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\n");
        }
        text.Append("The original message was received at ").Append(report.Date(report.Failed.Created)).Append('\n');
        text.Append("from ").Append(report.Failed.Macros["_"] is { Length: > 0 } from ? from : "localhost").Append('\n');
        if (report.ToPostmaster)
            text.Append("with id ").Append(report.Failed.Id).Append('\n');
        text.Append('\n');
        AppendErrorHeader(text, report);
        List<Address> failed = [.. report.Recipients.Where(r => !DsnReport.IsReached(r))];
        if (report.Kind == DsnKind.Failure)
            AppendList(text, "permanent fatal errors", failed, FailureLines);
        else if (report.Kind == DsnKind.Warning && report.Failed.DeliverBy is not null)
            AppendList(text, "transient non-fatal errors", failed, static (_, _) => { });
        AppendList(text, "successful delivery notifications", [.. report.Recipients.Where(DsnReport.IsToldOfAlone)], static (_, _) => { });
        AppendTranscript(text, report);
    }

    private static void AppendErrorHeader(StringBuilder text, DsnReport report)
    {
        string header = report.Services.Configuration.Options.Get(OptionTable.ErrorHeader);
        if (header.Length == 0)
            return;
        if (header[0] == '/')
        {
            try
            {
                header = File.ReadAllText(header, Encoding.Latin1);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
        text.Append(MacroExpander.Expand(header, report.Failed.Macros).TrimEnd('\n')).Append("\n\n");
    }

    private static void AppendList(StringBuilder text, string what, List<Address> recipients, Action<StringBuilder, Address> details)
    {
        if (recipients.Count == 0)
            return;
        text.Append("   ----- The following addresses had ").Append(what).Append(" -----\n");
        foreach (Address recipient in recipients)
        {
            text.Append(recipient.Text);
            if (DsnReport.IsReached(recipient))
                text.Append("  (").Append(DsnReport.IsRelayed(recipient) ? "relayed to non-DSN-aware mailer" : "successfully delivered to mailbox").Append(')');
            text.Append('\n');
            details(text, recipient);
            if (recipient.Controller is { } alias)
                text.Append("    (expanded from: ").Append(alias.Text).Append(")\n");
        }
        text.Append('\n');
    }

    private static void FailureLines(StringBuilder text, Address recipient)
    {
        if (DsnReport.Diagnostic(recipient) is null)
            return;
        string? reason = string.IsNullOrEmpty(recipient.RemoteReply) ? recipient.StatusMessage : recipient.RemoteReply;
        if (!string.IsNullOrEmpty(reason))
            text.Append("    (reason: ").Append(Shorten(DsnReport.OneLine(reason))).Append(")\n");
    }

    private static string Shorten(string reason) => reason.Length <= LongestReason ? reason : reason[..(LongestReason / 2)] + "..." + reason[^(LongestReason / 2)..];

    private static void AppendTranscript(StringBuilder text, DsnReport report)
    {
        List<string> lines = [.. report.Failed.Transcript];
        foreach (Address recipient in report.Recipients.Where(DsnReport.IsReached))
        {
            lines.Add(recipient.Text + (recipient.State == RecipientState.Expanded ? "... expanded to multiple addresses"
                : DsnReport.IsRelayed(recipient) ? "... relayed; expect no further notifications" : "... Successfully delivered"));
        }
        if (lines.Count == 0)
            return;
        text.Append("   ----- Transcript of session follows -----\n");
        foreach (string line in lines)
            text.Append(DsnReport.Plain(line)).Append('\n');
        text.Append('\n');
    }
}
