using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Access;
using Sendmail.Wire.Tls;

namespace Sendmail.Mta.Daemon;

// STARTTLS, and TLS from the start on ports with M=s.
public sealed partial class SmtpServerSession
{
    // No greeting yet since STARTTLS.
    private bool _freshTls;

    private TlsContext? TlsContext() => _features.Contains('S') || _port.Has('S') ? null : _context.Tls();

    private async ValueTask StartTlsAsync(string argument)
    {
        if (argument.Length > 0)
        {
            await ReplyAsync(501, "5.5.2", "Syntax error (no parameters allowed)").ConfigureAwait(false);
            return;
        }
        if (_features.Contains('S') || _port.Has('S'))
        {
            await ReplyAsync(503, "5.5.0", "TLS not available").ConfigureAwait(false);
            return;
        }
        if (_connection.Tls is not null || TlsContext() is not { } context)
        {
            await ReplyAsync(454, "4.3.3", "TLS not available after start").ConfigureAwait(false);
            return;
        }
        if (_envelope is not null)
        {
            await ReplyAsync(503, "5.5.0", "TLS not permitted during a mail transaction").ConfigureAwait(false);
            return;
        }
        if (!context.HasEngine())
        {
            await ReplyAsync(454, "4.3.3", "TLS not available right now").ConfigureAwait(false);
            return;
        }
        if (await OpenTlsAsync(context).ConfigureAwait(false) is not { } session)
        {
            await ReplyAsync(454, "4.3.3", "TLS temporarily not available").ConfigureAwait(false);
            return;
        }
        using (session)
        {
            await ReplyAsync(220, "2.0.0", "Ready to start TLS").ConfigureAwait(false);
            _closing = !await HandshakeAsync(session).ConfigureAwait(false);
            // What comes next is a first command again: whoever speaks HTTP is sent away.
            _spoke = false;
            _freshTls = true;
        }
    }

    // False when the session ends here.
    private async ValueTask<bool> StartWithTlsAsync()
    {
        if (!_port.Has('s'))
            return true;
        TlsSession? session = null;
        if (_context.Tls() is { } context && context.HasEngine())
            session = await OpenTlsAsync(context).ConfigureAwait(false);
        if (session is null)
        {
            _services.Log.Write(5, LogPriority.Error, _id, "smtps: TLS not available, exiting");
            return false;
        }
        using (session)
            return await HandshakeAsync(session).ConfigureAwait(false);
    }

    // What this client is to be offered: tls_srv_features over the options.
    private async ValueTask<TlsSession?> OpenTlsAsync(TlsContext context)
    {
        string name = _session["client_name"] ?? "";
        string address = _session["client_addr"] ?? "";
        string peer = name + " [" + address + "]";
        TlsFeatures features = TlsFeatures.None;
        if (await _services.Checks.TextAsync("tls_srv_features", name, address, _session, _stop).ConfigureAwait(false) is { } text)
        {
            _services.Log.Write(10, LogPriority.Info, null, "tls_srv_features=" + text + ", relay=" + peer);
            var log = new List<TlsLogLine>();
            TlsFeatures? parsed = TlsFeatures.Parse(text, "tls_srv_features", peer, log);
            log.ForEach(l => l.WriteTo(_services.Log));
            if (parsed is null)
                return null;
            features = parsed;
        }
        if (_features.Contains('V'))
            features = features with { NoClientCertificate = true };
        return context.Open(features, null);
    }

    private async ValueTask<bool> HandshakeAsync(TlsSession session)
    {
        TlsOutcome outcome = await _connection.StartTlsAsync(session, _options.Get(OptionTable.TimeoutStarttls), _stop).ConfigureAwait(false);
        TlsLog.Write(_services.Log, outcome, Relay);
        if (outcome.Facts is not { } facts)
            return false;
        string verify = facts.Verify;
        TlsMacros.Set(_session, verify, facts, _options.Get(OptionTable.CertFingerprintAlgorithm).Length == 0);
        if (_options.Get(OptionTable.SetCertAltnames))
            _services.Rewriter.SetClass("cert_altnames", facts.AlternativeNames);
        LogMechanisms();
        // RFC 3207 4.2: nothing learned before the handshake counts, a new greeting is due.
        _helo = null;
        _throttle.Forget(HelloCount);
        _session["s"] = _session["client_name"];
        CheckResult result = await _services.Checks.CheckAsync("tls_client", verify, "STARTTLS", _session, _stop).ConfigureAwait(false);
        if (result.Kind == CheckKind.Reject)
        {
            _refused = result.Reply;
            LogReject("tls_client", verify, "STARTTLS", result.Reply!, null);
        }
        else if (VerifyRequirement.Refusal(_options.Get(OptionTable.ConfVerify), facts) is { } refusal)
        {
            _refused = refusal;
            _services.Log.Write(5, LogPriority.Notice, null, "ConfVerify=require, arg1=" + verify + ", arg2=STARTTLS, relay=" + Relay + ", reject=" + refusal);
        }
        return true;
    }
}
