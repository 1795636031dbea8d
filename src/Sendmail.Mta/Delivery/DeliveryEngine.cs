using System.Globalization;
using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Dsn;
using Sendmail.Mta.Logging;

namespace Sendmail.Mta.Delivery;

/// <summary>
/// Works through the recipients of an envelope that is in the queue and locked by us: groups them, hands them to their
/// agents, logs what became of each, tells the sender, and rewrites or removes the control file.
/// </summary>
public sealed partial class DeliveryEngine(MtaServices services)
{
    /// <summary>Tries all recipients that are due. Never throws for a message that fails; it stays queued.</summary>
    /// <param name="verbose">Where the dialogue is shown (-v), null for nowhere.</param>
    public async ValueTask DeliverAsync(Envelope envelope, Action<string>? verbose, CancellationToken cancellation)
    {
        MailLog.Concerns(() => envelope.Id);
        try
        {
            envelope.Attempts++;
            envelope.StatusMessage = null;
            envelope.LastTried = services.Clock.GetUtcNow();
            NoteEarlyFailures(envelope);
            if (!ExpireBeforeDelivery(envelope, verbose))
            {
                // What could not be resolved now waits for the next run.
                foreach (Address waiting in envelope.Recipients.Where(r => r.State == RecipientState.Queued))
                {
                    envelope.StatusMessage = waiting.StatusMessage;
                    LogQueued(envelope, waiting);
                    verbose?.Invoke(waiting.Text + "... " + QueuedMessage);
                }
                BreakLoop(envelope);
                int interval = services.Configuration.Options.Get(OptionTable.CheckpointInterval);
                int unsaved = 0;
                var order = new DeliveryOrder(services);
                if (envelope.Attempts > 1)
                    await order.SortAsync(envelope.Recipients, cancellation).ConfigureAwait(false);
                List<List<Address>> groups = await order.GroupAsync(envelope.Recipients, cancellation).ConfigureAwait(false);
                for (int i = 0; i < groups.Count; i++)
                {
                    List<Address> group = groups[i];
                    // After a crash nobody gets more than this many messages twice (op 5.6, CheckpointInterval).
                    if (interval > 0 && unsaved >= interval)
                    {
                        await services.Queue.RewriteAsync(envelope).ConfigureAwait(false);
                        unsaved = 0;
                    }
                    IReadOnlyList<Address> aside = await DeliverGroupAsync(envelope, group, order, verbose, cancellation).ConfigureAwait(false);
                    if (aside.Count > 0)
                        groups.InsertRange(i + 1, await order.GroupAsync(aside, cancellation).ConfigureAwait(false));
                    unsaved += group.Count;
                }
            }
            await FinishAsync(envelope, verbose, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await KeepAsync(envelope).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever went wrong, the message is still in the queue.
            services.Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(root): deliver: " + e.GetType().Name + ": " + e.Message);
            envelope.Lock?.Dispose();
            envelope.Lock = null;
        }
    }

    // The daemon ends: who has got the message is not to get it again, the others wait.
    private async ValueTask KeepAsync(Envelope envelope)
    {
        try
        {
            await services.Queue.RewriteAsync(envelope).ConfigureAwait(false);
            services.Log.Write(10, LogPriority.Info, envelope.Id, "delivery interrupted, the message waits for the next queue run");
        }
        catch (IOException e)
        {
            services.Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(root): delivery interrupted: " + e.Message);
        }
        envelope.Lock?.Dispose();
        envelope.Lock = null;
    }

    // MaxHopCount: our own Received: is no hop yet.
    private void BreakLoop(Envelope envelope)
    {
        int most = services.Configuration.Options.Get(OptionTable.MaxHopCount);
        int hops = envelope.Headers.Count(h => h.Name.Equals("received", StringComparison.OrdinalIgnoreCase)) - 1;
        if (hops <= most)
            return;
        envelope.HopCount = hops;
        SmtpReply reply = TooManyHops(envelope, most);
        foreach (Address recipient in envelope.Recipients.Where(r => r.State == RecipientState.Ok))
        {
            (recipient.State, recipient.Status, recipient.ExitStatus, recipient.StatusMessage) = (RecipientState.Bad, reply.Status, SysExit.Unavailable, reply.Text);
            recipient.RemoteReply = reply.ToString();
            envelope.Transcript.Add(TranscriptLine(recipient));
            envelope.StatusMessage = reply.Text;
            LogRecipients(envelope, [recipient], recipient.Mailer, null, TimeSpan.Zero);
        }
    }

    /// <summary>What is said about a message that went through too many machines.</summary>
    internal static SmtpReply TooManyHops(Envelope envelope, int most) => SmtpReply.Of(554, "5.4.6", string.Create(CultureInfo.InvariantCulture,
        $"Too many hops {envelope.HopCount} ({most} max): from {envelope.Macros["f"]} via {envelope.Macros["client_name"] ?? "localhost"}, to {envelope.Recipients.FirstOrDefault()?.Text}"));

    // Returns who has to go in transactions of their own.
    private async ValueTask<IReadOnlyList<Address>> DeliverGroupAsync(
        Envelope envelope, List<Address> group, DeliveryOrder order, Action<string>? verbose, CancellationToken cancellation)
    {
        Mailer mailer = group[0].Mailer!;
        string host = group[^1].Host;
        group.ForEach(static r => r.OwnMessage = null);
        DateTimeOffset start = services.Clock.GetUtcNow();
        var scope = new MacroScope(envelope.Macros)
        {
            ["h"] = host, ["u"] = group[0].User, ["z"] = group[0].Home,
        };
        string sender = DsnBuilder.IsNullSender(envelope.Sender?.Text) ? "" : CrackedAddress.Crack(envelope.Sender!.Text, "").Core;
        if (sender.Length == 0 && mailer.Has('g') is false && mailer.IsIpc)
            scope["g"] = "";
        else
            scope["g"] = await services.Addresses.RewriteForMailerAsync(sender.Length == 0 ? "MAILER-DAEMON" : sender, mailer, AddressRole.Sender, false, null, scope, cancellation).ConfigureAwait(false);
        var job = new DeliveryJob(envelope, mailer, host, group, scope) { Order = order, Verbose = verbose, OnFailure = r => NoteFailure(envelope, verbose, r) };
        job.OnSettled = r =>
        {
            r.StatusTime = services.Clock.GetUtcNow();
            LogRecipients(envelope, [r], mailer, job.Relay, r.StatusTime - start);
        };
        if (mailer.MaxMessageSize > 0 && envelope.Size > mailer.MaxMessageSize)
            job.SetAll(RecipientState.Bad, "5.2.3", SysExit.Unavailable, "Message is too large; " + mailer.MaxMessageSize.ToString(CultureInfo.InvariantCulture) + " bytes max");
        else
            await services.AgentFor(mailer).DeliverAsync(job, cancellation).ConfigureAwait(false);
        foreach (Address recipient in group.Where(r => r.State == RecipientState.Ok))
        {
            // Every machine was tried; the last reason stands.
            recipient.State = recipient.Status.Class == 5 ? RecipientState.Bad : RecipientState.Queued;
            recipient.StatusMessage ??= "Deferred";
        }
        LogGroup(envelope, job, services.Clock.GetUtcNow() - start);
        job.Logged();
        foreach (Address reached in group.Where(r => r.State == RecipientState.Sent))
            services.Statistics.CountDelivery(envelope, reached);
        Tell(job);
        foreach (IGrouping<string, Address> same in group.Except(job.Settled).Where(r => r.State is RecipientState.Bad or RecipientState.Queued).GroupBy(TranscriptStatus))
            NoteFailure(envelope, verbose, [.. same]);
        foreach (Address recipient in job.Settled.Concat(group))
            NoteExit(envelope, recipient);
        return job.SetAside;
    }

    // The transcript has what went wrong; who watches a queue run sees it as well, as nobody else is told there.
    private static void NoteFailure(Envelope envelope, Action<string>? verbose, params IReadOnlyList<Address> recipients)
    {
        string line = TranscriptLine(recipients);
        envelope.Transcript.Add(line);
        // The last failure is the message's status, or the first delay when nothing failed.
        if (recipients[0].State == RecipientState.Bad || ExitMeaning.IsOfSystem(recipients[0].ExitStatus))
            envelope.StatusMessage = recipients[0].StatusMessage;
        else
            envelope.StatusMessage ??= recipients[0].StatusMessage;
        if (envelope.IsFromQueue && (recipients[0].State == RecipientState.Bad || ExitMeaning.IsOfSystem(recipients[0].ExitStatus)))
            verbose?.Invoke(WithoutCodes(line));
    }

    // The first failure decides what a command or run ends with; that something waits is none.
    private static void NoteExit(Envelope envelope, Address recipient)
    {
        if (envelope.ExitStatus == SysExit.Ok && (recipient.State == RecipientState.Bad || (recipient.State == RecipientState.Queued && ExitMeaning.IsOfSystem(recipient.ExitStatus))))
            envelope.ExitStatus = recipient.ExitStatus;
    }

    // What failed for good is told by its report.
    private void Tell(DeliveryJob job)
    {
        foreach (Address recipient in job.Recipients.Except(job.Settled))
            recipient.StatusTime = services.Clock.GetUtcNow();
        foreach (IGrouping<string?, Address> same in job.Recipients.Except(job.Settled).Where(r => r.State != RecipientState.Bad && r.ExitStatus is not (SysExit.OsError or SysExit.IoError)).GroupBy(r => r.StatusMessage))
            job.Verbose?.Invoke(string.Join(',', same.Select(r => r.Text)) + "... " + same.Key);
    }

    // Recipients with the same result share a line, but for those that were settled early and have theirs.
    private void LogGroup(Envelope envelope, DeliveryJob job, TimeSpan took)
    {
        foreach (IGrouping<(string?, string, RecipientState), Address> same in job.Recipients.Except(job.Settled).GroupBy(r => (r.StatusMessage, r.Status.ToString(), r.State)))
            LogRecipients(envelope, [.. same], job.Mailer, job.Relay, took);
    }

    private const string QueuedMessage = "queued";

    /// <summary>Writes the <c>to=</c> line of a recipient that waits for a queue run.</summary>
    public void LogQueued(Envelope envelope, Address recipient)
    {
        recipient.StatusMessage = envelope.QuarantineReason is null ? QueuedMessage : "quarantined";
        LogRecipients(envelope, [recipient], recipient.Mailer, null, null);
    }

    // Whose doing a delivery is: for programs, files and what fails at once the list, alias or user that named it, otherwise a sender of this system.
    private void AppendController(StringBuilder line, Envelope envelope, Address recipient, bool early)
    {
        if (!early && recipient.Mailer?.Name is not ("prog" or "*file*"))
        {
            if (envelope.Sender is { UserId: >= 0 } sender && !DsnBuilder.IsNullSender(sender.Text))
                line.Append(CultureInfo.InvariantCulture, $", ctladdr={sender.Text} ({sender.UserId}/{sender.GroupId})");
            return;
        }
        if (recipient.Controller is not { } from)
            return;
        line.Append(", ctladdr=").Append(from.Text);
        if (from is { UserId: >= 0, RunAsName: not null })
            line.Append(CultureInfo.InvariantCulture, $" ({from.UserId}/{from.GroupId})");
        else if (recipient.Has(RecipientFlags.Alias))
            line.Append(CultureInfo.InvariantCulture, $" ({services.Configuration.Options.Get(OptionTable.DefaultUser).UserId}/0)");
    }

    // The worse, the lower.
    private static int LevelOf(Address recipient) => recipient.State switch
    {
        RecipientState.Sent => 8,
        RecipientState.Bad => 7,
        _ => recipient.StatusMessage is null ? 10 : recipient.ExitStatus == SysExit.TempFail ? 9 : 8,
    };

    /// <summary>Writes the <c>to=</c> line of recipients with one result.</summary>
    public void LogRecipients(Envelope envelope, IReadOnlyList<Address> recipients, Mailer? mailer, string? relay, TimeSpan? took)
    {
        Address first = recipients[0];
        bool early = took is null && first.State == RecipientState.Bad;
        var line = new StringBuilder("to=");
        line.AppendJoin(',', recipients.Select(r => r.Text));
        if (first.StatusMessage != QueuedMessage)
            AppendController(line, envelope, first, early);
        line.Append(", delay=").Append(MailDate.Delay(services.Clock.GetUtcNow() - envelope.Created));
        if (took is { } span)
            line.Append(", xdelay=").Append(MailDate.Delay(span));
        if (mailer is not null)
            line.Append(", mailer=").Append(mailer.Name);
        // Less than nothing is shown as the most there is, as the reference does.
        line.Append(", pri=").Append(envelope.Priority < 0 ? long.MaxValue : envelope.Priority);
        if (relay is not null)
            line.Append(", relay=").Append(relay);
        if (!first.Status.IsEmpty)
            line.Append(", dsn=").Append(first.Status);
        if (first.RemoteReply is [>= '4' and <= '5', ..] reply && (first.StatusHost is not null || early) && first.State != RecipientState.Sent)
            line.Append(", reply=").Append(reply.Split('\n')[0]);
        line.Append(", stat=").Append(first.StatusMessage ?? "queued");
        services.Log.Write(LevelOf(first), LogPriority.Info, envelope.Id, line.ToString());
    }
}
