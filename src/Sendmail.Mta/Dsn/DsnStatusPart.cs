using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Mta.Queueing;
using Sendmail.Wire.Smtp;

namespace Sendmail.Mta.Dsn;

/// <summary>The part of a notification that programs read: message/delivery-status (RFC 3464).</summary>
internal static class DsnStatusPart
{
    private const string IncludePrefix = ":include:";

    internal static void Append(StringBuilder text, DsnReport report)
    {
        Envelope failed = report.Failed;
        text.Append("--").Append(report.Boundary).Append("\nContent-Type: message/delivery-status\n\n");
        if (failed.EnvelopeId is not null)
            Field(text, "Original-Envelope-Id", XText.Decode(failed.EnvelopeId));
        Field(text, "Reporting-MTA", "dns; " + report.Services.HostName);
        if (failed.Macros["r"] is { Length: > 0 } && failed.Macros["client_name"] is { Length: > 0 } client)
            Field(text, "Received-From-MTA", "DNS; " + client);
        Field(text, "Arrival-Date", report.Date(failed.Created));
        if (failed.DeliverBy is { } by)
            Field(text, "Deliver-By-Date", report.Date(failed.Created + by));
        foreach (Address recipient in report.Recipients.Where(r => !DsnReport.IsReached(r) || DsnReport.IsToldOfAlone(r)))
            AppendRecipient(text, recipient, report);
        text.Append('\n');
    }

    private static void Field(StringBuilder text, string name, string value) => text.Append(name).Append(": ").Append(DsnReport.OneLine(value)).Append('\n');

    private static void AppendRecipient(StringBuilder text, Address recipient, DsnReport report)
    {
        text.Append('\n');
        if (recipient.OriginalRecipient is { } original)
            Field(text, "Original-Recipient", Decode(original));
        string actual = recipient.User.Length == 0 ? Bare(recipient.Text) : recipient.Text.StartsWith('\\') ? "\\" + recipient.User
            : recipient.Mailer?.Name == "*include*" ? recipient.User[IncludePrefix.Length..] : recipient.User;
        actual = actual.Contains('@', StringComparison.Ordinal) ? actual : actual + "@" + report.Services.HostName;
        Field(text, "Final-Recipient", ControlFileWriter.FinalRecipient(recipient) ?? "RFC822; " + actual);
        if ((report.Services.Configuration.Options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NoActualRecipient) == 0)
            Field(text, "X-Actual-Recipient", Actual(recipient, recipient.ErrorUser is { Length: > 0 } error ? error + "@" + report.Services.HostName : actual));
        Field(text, "Action", Action(recipient));
        Field(text, "Status", Status(recipient));
        if (recipient.StatusHost is { Length: > 0 } host && recipient.Mailer?.IsIpc == true)
            Field(text, "Remote-MTA", (recipient.Mailer.MtaType ?? "DNS") + "; " + host.TrimEnd('.'));
        if (DsnReport.Diagnostic(recipient) is { } diagnostic)
            Field(text, "Diagnostic-Code", diagnostic);
        Field(text, "Last-Attempt-Date", report.Date(recipient.StatusTime == default ? report.Now : recipient.StatusTime));
        if (recipient.State == RecipientState.Queued)
            Field(text, "Will-Retry-Until", report.Date(report.Failed.Created + report.Services.ReturnTimeout(report.Failed)));
    }

    private static string Actual(Address recipient, string address) => recipient.Mailer?.Name switch
    {
        "prog" => "X-Unix; |" + recipient.User,
        "*file*" => "X-Unix; " + recipient.User,
        _ => "rfc822; " + address,
    };

    private static string Bare(string text) => CrackedAddress.Crack(text, "").Core;

    private static string Decode(string original)
    {
        int semicolon = original.IndexOf(';', StringComparison.Ordinal);
        return semicolon < 0 ? original : original[..(semicolon + 1)] + XText.Decode(original[(semicolon + 1)..]);
    }

    private static string Action(Address recipient) => recipient.State switch
    {
        RecipientState.Sent => DsnReport.IsRelayed(recipient) ? "relayed (to non-DSN-aware mailer)" : "delivered (to mailbox)",
        RecipientState.Queued or RecipientState.Ok => "delayed",
        _ => "failed",
    };

    private static string Status(Address recipient) => recipient.State switch
    {
        RecipientState.Sent => DsnReport.IsRelayed(recipient) ? recipient.Status.IsEmpty ? "2.0.0" : recipient.Status.ToString() : "2.1.5",
        RecipientState.Queued or RecipientState.Ok => recipient.Status.IsEmpty ? "4.0.0" : recipient.Status.ToString(),
        _ => recipient.Status.IsEmpty || DsnReport.IsUnknownExit(recipient) ? "5.0.0" : recipient.Status.ToString(),
    };
}
