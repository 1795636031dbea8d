using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Access;
using Sendmail.Wire.Smtp;
using Sendmail.Wire.Tls;

namespace Sendmail.Mta.Delivery;

// STARTTLS as a client: whether, how, and whether what came of it is good enough.
public sealed partial class SmtpAgent
{
    private const int InconsistentLevel = 9;
    private static readonly string[] _sessionMacros = [.. TlsMacros.Names, "server_name", "server_addr"];

    // What becomes of a connection after its (possibly empty) TLS part.
    private enum TlsStep
    {
        // It can be used.
        Go,
        // It cannot, and the recipients know why.
        Stop,
        // Another one is to be made, without TLS.
        Again,
    }

    private async ValueTask<TlsStep> SecureAsync(
        DeliveryJob job, SmtpClient client, string host, string relay, DanePolicy? dane, string helo, TimeSpan heloTimeout, bool allowTls, bool mayRetry, CancellationToken cancellation)
    {
        string name = host.TrimEnd('.');
        string verify = allowTls ? "NONE" : "CLEAR";
        bool fallback = _options.Get(OptionTable.TLSFallbacktoClear);
        TlsOutcome? outcome = null;
        SmtpConnectionException? lost = null;
        RemoteReply? refused = null;
        TlsMacros.Set(job.Scope, verify, null, true);
        bool offered = allowTls && client.Keywords.Contains("STARTTLS");
        bool wanted = false;
        if (offered)
        {
            (wanted, bool withoutDane) = await WantsTlsAsync(job, name, cancellation).ConfigureAwait(false);
            dane = withoutDane ? null : dane;
        }
        if (wanted && tls.Value is { } context && context.HasEngine())
        {
            (TlsSession? session, TlsFeatures features) = await OpenTlsAsync(job, context, name, dane, cancellation).ConfigureAwait(false);
            dane = features.Dane;
            if (session is null)
            {
                verify = "CONFIG";
                services.Log.Write(8, LogPriority.Error, null, "STARTTLS=client, get_tls_se_features=failed, ret=78");
            }
            using (session)
            {
                if (session is not null)
                {
                    fallback = features.Flags.Contains('C', StringComparison.Ordinal) || (fallback && !features.Flags.Contains('c', StringComparison.Ordinal));
                    (verify, outcome, refused, lost) = await HandshakeAsync(client, session, cancellation).ConfigureAwait(false);
                }
            }
            if (outcome is not null)
                TlsLog.Write(services.Log, outcome, host, dane is { IsBinding: false } ? ", status=all TLSA RRs are unsupported" : "");
        }
        TlsMacros.Set(job.Scope, verify, outcome?.Facts, _options.Get(OptionTable.CertFingerprintAlgorithm).Length == 0);
        if (_options.Get(OptionTable.SetCertAltnames))
            services.Rewriter.SetClass("cert_altnames", outcome?.Facts?.AlternativeNames ?? []);
        bool dead = lost is not null || outcome is { Facts: null };
        // Records of which none can be used ask for TLS all the same, but try_tls may say no to it.
        string? unmet = dane is not null && outcome?.Facts is null && (dane.IsBinding || wanted || (allowTls && !offered)) ? Unmet(name, offered, wanted) : null;
        SmtpReply? refusal = await RefusalOfServerAsync(job, name, verify, outcome?.Facts, cancellation).ConfigureAwait(false);
        if (outcome is { Facts: null } && fallback && mayRetry && unmet is null)
        {
            job.Verbose?.Invoke(ConnectingTo(job, host, client.Connection.Peer?.Port ?? 25));
            return TlsStep.Again;
        }
        if (refusal is null && !dead)
        {
            // RFC 3207 4.2: what the server said in clear does not count.
            if (outcome is not null)
            {
                await client.GreetAsync(helo, true, heloTimeout, cancellation).ConfigureAwait(false);
                await AskVerboseAsync(job, client, cancellation).ConfigureAwait(false);
            }
            // tls_rcpt judges: tls_server is not told.
            if (unmet is not null)
                job.Scope["verify"] = unmet;
            return TlsStep.Go;
        }
        if (!dead)
            await client.QuitAsync(_options.Get(OptionTable.TimeoutQuit)).ConfigureAwait(false);
        if (lost is not null)
        {
            string cause = "reply: read error from " + host;
            job.NoteStatus(cause);
            job.Envelope.Transcript.Add("451 4.4.2 " + cause);
        }
        if (refusal is not null)
            Refuse(job, refusal, dead, host, refused);
        else if (lost is not null)
            Defer(job, "4.0.0", "Deferred", "reply: read error from " + host);
        else
            Defer(job, "4.7.0", "Deferred: 454 4.7.0 TLS handshake failed.");
        return TlsStep.Stop;
    }

    // TLSA records ask for TLS and there is none: ${verify}.
    private string Unmet(string name, bool offered, bool wanted)
    {
        if (offered && !wanted)
            return "DANE_FAIL";
        services.Log.Write(9, LogPriority.Notice, null, "STARTTLS=client, relay=" + name + ", warning=DANE configured in DNS but STARTTLS " + (offered ? "failed" : "not offered"));
        return offered ? "DANE_TEMP" : "DANE_NOTLS";
    }

    // A handshake that fails says something about the whole destination: its other hosts are not tried now. The log shows what
    // the server answered, the report to the sender what the policy says.
    private void Refuse(DeliveryJob job, SmtpReply refusal, bool dead, string host, RemoteReply? reply)
    {
        if (reply is not null && refusal.IsTemporary != reply.IsTemporary)
        {
            SysExit code = refusal.IsTemporary ? SysExit.TempFail : SysExit.Unavailable;
            services.Log.Write(InconsistentLevel, LogPriority.Error, job.Envelope.Id, string.Create(
                CultureInfo.InvariantCulture, $"ERROR: inconsistent reply, please see <https://sendmail.org/Report>, rcode={(int)code}, e_rcode={reply.Code}, e_text={WithoutStatus(reply.Comment)}"));
        }
        foreach (Address recipient in job.Recipients.Where(r => r.State == RecipientState.Ok))
        {
            string? before = recipient.StatusHost;
            recipient.StatusHost = reply is null ? before : host;
            if (refusal.IsTemporary)
            {
                DeliveryJob.Set(recipient, dead ? RecipientState.Queued : RecipientState.Ok, refusal.Status.ToString(), SysExit.TempFail, "Deferred: " + refusal, reply?.Text);
                continue;
            }
            // Another host of the destination may still do; the refusal stands when there is none.
            DeliveryJob.Set(recipient, dead ? RecipientState.Bad : RecipientState.Ok, refusal.Status.ToString(), SysExit.DataError, "Service unavailable", reply?.Text ?? refusal.ToString());
            if (reply is not null)
            {
                job.AfterLog(() =>
                {
                    if (recipient.RemoteReply == reply.Text)
                        (recipient.StatusHost, recipient.RemoteReply) = (before, refusal.ToString());
                });
            }
        }
        if (!refusal.IsTemporary)
            job.Envelope.ExitStatus = SysExit.DataError;
    }

    // A status is taken off even when the server did not say that it gives them.
    private static string WithoutStatus(string text)
    {
        int length = EnhancedStatus.TryParse(text, out _);
        return length > 0 ? text[length..].TrimStart() : text;
    }

    private async ValueTask<(string Verify, TlsOutcome? Outcome, RemoteReply? Refused, SmtpConnectionException? Lost)> HandshakeAsync(SmtpClient client, TlsSession session, CancellationToken cancellation)
    {
        services.Log.Write(14, LogPriority.Info, null, "STARTTLS=client, start=ok");
        try
        {
            (RemoteReply reply, TlsOutcome? outcome) = await client.StartTlsAsync(session, _options.Get(OptionTable.TimeoutStarttls), cancellation).ConfigureAwait(false);
            return outcome is null ? (reply.IsTemporary ? "TEMP" : "NONE", null, reply, null) : (outcome.Facts?.Verify ?? "SOFTWARE", outcome, null, null);
        }
        catch (SmtpConnectionException e)
        {
            return ("FAILURE", null, null, e);
        }
    }

    // M=S of ClientPortOptions, clt_features S, or try_tls says no; and whether clt_features D does without TLSA records.
    private async ValueTask<(bool Wants, bool WithoutDane)> WantsTlsAsync(DeliveryJob job, string name, CancellationToken cancellation)
    {
        CheckResult flags = await services.Checks.CheckAsync("clt_features", name, null, job.Scope, cancellation).ConfigureAwait(false);
        if (flags.Kind == CheckKind.Result)
            job.Scope["client_flags"] = string.Join(' ', flags.Words);
        bool off = flags.Kind == CheckKind.Result ? flags.Words.Contains("S") : services.Configuration.ClientPorts.Any(p => p.Has('S'));
        bool withoutDane = flags.Kind == CheckKind.Result ? flags.Words.Contains("D") : services.Configuration.ClientPorts.Any(p => p.Has('D'));
        if (off)
            return (false, withoutDane);
        CheckResult result = await services.Checks.CheckAsync("try_tls", name, null, job.Scope, cancellation).ConfigureAwait(false);
        if (result.Kind != CheckKind.Reject)
            return (true, withoutDane);
        services.Log.Write(8, LogPriority.Notice, null, "ruleset=try_tls, arg1=" + name + ", relay=" + name + ", status=" + WithRecipient(job, result.Reply!));
        job.Envelope.ExitStatus = SysExit.DataError;
        return (false, withoutDane);
    }

    // The reply as the reference shows it here, with the recipient it is about.
    private static string WithRecipient(DeliveryJob job, SmtpReply reply)
    {
        string text = reply.ToString();
        string prefix = reply.Code.ToString(System.Globalization.CultureInfo.InvariantCulture) + " " + reply.Status + " ";
        return job.Recipients.Count > 0 && text.StartsWith(prefix, StringComparison.Ordinal) ? prefix + job.Recipients[0].Text + "... " + text[prefix.Length..] : text;
    }

    private async ValueTask<(TlsSession? Session, TlsFeatures Features)> OpenTlsAsync(DeliveryJob job, TlsContext context, string name, DanePolicy? dane, CancellationToken cancellation)
    {
        string address = job.Scope["server_addr"] ?? "";
        string peer = name + " [" + address + "]";
        TlsFeatures features = TlsFeatures.None;
        if (await services.Checks.TextAsync("tls_clt_features", name, address, job.Scope, cancellation).ConfigureAwait(false) is { } text)
        {
            services.Log.Write(10, LogPriority.Info, null, "tls_clt_features=" + text + ", relay=" + peer);
            var log = new List<TlsLogLine>();
            TlsFeatures? parsed = TlsFeatures.Parse(text, "tls_clt_features", peer, log);
            log.ForEach(l => l.WriteTo(services.Log));
            if (parsed is null)
                return (null, features with { Dane = dane });
            features = parsed;
        }
        if (!features.Flags.Contains('d', StringComparison.Ordinal))
            features = features with { Dane = dane };
        return (context.Open(features, name), features);
    }

    private async ValueTask<SmtpReply?> RefusalOfServerAsync(DeliveryJob job, string name, string verify, TlsFacts? facts, CancellationToken cancellation)
    {
        CheckResult result = await services.Checks.CheckAsync("tls_server", verify, null, job.Scope, cancellation).ConfigureAwait(false);
        SmtpReply? refusal = result.Kind == CheckKind.Reject ? result.Reply : null;
        string rule = "ruleset=tls_server";
        if (refusal is null && facts is not null)
        {
            refusal = VerifyRequirement.Refusal(_options.Get(OptionTable.ConfVerify), facts);
            rule = "ConfVerify=require";
        }
        if (refusal is not null)
            services.Log.Write(6, LogPriority.Notice, null, rule + ", arg1=" + verify + ", relay=" + name + ", reject=" + refusal);
        return refusal;
    }

    // tls_rcpt: why a recipient may not be sent over this connection, null when it may.
    private async ValueTask<SmtpReply?> RefusalOfRecipientAsync(DeliveryJob job, string host, Address recipient, CancellationToken cancellation)
    {
        CheckResult result = await services.Checks.CheckAsync("tls_rcpt", recipient.RewrittenUser, null, job.Scope, cancellation).ConfigureAwait(false);
        if (result.Kind != CheckKind.Reject)
            return null;
        services.Log.Write(4, LogPriority.Notice, job.Envelope.Id, "ruleset=tls_rcpt, arg1=" + recipient.RewrittenUser + ", relay=" + host + ", reject=" + result.Reply);
        return result.Reply;
    }
}
