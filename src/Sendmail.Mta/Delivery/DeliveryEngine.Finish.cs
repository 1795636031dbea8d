using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Mta.Dsn;

namespace Sendmail.Mta.Delivery;

/// <summary>What follows an attempt: messages too old, notifications, and the end or the next wait of the message.</summary>
public sealed partial class DeliveryEngine
{
    /// <summary>A line of the transcript for a recipient that was not delivered.</summary>
    private static string TranscriptLine(params IReadOnlyList<Address> recipients)
    {
        string names = string.Join(',', recipients.Select(r => r.Text));
        Address first = recipients[0];
        string message = first.StatusMessage ?? "";
        if ((first.State == RecipientState.Queued && !ExitMeaning.IsOfSystem(first.ExitStatus)) || message.StartsWith("Deferred", StringComparison.Ordinal))
            return names + "... " + message;
        if (first.Mailer?.Name == "*include*" && first.RemoteReply is { Length: > 3 } refusal)
            return refusal[..3] + " " + first.Status + " " + Aliasing.RecipientExpander.Complaint(first);
        if (first.IsForbidden)
            return "550 5.7.1 " + Aliasing.RecipientExpander.Complaint(first);
        if (ExitMeaning.Saying(message) is { } meaning && (meaning.Exit != SysExit.NoUser || first.StatusHost is not null || first.Mailer?.IsIpc == false && first.RemoteReply is null))
            return string.Create(CultureInfo.InvariantCulture, $"{meaning.Code} {meaning.Status} ") + (meaning.Code == 550 ? names + "... " : "") + message;
        // What the address is to blame for names it; what the mailer is to blame for does not.
        string code = first.RemoteReply is { Length: > 3 } reply && first.StatusHost is null && first.Mailer?.IsIpc != true && char.IsAsciiDigit(reply[0]) ? reply[..3] : first.Status.Subject == 1 ? "550" : "554";
        if (first.Status.Subject == 1 || message.StartsWith("User unknown", StringComparison.Ordinal) || message.StartsWith("Host unknown", StringComparison.Ordinal))
            return code + " " + first.Status + " " + (first is { FailureOrder: > 0, Place: { } place } ? place + ": " : "") + names + "... " + message;
        return code + " " + first.Status + " " + message;
    }

    private static string WithoutCodes(string line)
    {
        string[] words = line.Split(' ', 3);
        return words.Length == 3 && words[0].Length == 3 && int.TryParse(words[0], CultureInfo.InvariantCulture, out _) && EnhancedStatus.TryParse(words[1], out _) > 0 ? words[2] : line;
    }

    // What was wrong before anything was tried, and the lists that others answer for.
    private static void NoteEarlyFailures(Envelope envelope)
    {
        foreach (Address recipient in envelope.Recipients.Where(static r => r is { State: RecipientState.Bad, StatusMessage: not null }))
        {
            envelope.Transcript.Add(TranscriptLine(recipient));
            // The owner of a list hears of what was found wrong before the message was his without a word of its own.
            if (envelope.OwnedList is null)
                envelope.StatusMessage = Aliasing.RecipientExpander.Message(recipient);
        }
        envelope.Transcript.AddRange(envelope.SplitLists.Select(static list => "Message delivered to mailing list " + list));
        envelope.SplitLists.Clear();
    }

    private static string TranscriptStatus(Address recipient) => recipient.State + "\n" + recipient.Status + "\n" + recipient.StatusMessage;

    private static bool WantsFailure(Address recipient) => !recipient.Has(RecipientFlags.HasNotify) || recipient.Has(RecipientFlags.NotifyFailure);

    private static bool WantsDelay(Address recipient) => !recipient.Has(RecipientFlags.HasNotify) || recipient.Has(RecipientFlags.NotifyDelay);

    // RFC 2852: BY=…;R gives up when the time is over.
    private bool ExpireBeforeDelivery(Envelope envelope, Action<string>? verbose)
    {
        if (envelope.DeliverBy is not { } by || envelope.DeliverByMode != 'R' || envelope.Attempts <= 1 || services.Clock.GetUtcNow() - envelope.Created <= by)
            return false;
        List<Address> waiting = Waiting(envelope);
        if (waiting.Count == 0)
            return false;
        string text = DeliverByText(by);
        verbose?.Invoke(string.Join(',', waiting.Select(r => r.Text)) + "... " + text);
        GiveUp(envelope, waiting, new EnhancedStatus(5, 4, 7), text, string.Create(CultureInfo.InvariantCulture, $"Delivery time ({(long)by.TotalSeconds}s) expired"));
        return true;
    }

    private static string DeliverByText(TimeSpan by) => string.Create(CultureInfo.InvariantCulture, $"delivery time expired {(long)by.TotalSeconds}s");

    private static List<Address> Waiting(Envelope envelope) => envelope.Recipients.FindAll(r => r.State is RecipientState.Queued or RecipientState.Ok);

    private static void GiveUp(Envelope envelope, List<Address> recipients, EnhancedStatus status, string message, string transcript)
    {
        foreach (Address recipient in recipients)
        {
            recipient.State = RecipientState.Bad;
            recipient.Status = status;
            recipient.ExitStatus = SysExit.Ok;
            recipient.RemoteReply = null;
        }
        envelope.Transcript.Add(transcript);
        envelope.Transcript.Add("Message will be deleted from queue");
        envelope.StatusMessage = message;
    }

    /// <summary>Gives up what is too old. The reason, null when nothing is.</summary>
    private string? Expire(Envelope envelope, Action<string>? verbose)
    {
        List<Address> waiting = Waiting(envelope);
        if (waiting.Count == 0)
            return null;
        TimeSpan age = services.Clock.GetUtcNow() - envelope.Created;
        TimeSpan most = services.ReturnTimeout(envelope);
        if (age > most)
        {
            string reason = "Cannot send message for " + DsnBuilder.Period(most);
            verbose?.Invoke(reason);
            GiveUp(envelope, waiting, new EnhancedStatus(4, 4, 7), reason, "Message could not be delivered for " + DsnBuilder.Period(most));
            return reason;
        }
        if (envelope.DeliverBy is not { } by || envelope.DeliverByMode != 'R' || age <= by)
            return null;
        string text = DeliverByText(by);
        verbose?.Invoke(text);
        GiveUp(envelope, waiting, new EnhancedStatus(5, 4, 7), text, string.Create(CultureInfo.InvariantCulture, $"Delivery time ({(long)by.TotalSeconds}s) expired"));
        return text;
    }

    /// <summary>Tells the sender what is final, and keeps or ends the message: none of that is broken off, only the delivery of notifications is.</summary>
    public async ValueTask FinishAsync(Envelope envelope, Action<string>? verbose, CancellationToken cancellation)
    {
        List<Address> expired = envelope.StatusMessage?.StartsWith("delivery time expired", StringComparison.Ordinal) == true ? envelope.Recipients.FindAll(r => r.State == RecipientState.Bad) : [];
        string? reason = Expire(envelope, verbose) ?? (expired.Count > 0 ? envelope.StatusMessage : null);
        await ReportAsync(envelope, reason, verbose, cancellation).ConfigureAwait(false);
        Refuse(envelope);
        List<Address> waiting = Waiting(envelope);
        if (waiting.Count == 0)
        {
            services.Log.Write(10, LogPriority.Info, envelope.Id, "done; delay=" + MailDate.Delay(services.Clock.GetUtcNow() - envelope.Created) + ", ntries=" + envelope.Attempts.ToString(CultureInfo.InvariantCulture));
            services.Queue.Remove(envelope);
            return;
        }
        await WarnAsync(envelope, waiting, verbose, cancellation).ConfigureAwait(false);
        await services.Queue.RewriteAsync(envelope).ConfigureAwait(false);
        envelope.Lock?.Dispose();
        envelope.Lock = null;
    }

    // The sender knows.
    private static void Refuse(Envelope envelope)
    {
        foreach (Address recipient in envelope.Recipients)
        {
            if (recipient.State == RecipientState.Bad)
                recipient.State = RecipientState.Refused;
        }
    }

    /// <summary>Keeps a message of a command that failed when ErrorMode is p, or says that it could not; null when it need not be kept.</summary>
    public Func<Envelope, ValueTask<bool>>? SaveFailed { get; set; }

    /// <summary>
    /// Tells the sender of recipients that were wrong from the start; a message with no others ends. A client saw them refused in no
    /// dialogue: <paramref name="isDialogue"/> is false when a filter added them.
    /// </summary>
    public async ValueTask ReportFailuresAsync(Envelope envelope, Action<string>? verbose, CancellationToken cancellation, bool isDialogue = true)
    {
        if (!envelope.Recipients.Exists(r => r.State == RecipientState.Bad))
            return;
        if (isDialogue)
            NoteEarlyFailures(envelope);
        await ReportAsync(envelope, null, verbose, cancellation).ConfigureAwait(false);
        if (Waiting(envelope).Count == 0)
        {
            services.Queue.Remove(envelope);
            return;
        }
        if (!envelope.HasQueuedFailures)
            return;
        Refuse(envelope);
        await services.Queue.RewriteAsync(envelope).ConfigureAwait(false);
    }

    private async ValueTask ReportAsync(Envelope envelope, string? reason, Action<string>? verbose, CancellationToken cancellation)
    {
        List<Address> bad = envelope.Recipients.FindAll(r => r.State == RecipientState.Bad && WantsFailure(r));
        List<Address> reached = (services.Configuration.Options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NoReceipts) != 0 ? []
            : envelope.Recipients.FindAll(r => r.State == RecipientState.Sent && r.Has(RecipientFlags.HasNotify | RecipientFlags.NotifySuccess) && !r.Has(RecipientFlags.Delivered));
        if (bad.Count == 0 && reached.Count == 0)
            return;
        // What stands for more than one is told of once, with those that were reached.
        if (reached.Count > 0)
            reached.AddRange(envelope.Recipients.FindAll(r => r.State == RecipientState.Expanded && r.Has(RecipientFlags.HasNotify | RecipientFlags.NotifySuccess | RecipientFlags.ExpandedDsn) && !r.Has(RecipientFlags.Delivered)));
        foreach (Address recipient in reached)
            recipient.Flags |= RecipientFlags.Delivered;
        DsnKind kind = bad.Count > 0 ? DsnKind.Failure : DsnKind.Success;
        reason ??= bad.Count == 0 ? "Return receipt" : envelope.StatusMessage ?? "Unable to deliver mail";
        if (bad.Count > 0 && envelope.OwnedList is { } list)
            envelope.Transcript.Add("Message delivered to mailing list " + list);
        List<Address> told = envelope.Recipients.FindAll(r => bad.Contains(r) || reached.Contains(r));
        // The author was told on his terminal, or wants not to know. What cannot be kept for him is sent to him.
        if (bad.Count > 0 && envelope.ErrorMode is 'p' or 'q' && (envelope.ErrorMode == 'q' || SaveFailed is null || await SaveFailed(envelope).ConfigureAwait(false)))
            return;
        if (await services.Dsn.SendAsync(envelope, told, kind, reason, CancellationToken.None).ConfigureAwait(false) is { } dsn)
            await DeliverAsync(dsn, verbose, cancellation).ConfigureAwait(false);
        if (bad.Count > 0 && await services.Dsn.CopyPostmasterAsync(envelope, told, reason, CancellationToken.None).ConfigureAwait(false) is { } copy)
            await DeliverAsync(copy, verbose, cancellation).ConfigureAwait(false);
    }

    private async ValueTask WarnAsync(Envelope envelope, List<Address> waiting, Action<string>? verbose, CancellationToken cancellation)
    {
        if (envelope.Has(EnvelopeFlags.WarningSent))
            return;
        TimeSpan age = services.Clock.GetUtcNow() - envelope.Created;
        TimeSpan after = services.WarnTimeout(envelope);
        string reason;
        string transcript;
        if (envelope.DeliverBy is { } by && envelope.DeliverByMode == 'N' && age > by)
        {
            reason = transcript = string.Create(CultureInfo.InvariantCulture, $"Warning: Delivery time ({(long)by.TotalSeconds}s) exceeded");
        }
        else if (after > TimeSpan.Zero && age > after && envelope.DeliverBy is null)
        {
            reason = "Warning: could not send message for past " + DsnBuilder.Period(after);
            transcript = "Warning: message still undelivered after " + DsnBuilder.Period(after);
        }
        else
        {
            return;
        }
        List<Address> told = waiting.FindAll(WantsDelay);
        if (told.Count == 0 || envelope.Has(EnvelopeFlags.Response))
            return;
        envelope.Flags |= EnvelopeFlags.WarningSent;
        envelope.StatusMessage = reason;
        verbose?.Invoke(reason);
        envelope.Transcript.Add(transcript);
        envelope.Transcript.Add("Will keep trying until message is " + DsnBuilder.Period(services.ReturnTimeout(envelope)) + " old");
        if (await services.Dsn.SendAsync(envelope, told, DsnKind.Warning, reason, CancellationToken.None).ConfigureAwait(false) is { } dsn)
            await DeliverAsync(dsn, verbose, cancellation).ConfigureAwait(false);
    }
}
