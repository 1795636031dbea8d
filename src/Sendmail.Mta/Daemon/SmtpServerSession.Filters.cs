using Sendmail.Core.Envelopes;
using Sendmail.Core.Replies;
using Sendmail.Mta.Filters;

namespace Sendmail.Mta.Daemon;

// Mail filters (op 5.12): what becomes of their verdicts.
public sealed partial class SmtpServerSession
{
    private static readonly SmtpReply _laterReply = SmtpReply.Of(451, "4.3.2", "Please try again later");
    private FilterChain? _filters;
    // Filters will not have this client now: MAIL is put off.
    private bool _filtersPutOff;

    private SmtpReply ClosingReply => SmtpReply.Of(421, "4.7.0", Host + " closing connection");

    // False when the session ends before its greeting.
    private async ValueTask<bool> OpenFiltersAsync()
    {
        _filters = FilterChain.Create(_services, _port, () => _id, _stop);
        if (_filters is null)
        {
            if (_services.Configuration.Filters.Count == 0 || !IsNetwork)
                _services.Log.Write(11, Core.Logging.LogPriority.Info, _id, "Milter: no active filter");
            return true;
        }
        FilterVerdict verdict = await _filters.OpenAsync().ConfigureAwait(false);
        if (verdict.Outcome != FilterOutcome.Continue)
            return await BeginRefusedAsync(verdict, "Milter: initialization failed, ", "closing connection").ConfigureAwait(false);
        string name = _session["client_name"] ?? "";
        _filters.Log.Info(10, "Milter: connect to filters");
        verdict = await _filters.ConnectAsync(name, _connection.Peer, _session).ConfigureAwait(false);
        string address = _session["client_addr"] ?? "";
        if (verdict.Outcome != FilterOutcome.Continue)
        {
            _filters.Log.Info(10, "Milter: connect, ending");
            await _filters.QuitAsync().ConfigureAwait(false);
        }
        return verdict.Outcome switch
        {
            FilterOutcome.Continue or FilterOutcome.Discard => true,
            _ => await BeginRefusedAsync(verdict, "Milter: connect: host=" + name + ", addr=" + address + ", ", "shutdown").ConfigureAwait(false),
        };
    }

    // Nothing is asked of filters any more in this session.
    private bool _filtersOff;

    // What a reply of its own says before the greeting is its class alone.
    private async ValueTask<bool> BeginRefusedAsync(FilterVerdict verdict, string prefix, string closing)
    {
        FilterOutcome outcome = verdict.Reply switch { null => verdict.Outcome, { Code: 421 } => FilterOutcome.Shutdown, { IsTemporary: true } => FilterOutcome.TemporaryFailure, _ => FilterOutcome.Reject };
        _filters!.Log.Info(prefix + outcome switch { FilterOutcome.Shutdown => closing, FilterOutcome.TemporaryFailure => "temp failing commands", _ => "rejecting commands" });
        _filtersOff = true;
        switch (outcome)
        {
            case FilterOutcome.TemporaryFailure:
                _filtersPutOff = true;
                return true;
            case FilterOutcome.Reject:
                _protocolError = "554";
                _isFilterRefused = true;
                return true;
            default:
                await ReplyAsync(ClosingReply).ConfigureAwait(false);
                _isFilterRefused = verdict.IsFailure && prefix.StartsWith("Milter: init", StringComparison.Ordinal);
                return false;
        }
    }

    private bool _isFilterRefused;
    // A filter threw away a message that others have begun to look at.
    private bool _filtersForget;
    // The client went away in the middle of a message: filters see no more of it either.
    private bool _isBrokenOff;

    // HELO and EHLO. False when they were answered.
    private async ValueTask<bool> FiltersTakeHelloAsync(string name)
    {
        if (_filters is null || _filtersOff)
            return true;
        FilterVerdict verdict = await _filters.HelloAsync(name, _session).ConfigureAwait(false);
        switch (verdict.Outcome)
        {
            case FilterOutcome.Reject:
                _filters.Log.Info("Milter: helo=" + name + ", reject=Command rejected");
                _protocolError = "554";
                _isFilterRefused = true;
                break;
            case FilterOutcome.Reply:
                _filters.Log.Info("Milter: helo=" + name + ", reject=" + Shown(verdict.Reply!));
                _refused = verdict.Reply;
                if (verdict.Reply!.Code == 421)
                {
                    await ReplyAsync(verdict.Reply).ConfigureAwait(false);
                    _isFilterRefused = _closing = true;
                    return false;
                }
                break;
            case FilterOutcome.TemporaryFailure:
                _filters.Log.Info("Milter: helo=" + name + ", reject=" + _laterReply);
                _filtersPutOff = true;
                break;
            case FilterOutcome.Shutdown:
                _filters.Log.Info("Milter: helo=" + name + ", reject=" + ClosingReply);
                await ReplyAsync(ClosingReply).ConfigureAwait(false);
                _isFilterRefused = _closing = true;
                return false;
            default:
                return true;
        }
        _filtersOff = true;
        return true;
    }

    // MAIL, RCPT and DATA. False when the command was answered.
    private async ValueTask<bool> FiltersTakeAsync(FilterStep step, Envelope envelope, string what, string? path, string parameters = "")
    {
        if (_filters is null || _filtersOff || envelope.Has(EnvelopeFlags.Discard))
            return true;
        FilterVerdict verdict = path is null ? await _filters.DataAsync(envelope.Macros).ConfigureAwait(false)
            : await _filters.PathAsync(step, path, parameters, envelope.Macros).ConfigureAwait(false);
        if (step == FilterStep.Mail && verdict is { Outcome: FilterOutcome.Reject, IsFailure: false })
            _filters.Log.Info(11, "Milter: reject, sender");
        string prefix = "Milter: " + what + "=" + (path ?? "data") + ", ";
        switch (verdict.Outcome)
        {
            case FilterOutcome.Continue:
                return true;
            case FilterOutcome.Discard:
                _filters.Log.Info(prefix + "discard");
                envelope.Flags |= EnvelopeFlags.Discard;
                _filtersForget = step != FilterStep.Mail;
                return true;
            case FilterOutcome.Shutdown when path is not null:
                _filters.Log.Info(prefix + "reject=421, errormode=4");
                await CloseAsync(421, "4.3.0", "closing connection").ConfigureAwait(false);
                return false;
            default:
                SmtpReply reply = ReplyOf(verdict, 550);
                _filters.Log.Info(prefix + "reject=" + Shown(reply));
                if (reply.Code == 421)
                {
                    await CloseAsync(reply.Code, reply.Status.ToString(), reply.Text).ConfigureAwait(false);
                    return false;
                }
                await ReplyAsync(reply, path).ConfigureAwait(false);
                _lastError = reply.NamesAddress && path is not null ? path + "... " + reply.Text : reply.Text;
                return false;
        }
    }

    // The log shows a reply as the filter gave it.
    private static string Shown(SmtpReply reply) => reply.Cause ?? reply.ToString();

    private SmtpReply ReplyOf(FilterVerdict verdict, int rejection) => verdict.Outcome switch
    {
        FilterOutcome.Reply => verdict.Reply!,
        FilterOutcome.TemporaryFailure => _laterReply,
        FilterOutcome.Shutdown => ClosingReply,
        _ => SmtpReply.Of(rejection, "5.7.1", "Command rejected"),
    };

    // The message: what it is refused with, null when it goes on.
    private async ValueTask<SmtpReply?> FiltersTakeMessageAsync(Envelope envelope, FileStream data)
    {
        if (_filters is null || _filtersOff)
            return null;
        if (envelope.Has(EnvelopeFlags.Discard))
        {
            if (_filtersForget)
                await _filters.AbortAsync().ConfigureAwait(false);
            _filtersForget = false;
            _filters.Log.Info(10, "Milter accept: message");
            return null;
        }
        envelope.Macros["msg_id"] = envelope.MessageId ?? "";
        FilterVerdict verdict = await _filters.MessageAsync(envelope, data).ConfigureAwait(false);
        switch (verdict.Outcome)
        {
            case FilterOutcome.Continue:
                _filters.Log.Info(10, "Milter accept: message");
                return null;
            case FilterOutcome.Discard:
                _filters.Log.Info("Milter: data, discard");
                envelope.Flags |= EnvelopeFlags.Discard;
                return null;
            default:
                if (verdict is { Outcome: FilterOutcome.Reject, IsFailure: false })
                    _filters.Log.Info(11, "Milter: reject, data");
                SmtpReply reply = ReplyOf(verdict, 554);
                _filters.Log.Info("Milter: data, reject=" + Shown(reply));
                return reply;
        }
    }

    // A filter threw away what is to come, before there was a message.
    private bool _discardsNext;

    // A command that nobody knows: another reply than the usual one, null for none.
    private async ValueTask<SmtpReply?> FiltersTakeUnknownAsync(string line)
    {
        if (_filters is null || _filtersOff || _discardsNext)
            return null;
        FilterVerdict verdict = await _filters.UnknownAsync(line, _session).ConfigureAwait(false);
        if (verdict.Outcome == FilterOutcome.Continue)
            return null;
        // The reference has no name for the command here.
        const string prefix = "Milter: unknown=(null), ";
        if (verdict.Outcome == FilterOutcome.Discard)
        {
            _filters.Log.Info(prefix + "discard");
            _discardsNext = true;
            return null;
        }
        SmtpReply reply = ReplyOf(verdict, 550);
        _filters.Log.Info(prefix + "reject=" + reply);
        _lastError = reply.Text;
        return reply;
    }

    // What ends a transaction without a message.
    private async ValueTask AbortFiltersAsync()
    {
        if (_envelope is not null && _filters is not null && !_filtersOff)
            await _filters.AbortAsync().ConfigureAwait(false);
    }

    private async ValueTask CloseFiltersAsync()
    {
        if (_filters is null)
            return;
        if (!_isBrokenOff)
            await _filters.QuitAsync().ConfigureAwait(false);
        _filters.Dispose();
    }
}
