using System.Globalization;
using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Mta.Mime;
using Sendmail.Wire.Smtp;

namespace Sendmail.Mta.Delivery;

/// <summary>
/// One message in one session: MAIL, RCPT for each recipient, DATA and the message, and what each answer means. What is left
/// for another machine to try stays <see cref="RecipientState.Ok"/>, with the reason.
/// </summary>
internal sealed class SmtpTransaction(DeliveryJob job, SmtpClient client, string host, List<Address> recipients, MtaServices services)
{
    private const string ServiceUnavailable = "Service unavailable";
    private const int ResetError = 104;
    private const int TimedOutError = 110;
    private const string ProtocolError = "Remote protocol error";
    private static readonly EnhancedStatus _lost = new(4, 4, 2);
    private readonly OptionValues _options = services.Configuration.Options;
    private readonly bool _lmtp = job.Mailer.Has('z');

    /// <summary>tls_rcpt: asked for each recipient before RCPT; a refusal is its result.</summary>
    internal required Func<Address, ValueTask<SmtpReply?>> Policy { get; init; }

    /// <summary>Runs it; results are in the recipients, and the client is closed when it cannot be used again.</summary>
    internal async ValueTask RunAsync(CancellationToken cancellation)
    {
        RemoteReply mail;
        try
        {
            mail = await client.CommandAsync(MailCommand(services.Configuration, job, client), _options.Get(OptionTable.TimeoutMail), "client MAIL", cancellation).ConfigureAwait(false);
        }
        catch (SmtpConnectionException e)
        {
            DeferLost(job, host, e, false);
            return;
        }
        if (!mail.IsPositive)
        {
            await RefuseMailAsync(mail).ConfigureAwait(false);
            return;
        }
        if (await RecipientsAsync(cancellation).ConfigureAwait(false) is { } accepted)
            await DataAsync(accepted, cancellation).ConfigureAwait(false);
    }

    /// <summary>Leaves everybody who has no result yet for another machine or another time, because the connection failed.</summary>
    /// <param name="job">The job.</param>
    /// <param name="host">The machine.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="silent">A connection that was closed is not described.</param>
    /// <param name="greeted">Whether both sides had introduced themselves.</param>
    internal static void DeferLost(DeliveryJob job, string host, SmtpConnectionException failure, bool silent, bool greeted = true)
    {
        job.NoteStatus("reply: read error from " + host);
        job.HostOutcome = failure.Kind switch
        {
            ConnectionFailure.Lost => new HostOutcome(ResetError, SysExit.TempFail, "4.4.2", greeted ? "451 4.4.2 reply: read error from " + host : ""),
            ConnectionFailure.TimedOut => new HostOutcome(TimedOutError, SysExit.TempFail, "4.4.2", ""),
            _ => new HostOutcome(0, SysExit.TempFail, "4.4.2", ""),
        };
        string text = failure.Kind == ConnectionFailure.Lost ? silent ? "Deferred" : "Deferred: " + failure.Message + " by " + host : "Deferred: " + failure.Message + " with " + host;
        foreach (Address recipient in job.Recipients.Where(r => r.State == RecipientState.Ok))
            Assign(recipient, RecipientState.Ok, _lost, SysExit.TempFail, text, recipient.RemoteReply);
    }

    private static void Assign(Address recipient, RecipientState state, EnhancedStatus status, SysExit exit, string message, string? reply)
    {
        recipient.State = state;
        recipient.Status = status;
        recipient.ExitStatus = exit;
        recipient.StatusMessage = message;
        recipient.RemoteReply = reply;
    }

    private void Complain(string stage, RemoteReply reply) =>
        services.Log.Write(1, LogPriority.Critical, job.Envelope.Id, host + ": SMTP " + stage + " protocol error: " + reply.Text);

    private ValueTask QuitAsync() => client.QuitAsync(_options.Get(OptionTable.TimeoutQuit), true);

    // The sender is not to be told which machine it was; the log tells the reply all the same.
    private void ForgetHostAfterLog(IEnumerable<Address> refused)
    {
        List<Address> all = [.. refused];
        all.ForEach(r => r.StatusHost = host);
        job.AfterLog(() => all.ForEach(r => r.StatusHost = null));
    }

    private async ValueTask RefuseMailAsync(RemoteReply reply)
    {
        ForgetHostAfterLog(recipients);
        if (reply.Code != 421)
            job.HostOutcome = new HostOutcome(0, SysExit.Ok, (reply.IsTemporary ? reply.StatusOrMeaning : reply.StatusOrDefault).ToString(), reply.Text);
        if (reply.IsTemporary)
        {
            if (reply.Code == 421)
                await QuitAsync().ConfigureAwait(false);
            foreach (Address recipient in recipients)
                Assign(recipient, RecipientState.Ok, reply.StatusOrMeaning, SysExit.TempFail, "Deferred: " + reply.Text, reply.Text);
            return;
        }
        if (reply.Code < 500)
        {
            Complain("MAIL", reply);
            await QuitAsync().ConfigureAwait(false);
            foreach (Address recipient in recipients)
                Assign(recipient, RecipientState.Bad, new EnhancedStatus(5, 5, 1), SysExit.Protocol, ProtocolError, reply.Text);
            return;
        }
        // Too large: what comes back need not be.
        if (reply.Code == 552)
            job.Envelope.Flags |= EnvelopeFlags.NoBodyReturn;
        bool data = reply.Code is 501 or 553;
        foreach (Address recipient in recipients)
            Assign(recipient, RecipientState.Bad, reply.StatusOrDefault, data ? SysExit.DataError : SysExit.Unavailable, data ? "Data format error" : ServiceUnavailable, reply.Text);
    }

    // Those that the server takes; null when the connection did not last. With PIPELINING everything is sent at once, DATA too.
    private async ValueTask<List<Address>?> RecipientsAsync(CancellationToken cancellation)
    {
        bool pipelining = client.Keywords.Contains("PIPELINING");
        List<Address> asked = recipients;
        var accepted = new List<Address>();
        int at = 0;
        try
        {
            if (pipelining && (asked = await SendAheadAsync(cancellation).ConfigureAwait(false)).Count == 0)
            {
                await ResetAsync(cancellation).ConfigureAwait(false);
                return null;
            }
            for (; at < asked.Count; at++)
            {
                if (!pipelining)
                {
                    if (await Policy(asked[at]).ConfigureAwait(false) is { } refusal)
                    {
                        KeepBack(asked[at], refusal);
                        continue;
                    }
                    await client.SendAsync([RecipientCommand(asked[at])], cancellation).ConfigureAwait(false);
                }
                RemoteReply reply = await client.ReadReplyAsync(_options.Get(OptionTable.TimeoutRcpt), "client RCPT", cancellation).ConfigureAwait(false);
                if (reply.IsPositive)
                {
                    accepted.Add(asked[at]);
                    asked[at].RemoteReply = reply.Text;
                    continue;
                }
                if (reply.Code == 421)
                    await QuitAsync().ConfigureAwait(false);
                SettleRecipient(asked[at], reply);
                if (client.IsOpen)
                    continue;
                DeferRest(reply, default);
                return null;
            }
        }
        catch (SmtpConnectionException e)
        {
            if (e.Kind == ConnectionFailure.Lost && at < asked.Count)
            {
                job.NoteStatus("reply: read error from " + host);
                asked[at].StatusHost = host;
                Assign(asked[at], RecipientState.Queued, _lost, SysExit.TempFail, "Deferred", null);
                job.KeepBack(asked[at]);
            }
            DeferLost(job, host, e, false);
            return null;
        }
        if (!pipelining && accepted.Count > 0)
            await client.SendAsync(["DATA"], cancellation).ConfigureAwait(false);
        else if (!pipelining)
            await ResetAsync(cancellation).ConfigureAwait(false);
        return accepted.Count > 0 || pipelining ? accepted : null;
    }

    // RCPT for everybody that may be sent here, and DATA, without waiting: in one piece as long as nobody is kept back.
    private async ValueTask<List<Address>> SendAheadAsync(CancellationToken cancellation)
    {
        var asked = new List<Address>(recipients.Count);
        var commands = new List<string>(recipients.Count + 1);
        foreach (Address recipient in recipients)
        {
            if (await Policy(recipient).ConfigureAwait(false) is not { } refusal)
            {
                asked.Add(recipient);
                commands.Add(RecipientCommand(recipient));
                continue;
            }
            // What was decided about one is shown (-v) behind the commands for those before.
            if (commands.Count > 0)
                await client.SendAsync(commands, cancellation).ConfigureAwait(false);
            commands.Clear();
            KeepBack(recipient, refusal);
        }
        if (asked.Count > 0)
            await client.SendAsync([.. commands, "DATA"], cancellation).ConfigureAwait(false);
        return asked;
    }

    private void KeepBack(Address recipient, SmtpReply refusal)
    {
        recipient.StatusHost = null;
        job.NoteStatus(refusal.Text);
        if (refusal.IsTemporary)
        {
            Assign(recipient, RecipientState.Queued, new EnhancedStatus(4, 0, 0), SysExit.TempFail, "Deferred: " + refusal, refusal.ToString());
            job.KeepBack(recipient);
            return;
        }
        Assign(recipient, RecipientState.Bad, new EnhancedStatus(5, 6, 0), SysExit.DataError, "Data format error", refusal.ToString());
        job.Settle(recipient);
    }

    private void SettleRecipient(Address recipient, RemoteReply reply)
    {
        recipient.StatusHost = host;
        if (reply.IsTemporary)
        {
            // Another machine may take it.
            Assign(recipient, RecipientState.Queued, reply.StatusOrMeaning, SysExit.TempFail, "Deferred: " + reply.Text, reply.Text);
            job.KeepBack(recipient);
            return;
        }
        if (reply.Code is 550 or 551 or 553)
        {
            EnhancedStatus status = reply.Code == 550 && reply.Status.IsEmpty ? new EnhancedStatus(5, 1, 1) : reply.StatusOrMeaning;
            Assign(recipient, RecipientState.Bad, status, SysExit.NoUser, "User unknown", reply.Text);
        }
        else if (reply.Code >= 500)
        {
            Assign(recipient, RecipientState.Bad, reply.StatusOrMeaning, SysExit.Unavailable, ServiceUnavailable, reply.Text);
        }
        else
        {
            Complain("RCPT", reply);
            Assign(recipient, RecipientState.Bad, new EnhancedStatus(5, 0, 0), SysExit.Protocol, ProtocolError, reply.Text);
        }
        job.Settle(recipient);
    }

    private void DeferRest(RemoteReply reply, EnhancedStatus status)
    {
        foreach (Address recipient in recipients.Where(r => r.State == RecipientState.Ok))
        {
            recipient.StatusHost = host;
            Assign(recipient, RecipientState.Ok, status.IsEmpty ? new EnhancedStatus(4, 0, 0) : status, SysExit.TempFail, "Deferred: " + reply.Text, reply.Text);
        }
    }

    private async ValueTask<RemoteReply?> ResetAsync(CancellationToken cancellation)
    {
        try
        {
            return await client.CommandAsync("RSET", _options.Get(OptionTable.TimeoutRset), "client RSET", cancellation).ConfigureAwait(false);
        }
        catch (SmtpConnectionException)
        {
            return null;
        }
    }

    private async ValueTask DataAsync(List<Address> accepted, CancellationToken cancellation)
    {
        try
        {
            RemoteReply reply = await client.ReadReplyAsync(_options.Get(OptionTable.TimeoutDatainit), "client DATA 354", cancellation).ConfigureAwait(false);
            if (accepted.Count == 0)
                await EndWithNobodyAsync(reply, cancellation).ConfigureAwait(false);
            else if (reply.Code == 354)
                await MessageAsync(accepted, cancellation).ConfigureAwait(false);
            else
                await RefuseDataAsync(accepted, reply, cancellation).ConfigureAwait(false);
        }
        catch (SmtpConnectionException e)
        {
            accepted.ForEach(r => r.StatusHost = host);
            DeferLost(job, host, e, true);
        }
    }

    // DATA was on its way before it was known that nobody is left.
    private async ValueTask EndWithNobodyAsync(RemoteReply reply, CancellationToken cancellation)
    {
        if (reply.Code != 354)
        {
            await ResetAsync(cancellation).ConfigureAwait(false);
            return;
        }
        await client.SendBodyAsync(null, cancellation).ConfigureAwait(false);
        await client.ReadReplyAsync(_options.Get(OptionTable.TimeoutDatafinal), "client DATA status", cancellation).ConfigureAwait(false);
    }

    private async ValueTask RefuseDataAsync(List<Address> accepted, RemoteReply reply, CancellationToken cancellation)
    {
        if (reply.IsTemporary)
        {
            await QuitAsync().ConfigureAwait(false);
            DeferRest(reply, default);
            return;
        }
        bool nonsense = reply.Code < 500;
        if (nonsense)
            Complain("DATA-1", reply);
        RemoteReply? reset = await ResetAsync(cancellation).ConfigureAwait(false);
        foreach (Address recipient in accepted)
        {
            recipient.StatusHost = host;
            if (nonsense)
                Assign(recipient, RecipientState.Bad, new EnhancedStatus(5, 5, 1), SysExit.Protocol, ProtocolError, reset?.Text);
            else
                Assign(recipient, RecipientState.Bad, new EnhancedStatus(5, 0, 0), SysExit.Unavailable, ServiceUnavailable, reply.Text);
        }
        // The report speaks of the protocol and quotes nothing.
        if (!nonsense)
        {
            job.AfterLog(() => accepted.ForEach(r =>
            {
                r.Status = new EnhancedStatus(5, 5, 0);
                r.RemoteReply = null;
            }));
        }
    }

    private async ValueTask MessageAsync(List<Address> accepted, CancellationToken cancellation)
    {
        await client.SendBodyAsync(output => services.Writer.WriteAsync(job.Envelope, job.Mailer, job.Scope, output, true, client.Keywords.Contains("8BITMIME"), true, cancellation), cancellation).ConfigureAwait(false);
        TimeSpan wait = _options.Get(OptionTable.TimeoutDatafinal);
        if (_lmtp)
        {
            foreach (Address recipient in accepted)
                SettleDelivery(recipient, await client.ReadReplyAsync(wait, "client DATA status", cancellation).ConfigureAwait(false));
            return;
        }
        RemoteReply reply = await client.ReadReplyAsync(wait, "client DATA status", cancellation).ConfigureAwait(false);
        if (reply.Code == 421)
            await QuitAsync().ConfigureAwait(false);
        job.HostOutcome = new HostOutcome(0, reply.IsTemporary ? SysExit.TempFail : SysExit.Ok, (reply.IsPositive ? reply.StatusOrDefault : reply.StatusOrMeaning).ToString(), client.LastReply?.Text ?? reply.Text);
        if (reply.IsTemporary)
        {
            DeferRest(reply, reply.StatusOrMeaning);
            return;
        }
        bool refused = reply.Code is (>= 550 and <= 554) or 556;
        if (!reply.IsPositive && !refused)
            Complain("DATA-2", reply);
        foreach (Address recipient in accepted)
        {
            recipient.StatusHost = host;
            if (reply.IsPositive)
                Assign(recipient, RecipientState.Sent, reply.StatusOrDefault, SysExit.Ok, "Sent (" + reply.Comment + ")", recipient.RemoteReply);
            else
                Assign(recipient, RecipientState.Bad, reply.StatusOrMeaning with { Class = 5 }, refused ? SysExit.Unavailable : SysExit.Protocol, refused ? ServiceUnavailable : ProtocolError, reply.Text);
        }
    }

    // LMTP answers for each recipient.
    private void SettleDelivery(Address recipient, RemoteReply reply)
    {
        recipient.StatusHost = host;
        // Those who got it are told of together.
        if (reply.IsPositive)
        {
            Assign(recipient, RecipientState.Sent, reply.StatusOrDefault, SysExit.Ok, "Sent", reply.Text);
            return;
        }
        if (reply.IsTemporary)
            Assign(recipient, RecipientState.Queued, reply.StatusOrMeaning, SysExit.TempFail, "Deferred: " + reply.Text, reply.Text);
        else
            Assign(recipient, RecipientState.Bad, reply.StatusOrMeaning with { Class = 5 }, SysExit.Unavailable, ServiceUnavailable + " (" + reply.Comment + ")", reply.Text);
        job.Settle(recipient);
    }

    /// <summary>The MAIL command of a message, with what the server understands.</summary>
    internal static string MailCommand(Configuration configuration, DeliveryJob job, SmtpClient client)
    {
        Envelope envelope = job.Envelope;
        var command = new StringBuilder("MAIL From:<").Append(job.Scope["g"]).Append('>');
        if (client.Keywords.Contains("SIZE") && envelope.Size > 0)
            command.Append(CultureInfo.InvariantCulture, $" SIZE={envelope.Size}");
        if (client.Keywords.Contains("8BITMIME") && ConversionPlan.BodyParameter(configuration, envelope, job.Mailer) is { } body)
            command.Append(" BODY=").Append(body);
        if (client.Keywords.Contains("DSN"))
        {
            if (envelope.EnvelopeId is not null)
                command.Append(" ENVID=").Append(envelope.EnvelopeId);
            if (envelope.Has(EnvelopeFlags.HasReturn))
                command.Append(envelope.Has(EnvelopeFlags.NoBodyReturn) ? " RET=HDRS" : " RET=FULL");
        }
        return command.ToString();
    }

    private string RecipientCommand(Address recipient)
    {
        var command = new StringBuilder("RCPT To:<").Append(recipient.RewrittenUser).Append('>');
        // Members of lists are nobody's whom the sender asked about.
        if (!client.Keywords.Contains("DSN") || !recipient.Has(RecipientFlags.Primary))
            return command.ToString();
        if (recipient.Has(RecipientFlags.HasNotify))
        {
            var words = new List<string>();
            if (recipient.Has(RecipientFlags.NotifySuccess))
                words.Add("SUCCESS");
            if (recipient.Has(RecipientFlags.NotifyFailure))
                words.Add("FAILURE");
            if (recipient.Has(RecipientFlags.NotifyDelay))
                words.Add("DELAY");
            command.Append(" NOTIFY=").Append(words.Count == 0 ? "NEVER" : string.Join(',', words));
        }
        if (recipient.OriginalRecipient is not null)
            command.Append(" ORCPT=").Append(recipient.OriginalRecipient);
        return command.ToString();
    }
}
