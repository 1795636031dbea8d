using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Core.Statistics;
using Sendmail.Mta.Collecting;

namespace Sendmail.Mta.Dsn;

/// <summary>Makes delivery status notifications (RFC 3461, 3464) as new envelopes in the queue.</summary>
public sealed class DsnBuilder(MtaServices services)
{
    private const string DaemonName = "MAILER-DAEMON";
    private const string Postmaster = "postmaster";
    private const string ConfigurationError = "Local configuration error";
    private const int ReturnOverhead = 1024;

    /// <summary>Whether mail from this sender must never be answered: <c>&lt;&gt;</c> or our own daemon.</summary>
    public static bool IsNullSender(string? sender)
    {
        string core = CrackedAddress.Crack(sender ?? "", "").Core;
        return core.Length == 0 || core.Equals(DaemonName, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Tells the sender about <paramref name="recipients"/>. Errors about messages without a sender go to
    /// DoubleBounceAddress, and when that is empty nowhere; when it cannot be reached either, the message is set aside.
    /// </summary>
    /// <returns>The committed envelope, null when nobody is to be told.</returns>
    /// <exception cref="IOException">The queue cannot take it.</exception>
    public async ValueTask<Envelope?> SendAsync(Envelope failed, IReadOnlyList<Address> recipients, DsnKind kind, string reason, CancellationToken cancellation)
    {
        bool bounce = IsNullSender(failed.Sender?.Text);
        if (!bounce && (kind != DsnKind.Failure || await IsReachableAsync(failed, cancellation).ConfigureAwait(false)))
            return await MakeAsync(failed, recipients, kind, failed.Sender!.Text, false, reason, cancellation).ConfigureAwait(false);
        if (kind != DsnKind.Failure)
            return null;
        string target = services.Configuration.Options.Get(OptionTable.DoubleBounceAddress);
        if (target.Length == 0)
            return null;
        bool already = failed.Has(EnvelopeFlags.Response) && failed.Recipients.Exists(r => Named(r, target));
        Envelope? dsn = already ? null : await MakeAsync(failed, recipients, kind, target, true, reason, cancellation).ConfigureAwait(false);
        if (dsn is null)
        {
            // What is kept is the report that came back first: it has all of the message.
            Envelope kept = failed.About is { } first && first.Has(EnvelopeFlags.Response) && first.Id is not null ? first : failed;
            services.Queue.Lose(kept, "savemail panic");
            services.Log.Write(0, LogPriority.Critical, kept.Id, "SYSERR(root): savemail: cannot save rejected email anywhere");
        }
        return dsn;
    }

    // A sender who does not exist is told of in the log and the transcript; his message goes the way of those without a sender.
    private async ValueTask<bool> IsReachableAsync(Envelope failed, CancellationToken cancellation)
    {
        Envelope probe = services.NewEnvelope(null);
        (probe.Id, probe.Priority, probe.Created, probe.DeliveryMode) = (failed.Id, failed.Priority, failed.Created, 'i');
        Address sender = await services.Recipients.AddUnexpandedAsync(probe, failed.Sender!.Text, RecipientFlags.Primary, cancellation).ConfigureAwait(false);
        if (sender.State != RecipientState.Bad)
            return true;
        services.Delivery.LogRecipients(probe, [sender], sender.Mailer, null, null);
        failed.Transcript.Add((sender.RemoteReply is { Length: > 3 } reply ? reply[..3] : "550") + " " + sender.Status + " " + Aliasing.RecipientExpander.Complaint(sender));
        return false;
    }

    // Also what the address expanded to.
    private static bool Named(Address recipient, string target)
    {
        for (Address? address = recipient; address is not null; address = address.Controller)
        {
            if (CrackedAddress.Crack(address.Text, "").Core.Equals(target, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>The copy of a failure that PostmasterCopy asks for; null when none is wanted.</summary>
    /// <exception cref="IOException">The queue cannot take it.</exception>
    public async ValueTask<Envelope?> CopyPostmasterAsync(Envelope failed, IReadOnlyList<Address> recipients, string reason, CancellationToken cancellation)
    {
        string target = services.Configuration.Options.Get(OptionTable.PostmasterCopy);
        if (target.Length == 0 || failed.Class < 0)
            return null;
        return await MakeAsync(failed, recipients, DsnKind.Failure, target, true, reason, cancellation, true).ConfigureAwait(false);
    }

    private async ValueTask<Envelope?> MakeAsync(
        Envelope failed, IReadOnlyList<Address> recipients, DsnKind kind, string target, bool toPostmaster, string reason, CancellationToken cancellation, bool copy = false)
    {
        Envelope dsn = NewEnvelope(failed);
        using FileStream data = services.Queue.OpenDataFile(dsn);
        try
        {
            dsn.Macros["i"] = dsn.Id;
            MessageCollector.AddDefaults(services.Configuration, dsn, null);
            // Who looks after the system hears of it when it is to blame.
            bool own = kind == DsnKind.Failure && !toPostmaster && recipients.Any(r => r.StatusMessage == ConfigurationError && r.Mailer?.IsIpc == true);
            await services.Recipients.AddAsync(dsn, target, null, RecipientFlags.Primary | RecipientFlags.NotifyFailure, cancellation).ConfigureAwait(false);
            if (own)
                await services.Recipients.AddAsync(dsn, Postmaster, null, RecipientFlags.Primary | RecipientFlags.NotifyFailure, cancellation).ConfigureAwait(false);
            services.Log.Write(4, LogPriority.Info, failed.Id, dsn.Id + ": " + LogWord(failed, kind, toPostmaster, reason) + ": " + reason);
            if (dsn.Recipients.TrueForAll(r => r.State == RecipientState.Bad))
            {
                services.Queue.Discard(dsn);
                return null;
            }
            DsnReport report = Report(failed, recipients, kind, toPostmaster, copy, dsn);
            AddHeaders(dsn, report, reason, own ? Postmaster + ", " + target : null);
            await WriteAsync(data, report, cancellation).ConfigureAwait(false);
            if (failed.Has(EnvelopeFlags.Has8Bit) && !report.HeadersOnly)
                dsn.Flags |= EnvelopeFlags.Has8Bit;
            if (report.HeadersOnly)
                dsn.Flags |= EnvelopeFlags.NoBodyReturn;
            dsn.Size = report.HeadersOnly ? 0 : failed.Size + ReturnOverhead;
            int count = dsn.Recipients.Count(r => r.State is RecipientState.Ok or RecipientState.Queued);
            dsn.Priority = dsn.Size + count * (long)services.Configuration.Options.Get(OptionTable.RecipientFactor);
            await services.Groups.ChooseAsync(dsn, cancellation).ConfigureAwait(false);
            await services.Queue.CommitAsync(dsn, data).ConfigureAwait(false);
            // It is counted as mail of the local mailer.
            services.Statistics.Count(StatisticsColumn.MessagesFrom, services.Configuration.FindMailer("local"));
            return dsn;
        }
        catch
        {
            services.Queue.Discard(dsn);
            throw;
        }
    }

    private Envelope NewEnvelope(Envelope failed)
    {
        Envelope dsn = services.NewEnvelope(null);
        dsn.About = failed;
        dsn.Flags |= EnvelopeFlags.Response;
        dsn.DeliveryMode = 'i';
        dsn.ErrorMode = 'm';
        dsn.QueueGroup = failed.QueueGroup;
        dsn.IsFromQueue = failed.IsFromQueue;
        // A command's -B and -R hold for everything that it makes.
        if (failed.IsFromCommand)
        {
            dsn.BodyType = failed.BodyType;
            dsn.Flags |= failed.Flags & EnvelopeFlags.HasReturn;
        }
        string daemon = services.Configuration.Macros["n"] is { Length: > 0 } name ? name : DaemonName;
        dsn.Sender = new Address { Text = daemon, FullName = "Mail Delivery Subsystem" };
        MacroScope macros = dsn.Macros;
        macros["f"] = macros["g"] = daemon;
        macros["x"] = "Mail Delivery Subsystem";
        macros["_"] = macros["s"] = "localhost";
        macros["r"] = "";
        macros["daemon_flags"] = failed.Macros["daemon_flags"];
        return dsn;
    }

    private static string LogWord(Envelope failed, DsnKind kind, bool toPostmaster, string reason)
    {
        if (toPostmaster)
            return failed.Has(EnvelopeFlags.Response) ? "return to sender" : "postmaster notify";
        return kind == DsnKind.Warning || reason.StartsWith("Cannot send message for ", StringComparison.Ordinal) ? "sender notify" : "DSN";
    }

    private DsnReport Report(Envelope failed, IReadOnlyList<Address> recipients, DsnKind kind, bool toPostmaster, bool copy, Envelope dsn)
    {
        OptionValues options = services.Configuration.Options;
        long most = options.LargestMessage();
        copy |= toPostmaster && !IsNullSender(failed.Sender?.Text);
        return new DsnReport
        {
            Failed = failed, Recipients = recipients, Kind = kind, ToPostmaster = toPostmaster, Now = services.Clock.GetUtcNow(), Services = services,
            Mime = options.Get(OptionTable.SendMimeErrors),
            Boundary = string.Create(CultureInfo.InvariantCulture, $"{dsn.Id}.{dsn.Created.ToUnixTimeSeconds()}/{services.HostName}"),
            HeadersOnly = kind == DsnKind.Success || copy || failed.Class < 0 || failed.Has(EnvelopeFlags.NoBodyReturn) || (most > 0 && failed.Size > most)
                || (options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NoBodyReturn) != 0,
        };
    }

    private static void AddHeaders(Envelope dsn, DsnReport report, string reason, string? to)
    {
        void Add(string name, string value) => dsn.Headers.Add(new Header { Name = name, Value = " " + value });
        Add("To", to ?? string.Join(", ", dsn.Recipients.Where(r => r.Controller is null).Select(r => r.Text)));
        if (report.Mime)
        {
            Add("MIME-Version", "1.0");
            Add("Content-Type", "multipart/report; report-type=delivery-status;\n\tboundary=\"" + report.Boundary + "\"");
            if (report.Failed.Has(EnvelopeFlags.Has8Bit))
                Add("Content-Transfer-Encoding", "8bit");
        }
        Add("Subject", report.Kind switch
        {
            DsnKind.Failure => report.ToPostmaster ? "Postmaster notify: see transcript for details" : "Returned mail: see transcript for details",
            DsnKind.Warning => reason,
            _ => "Return receipt",
        });
        Add("Auto-Submitted", "auto-generated (" + report.Kind switch
        {
            DsnKind.Failure => report.ToPostmaster ? "postmaster-notification" : "failure",
            DsnKind.Warning => "warning-timeout",
            _ => "return-receipt",
        } + ")");
    }

    private static async ValueTask WriteAsync(FileStream data, DsnReport report, CancellationToken cancellation)
    {
        var text = new StringBuilder(4096);
        if (report.Mime)
            text.Append("This is a MIME-encapsulated message\n\n--").Append(report.Boundary).Append("\n\n");
        DsnText.Append(text, report);
        if (report.Mime)
            DsnStatusPart.Append(text, report);
        DsnOriginal.AppendIntroduction(text, report);
        DsnOriginal.AppendHeaders(text, report);
        data.Write(Latin1.ToBytes(text.ToString()));
        await DsnOriginal.WriteBodyAsync(data, report, cancellation).ConfigureAwait(false);
    }

    /// <summary>4 hours, 5 days: how warnings name a period.</summary>
    public static string Period(TimeSpan span)
    {
        (long number, string unit) = span.TotalDays >= 1 ? ((long)span.TotalDays, "day") : span.TotalHours >= 1 ? ((long)span.TotalHours, "hour")
            : span.TotalMinutes >= 1 ? ((long)span.TotalMinutes, "minute") : ((long)span.TotalSeconds, "second");
        return number.ToString(CultureInfo.InvariantCulture) + " " + unit + (number == 1 ? "" : "s");
    }
}
