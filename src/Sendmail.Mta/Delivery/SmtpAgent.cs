using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Smtp;
using Sendmail.Wire.Tls;

namespace Sendmail.Mta.Delivery;

/// <summary>Mailers with P=[IPC]: SMTP and LMTP over TCP or local sockets.</summary>
public sealed partial class SmtpAgent(MtaServices services, ConnectionCache cache, Lazy<TlsContext?> tls) : IDeliveryAgent
{
    private readonly HostResolver _resolver = new(services);
    private readonly OptionValues _options = services.Configuration.Options;

    /// <inheritdoc/>
    public async ValueTask DeliverAsync(DeliveryJob job, CancellationToken cancellation)
    {
        Mailer mailer = job.Mailer;
        string[] arguments = [.. mailer.Arguments.Select(a => MacroExpander.Expand(a, job.Scope))];
        string host = arguments.Length > 1 ? arguments[1] : job.Host;
        if (arguments.Length > 0 && arguments[0] == "FILE")
        {
            await TryLocalSocketAsync(job, host, cancellation).ConfigureAwait(false);
            return;
        }
        int port = arguments.Length > 2 ? ServicePorts.Find(arguments[2]) ?? 25 : 25;
        string key = mailer.Name + " " + host + " " + port.ToString(CultureInfo.InvariantCulture);
        if (cache.Take(key) is { } session && await TransactAsync(job, session, key, true, cancellation).ConfigureAwait(false))
            return;
        if (host.Length == 0)
        {
            job.SetAll(RecipientState.Bad, "5.3.5", SysExit.Config, "No host for mailer " + mailer.Name);
            return;
        }
        CandidateList candidates = await _resolver.FindAsync(host, mailer.Has('0'), cancellation).ConfigureAwait(false);
        if (candidates.Problem is not null)
        {
            job.Relay = host;
            job.SetAll(candidates.Temporary ? RecipientState.Queued : RecipientState.Bad, candidates.Status, candidates.Temporary ? SysExit.TempFail
                : candidates.Status == "5.3.5" ? SysExit.Config : SysExit.NoHost, candidates.Problem, candidates.Temporary ? null : "550 " + candidates.Problem.Split(" (Name")[0]);
            return;
        }
        await TryCandidatesAsync(job, candidates, port, key, cancellation).ConfigureAwait(false);
    }

    private async ValueTask TryCandidatesAsync(DeliveryJob job, CandidateList candidates, int port, string key, CancellationToken cancellation)
    {
        IPAddress? only = IPAddress.TryParse(_options.Get(OptionTable.ConnectOnlyTo), out IPAddress? fixedAddress) ? fixedAddress : null;
        foreach (Candidate candidate in candidates.Hosts)
        {
            foreach (IPAddress resolved in candidate.Addresses)
            {
                IPAddress address = only ?? resolved;
                job.Relay = candidate.Name + " [" + Text(address) + "]";
                job.Verbose?.Invoke(ConnectingTo(job, candidate.Name, port));
                CachedSession? session = await OpenAsync(job, candidate, new IPEndPoint(address, port), true, cancellation).ConfigureAwait(false);
                if (session is not null)
                    await TransactAsync(job, session, key, false, cancellation).ConfigureAwait(false);
                if (job.Recipients.All(r => r.State != RecipientState.Ok))
                    return;
            }
        }
    }

    private static string ConnectingTo(DeliveryJob job, string host, int port) =>
        job.Recipients[0].Text + "... Connecting to " + host + (port == 25 ? "" : " port " + port.ToString(CultureInfo.InvariantCulture)) + " via " + job.Mailer.Name + "...";

    private async ValueTask TryLocalSocketAsync(DeliveryJob job, string path, CancellationToken cancellation)
    {
        job.Relay = "localhost";
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            job.SetAll(RecipientState.Queued, "4.4.1", SysExit.TempFail, "Deferred: " + Describe(e) + " by " + path);
            return;
        }
        CachedSession? session = await GreetAsync(job, Connection.FromSocket(socket), "localhost", "localhost", null, true, cancellation).ConfigureAwait(false);
        if (session is not null)
            await TransactAsync(job, session, "local " + path, false, cancellation).ConfigureAwait(false);
    }

    // Connects and greets; null when this machine cannot be used, with the reason in the recipients if it is the last word.
    private async ValueTask<CachedSession?> OpenAsync(DeliveryJob job, Candidate candidate, IPEndPoint peer, bool allowTls, CancellationToken cancellation)
    {
        var socket = new Socket(peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (services.Configuration.ClientPorts.FirstOrDefault(p => p.Address.Length > 0 && p.Family == (peer.AddressFamily == AddressFamily.InterNetwork ? "inet" : "inet6")) is { } from
                && IPAddress.TryParse(from.Address, out IPAddress? source))
                socket.Bind(new IPEndPoint(source, 0));
            TimeSpan timeout = _options.Get(job.Envelope.Attempts <= 1 ? OptionTable.TimeoutIconnect : OptionTable.TimeoutConnect);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (timeout > TimeSpan.Zero)
                limit.CancelAfter(timeout);
            socket = await ConnectAsync(socket, peer, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            if (cancellation.IsCancellationRequested)
                throw;
            Defer(job, "4.4.1", "Deferred: " + Describe(e) + " by " + candidate.Name);
            return null;
        }
        string relay = candidate.Name + " [" + Text(peer.Address) + "]";
        return await GreetAsync(job, Connection.FromSocket(socket), candidate.Name, relay, allowTls ? () => OpenAsync(job, candidate, peer, false, cancellation) : null, allowTls, cancellation).ConfigureAwait(false);
    }

    private string Text(IPAddress address) => AddressText.Of(address, _options.Get(OptionTable.UseCompressedIPv6Addresses));

    // A line that is dialled on demand gets a second try after DialDelay.
    private async ValueTask<Socket> ConnectAsync(Socket socket, IPEndPoint peer, CancellationToken cancellation)
    {
        TimeSpan delay = _options.Get(OptionTable.DialDelay);
        try
        {
            await socket.ConnectAsync(peer, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException) when (delay > TimeSpan.Zero)
        {
            socket.Dispose();
        }
        await Task.Delay(delay, services.Clock, cancellation).ConfigureAwait(false);
        var again = new Socket(peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await again.ConnectAsync(peer, cancellation).ConfigureAwait(false);
        return again;
    }

    // A temporary result that another machine may still improve.
    private static void Defer(DeliveryJob job, string status, string message, string? reply = null)
    {
        foreach (Address recipient in job.Recipients.Where(r => r.State == RecipientState.Ok))
        {
            DeliveryJob.Set(recipient, RecipientState.Ok, status, SysExit.TempFail, message, reply);
        }
    }

    private async ValueTask<CachedSession?> GreetAsync(
        DeliveryJob job, Connection connection, string host, string relay, Func<ValueTask<CachedSession?>>? again, bool allowTls, CancellationToken cancellation)
    {
        var client = new SmtpClient(connection, job.Mailer.Has('z'), Recorder(job, host));
        bool keep = false;
        try
        {
            RemoteReply greeting = await client.ReadReplyAsync(_options.Get(OptionTable.TimeoutInitial), cancellation).ConfigureAwait(false);
            if (!greeting.IsPositive)
            {
                Answer(job, greeting, host);
                await client.QuitAsync(_options.Get(OptionTable.TimeoutQuit)).ConfigureAwait(false);
                return null;
            }
            string helo = HeloName();
            TimeSpan heloTimeout = _options.Get(job.Mailer.Has('z') ? OptionTable.TimeoutLhlo : OptionTable.TimeoutHelo);
            bool extended = job.Mailer.Has('a') || greeting.Text.Contains("ESMTP", StringComparison.Ordinal) || !job.Mailer.Has('2');
            RemoteReply hello = await client.GreetAsync(helo, extended, heloTimeout, cancellation).ConfigureAwait(false);
            if (!hello.IsPositive)
            {
                Answer(job, hello, host);
                await client.QuitAsync(_options.Get(OptionTable.TimeoutQuit)).ConfigureAwait(false);
                return null;
            }
            job.Scope["server_name"] = host.TrimEnd('.');
            job.Scope["server_addr"] = connection.Peer?.Address.ToString() ?? "";
            switch (await SecureAsync(job, client, host, relay, helo, heloTimeout, allowTls, again is not null, cancellation).ConfigureAwait(false))
            {
                case TlsStep.Again:
                    await client.DisposeAsync().ConfigureAwait(false);
                    return await again!().ConfigureAwait(false);
                case TlsStep.Stop:
                    return null;
                default:
                    break;
            }
            keep = true;
            return new CachedSession(client, host, relay, services.Clock.GetUtcNow()) { Macros = [.. _sessionMacros.Select(m => KeyValuePair.Create(m, job.Scope[m] ?? ""))] };
        }
        catch (SmtpConnectionException e)
        {
            Defer(job, "4.4.2", "Deferred: " + e.Message + " with " + host);
            return null;
        }
        finally
        {
            if (!keep)
                await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private string HeloName()
    {
        string name = _options.Get(OptionTable.HeloName);
        return name.Length > 0 ? MacroExpander.Expand(name, services.Configuration.Macros) : services.HostName;
    }

    private static Action<string> Recorder(DeliveryJob job, string host)
    {
        bool named = false;
        return line =>
        {
            job.Verbose?.Invoke(line);
            bool bad = line.Length > 3 && line[0] is '4' or '5' && line[3] is ' ' or '-';
            if (!bad)
            {
                job.LastCommand = line.StartsWith(">>> ", StringComparison.Ordinal) ? line : job.LastCommand;
                return;
            }
            if (!named)
                job.Envelope.Transcript.Add("... while talking to " + host + ":");
            named = true;
            if (job.LastCommand is { } command)
                job.Envelope.Transcript.Add(command);
            job.LastCommand = null;
            job.Envelope.Transcript.Add("<<< " + line);
        };
    }

    // True when the session could be used; a cached one that has gone away gives false and changes nothing.
    private async ValueTask<bool> TransactAsync(DeliveryJob job, CachedSession session, string key, bool cached, CancellationToken cancellation)
    {
        SmtpClient client = session.Client;
        job.Relay = session.Relay;
        client.Transcript = Recorder(job, session.HostName);
        foreach ((string name, string value) in session.Macros)
            job.Scope[name] = value;
        List<Address> recipients = await TlsAllowedAsync(job, session, cancellation).ConfigureAwait(false);
        try
        {
            if (recipients.Count == 0)
            {
                // tls_rcpt belongs to RCPT: the server has seen MAIL by then.
                await client.CommandAsync(MailCommand(job, client), _options.Get(OptionTable.TimeoutMail), cancellation).ConfigureAwait(false);
                await client.CommandAsync("RSET", _options.Get(OptionTable.TimeoutRset), cancellation).ConfigureAwait(false);
                await cache.PutAsync(key, session).ConfigureAwait(false);
                return true;
            }
            var timeouts = new SmtpTimeouts(_options.Get(OptionTable.TimeoutMail), _options.Get(OptionTable.TimeoutRcpt), _options.Get(OptionTable.TimeoutDatainit), _options.Get(OptionTable.TimeoutDatafinal));
            TransactionResult result = await client.TransactAsync(MailCommand(job, client), [.. recipients.Select(r => RecipientCommand(r, client))],
                async output => await services.Writer.WriteAsync(job.Envelope, job.Mailer, job.Scope, output, true, true, cancellation).ConfigureAwait(false), timeouts, cancellation).ConfigureAwait(false);
            Assign(job, recipients, result, session);
            // The next host reports for itself (RFC 3461 5.2.2).
            if (client.Keywords.Contains("DSN"))
                recipients.ForEach(static r => r.Flags |= RecipientFlags.Delivered);
            bool healthy = result.Mail?.Code != 421 && result.Dots.All(d => d?.Code != 421) && (result.Data is null or { Code: 354 } or { Code: >= 500 });
            if (!healthy || (job.Mailer.MaxMessages > 0 && session.Messages + 1 >= job.Mailer.MaxMessages))
            {
                await cache.CloseAsync(session).ConfigureAwait(false);
                return true;
            }
            if (result.Dots.Count == 0)
                await client.CommandAsync("RSET", _options.Get(OptionTable.TimeoutRset), cancellation).ConfigureAwait(false);
            client.Transcript = null;
            await cache.PutAsync(key, session with { Messages = session.Messages + 1 }).ConfigureAwait(false);
            return true;
        }
        catch (SmtpConnectionException e)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            if (cached)
                return false;
            Defer(job, "4.4.2", "Deferred: " + e.Message + " with " + session.HostName);
            return true;
        }
        catch (IOException e)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            Defer(job, "4.3.0", "Deferred: " + e.Message);
            return true;
        }
    }

    private string MailCommand(DeliveryJob job, SmtpClient client)
    {
        Envelope envelope = job.Envelope;
        var command = new StringBuilder("MAIL From:<").Append(job.Scope["g"]).Append('>');
        if (client.Keywords.Contains("SIZE"))
            command.Append(CultureInfo.InvariantCulture, $" SIZE={envelope.Size}");
        if (envelope.Has(EnvelopeFlags.Has8Bit) && client.Keywords.Contains("8BITMIME"))
            command.Append(" BODY=8BITMIME");
        else if (envelope.BodyType.Length > 0 && client.Keywords.Contains("8BITMIME"))
            command.Append(" BODY=").Append(envelope.BodyType);
        if (client.Keywords.Contains("DSN"))
        {
            if (envelope.Has(EnvelopeFlags.HasReturn))
                command.Append(envelope.Has(EnvelopeFlags.NoBodyReturn) ? " RET=HDRS" : " RET=FULL");
            if (envelope.EnvelopeId is not null)
                command.Append(" ENVID=").Append(envelope.EnvelopeId);
        }
        return command.ToString();
    }

    private static string RecipientCommand(Address recipient, SmtpClient client)
    {
        var command = new StringBuilder("RCPT To:<").Append(recipient.RewrittenUser).Append('>');
        if (!client.Keywords.Contains("DSN"))
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

    private static void Assign(DeliveryJob job, List<Address> recipients, TransactionResult result, CachedSession session)
    {
        string host = session.HostName;
        bool enhanced = session.Client.Keywords.Contains("ENHANCEDSTATUSCODES");
        int dot = 0;
        for (int i = 0; i < recipients.Count; i++)
        {
            RemoteReply? reply = result.Recipients[i];
            bool own = true;
            if (result.Mail is { IsPositive: false } mail)
            {
                reply = mail;
                own = false;
            }
            else if (reply?.IsPositive == true)
            {
                reply = result.Dots.Count == 0 ? result.Data : result.Dots.Count == 1 ? result.Dots[0] : result.Dots[dot++];
                own = result.Dots.Count > 1;
            }
            if (!own && reply is { IsTemporary: true })
            {
                // The machine is the reason: the next one may do better.
                recipients[i].StatusHost = host;
                DeliveryJob.Set(recipients[i], RecipientState.Ok, reply.StatusOrDefault.ToString(), SysExit.TempFail, "Deferred: " + reply.Text, reply.Text);
                continue;
            }
            if (reply is null)
                DeliveryJob.Set(recipients[i], RecipientState.Queued, "4.0.0", SysExit.TempFail, "Deferred: no reply");
            else
                Settle(recipients[i], reply, host, enhanced);
        }
        _ = job;
    }

    // A status is taken off the text only when the server said that it gives them (RFC 2034).
    private static void Settle(Address recipient, RemoteReply reply, string host, bool enhanced = true)
    {
        recipient.StatusHost = host;
        if (reply.IsPositive)
            DeliveryJob.Set(recipient, RecipientState.Sent, reply.StatusOrDefault.ToString(), SysExit.Ok, "Sent (" + (enhanced || reply.Text.Length < 4 ? reply.Comment : reply.Text[4..]) + ")", reply.Text);
        else if (reply.IsTemporary || reply.Code == 0)
            DeliveryJob.Set(recipient, RecipientState.Queued, reply.StatusOrDefault.ToString(), SysExit.TempFail, "Deferred: " + reply.Text, reply.Text);
        else
            DeliveryJob.Set(recipient, RecipientState.Bad, reply.StatusOrDefault.ToString(), reply.Code is 550 or 551 or 553 ? SysExit.NoUser : SysExit.Unavailable,
                reply.Code is 550 or 551 or 553 ? "User unknown" : "Service unavailable", reply.Text);
    }

    private static void Answer(DeliveryJob job, RemoteReply reply, string host)
    {
        foreach (Address recipient in job.Recipients.Where(r => r.State == RecipientState.Ok))
        {
            if (reply.IsTemporary || reply.Code == 0)
                DeliveryJob.Set(recipient, RecipientState.Ok, reply.StatusOrDefault.ToString(), SysExit.TempFail, "Deferred: " + reply.Text, reply.Text);
            else
                Settle(recipient, reply, host);
        }
    }

    private static string Describe(Exception e) => e is SocketException s ? s.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "Connection refused",
        SocketError.TimedOut => "Connection timed out",
        SocketError.HostUnreachable => "No route to host",
        SocketError.NetworkUnreachable => "Network is unreachable",
        SocketError.ConnectionReset => "Connection reset",
        _ => s.Message,
    } : "Connection timed out";
}
