using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Access;
using Sendmail.Mta.Collecting;
using Sendmail.Mta.Logging;
using Sendmail.Mta.Statistics;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Tls;

namespace Sendmail.Mta.Daemon;

/// <summary>How sessions of one daemon are run.</summary>
public sealed record SessionContext(MtaServices Services, Func<TlsContext?> Tls, DeliverMessage Deliver);

/// <summary>Delivers an accepted message as its delivery mode says; <paramref name="verbose"/> is where the delivery is shown, null for nowhere.</summary>
public delegate ValueTask DeliverMessage(Envelope envelope, MtaServices services, Action<string>? verbose);

/// <summary>
/// One SMTP session as a server: reads commands, checks, changes the envelope, replies. <see cref="RunAsync"/> ends when the
/// client quits, goes away or is sent away.
/// </summary>
public sealed partial class SmtpServerSession
{
    private const int MaxCommandLine = 2048;
    private readonly MtaServices _services;
    private readonly SessionContext _context;
    private readonly Connection _connection;
    private readonly DaemonPort _port;
    private readonly OptionValues _options;
    private readonly MacroScope _session;
    private string _id;
    private readonly SessionThrottle _throttle = new();
    private readonly CancellationToken _stop;
    private string? _helo;
    private bool _extended;
    private bool _closing;
    private bool _useful;
    private Envelope? _envelope;
    // MAIL that was refused though its address was understood: told of in the log unless another one follows.
    private Envelope? _attempt;
    private bool _fromLogged;
    private bool _delayed;
    private SmtpReply? _refused;
    private string _protocolError = "";
    private int _badCommands;
    private int _badRecipients;
    private readonly HashSet<char> _features = [];
    private readonly SessionStatistics _statistics;
    private readonly ClientLoad? _load;

    /// <summary>A session over an accepted connection.</summary>
    public SmtpServerSession(SessionContext context, Connection connection, DaemonPort port, CancellationToken stop, ClientLoad? load = null)
    {
        _load = load;
        _context = context;
        _services = context.Services.ForSession();
        _connection = connection;
        _port = port;
        _options = _services.Configuration.Options;
        _session = _services.NewScope();
        _id = _services.Queue.NewId();
        _stop = stop;
        _statistics = new SessionStatistics(_services.Statistics);
    }

    private string Host => _services.HostName;
    private string Relay => _session["_"] ?? "";
    private bool IsNetwork => _connection.Peer is not null;

    /// <summary>Runs the session to its end. Broken connections are logged, not thrown.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ClientIdentity.SetAsync(_services, _session, _connection, _port, _stop).ConfigureAwait(false);
            if (!IsNetwork)
                SetLocalUser();
            if (_load is { } load)
            {
                _session["client_connections"] = load.Connections.ToString(CultureInfo.InvariantCulture);
                _session["client_rate"] = load.Rate.ToString(CultureInfo.InvariantCulture);
                _session["total_rate"] = load.TotalRate.ToString(CultureInfo.InvariantCulture);
            }
            _session["i"] = _id;
            _services.Rewriter.Complain = Hear;
            _session["r"] = "SMTP";
            // Until the client says its name it is called what its address is called.
            _session["s"] = _session["client_name"];
            TlsMacros.Set(_session, null, null, true);
            _services.Log.Write(10, LogPriority.Info, "NOQUEUE", "connect from " + Relay);
            MailLog.Concerns(() => _id);
            LogMechanisms();
            _statistics.Begin(IsNetwork);
            await CheckConnectionAsync().ConfigureAwait(false);
            if (!await StartWithTlsAsync().ConfigureAwait(false))
                return;
            if (_refused is { Code: 421 })
            {
                await ReplyAsync(_refused).ConfigureAwait(false);
                return;
            }
            await PauseAsync().ConfigureAwait(false);
            if (_refused is null && !await OpenFiltersAsync().ConfigureAwait(false))
                return;
            await GreetAsync().ConfigureAwait(false);
            while (!_closing)
                await NextCommandAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or OperationCanceledException or ObjectDisposedException)
        {
            LogLost();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _services.Log.Write(0, LogPriority.Critical, _id, "SYSERR(root): session with " + Relay + ": " + e.GetType().Name + ": " + e.Message);
        }
        finally
        {
            Abandon();
            await CloseFiltersAsync().ConfigureAwait(false);
            if (!_useful && (_refused is null || _isFull) && _protocolError.Length == 0 && !_isFilterRefused)
                _services.Log.Write(6, LogPriority.Info, _id, Relay + " did not issue MAIL/EXPN/VRFY/ETRN during connection to " + DaemonName);
            LogFull();
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private string Early() => _session["client_name"] + " [" + _session["client_addr"] + "] due to traffic before response";

    private string DaemonName => IsNetwork ? _port.Name.Length > 0 ? _port.Name : "Daemon0" : "stdin";

    private void SetLocalUser()
    {
        string user = Posix.Users.FindById(Posix.Users.RealUserId)?.Name ?? "unknown";
        _session["_"] = user + "@localhost";
    }

    private async ValueTask CheckConnectionAsync()
    {
        CheckResult result = await _services.Checks.CheckAsync("check_relay", _session["client_name"]!, _session["client_addr"], _session, _stop).ConfigureAwait(false);
        if (result.Kind == CheckKind.Reject)
        {
            _refused = result.Reply;
            LogReject("check_relay", _session["client_name"]!, _session["client_addr"], result.Reply!, null);
            _statistics.Reject(null);
            return;
        }
        if (result.Kind is CheckKind.Discard or CheckKind.Quarantine)
        {
            _discardAll = result.Kind == CheckKind.Discard;
            LogCheck("check_relay", _session["client_name"]!, _session["client_addr"], Outcome(result), null);
        }
        CheckResult features = await _services.Checks.CheckAsync("srv_features", _session["client_name"]!, _session["client_addr"], _session, _stop).ConfigureAwait(false);
        foreach (string word in features.Words)
            AddFeature(word);
        if (features.TempFail || (features.Words.Count > 0 && features.Words[0].Equals("temp", StringComparison.OrdinalIgnoreCase)))
        {
            // What this client must do is not known now: nothing is taken from it.
            _refused = SmtpReply.Of(450, "4.3.0", "Please try again later.");
            _services.Log.Write(5, LogPriority.Error, null, "ERROR: srv_features=tempfail, relay=" + Relay + ", access temporarily disabled");
        }
        _isFull = _refused is null && !_services.Queue.HasRoom(0);
        if (_isFull)
            _refused = _noSpace;
    }

    private bool _earlyTalker;

    // greet_pause: a client that cannot wait for the greeting is no mail server (op 5.1.4).
    private async ValueTask PauseAsync()
    {
        CheckResult result = await _services.Checks.CheckAsync("greet_pause", _session["client_name"]!, _session["client_addr"], _session, _stop).ConfigureAwait(false);
        if (result.Words.Count == 0 || !int.TryParse(result.Words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds) || milliseconds <= 0)
            return;
        long start = _services.Clock.GetTimestamp();
        ReadOnlyMemory<byte>? early = await _connection.PeekAsync(TimeSpan.FromMilliseconds(Math.Min(milliseconds, 300_000)), _stop).ConfigureAwait(false);
        if (early is not { Length: > 0 })
            return;
        _protocolError = "554";
        _earlyTalker = true;
        int seconds = (int)_services.Clock.GetElapsedTime(start).TotalSeconds;
        _services.Log.Write(1, LogPriority.Info, _id, string.Create(CultureInfo.InvariantCulture,
            $"rejecting commands from {_session["client_name"]} [{_session["client_addr"]}] due to pre-greeting traffic after {seconds} seconds"));
    }

    // srv_features: a letter, with 2 behind it for g and u (op 5.1.4.12).
    private void AddFeature(string word)
    {
        switch (word)
        {
            case "g" or "G" or "g2":
                _bareLineFeed = word[0] == 'G' ? BareLineEnd.Keep : word.Length == 2 ? BareLineEnd.Replace : BareLineEnd.Refuse;
                break;
            case "u" or "U" or "u2":
                _bareReturn = word[0] == 'U' ? BareLineEnd.Keep : word.Length == 2 ? BareLineEnd.Replace : BareLineEnd.Refuse;
                break;
            case { Length: 1 }:
                _features.Add(word[0]);
                break;
            default:
                break;
        }
    }

    private BareLineEnd _bareLineFeed;
    private BareLineEnd _bareReturn;
    private bool _discardAll;

    private void LogReject(string ruleSet, string first, string? second, SmtpReply reply, string? id) => LogCheck(ruleSet, first, second, "reject=" + reply, id);

    private static string Outcome(CheckResult result) => result.Kind == CheckKind.Discard ? "discard" : "quarantine=" + result.Reason;

    // What a ruleset decided; id is null for what belongs to no message.
    private void LogCheck(string ruleSet, string first, string? second, string outcome, string? id) => _services.Log.Write(5, LogPriority.Notice, id,
        "ruleset=" + ruleSet + ", arg1=" + first + (second is null ? "" : ", arg2=" + second) + ", relay=" + Relay + ", " + outcome);

    private async ValueTask GreetAsync()
    {
        if (_earlyTalker || _isFilterRefused)
        {
            await SendAsync("554 " + Host + " ESMTP not accepting messages").ConfigureAwait(false);
            return;
        }
        if (_connection.HasBufferedInput && IsNetwork is false)
            _protocolError = "554";
        var scope = new MacroScope(_session);
        string date = MailDate.Format(_services.Clock.GetUtcNow(), _services.Zone);
        scope["b"] = date;
        scope["a"] = date;
        scope["d"] = date;
        string greeting = MacroExpander.Expand(_options.Get(OptionTable.SmtpGreetingMessage), scope);
        int blank = greeting.IndexOf(' ', StringComparison.Ordinal);
        greeting = blank < 0 ? greeting + " ESMTP" : greeting[..blank] + " ESMTP" + greeting[blank..];
        await ReplyAsync(220, "", string.Join('\n', greeting.Split('\n').Select((line, number) => number == 0 ? line : line.TrimStart(' ', '\t')))).ConfigureAwait(false);
    }

    private string _lastVerb = "startup";

    private async ValueTask NextCommandAsync()
    {
        LineResult line = await _connection.ReadLineAsync(MaxCommandLine, _options.Get(OptionTable.TimeoutCommand), _stop).ConfigureAwait(false);
        switch (line.Kind)
        {
            case LineKind.EndOfFile when line.Text.Length > 0:
                // The last line counts though its end is missing.
                break;
            case LineKind.EndOfFile:
                // Nobody hears it any more, but the log has it.
                LogReply("421 4.4.1 " + Host + " Lost input channel from " + Relay);
                LogLost();
                _closing = true;
                return;
            case LineKind.Timeout:
                _services.Log.Write(4, LogPriority.Notice, _id, "timeout waiting for input from " + Relay + " during server cmd read");
                LogLost();
                _closing = true;
                return;
            case LineKind.TooLong:
                _services.Log.Write(3, LogPriority.Info, _id, Relay + ": SMTP violation, input too long: " + line.Length.ToString(CultureInfo.InvariantCulture));
                await ReplyAsync(421, "4.7.0", Host + " Command too long, possible attack " + Relay).ConfigureAwait(false);
                _closing = true;
                return;
            default:
                break;
        }
        string text = line.Text;
        int nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
            text = text[..nul];
        int start = 0;
        while (start < text.Length && text[start] is ' ' or '\t')
            start++;
        int end = start;
        while (end < text.Length && text[end] is not (' ' or '\t' or '\r'))
            end++;
        string verb = AddressParser.AsciiLower(text[start..end]);
        string argument = text[end..].Trim();
        _complaint = null;
        await DelayAsync(verb).ConfigureAwait(false);
        await DispatchAsync(verb, argument, text).ConfigureAwait(false);
    }

    private void LogLost()
    {
        if (_envelope is not null)
            _services.Log.Write(9, LogPriority.Notice, _id, "lost input channel from " + Relay + " to " + DaemonName + " after " + _lastVerb);
    }

    private bool _spoke;

    private async ValueTask DispatchAsync(string verb, string argument, string line)
    {
        bool first = !_spoke;
        _spoke = true;
        _services.Log.Write(DialogueLevel, LogPriority.Info, _id, "<-- " + line);
        _useful |= _isFull && (verb is "mail" or "vrfy" or "expn" or "etrn");
        if (_refused is not null && IsRefusable(verb) && !(_isFull && verb == "etrn"))
        {
            await RefuseAsync(verb).ConfigureAwait(false);
            return;
        }
        if (_protocolError.Length > 0 && IsRefusable(verb))
        {
            await ReplyAsync(550, "5.0.0", "Command rejected").ConfigureAwait(false);
            return;
        }
        _lastVerb = verb;
        switch (verb)
        {
            case "helo": await HelloAsync(false, argument).ConfigureAwait(false); break;
            case "ehlo": await HelloAsync(true, argument).ConfigureAwait(false); break;
            case "mail": await MailAsync(argument).ConfigureAwait(false); break;
            case "rcpt": await RecipientAsync(argument).ConfigureAwait(false); break;
            case "data": await DataAsync(argument).ConfigureAwait(false); break;
            case "rset": await ResetAsync().ConfigureAwait(false); break;
            case "noop":
                await CountAsync("NOOP", _options.Get(OptionTable.MaxNOOPCommands)).ConfigureAwait(false);
                await AllowsAsync(line, '2').ConfigureAwait(false);
                if (!_closing)
                    await ReplyAsync(250, "2.0.0", "OK").ConfigureAwait(false);
                break;
            case "quit": await QuitAsync().ConfigureAwait(false); break;
            case "vrfy": await VerifyAsync(argument, false).ConfigureAwait(false); break;
            case "expn": await VerifyAsync(argument, true).ConfigureAwait(false); break;
            case "help": await HelpAsync(argument).ConfigureAwait(false); break;
            case "etrn": await EtrnAsync(argument).ConfigureAwait(false); break;
            case "verb": await VerboseAsync(line).ConfigureAwait(false); break;
            case "starttls": await StartTlsAsync(argument).ConfigureAwait(false); break;
            case "auth": await AuthAsync(argument).ConfigureAwait(false); break;
            case "send" or "soml" or "saml" or "turn":
                if (await AllowsAsync(line, '5').ConfigureAwait(false))
                    await ReplyAsync(502, "5.5.1", "Command not implemented: \"" + line + "\"").ConfigureAwait(false);
                break;
            case "get" or "post" or "connect" or "user" when first || _features.Contains('h'):
                await ProxyAsync(line, first ? "Rejecting open proxy" : "HTTP command").ConfigureAwait(false);
                break;
            case "debug" or "wiz" or "showq":
                _services.Log.Write(0, LogPriority.Critical, _id, "\"" + verb + "\" command from " + Relay + " (" + (_session["client_addr"] ?? "") + ")");
                await UnknownAsync(line).ConfigureAwait(false);
                break;
            default: await UnknownAsync(line).ConfigureAwait(false); break;
        }
    }

    // What a client that is not wanted may still do: greet, do nothing and leave.
    private static bool IsRefusable(string verb) => verb is "mail" or "rcpt" or "data" or "vrfy" or "expn" or "etrn" or "auth" or "help" or "verb" or "starttls"
        or "send" or "soml" or "saml" or "turn";

    /// <summary>
    /// check_other sees commands that no other ruleset is asked about, with the first digit of the reply to come (op 5.1.4). A
    /// reply of 421 ends the session.
    /// </summary>
    private async ValueTask<bool> AllowsAsync(string line, char digit)
    {
        CheckResult check = await _services.Checks.CheckAsync("check_other", line, digit.ToString(), _session, _stop).ConfigureAwait(false);
        if (check.Kind == CheckKind.Discard)
            LogCheck("check_other", line, digit.ToString(), Outcome(check), null);
        if (check.Kind != CheckKind.Reject)
            return true;
        LogReject("check_other", line, digit.ToString(), check.Reply!, null);
        await ReplyAsync(check.Reply!).ConfigureAwait(false);
        _closing |= check.Reply!.Code == 421;
        return false;
    }

    private ValueTask RefuseAsync(string verb)
    {
        _ = verb;
        SmtpReply refused = _refused!;
        return ReplyAsync(refused.Code, refused.Status.ToString(), refused.Text);
    }

    private async ValueTask ProxyAsync(string line, string text)
    {
        _services.Log.Write(3, LogPriority.Info, _id, Relay + ": probable open proxy: command=" + line + "\r\n");
        await ReplyAsync(421, "4.7.0", Host + " " + text + " " + Relay).ConfigureAwait(false);
        _closing = true;
    }

    private async ValueTask UnknownAsync(string line)
    {
        if (++_badCommands > 25)
        {
            await ReplyAsync(421, "4.7.0", Host + " Too many bad commands; closing connection").ConfigureAwait(false);
            _closing = true;
            return;
        }
        if (await FiltersTakeUnknownAsync(line).ConfigureAwait(false) is { } reply)
        {
            await ReplyAsync(reply).ConfigureAwait(false);
            _closing |= reply.Code == 421;
        }
        else if (await AllowsAsync(line, '5').ConfigureAwait(false))
            await ReplyAsync(500, "5.5.1", "Command unrecognized: \"" + line + "\"").ConfigureAwait(false);
    }

    private async ValueTask ResetAsync()
    {
        LogFull();
        await AbortFiltersAsync().ConfigureAwait(false);
        Abandon();
        await ReplyAsync(250, "2.0.0", "Reset state").ConfigureAwait(false);
    }

    private async ValueTask QuitAsync()
    {
        await ReplyAsync(221, "2.0.0", Host + " closing connection").ConfigureAwait(false);
        _closing = true;
    }

    // The transaction is over: what was left of it is told, and what follows has another id.
    private void Abandon()
    {
        if ((_envelope ?? _attempt) is { } envelope)
        {
            if (!_fromLogged)
                LogFrom(envelope);
            if (_envelope is not null)
                _services.Queue.Discard(envelope);
        }
        NextMessage();
    }

    private void NextMessage()
    {
        _envelope = _attempt = null;
        _fromLogged = false;
        _lookedUp = 0;
        _unseen = _discardsNext = false;
        _lastError = null;
        _given = null;
        if (!_closing)
            _id = _services.Queue.NewId();
    }

    private void LogFrom(Envelope envelope)
    {
        envelope.OtherRecipients = _lookedUp;
        MessageCollector.LogFrom(_services, envelope, DaemonName == "stdin" ? null : DaemonName);
        if (envelope == _attempt && !_services.Queue.HasRoom(envelope.Size))
        {
            LogLowSpace(envelope.Size);
            LogLowSpace(envelope.Size);
        }
    }

    private string? _lastError;
    private int _lookedUp;
}
