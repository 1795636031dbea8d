using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Collecting;
using Sendmail.Mta.Filters;
using Sendmail.Wire.Connections;

namespace Sendmail.Mta.Daemon;

// DATA.
public sealed partial class SmtpServerSession
{
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
        if (_verbose)
            envelope.DeliveryMode = 'i';
        string count = _acceptedRecipients.ToString(CultureInfo.InvariantCulture);
        envelope.Macros["nrcpts"] = count;
        envelope.Macros["nbadrcpts"] = _badRecipients.ToString(CultureInfo.InvariantCulture);
        CheckResult check = await _services.Checks.CheckAsync("check_data", count, null, envelope.Macros, _stop).ConfigureAwait(false);
        if (!await AcceptAsync(check, "check_data", count, envelope, null).ConfigureAwait(false))
            return;
        if (_connection.HasBufferedInput && !_features.Contains('F'))
        {
            _services.Log.Write(5, LogPriority.Info, envelope.Id, "rejecting DATA from " + Early());
            await ReplyAsync(554, "5.5.0", "SMTP protocol error").ConfigureAwait(false);
            _closing = true;
            return;
        }
        if (!await FiltersTakeAsync(FilterStep.Data, envelope, "cmd", null).ConfigureAwait(false))
            return;
        FileStream data;
        try
        {
            data = _services.Queue.OpenDataFile(envelope);
            envelope.Macros["i"] = _id = envelope.Id!;
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
        envelope.OtherRecipients = _lookedUp;
        var collector = new MessageCollector(_services, envelope, data) { NamesRecipient = _lookedUp == 0 && _addedRecipients == 1, RefusesLoops = false };
        var reader = new DotReader(_bareLineFeed, _bareReturn, _features.Contains('O'));
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(32768 + 2);
        SmtpReply? failure = null;
        var faults = new SortedDictionary<DotProblem, string>();
        reader.StopsAlways = true;
        var timer = new BlockTimer(_options.Get(OptionTable.TimeoutDatablock), _services.Clock);
        try
        {
            while (!reader.IsDone)
            {
                if (reader.StopsAlways && !collector.IsInHeader)
                {
                    reader.StopsAlways = false;
                    reader.TellAgain();
                }
                ReadOnlyMemory<byte>? chunk = await timer.PeekAsync(_connection, _stop).ConfigureAwait(false);
                if (chunk is not { Length: > 0 } octets)
                {
                    envelope.Size = collector.Size;
                    await BrokenOffAsync(envelope, chunk is null).ConfigureAwait(false);
                    return;
                }
                int consumed = reader.Feed(octets.Span[..Math.Min(octets.Length, 32768)], buffer, out int written);
                _connection.Advance(consumed);
                try
                {
                    collector.Feed(buffer.AsSpan(0, written));
                }
                catch (IOException e)
                {
                    _services.Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(root): collect: Cannot write " + envelope.DataFile + ": " + e.Message);
                    failure = SmtpReply.Of(452, "4.3.0", "Insufficient disk space; try again later");
                    collector.Discard();
                }
                if (reader.Fault == DotProblem.None)
                    continue;
                // What came before the fault decides where it was.
                envelope.Size = collector.Size;
                string where = collector.IsInHeader ? "header" : "body";
                if ((reader.Fault == DotProblem.BareLineFeed ? _bareLineFeed : _bareReturn) == BareLineEnd.Refuse)
                {
                    await SmuggledAsync(envelope, reader.Fault, where).ConfigureAwait(false);
                    return;
                }
                if (faults.GetValueOrDefault(reader.Fault)?.EndsWith(where, StringComparison.Ordinal) != true)
                    faults[reader.Fault] = faults.TryGetValue(reader.Fault, out string? before) ? before + "+" + where : where;
                if (reader.Fault == DotProblem.BareLineFeed && _bareLineFeed == BareLineEnd.Keep && !_features.Contains('O') && collector.IsInHeader)
                {
                    // It belongs to the field and does not end its line.
                    _connection.Advance(1);
                    reader.TakeLineFeed();
                    collector.FeedBareLineFeed();
                }
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
        if (reader.SawDisguisedEnd || (reader.SawNul && _options.Get(OptionTable.RejectNUL)))
            failure ??= SmtpReply.Of(554, "5.6.1", "NUL byte not allowed");
        await EndOfMessageAsync(envelope, data, collector, failure, [.. faults.Select(f => FaultText(envelope, f.Key, f.Value))]).ConfigureAwait(false);
    }

    private async ValueTask BrokenOffAsync(Envelope envelope, bool timeout)
    {
        _isBrokenOff = true;
        string text = "collect: relay=" + Relay + ", from=" + envelope.Sender!.Text + ", info=" + (timeout ? "read timeout" : "unexpected close");
        if (timeout)
        {
            _services.Log.Write(0, LogPriority.Critical, _id, "SYSERR(root): " + text);
        }
        else
        {
            _services.Log.Write(4, LogPriority.Warning, _id, "collect: premature EOM: unexpected close");
            _services.Log.Write(5, LogPriority.Notice, _id, text);
        }
        await CloseAsync(421, "4.4.1", text).ConfigureAwait(false);
    }

    private static string Name(DotProblem problem) => problem == DotProblem.BareLineFeed ? "Bare linefeed (LF) not allowed" : "Bare carriage return (CR) not allowed";

    private string FaultText(Envelope envelope, DotProblem problem, string where) => "collect: relay=" + Relay + ", from=" + envelope.Sender!.Text
        + ", info=" + Name(problem) + ", where=" + where + (problem == DotProblem.BareLineFeed ? _bareLineFeed : _bareReturn) switch
        {
            BareLineEnd.Refuse => ", status=tempfail",
            BareLineEnd.Replace => ", status=replaced",
            _ => "",
        };

    private async ValueTask SmuggledAsync(Envelope envelope, DotProblem problem, string where)
    {
        _services.Log.Write(5, LogPriority.Notice, _id, FaultText(envelope, problem, where));
        // Beyond the reference: how this client could be let in.
        _services.Log.Write(10, LogPriority.Info, _id, "to accept this from " + Relay + " have in the access map: Srv_Features:" + _session["client_addr"]
            + " " + (problem == DotProblem.BareLineFeed ? "G" : "U"));
        await CloseAsync(421, "4.5.0", Name(problem)).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync(int code, string status, string text)
    {
        Abandon();
        await ReplyAsync(code, status, text).ConfigureAwait(false);
        _closing = true;
    }

    // Rulesets that look at the whole: a rejection is the reply, the rest marks the envelope.
    private async ValueTask<SmtpReply?> CheckWholeAsync(string ruleSet, string first, string? second, Envelope envelope)
    {
        CheckResult check = await _services.Checks.CheckAsync(ruleSet, first, second, envelope.Macros, _stop).ConfigureAwait(false);
        switch (check.Kind)
        {
            case CheckKind.Reject:
                LogReject(ruleSet, first, second, check.Reply!, envelope.Id);
                return check.Reply;
            case CheckKind.Discard:
                envelope.Flags |= EnvelopeFlags.Discard;
                LogCheck(ruleSet, first, second, Outcome(check), envelope.Id);
                return null;
            case CheckKind.Quarantine:
                envelope.QuarantineReason ??= check.Reason;
                LogCheck(ruleSet, first, second, Outcome(check), envelope.Id);
                return null;
            default:
                return null;
        }
    }

    private void LogBareLineFeeds(Envelope envelope)
    {
        foreach (Header header in envelope.Headers)
        {
            if (header.QueueValue is { } line)
                _services.Log.Write(5, LogPriority.Notice, envelope.Id, "POSSIBLE ATTACK from " + Relay + ": newline in string \"" + line + "\"");
        }
    }

    private async ValueTask EndOfMessageAsync(Envelope envelope, FileStream data, MessageCollector collector, SmtpReply? failure, IReadOnlyList<string> faults)
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
        if (failure is null || collector.IsHeaderCheckProblem)
        {
            string count = envelope.Headers.Count(h => !h.IsDefault).ToString(CultureInfo.InvariantCulture);
            failure = await CheckWholeAsync("check_eoh", count, collector.HeaderSize.ToString(CultureInfo.InvariantCulture), envelope).ConfigureAwait(false) ?? failure;
        }
        if (_complaint is not null)
            (failure, _complaint) = (_complaint, null);
        LogFrom(envelope);
        _fromLogged = true;
        foreach (string fault in faults)
            _services.Log.Write(5, LogPriority.Notice, _id, fault);
        if (collector.IsTooBig)
            _services.Log.Write(5, LogPriority.Notice, _id, string.Create(CultureInfo.InvariantCulture, $"message size ({collector.Size}) exceeds maximum ({_options.LargestMessage()})"));
        failure ??= collector.Undeclared8Bit;
        if (failure is null)
        {
            string size = collector.Size.ToString(CultureInfo.InvariantCulture);
            envelope.Macros["msg_size"] = size;
            failure = await CheckWholeAsync("check_eom", size, null, envelope).ConfigureAwait(false) ?? _complaint;
            _complaint = null;
        }
        // Who was refused in the dialogue is told of in no report: what fails from here on, filters added.
        envelope.Recipients.RemoveAll(r => r.State == RecipientState.Bad && r.Controller is null);
        failure ??= await FiltersTakeMessageAsync(envelope, data).ConfigureAwait(false);
        if (failure is not null)
        {
            foreach (Address recipient in envelope.Recipients.Where(r => r.State == RecipientState.Ok))
            {
                recipient.StatusMessage = failure.Cause is { } whole ? whole[(whole.IndexOf(failure.Text.Split('\n')[0], StringComparison.Ordinal))..] : failure.Text;
                _services.Delivery.LogRecipients(envelope, [recipient], null, null, null);
            }
            Abandon();
            await ReplyAsync(failure).ConfigureAwait(false);
            _lastError = null;
            _closing |= failure.Code == 421;
            return;
        }
        string accepted = envelope.Id + " Message accepted for delivery";
        if (envelope.Recipients.Count == 0)
        {
            // Filters left nobody.
            Abandon();
            await ReplyAsync(250, "2.0.0", accepted).ConfigureAwait(false);
            return;
        }
        if (envelope.Has(EnvelopeFlags.Discard) || collector.IsDiscarded || _discardAll)
        {
            _services.Log.Write(9, LogPriority.Info, envelope.Id, "discarded");
            _statistics.Discard(envelope);
            Abandon();
            await ReplyAsync(250, "2.0.0", accepted).ConfigureAwait(false);
            return;
        }
        IReadOnlyList<Envelope> others;
        try
        {
            // The reference writes the control file once more for a message that waits in the queue.
            LogBareLineFeeds(envelope);
            if (envelope.DeliveryMode is 'q' or 'd')
                LogBareLineFeeds(envelope);
            envelope.StatusMessage = _lastError ?? envelope.StatusMessage;
            await _services.Groups.ChooseAsync(envelope, CancellationToken.None).ConfigureAwait(false);
            await _services.Queue.CommitAsync(envelope, data).ConfigureAwait(false);
            _statistics.Accept(envelope);
            others = await _services.Groups.SplitAsync(envelope, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            _services.Log.Write(0, LogPriority.Critical, envelope.Id, "SYSERR(root): queueup: " + e.Message);
            NextMessage();
            await ReplyAsync(452, "4.3.0", "Insufficient disk space; try again later").ConfigureAwait(false);
            return;
        }
        // Nothing is shown of recipients that were taken before the client asked for it.
        Action<string>? verbose = _verbose && _unseen is false ? Show : null;
        _services.Recipients.Verbose = verbose;
        NextMessage();
        if (envelope.DeliveryMode == 'i')
            await _context.Deliver(envelope, _services, verbose).ConfigureAwait(false);
        _services.Recipients.Verbose = _verbose ? Show : null;
        await ReplyAsync(250, "2.0.0", accepted).ConfigureAwait(false);
        if (envelope.DeliveryMode != 'i')
            await _context.Deliver(envelope, _services, null).ConfigureAwait(false);
        foreach (Envelope part in others)
            await _context.Deliver(part, _services, null).ConfigureAwait(false);
    }
}
