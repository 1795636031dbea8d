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
using Sendmail.Wire.Connections;
using Sendmail.Wire.Tls;

namespace Sendmail.Mta.Daemon;

/// <summary>How sessions of one daemon are run.</summary>
public sealed record SessionContext(MtaServices Services, Func<TlsContext?> Tls, Func<Envelope, MtaServices, ValueTask> Deliver);

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
    private readonly string _sessionId;
    private readonly CancellationToken _stop;
    private string? _helo;
    private bool _extended;
    private bool _closing;
    private bool _useful;
    private Envelope? _envelope;
    private bool _fromLogged;
    private bool _delayed;
    private SmtpReply? _refused;
    private string _protocolError = "";
    private int _badCommands;
    private int _useless;
    private int _badRecipients;
    private readonly HashSet<char> _features = [];

    /// <summary>A session over an accepted connection.</summary>
    public SmtpServerSession(SessionContext context, Connection connection, DaemonPort port, CancellationToken stop)
    {
        _context = context;
        _services = context.Services.ForSession();
        _connection = connection;
        _port = port;
        _options = _services.Configuration.Options;
        _session = _services.NewScope();
        _sessionId = _services.Queue.NewId();
        _stop = stop;
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
            _session["i"] = _sessionId;
            _session["r"] = "SMTP";
            TlsMacros.Set(_session, null, null, true);
            _services.Log.Write(10, LogPriority.Info, "NOQUEUE", "connect from " + Relay);
            await CheckConnectionAsync().ConfigureAwait(false);
            _closing = !await StartWithTlsAsync().ConfigureAwait(false);
            if (!_closing)
                await GreetAsync().ConfigureAwait(false);
            while (!_closing)
                await NextCommandAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or OperationCanceledException or ObjectDisposedException)
        {
            if (_envelope is not null)
                _services.Log.Write(9, LogPriority.Notice, _envelope.Id, "lost input channel from " + Relay + " to " + DaemonName + " after " + _lastVerb);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _services.Log.Write(0, LogPriority.Critical, _envelope?.Id ?? _sessionId, "SYSERR(root): session with " + Relay + ": " + e.GetType().Name + ": " + e.Message);
        }
        finally
        {
            Abandon();
            if (!_useful && _refused is null && _protocolError.Length == 0)
                _services.Log.Write(6, LogPriority.Info, _sessionId, Relay + " did not issue MAIL/EXPN/VRFY/ETRN during connection to " + DaemonName);
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private string Early() => _session["client_name"] + " [" + _session["client_addr"] + "] due to traffic before response";

    private readonly Dictionary<string, int> _repeats = new(4);

    // One line when a client repeats a command more often than people do.
    private void Count(string command, int suspicious)
    {
        int count = _repeats.GetValueOrDefault(command) + 1;
        _repeats[command] = count;
        if (count == suspicious)
            _services.Log.Write(5, LogPriority.Info, _envelope?.Id ?? _sessionId, string.Create(CultureInfo.InvariantCulture, $"{Relay}: possible SMTP attack: command={command}, count={count}"));
    }

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
            LogReject("check_relay", _session["client_name"]!, _session["client_addr"], result.Reply!, "");
            return;
        }
        if (result.Kind == CheckKind.Discard)
        {
            _discardAll = true;
            _services.Log.Write(5, LogPriority.Notice, null, "ruleset=check_relay, arg1=" + _session["client_name"] + ", arg2=" + _session["client_addr"] + ", relay=" + Relay + ", discard");
        }
        CheckResult features = await _services.Checks.CheckAsync("srv_features", _session["client_name"]!, _session["client_addr"], _session, _stop).ConfigureAwait(false);
        foreach (string word in features.Words)
        {
            if (word.Length == 1 || word is "g2" or "u2")
                _features.Add(word[0]);
        }
        if (features.TempFail || (features.Words.Count > 0 && features.Words[0].Equals("temp", StringComparison.OrdinalIgnoreCase)))
        {
            // What this client must do is not known now: nothing is taken from it.
            _refused = SmtpReply.Of(450, "4.3.0", "Please try again later.");
            _services.Log.Write(5, LogPriority.Error, null, "ERROR: srv_features=tempfail, relay=" + Relay + ", access temporarily disabled");
        }
    }

    private bool _discardAll;

    private void LogReject(string ruleSet, string first, string? second, SmtpReply reply, string? id) => _services.Log.Write(5, LogPriority.Notice, id is "" ? null : id ?? _envelope?.Id ?? _sessionId,
        "ruleset=" + ruleSet + ", arg1=" + first + (second is null ? "" : ", arg2=" + second) + ", relay=" + Relay + ", reject=" + reply);

    private async ValueTask GreetAsync()
    {
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
        await SendAsync("220 " + greeting.Replace("\n", "\r\n220-", StringComparison.Ordinal)).ConfigureAwait(false);
    }

    private string _lastVerb = "startup";

    private async ValueTask NextCommandAsync()
    {
        // DelayLA: a machine that is busy takes commands slowly.
        int delay = _options.Get(OptionTable.DelayLA);
        if (delay > 0 && Posix.LoadAverage.Current() >= delay)
        {
            if (!_delayed)
                _services.Log.Write(8, LogPriority.Info, _sessionId, string.Create(CultureInfo.InvariantCulture, $"delaying: load average {Posix.LoadAverage.Current()} >= {delay}"));
            _delayed = true;
            await Task.Delay(TimeSpan.FromSeconds(1), _services.Clock, _stop).ConfigureAwait(false);
        }
        LineResult line = await _connection.ReadLineAsync(MaxCommandLine, _options.Get(OptionTable.TimeoutCommand), _stop).ConfigureAwait(false);
        switch (line.Kind)
        {
            case LineKind.EndOfFile when line.Text.Length > 0:
                // The last line counts though its end is missing.
                break;
            case LineKind.EndOfFile:
                if (_envelope is not null)
                    _services.Log.Write(9, LogPriority.Notice, _envelope.Id, "lost input channel from " + Relay + " to " + DaemonName + " after " + _lastVerb);
                _closing = true;
                return;
            case LineKind.Timeout:
                _services.Log.Write(4, LogPriority.Info, _envelope?.Id ?? _sessionId, "timeout waiting for input from " + Relay + " during server cmd read");
                _closing = true;
                return;
            case LineKind.TooLong:
                _services.Log.Write(3, LogPriority.Info, _envelope?.Id ?? _sessionId, Relay + ": SMTP violation, input too long: " + line.Text.Length.ToString(CultureInfo.InvariantCulture));
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
        text = text.TrimStart(' ', '\t');
        int end = 0;
        while (end < text.Length && text[end] is not (' ' or '\t' or '\r'))
            end++;
        string verb = AddressParser.AsciiLower(text[..end]);
        string argument = text[end..].Trim();
        await DispatchAsync(verb, argument, text).ConfigureAwait(false);
    }

    private ValueTask DispatchAsync(string verb, string argument, string line)
    {
        if (_refused is not null && verb is not ("quit" or "helo" or "ehlo" or "rset" or "noop" or "starttls"))
            return RefuseAsync(verb);
        if (_protocolError.Length > 0 && verb is "mail" or "rcpt" or "data" && _protocolError.Length > 0)
            return ReplyAsync(550, "5.0.0", "Command rejected");
        _lastVerb = verb;
        switch (verb)
        {
            case "helo": return HelloAsync(false, argument);
            case "ehlo": return HelloAsync(true, argument);
            case "mail": return MailAsync(argument);
            case "rcpt": return RecipientAsync(argument);
            case "data": return DataAsync(argument);
            case "rset": return ResetAsync();
            case "noop":
                Count("NOOP", _options.Get(OptionTable.MaxNOOPCommands));
                return UselessAsync(250, "2.0.0", "OK");
            case "quit": return QuitAsync();
            case "vrfy": return VerifyAsync(argument, false);
            case "expn" when !_features.Contains('X'): return VerifyAsync(argument, true);
            case "help": return HelpAsync(argument);
            case "etrn": return EtrnAsync(argument);
            case "verb": return VerboseAsync();
            case "starttls": return StartTlsAsync(argument);
            case "auth": return AuthAsync(argument);
            case "send" or "soml" or "saml" or "turn": return ReplyAsync(502, "5.5.1", "Command not implemented: \"" + line + "\"");
            case "post" or "connect" when _helo is null || line.Contains(' ', StringComparison.Ordinal): return ProxyAsync(line);
            default: return UnknownAsync(line);
        }
    }

    private ValueTask RefuseAsync(string verb)
    {
        _ = verb;
        SmtpReply refused = _refused!;
        return ReplyAsync(refused.Code, refused.Status.ToString(), refused.Text);
    }

    private async ValueTask ProxyAsync(string line)
    {
        _services.Log.Write(3, LogPriority.Info, _sessionId, Relay + ": probable open proxy: command=" + line + "\r\n");
        await ReplyAsync(421, "4.7.0", Host + " Rejecting open proxy " + Relay).ConfigureAwait(false);
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
        await ReplyAsync(500, "5.5.1", "Command unrecognized: \"" + line + "\"").ConfigureAwait(false);
    }

    private ValueTask UselessAsync(int code, string status, string text)
    {
        _useless++;
        return ReplyAsync(code, status, text);
    }

    private async ValueTask ResetAsync()
    {
        Abandon();
        await UselessAsync(250, "2.0.0", "Reset state").ConfigureAwait(false);
    }

    private async ValueTask QuitAsync()
    {
        await ReplyAsync(221, "2.0.0", Host + " closing connection").ConfigureAwait(false);
        _closing = true;
    }

    private void Abandon()
    {
        if (_envelope is { } envelope)
        {
            if (!_fromLogged)
                MessageCollector.LogFrom(_services, envelope, DaemonName == "stdin" ? null : DaemonName);
            _services.Queue.Discard(envelope);
        }
        _envelope = null;
    }

    /// <summary>The one place replies are written: code, status, text; 8-bit text loses its top bit as the reference does.</summary>
    private ValueTask ReplyAsync(int code, string status, string text)
    {
        string prefix = code.ToString(CultureInfo.InvariantCulture);
        string marked = status.Length > 0 ? status + " " : "";
        string[] lines = text.Split('\n');
        var reply = new StringBuilder();
        for (int i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                reply.Append("\r\n");
            reply.Append(prefix).Append(i == lines.Length - 1 ? ' ' : '-').Append(marked).Append(lines[i]);
        }
        return SendAsync(reply.ToString());
    }

    private ValueTask ReplyAsync(SmtpReply reply, string? about = null) =>
        ReplyAsync(reply.Code, reply.Status.ToString(), about is null ? reply.Text : Short(about) + "... " + reply.Text);

    // Long addresses are shown by their ends.
    private static string Short(string text) => text.Length > 203 ? text[..100] + "..." + text[^100..] : text;

    private ValueTask SendAsync(string text)
    {
        byte[] octets = Latin1.ToBytes(text + "\r\n");
        for (int i = 0; i < octets.Length; i++)
            octets[i] &= 0x7F;
        return _connection.WriteAsync(octets, _options.Get(OptionTable.TimeoutCommand), _stop);
    }
}
