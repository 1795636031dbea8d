using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Delivery;

namespace Sendmail.Mta.Dsn;

/// <summary>What a delivery status notification tells.</summary>
public enum DsnKind
{
    /// <summary>Recipients that failed for good.</summary>
    Failure,
    /// <summary>Recipients still queued.</summary>
    Warning,
    /// <summary>Recipients that were reached and whose senders wanted to know.</summary>
    Success,
}

/// <summary>Makes delivery status notifications (RFC 3461, 3464) as new envelopes in the queue.</summary>
public sealed class DsnBuilder(MtaServices services)
{
    /// <summary>
    /// Tells the sender about <paramref name="recipients"/>. Errors about messages without a sender go to
    /// DoubleBounceAddress, and when that is empty nowhere.
    /// </summary>
    /// <returns>The committed envelope, null when nobody is to be told.</returns>
    public async ValueTask<Envelope?> SendAsync(Envelope failed, IReadOnlyList<Address> recipients, DsnKind kind, string reason, CancellationToken cancellation)
    {
        Configuration configuration = services.Configuration;
        string sender = CrackedAddress.Crack(failed.Sender?.Text ?? "<>", "").Core;
        bool bounce = sender.Length == 0 || failed.Has(EnvelopeFlags.Response);
        if (bounce && kind != DsnKind.Failure)
            return null;
        string target = sender;
        if (bounce)
        {
            target = configuration.Options.Get(OptionTable.DoubleBounceAddress);
            if (target.Length == 0 || (failed.Has(EnvelopeFlags.Response) && failed.About is { } inner && inner.Has(EnvelopeFlags.Response)))
            {
                services.Log.Write(1, Core.Logging.LogPriority.Alert, failed.Id, "Losing " + services.Queue.ControlPath(failed) + ": savemail panic");
                return null;
            }
        }
        Envelope dsn = services.NewEnvelope(null);
        dsn.About = failed;
        dsn.Created = services.Clock.GetUtcNow();
        dsn.Flags |= EnvelopeFlags.Response | EnvelopeFlags.HasReturn | EnvelopeFlags.NoBodyReturn;
        dsn.DeliveryMode = 'i';
        dsn.Sender = new Address { Text = "<>" };
        dsn.Macros["f"] = "<>";
        dsn.Macros["_"] = "localhost";
        dsn.Macros["s"] = "localhost";
        dsn.Macros["r"] = null;
        using (FileStream data = services.Queue.OpenDataFile(dsn))
        {
            dsn.Macros["i"] = dsn.Id;
            services.Log.Write(kind == DsnKind.Failure ? 4 : 8, Core.Logging.LogPriority.Info, failed.Id, dsn.Id + ": " + kind switch
            {
                DsnKind.Failure when bounce => "return to sender: ",
                DsnKind.Warning => "sender notify: ",
                DsnKind.Success => "DSN: ",
                _ => "DSN: ",
            } + reason);
            await services.Recipients.AddAsync(dsn, target, null, RecipientFlags.Primary, cancellation).ConfigureAwait(false);
            string boundary = dsn.Id + "." + dsn.Created.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + "/" + services.HostName;
            byte[] body = await BodyAsync(failed, recipients, kind, boundary, cancellation).ConfigureAwait(false);
            data.Write(body);
            dsn.Size = body.Length;
            AddHeaders(dsn, target, kind, boundary);
            dsn.Size += dsn.Headers.Sum(h => h.Name.Length + h.Value.Length + 2);
            dsn.Priority = dsn.Size + dsn.Recipients.Count * (long)configuration.Options.Get(OptionTable.RecipientFactor);
            await services.Queue.CommitAsync(dsn, data).ConfigureAwait(false);
        }
        return dsn;
    }

    private void AddHeaders(Envelope dsn, string target, DsnKind kind, string boundary)
    {
        string date = MailDate.Format(dsn.Created, services.Zone);
        string host = services.HostName;
        string version = MacroExpander.Expand(services.Configuration.Macros["v"] ?? "", dsn.Macros);
        string z = MacroExpander.Expand(services.Configuration.Macros["Z"] ?? "", dsn.Macros);
        void Add(string name, string value, string flags = "") => dsn.Headers.Add(new Header { Name = name, Value = " " + value, MailerFlags = MailerFlags.Of(flags) });
        dsn.Headers.Add(new Header { Name = "Return-Path", Value = " <" + Meta.Macro + "g>", MailerFlags = MailerFlags.Of("P") });
        Add("Received", "from localhost (localhost)\n\tby " + host + " (" + version + (z.Length > 0 ? "/" + z : "/" + version) + ") id " + dsn.Id + ";\n\t" + date);
        Add("Date", date, "D");
        Add("From", "Mail Delivery Subsystem <MAILER-DAEMON@" + host + ">", "F");
        Add("Message-Id", "<" + dsn.Created.UtcDateTime.ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture) + "." + dsn.Id + "@" + host + ">", "M");
        Add("To", target);
        Add("MIME-Version", "1.0");
        Add("Content-Type", "multipart/report; report-type=delivery-status;\n\tboundary=\"" + boundary + "\"");
        Add("Subject", kind switch
        {
            DsnKind.Failure when dsn.About!.Sender is { Text: "<>" } => "Postmaster notify: see transcript for details",
            DsnKind.Failure => "Returned mail: see transcript for details",
            DsnKind.Warning => "Warning: could not send message for past " + Period(services.Clock.GetUtcNow() - dsn.About!.Created),
            _ => "Return receipt",
        });
        Add("Auto-Submitted", "auto-generated (" + kind switch { DsnKind.Failure => "failure", DsnKind.Warning => "warning-timeout", _ => "return-receipt" } + ")");
    }

    /// <summary>4 hours, 5 days: how warnings name a period.</summary>
    public static string Period(TimeSpan span)
    {
        (long number, string unit) = span.TotalDays >= 1 ? ((long)span.TotalDays, "day") : span.TotalHours >= 1 ? ((long)span.TotalHours, "hour")
            : span.TotalMinutes >= 1 ? ((long)span.TotalMinutes, "minute") : ((long)span.TotalSeconds, "second");
        return number.ToString(CultureInfo.InvariantCulture) + " " + unit + (number == 1 ? "" : "s");
    }

    private async ValueTask<byte[]> BodyAsync(Envelope failed, IReadOnlyList<Address> recipients, DsnKind kind, string boundary, CancellationToken cancellation)
    {
        var text = new StringBuilder(4096);
        text.Append("This is a MIME-encapsulated message\n\n--").Append(boundary).Append("\n\n");
        if (kind == DsnKind.Warning)
        {
            text.Append("    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n")
                .Append("    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\n");
        }
        string arrival = MailDate.Format(failed.Created, services.Zone);
        text.Append("The original message was received at ").Append(arrival).Append('\n');
        text.Append("from ").Append(failed.Macros["_"] ?? "localhost").Append("\n\n");
        text.Append(kind switch
        {
            DsnKind.Failure => "   ----- The following addresses had permanent fatal errors -----\n",
            DsnKind.Warning => "   ----- The following addresses had transient non-fatal errors -----\n",
            _ => "   ----- The following addresses had successful delivery notifications -----\n",
        });
        foreach (Address recipient in recipients)
        {
            text.Append(recipient.Text);
            if (kind == DsnKind.Success)
                text.Append("  (").Append(Action(recipient, kind)).Append(')');
            text.Append('\n');
            if (kind == DsnKind.Failure && recipient.StatusMessage is not null)
                text.Append("    (reason: ").Append(recipient.RemoteReply ?? recipient.StatusMessage).Append(")\n");
            if (recipient.Controller is { } alias)
                text.Append("    (expanded from: ").Append(Root(alias).Text).Append(")\n");
        }
        if (failed.Transcript.Count > 0 || kind != DsnKind.Success)
        {
            text.Append("\n   ----- Transcript of session follows -----\n");
            foreach (string line in failed.Transcript)
                text.Append(line).Append('\n');
            foreach (Address recipient in recipients.Where(r => kind == DsnKind.Failure && r.StatusHost is null))
                text.Append(Line(recipient)).Append('\n');
            if (kind == DsnKind.Warning)
            {
                text.Append("Warning: message still undelivered after ").Append(Period(services.Clock.GetUtcNow() - failed.Created)).Append('\n');
                text.Append("Will keep trying until message is ").Append(Period(services.ReturnTimeout(failed))).Append(" old\n");
            }
        }
        AppendStatus(text, failed, recipients, kind, boundary, arrival);
        return await AppendOriginalAsync(text, failed, boundary, kind, cancellation).ConfigureAwait(false);
    }

    private static Address Root(Address address)
    {
        while (address.Controller is { } up)
            address = up;
        return address;
    }

    private static string Line(Address recipient)
    {
        string code = recipient.RemoteReply is { Length: > 3 } reply && char.IsAsciiDigit(reply[0]) ? reply[..3] : recipient.Status.Class == 4 ? "451" : recipient.Status is { Subject: 1 } ? "550" : "554";
        string message = recipient.StatusMessage ?? "";
        return recipient.Status is { Subject: 1 } or { Class: 4 }
            ? code + " " + recipient.Status + " " + recipient.Text + "... " + message
            : code + " " + recipient.Status + " " + message;
    }

    private void AppendStatus(StringBuilder text, Envelope failed, IReadOnlyList<Address> recipients, DsnKind kind, string boundary, string arrival)
    {
        text.Append("\n--").Append(boundary).Append("\nContent-Type: message/delivery-status\n\n");
        if (failed.EnvelopeId is not null)
            text.Append("Original-Envelope-Id: ").Append(failed.EnvelopeId).Append('\n');
        text.Append("Reporting-MTA: dns; ").Append(services.HostName).Append('\n');
        if (failed.Macros["_"] is { } from && failed.Macros["r"] is { Length: > 0 })
            text.Append("Received-From-MTA: DNS; ").Append(from.Split(' ')[0].Trim('[', ']')).Append('\n');
        text.Append("Arrival-Date: ").Append(arrival).Append('\n');
        foreach (Address recipient in recipients)
        {
            text.Append('\n');
            if (recipient.OriginalRecipient is not null)
                text.Append("Original-Recipient: ").Append(recipient.OriginalRecipient).Append('\n');
            string final = Root(recipient).FinalRecipient ?? recipient.FinalRecipient ?? "RFC822; " + recipient.Text;
            text.Append("Final-Recipient: ").Append(final).Append('\n');
            if ((services.Configuration.Options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NoActualRecipient) == 0 && recipient.FinalRecipient is { } actual)
                text.Append("X-Actual-Recipient: rfc822; ").Append(actual.Split("; ", 2)[^1]).Append('\n');
            text.Append("Action: ").Append(Action(recipient, kind)).Append('\n');
            string status = recipient.Status.IsEmpty ? kind == DsnKind.Success ? "2.0.0" : "5.0.0" : recipient.Status.ToString();
            text.Append("Status: ").Append(kind == DsnKind.Failure && status[0] == '4' ? "5" + status[1..] : status).Append('\n');
            if (recipient.StatusHost is not null)
                text.Append("Remote-MTA: DNS; ").Append(recipient.StatusHost.TrimEnd('.')).Append('\n');
            if (recipient.RemoteReply is not null && recipient.StatusHost is not null)
                text.Append("Diagnostic-Code: SMTP; ").Append(recipient.RemoteReply.Replace('\n', ' ')).Append('\n');
            else if (kind == DsnKind.Failure && recipient.Mailer is { IsIpc: false } local)
                text.Append("Diagnostic-Code: ").Append(local.DiagnosticType ?? "X-Unix").Append("; ").Append(((int)recipient.ExitStatus).ToString(CultureInfo.InvariantCulture)).Append('\n');
            text.Append("Last-Attempt-Date: ").Append(MailDate.Format(services.Clock.GetUtcNow(), services.Zone)).Append('\n');
            if (kind == DsnKind.Warning)
                text.Append("Will-Retry-Until: ").Append(MailDate.Format(failed.Created + services.ReturnTimeout(failed), services.Zone)).Append('\n');
        }
    }

    private static string Action(Address recipient, DsnKind kind) => kind switch
    {
        DsnKind.Failure => "failed",
        DsnKind.Warning => "delayed",
        _ => (recipient.Flags & RecipientFlags.Relayed) != 0 ? "relayed (to non-DSN-aware mailer)" : recipient.State == RecipientState.Expanded ? "expanded (to multi-recipient alias)" : "delivered",
    };

    private async ValueTask<byte[]> AppendOriginalAsync(StringBuilder text, Envelope failed, string boundary, DsnKind kind, CancellationToken cancellation)
    {
        bool headersOnly = failed.Has(EnvelopeFlags.NoBodyReturn) || kind != DsnKind.Failure
            || (services.Configuration.Options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NoBodyReturn) != 0 || failed.Class < 0;
        text.Append("\n--").Append(boundary).Append("\nContent-Type: ").Append(headersOnly ? "text/rfc822-headers" : "message/rfc822").Append("\n\n");
        var buffer = new MemoryStream();
        buffer.Write(Latin1.ToBytes(text.ToString()));
        var mailer = new Mailer { Number = -1, Name = "dsn", Flags = MailerFlags.Of("PDMFn") };
        var scope = new MacroScope(failed.Macros) { ["g"] = CrackedAddress.Crack(failed.Sender?.Text ?? "", "").Core };
        await services.Writer.WriteHeadersAsync(failed, mailer, scope, buffer, cancellation).ConfigureAwait(false);
        buffer.WriteByte((byte)'\n');
        if (!headersOnly && failed.DataFile is not null && File.Exists(failed.DataFile))
        {
            using FileStream data = Posix.Files.Open(failed.DataFile);
            await data.CopyToAsync(buffer, cancellation).ConfigureAwait(false);
        }
        buffer.Write(Latin1.ToBytes("\n--" + boundary + "--\n\n"));
        return buffer.ToArray();
    }
}
