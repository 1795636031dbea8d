using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Collecting;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Smtp;

namespace Sendmail.Mta.Daemon;

// MAIL, RCPT, DATA.
public sealed partial class SmtpServerSession
{
    private async ValueTask MailAsync(string argument)
    {
        _useful = true;
        if (_helo is null && (_options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NeedMailHelo) != 0)
        {
            await ReplyAsync(503, "5.0.0", "Polite people say HELO first").ConfigureAwait(false);
            return;
        }
        if (_port.Has('a') || _features.Contains('l'))
        {
            await ReplyAsync(530, "5.7.0", "Authentication required").ConfigureAwait(false);
            return;
        }
        if (_envelope is not null)
        {
            await ReplyAsync(503, "5.5.0", "Sender already specified").ConfigureAwait(false);
            return;
        }
        SmtpPath path = SmtpCommandParser.ReadPath(argument, "FROM");
        if (path.Error is { } syntax)
        {
            await ReplyAsync(syntax).ConfigureAwait(false);
            return;
        }
        Envelope envelope = _services.NewEnvelope(_session);
        envelope.ErrorMode = 'm';
        envelope.Id = _services.Queue.NewId();
        envelope.Macros["i"] = envelope.Id;
        if (_port.DeliveryMode is { } mode)
            envelope.DeliveryMode = mode;
        if (Unbalanced(path.Address) is { } unbalanced)
        {
            await ReplyAsync(unbalanced, path.Address).ConfigureAwait(false);
            return;
        }
        ParsedAddress parsed = await _services.Addresses.ParseAsync(path.Address, envelope.Macros, AddressRole.Sender, _stop).ConfigureAwait(false);
        if (parsed.Address is null && !IsNullPath(path.Address))
        {
            await ReplyAsync(parsed.Error!, path.Address).ConfigureAwait(false);
            return;
        }
        envelope.Sender = parsed.Address ?? new Address { Text = "<>" };
        envelope.Sender.Text = path.Address;
        string bare = CrackedAddress.Crack(path.Address, "").Core;
        envelope.Macros["f"] = bare;
        envelope.Macros["g"] = bare.Length == 0 ? "MAILER-DAEMON" : bare;
        if (envelope.Sender.Mailer is { } mailer)
        {
            envelope.Macros["mail_mailer"] = mailer.Name;
            envelope.Macros["mail_host"] = envelope.Sender.Host;
            envelope.Macros["mail_addr"] = envelope.Sender.User;
            if (bare.Length > 0)
                envelope.Macros["g"] = await _services.Addresses.RewriteForMailerAsync(bare, mailer, AddressRole.Sender, false, null, envelope.Macros, _stop).ConfigureAwait(false);
        }
        SmtpReply? problem = EnvelopeParameters.Apply(envelope, path.Parameters, ParameterRules(), out long announced);
        if (problem is not null)
        {
            LogRefusedSender(envelope);
            await ReplyAsync(problem).ConfigureAwait(false);
            return;
        }
        if (!await RoomForAsync(announced).ConfigureAwait(false))
            return;
        envelope.Size = announced;
        envelope.Macros["msg_size"] = announced.ToString(CultureInfo.InvariantCulture);
        CheckResult check = await _services.Checks.CheckAsync("check_mail", path.Address, null, envelope.Macros, _stop).ConfigureAwait(false);
        if (!await AcceptAsync(check, "check_mail", path.Address, envelope, path.Address).ConfigureAwait(false))
        {
            LogRefusedSender(envelope);
            return;
        }
        _envelope = envelope;
        _fromLogged = false;
        await ReplyAsync(250, "2.1.0", path.Address + "... Sender ok").ConfigureAwait(false);
    }

    // A sender that was understood is told of though the command failed.
    private void LogRefusedSender(Envelope envelope) => MessageCollector.LogFrom(_services, envelope, IsNetwork ? DaemonName : null);

    // A bracket that is opened in one piece of a list and not closed before its end.
    private static SmtpReply? Unbalanced(string path)
    {
        int open = 0;
        bool quoted = false;
        for (int i = 0; i < path.Length; i++)
        {
            switch (path[i])
            {
                case '\\': i++; break;
                case '"': quoted = !quoted; break;
                case '<' when !quoted: open++; break;
                case '>' when !quoted: open--; break;
                default: break;
            }
        }
        return open > 0 && !quoted ? SmtpReply.Of(553, "5.0.0", "Unbalanced '<'") : null;
    }

    private static bool IsNullPath(string path) => path.Replace(" ", "", StringComparison.Ordinal) == "<>";

    private async ValueTask<bool> RoomForAsync(long announced)
    {
        long limit = _options.Get(OptionTable.MaxMessageSize);
        if (limit > 0 && announced > limit)
        {
            await ReplyAsync(552, "5.2.3", "Message size exceeds fixed maximum message size (" + limit.ToString(CultureInfo.InvariantCulture) + ")").ConfigureAwait(false);
            return false;
        }
        if (_services.Queue.HasRoom(announced))
            return true;
        _services.Log.Write(0, LogPriority.Alert, "NOQUEUE", "low on space (" + Relay + " needs " + announced.ToString(CultureInfo.InvariantCulture) + " bytes)");
        await ReplyAsync(452, "4.4.5", "Insufficient disk space; try again later").ConfigureAwait(false);
        return false;
    }

    // Whether the command goes on; a rejection is logged and answered here.
    private async ValueTask<bool> AcceptAsync(CheckResult check, string ruleSet, string argument, Envelope envelope, string? about)
    {
        switch (check.Kind)
        {
            case CheckKind.Reject:
                // Replies about the client or the servers asked do not name the sender.
                bool general = ruleSet == "check_mail" && check.Reply!.Code is (451 or 454 or 554);
                SmtpReply reply = about is null || general ? check.Reply! : check.Reply! with { Text = about + "... " + check.Reply!.Text };
                LogReject(ruleSet, argument, null, reply, envelope.Id);
                await ReplyAsync(reply).ConfigureAwait(false);
                return false;
            case CheckKind.Discard:
                envelope.Flags |= EnvelopeFlags.Discard;
                _services.Log.Write(5, LogPriority.Notice, envelope.Id, "ruleset=" + ruleSet + ", arg1=" + argument + ", relay=" + Relay + ", discard");
                return true;
            case CheckKind.Quarantine:
                envelope.QuarantineReason ??= check.Reason;
                envelope.Macros["quarantine"] = check.Reason;
                _services.Log.Write(5, LogPriority.Info, envelope.Id, "ruleset=" + ruleSet + ", arg1=" + argument + ", relay=" + Relay + ", quarantine=" + check.Reason);
                return true;
            default:
                return true;
        }
    }

    private async ValueTask RecipientAsync(string argument)
    {
        if (_envelope is not { } envelope)
        {
            await ReplyAsync(503, "5.0.0", "Need MAIL before RCPT").ConfigureAwait(false);
            return;
        }
        int most = _options.Get(OptionTable.MaxRecipientsPerMessage);
        if (most > 0 && envelope.Recipients.Count(r => r.Has(RecipientFlags.Primary)) >= most)
        {
            _services.Log.Write(5, LogPriority.Info, envelope.Id, "too many recipients");
            await ReplyAsync(452, "4.5.3", "Too many recipients").ConfigureAwait(false);
            return;
        }
        if (IsHarvester())
        {
            _services.Log.Write(5, LogPriority.Info, envelope.Id, Relay + ": Possible SMTP RCPT flood, shutting down connection.");
            await CloseAsync(envelope, 421, "4.7.0", Host + " Too many bad recipients; closing connection").ConfigureAwait(false);
            return;
        }
        SmtpPath path = SmtpCommandParser.ReadPath(argument, "TO");
        if (path.Error is { } syntax)
        {
            _services.Log.Write(5, LogPriority.Notice, envelope.Id, syntax.Text);
            await ReplyAsync(syntax).ConfigureAwait(false);
            return;
        }
        int throttle = _options.Get(OptionTable.BadRcptThrottle);
        if (throttle > 0 && _badRecipients >= throttle)
            await Task.Delay(TimeSpan.FromSeconds(1), _services.Clock, _stop).ConfigureAwait(false);
        if (IsNullPath(path.Address))
        {
            await BadRecipientAsync(SmtpReply.Of(553, "5.0.0", "User address required"), path.Address).ConfigureAwait(false);
            return;
        }
        if (Unbalanced(path.Address) is { } unbalanced)
        {
            await BadRecipientAsync(unbalanced, path.Address).ConfigureAwait(false);
            return;
        }
        envelope.Macros["rcpt_mailer"] = null;
        Address probe = await _services.Recipients.ResolveAsync(envelope, path.Address, null, _stop).ConfigureAwait(false);
        if (probe.State == RecipientState.Bad)
        {
            SmtpReply reply = new(int.TryParse(probe.RemoteReply.AsSpan(0, 3), out int code) ? code : 550, probe.Status, probe.StatusMessage ?? "");
            await BadRecipientAsync(reply.Text.StartsWith("Cannot mail directly", StringComparison.Ordinal) ? SmtpReply.Of(550, "5.7.1", reply.Text) : reply, path.Address).ConfigureAwait(false);
            return;
        }
        if (probe.Mailer is not null)
        {
            envelope.Macros["rcpt_mailer"] = probe.Mailer.Name;
            envelope.Macros["rcpt_host"] = probe.Host;
            envelope.Macros["rcpt_addr"] = probe.User;
        }
        CheckResult check = await _services.Checks.CheckAsync("check_rcpt", path.Address, null, envelope.Macros, _stop).ConfigureAwait(false);
        if (!await AcceptAsync(check, "check_rcpt", path.Address, envelope, path.Address).ConfigureAwait(false))
        {
            _badRecipients++;
            return;
        }
        if (check.Kind == CheckKind.Discard)
        {
            // The whole message will be thrown away: whether there is such a user does not matter.
            envelope.Recipients.Add(new Address { Text = path.Address, State = RecipientState.DontSend, Flags = RecipientFlags.Primary });
            await ReplyAsync(250, "2.1.5", path.Address + "... Recipient ok").ConfigureAwait(false);
            return;
        }
        SmtpReply? problem = EnvelopeParameters.ApplyRecipient(path.Parameters, ParameterRules(), out RecipientFlags flags, out string? original);
        if (problem is not null)
        {
            _services.Log.Write(5, LogPriority.Notice, envelope.Id, problem.Text);
            await ReplyAsync(problem).ConfigureAwait(false);
            return;
        }
        int before = envelope.Recipients.Count;
        Address address = await _services.Recipients.AddUnexpandedAsync(envelope, path.Address, RecipientFlags.Primary | flags, _stop).ConfigureAwait(false);
        if (address.State == RecipientState.Bad)
        {
            envelope.Recipients.RemoveRange(before, envelope.Recipients.Count - before);
            SmtpReply reply = new(int.TryParse(address.RemoteReply.AsSpan(0, 3), out int code) ? code : 550, address.Status, address.StatusMessage ?? "");
            await BadRecipientAsync(reply, path.Address).ConfigureAwait(false);
            return;
        }
        address.OriginalRecipient ??= original;
        bool queue = address.State == RecipientState.Queued || (address.Mailer!.Has('e') && _options.Get(OptionTable.HoldExpensive));
        await ReplyAsync(250, "2.1.5", address.Text + "... Recipient ok" + (queue ? " (will queue)" : "")).ConfigureAwait(false);
    }

    // BadRcptShutdown: enough bad recipients, and not enough good ones in percent (BadRcptShutdownGood).
    private bool IsHarvester()
    {
        int most = _options.Get(OptionTable.BadRcptShutdown);
        if (most <= 0 || _badRecipients < most)
            return false;
        int good = _envelope!.Recipients.Count(r => r.Has(RecipientFlags.Primary));
        return good * 100 < _options.Get(OptionTable.BadRcptShutdownGood) * (good + _badRecipients);
    }

    private SmtpParameterRules ParameterRules()
    {
        long minimum = (long)_options.Get(OptionTable.DeliverByMin).TotalSeconds;
        return new SmtpParameterRules
        {
            AllowDsn = (_options.Get(OptionTable.PrivacyOptions) & PrivacyFlags.NoReceipts) == 0 && !_features.Contains('D'),
            AllowDeliverBy = minimum >= 0, DeliverByMinimum = minimum,
        };
    }

    private async ValueTask BadRecipientAsync(SmtpReply reply, string path)
    {
        _badRecipients++;
        _services.Log.Write(5, LogPriority.Notice, _envelope!.Id, path + "... " + reply.Text);
        await ReplyAsync(reply, path).ConfigureAwait(false);
    }

    private async ValueTask DataAsync(string argument)
    {
        _ = argument;
        if (_envelope is not { } envelope)
        {
            await ReplyAsync(503, "5.0.0", "Need MAIL command").ConfigureAwait(false);
            return;
        }
        if (!envelope.Recipients.Exists(r => r.Has(RecipientFlags.Primary)))
        {
            await ReplyAsync(503, "5.0.0", "Need RCPT (recipient)").ConfigureAwait(false);
            return;
        }
        if (_services.Checks.Exists("check_data"))
        {
            CheckResult check = await _services.Checks.CheckAsync("check_data", envelope.Recipients.Count(r => r.Has(RecipientFlags.Primary)).ToString(CultureInfo.InvariantCulture), null, envelope.Macros, _stop).ConfigureAwait(false);
            if (!await AcceptAsync(check, "check_data", "", envelope, null).ConfigureAwait(false))
                return;
        }
        if (_connection.HasBufferedInput && !_features.Contains('F'))
        {
            _services.Log.Write(5, LogPriority.Info, envelope.Id, "rejecting DATA from " + Early());
            await ReplyAsync(554, "5.5.0", "SMTP protocol error").ConfigureAwait(false);
            _closing = true;
            return;
        }
        FileStream data;
        try
        {
            data = _services.Queue.OpenDataFile(envelope);
            envelope.Macros["i"] = envelope.Id;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _services.Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(root): collect: Cannot write df" + envelope.Id + ": " + e.Message);
            await ReplyAsync(452, "4.3.0", "Insufficient disk space; try again later").ConfigureAwait(false);
            return;
        }
        await using (data.ConfigureAwait(false))
        {
            await ReplyAsync(354, "", "End data with <CR><LF>.<CR><LF>").ConfigureAwait(false);
            await CollectAsync(envelope, data).ConfigureAwait(false);
        }
    }

    private async ValueTask CollectAsync(Envelope envelope, FileStream data)
    {
        var collector = new MessageCollector(_services, envelope, data);
        var reader = new DotReader(_options.Get(OptionTable.RejectNUL));
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(32768 + 2);
        SmtpReply? failure = null;
        try
        {
            while (!reader.IsDone)
            {
                ReadOnlyMemory<byte>? chunk = await _connection.PeekAsync(_options.Get(OptionTable.TimeoutDatablock), _stop).ConfigureAwait(false);
                if (chunk is not { } octets)
                {
                    await CloseAsync(envelope, 421, "4.4.1", "collect: relay=" + Relay + ", from=" + envelope.Sender!.Text + ", info=read timeout").ConfigureAwait(false);
                    return;
                }
                if (octets.Length == 0)
                {
                    envelope.Size = collector.Size;
                    _services.Log.Write(4, LogPriority.Warning, envelope.Id, "collect: premature EOM: unexpected close");
                    _services.Log.Write(5, LogPriority.Notice, envelope.Id, "collect: relay=" + Relay + ", from=" + envelope.Sender!.Text + ", info=unexpected close");
                    await CloseAsync(envelope, 421, "4.4.1", "collect: relay=" + Relay + ", from=" + envelope.Sender!.Text + ", info=unexpected close").ConfigureAwait(false);
                    return;
                }
                int consumed = reader.Feed(octets.Span[..Math.Min(octets.Length, 32768)], buffer, out int written);
                _connection.Advance(consumed);
                // A NUL is told at the end; the dialogue stays in step.
                if (reader.Problem == DotProblem.Nul)
                    failure ??= SmtpReply.Of(554, "5.6.1", "NUL byte not allowed");
                if (reader.Problem is DotProblem.BareLineFeed or DotProblem.BareCarriageReturn && !Tolerates(reader.Problem))
                {
                    // What came before the fault decides where it was.
                    collector.Feed(buffer.AsSpan(0, written));
                    envelope.Size = collector.Size;
                    await SmuggledAsync(envelope, reader.Problem, collector.IsInHeader).ConfigureAwait(false);
                    return;
                }
                if (failure is not null)
                    continue;
                try
                {
                    collector.Feed(buffer.AsSpan(0, written));
                }
                catch (IOException e)
                {
                    _services.Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(root): collect: Cannot write " + envelope.DataFile + ": " + e.Message);
                    failure = SmtpReply.Of(452, "4.3.0", "Insufficient disk space; try again later");
                }
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
        if (reader.Saw8Bit)
            envelope.Flags |= EnvelopeFlags.Has8Bit;
        await EndOfMessageAsync(envelope, data, collector, failure).ConfigureAwait(false);
    }

    private bool Tolerates(DotProblem problem) => problem switch
    {
        DotProblem.BareLineFeed => _features.Contains('g') || _features.Contains('G'),
        DotProblem.BareCarriageReturn => _features.Contains('u') || _features.Contains('U'),
        _ => false,
    };

    private async ValueTask SmuggledAsync(Envelope envelope, DotProblem problem, bool inHeader)
    {
        string text = problem switch
        {
            DotProblem.BareLineFeed => "Bare linefeed (LF) not allowed",
            _ => "Bare carriage return (CR) not allowed",
        };
        _services.Log.Write(5, LogPriority.Notice, envelope.Id, "collect: relay=" + Relay + ", from=" + envelope.Sender!.Text + ", info=" + text + ", where=" + (inHeader ? "header" : "body") + ", status=tempfail");
        await CloseAsync(envelope, 421, "4.5.0", text).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync(Envelope envelope, int code, string status, string text)
    {
        _ = envelope;
        Abandon();
        await ReplyAsync(code, status, text).ConfigureAwait(false);
        _closing = true;
    }

    // check_eoh sees the number of headers and their octets.
    private async ValueTask<SmtpReply?> CheckHeaderEndAsync(Envelope envelope, MessageCollector collector)
    {
        string count = envelope.Headers.Count(h => !h.IsDefault).ToString(CultureInfo.InvariantCulture);
        string size = collector.HeaderSize.ToString(CultureInfo.InvariantCulture);
        CheckResult check = await _services.Checks.CheckAsync("check_eoh", count, size, envelope.Macros, _stop).ConfigureAwait(false);
        switch (check.Kind)
        {
            case CheckKind.Reject:
                LogReject("check_eoh", count, size, check.Reply!, envelope.Id);
                return check.Reply;
            case CheckKind.Discard:
                envelope.Flags |= EnvelopeFlags.Discard;
                return null;
            case CheckKind.Quarantine:
                envelope.QuarantineReason ??= check.Reason;
                return null;
            default:
                return null;
        }
    }

    private async ValueTask EndOfMessageAsync(Envelope envelope, FileStream data, MessageCollector collector, SmtpReply? failure)
    {
        try
        {
            await collector.FinishAsync(_stop).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            _services.Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(root): collect: Cannot write " + envelope.DataFile + ": " + e.Message);
            failure = SmtpReply.Of(452, "4.3.0", "Insufficient disk space; try again later");
        }
        failure ??= collector.Problem;
        if (failure is null && _services.Checks.Exists("check_eoh"))
            failure = await CheckHeaderEndAsync(envelope, collector).ConfigureAwait(false);
        if (failure is null && _services.Checks.Exists("check_eom"))
        {
            CheckResult check = await _services.Checks.CheckAsync("check_eom", "", null, envelope.Macros, _stop).ConfigureAwait(false);
            if (check.Kind == CheckKind.Reject)
            {
                LogReject("check_eom", "", null, check.Reply!, envelope.Id);
                failure = check.Reply;
            }
        }
        MessageCollector.LogFrom(_services, envelope, DaemonName == "stdin" ? null : DaemonName);
        _fromLogged = true;
        if (failure is not null)
        {
            foreach (Address recipient in envelope.Recipients.Where(r => r.State == RecipientState.Ok))
            {
                recipient.StatusMessage = failure.Text;
                recipient.Status = failure.Status;
                _services.Delivery.LogRecipients(envelope, [recipient], null, null, null);
            }
            Abandon();
            await ReplyAsync(failure).ConfigureAwait(false);
            return;
        }
        if (envelope.Has(EnvelopeFlags.Discard) || collector.IsDiscarded || _discardAll)
        {
            _services.Log.Write(9, LogPriority.Info, envelope.Id, "discarded");
            string? id = envelope.Id;
            Abandon();
            await ReplyAsync(250, "2.0.0", id + " Message accepted for delivery").ConfigureAwait(false);
            return;
        }
        try
        {
            await _services.Queue.CommitAsync(envelope, data).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            _services.Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(root): queueup: " + e.Message);
            _envelope = null;
            await ReplyAsync(452, "4.3.0", "Insufficient disk space; try again later").ConfigureAwait(false);
            return;
        }
        _envelope = null;
        if (envelope.DeliveryMode == 'i')
            await _context.Deliver(envelope, _services).ConfigureAwait(false);
        await ReplyAsync(250, "2.0.0", envelope.Id + " Message accepted for delivery").ConfigureAwait(false);
        if (envelope.DeliveryMode != 'i')
            await _context.Deliver(envelope, _services).ConfigureAwait(false);
    }
}
