using System.Globalization;
using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Access;
using Sendmail.Wire.Tls;

namespace Sendmail.Mta.Daemon;

// HELO, EHLO, STARTTLS, AUTH.
public sealed partial class SmtpServerSession
{
    private async ValueTask HelloAsync(bool extended, string argument)
    {
        string verb = extended ? "EHLO" : "HELO";
        Count("HELO/EHLO", 3);
        if (argument.Length == 0)
        {
            await ReplyAsync(501, "5.0.0", verb + " requires domain address").ConfigureAwait(false);
            return;
        }
        if (!_options.Get(OptionTable.AllowBogusHELO) && !IsDomain(argument))
        {
            await ReplyAsync(501, "5.0.0", "Invalid domain name").ConfigureAwait(false);
            return;
        }
        if (_connection.HasBufferedInput && !_features.Contains('F'))
        {
            _protocolError = "554";
            _services.Log.Write(5, LogPriority.Info, _sessionId, "rejecting " + verb + " from " + Early());
            await ReplyAsync(554, "5.5.0", "SMTP protocol error").ConfigureAwait(false);
            return;
        }
        Abandon();
        _helo = argument;
        _extended = extended;
        _session["s"] = argument;
        _session["r"] = _connection.Tls is null ? extended ? "ESMTP" : "SMTP" : extended ? "ESMTPS" : "SMTPS";
        string name = IsNetwork ? Relay : "localhost";
        string greeting = Host + " Hello " + name + ", pleased to meet you";
        if (_refused is not null && extended)
        {
            await SendAsync("250-" + greeting + "\r\n250 ENHANCEDSTATUSCODES").ConfigureAwait(false);
            return;
        }
        if (!extended)
        {
            await ReplyAsync(250, "", greeting).ConfigureAwait(false);
            return;
        }
        await SendAsync(Keywords(greeting)).ConfigureAwait(false);
    }

    private string Keywords(string greeting)
    {
        PrivacyFlags privacy = _options.Get(OptionTable.PrivacyOptions);
        var words = new List<string> { greeting, "ENHANCEDSTATUSCODES" };
        if (!_features.Contains('P'))
            words.Add("PIPELINING");
        if ((privacy & PrivacyFlags.NoExpn) == 0 && !_features.Contains('X'))
        {
            words.Add("EXPN");
            if ((privacy & PrivacyFlags.NoVerb) == 0 && !_features.Contains('B'))
                words.Add("VERB");
        }
        words.Add("8BITMIME");
        long size = _options.Get(OptionTable.MaxMessageSize);
        words.Add(size > 0 ? "SIZE " + size.ToString(CultureInfo.InvariantCulture) : "SIZE");
        if ((privacy & PrivacyFlags.NoReceipts) == 0 && !_features.Contains('D'))
            words.Add("DSN");
        if ((privacy & PrivacyFlags.NoEtrn) == 0 && !_features.Contains('E') && !_port.Has('E'))
            words.Add("ETRN");
        if (_connection.Tls is null && TlsContext() is not null)
            words.Add("STARTTLS");
        TimeSpan least = _options.Get(OptionTable.DeliverByMin);
        words.Add(least > TimeSpan.Zero ? "DELIVERBY " + ((long)least.TotalSeconds).ToString(CultureInfo.InvariantCulture) : "DELIVERBY");
        words.Add("HELP");
        var text = new StringBuilder();
        for (int i = 0; i < words.Count; i++)
            text.Append(i == 0 ? "" : "\r\n").Append("250").Append(i == words.Count - 1 ? ' ' : '-').Append(words[i]);
        return text.ToString();
    }

    private TlsServerContext? TlsContext() => _features.Contains('S') || _port.Has('S') ? null : _context.Tls();

    private static bool IsDomain(string name)
    {
        if (name.Length > 256)
            return false;
        if (name[0] == '[')
            return name.Skip(1).All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or ']' or '-' or '%');
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '#' or ':'))
                return false;
        }
        return true;
    }

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
        (TlsServerContext? session, string? unusable) = context.With(TlsFeatures.None with { NoClientCertificate = _features.Contains('V') });
        if (session is null)
        {
            _services.Log.Write(5, LogPriority.Warning, null, unusable ?? "");
            await ReplyAsync(454, "4.3.3", "TLS currently not available").ConfigureAwait(false);
            return;
        }
        await ReplyAsync(220, "2.0.0", "Ready to start TLS").ConfigureAwait(false);
        TlsOutcome outcome = await _connection.StartTlsServerAsync(session, _options.Get(OptionTable.TimeoutStarttls), _stop).ConfigureAwait(false);
        if (outcome.Facts is not { } facts)
        {
            _services.Log.Write(5, LogPriority.Warning, null, "STARTTLS=server, error: accept " + outcome.LogText + ", relay=" + Relay);
            _closing = true;
            return;
        }
        string verify = facts.Verify;
        if (facts.VerifyTrace.Length > 0)
            _services.Log.Write(facts.VerifyMessage == "ok" ? 15 : 14, LogPriority.Info, null, "STARTTLS: TLS cert verify: " + facts.VerifyTrace);
        ClientIdentity.SetTls(_session, verify, facts, _options.Get(OptionTable.CertFingerprintAlgorithm).Length == 0);
        _services.Log.Write(8, LogPriority.Info, null, string.Create(CultureInfo.InvariantCulture,
            $"STARTTLS=server, relay={Relay}, version={facts.Version}, verify={verify}, cipher={facts.Cipher}, bits={facts.Bits}/{facts.AlgorithmBits}"));
        _services.Log.Write(12, LogPriority.Info, null, "STARTTLS=server, cert-subject=" + facts.CertSubject + ", cert-issuer=" + facts.CertIssuer + ", verifymsg=" + facts.VerifyMessage);
        // RFC 3207 4.2: nothing learned before the handshake counts, a new greeting is due.
        _helo = null;
        _session["s"] = null;
        CheckResult result = await _services.Checks.CheckAsync("tls_client", verify, "STARTTLS", _session, _stop).ConfigureAwait(false);
        if (result.Kind == CheckKind.Reject)
        {
            _refused = result.Reply;
            LogReject("tls_client", verify, "STARTTLS", result.Reply!, "");
        }
    }

    private ValueTask AuthAsync(string argument)
    {
        if (argument.Length == 0)
            return ReplyAsync(501, "5.5.2", "AUTH mechanism must be specified");
        return ReplyAsync(504, "5.3.3", "AUTH mechanism " + argument.Split(' ')[0] + " not available");
    }
}
