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
    private const int TimedOutError = 110;
    private const int InvalidArgumentError = 22;
    private const int OutgoingLevel = 12;
    private readonly HostResolver _resolver = new(services);
    private readonly OptionValues _options = services.Configuration.Options;
    private readonly HostStatusStore _hostStatus = new(services.Configuration, services.Log, services.Clock);

    /// <inheritdoc/>
    public async ValueTask DeliverAsync(DeliveryJob job, CancellationToken cancellation)
    {
        Mailer mailer = job.Mailer;
        if (!mailer.IsIpc)
        {
            await TryProgramAsync(job, cancellation).ConfigureAwait(false);
            return;
        }
        string[] arguments = [.. mailer.Arguments.Select(a => MacroExpander.Expand(a, job.Scope))];
        string host = arguments.Length > 1 ? arguments[1] : job.Host;
        if (arguments.Length > 0 && arguments[0] == "FILE")
        {
            await TryLocalSocketAsync(job, host, cancellation).ConfigureAwait(false);
            return;
        }
        int port = arguments.Length > 2 ? ServicePorts.Find(arguments[2]) ?? 25 : 25;
        if (host.Length == 0)
        {
            job.SetAll(RecipientState.Bad, "5.3.5", SysExit.Config, "No host for mailer " + mailer.Name);
            return;
        }
        CandidateList candidates = await _resolver.FindAsync(host, mailer.Has('0'), port, cancellation).ConfigureAwait(false);
        if (candidates.Problem is not null)
        {
            Report(job, host, candidates);
            return;
        }
        await TryCandidatesAsync(job, candidates, port, cancellation).ConfigureAwait(false);
    }

    // Nobody takes mail for the host.
    private void Report(DeliveryJob job, string host, CandidateList candidates)
    {
        job.Relay = candidates.Relay ?? host;
        if (candidates.Temporary)
        {
            job.SetAll(RecipientState.Queued, candidates.Status, SysExit.TempFail, candidates.Problem!);
            return;
        }
        if (candidates.Status == "5.3.5")
        {
            services.Log.Write(0, LogPriority.Critical, job.Envelope.Id, "SYSERR(root): " + candidates.Problem);
            job.Envelope.Transcript.Add("554 5.0.0 " + candidates.Problem);
        }
        foreach (Address recipient in job.Recipients)
        {
            DeliveryJob.Set(recipient, RecipientState.Bad, candidates.Status, candidates.Exit, candidates.Message ?? candidates.Problem!);
            // The log does not quote what nobody said.
            job.AfterLog(() =>
            {
                if (candidates.Status == "5.3.5")
                    recipient.Status = new EnhancedStatus(5, 5, 0);
                recipient.StatusHost = job.Relay;
                recipient.RemoteReply = candidates.Quote;
            });
        }
    }

    private async ValueTask TryCandidatesAsync(DeliveryJob job, CandidateList candidates, int port, CancellationToken cancellation)
    {
        IPAddress? only = IPAddress.TryParse(_options.Get(OptionTable.ConnectOnlyTo), out IPAddress? fixedAddress) ? fixedAddress : null;
        bool preferred = true;
        foreach (Candidate candidate in candidates.Hosts)
        {
            if (preferred && candidate.Rank > 0)
            {
                preferred = false;
                await job.LeavePreferredAsync(cancellation).ConfigureAwait(false);
            }
            job.Reopen();
            if (!job.IsOpen)
            {
                // There is nobody left to connect for, but that is noticed only now.
                if (job.Recipients.All(r => r.State != RecipientState.Sent) && job.Settled.Any(r => r.State == RecipientState.Queued))
                    job.Verbose?.Invoke(ConnectingTo(job, job.Settled.Where(r => r.State == RecipientState.Queued), candidate.Name, port));
                return;
            }
            // A session with the machine is used for whatever host it was opened; without TLSA records only by those that ask for none.
            string key = string.Create(CultureInfo.InvariantCulture, $"{job.Mailer.Name} {candidate.Name} {port}{(candidate.Dane is null ? "" : " DANE")}");
            if (cache.Take(key) is { } open && await TransactAsync(job, open, key, true, cancellation).ConfigureAwait(false))
                continue;
            if ((services.Recent?.Find(Key(candidate, null, port)) ?? StatusOf(candidate.Name)) is { } known)
            {
                job.Relay = candidate.Name;
                Repeat(job, known, candidate.Name);
                continue;
            }
            bool told = false;
            foreach (IPAddress resolved in candidate.Addresses)
            {
                if (services.Recent?.Find(Key(candidate, resolved, port)) is { } failure)
                {
                    job.Relay = candidate.Name + " [" + Text(only ?? resolved) + "]";
                    Repeat(job, failure, candidate.Name);
                    continue;
                }
                IPAddress address = only ?? resolved;
                job.Relay = candidate.Name + " [" + Text(address) + "]";
                if (!told)
                    job.Verbose?.Invoke(ConnectingTo(job, candidate.Name, port));
                told = true;
                if (candidate.Dane is { IsUnknown: true })
                {
                    job.Relay = candidate.Name;
                    Defer(job, "4.0.0", "Deferred: Name server: " + candidate.Name + ": host name lookup failure for TLSA RR");
                    break;
                }
                job.HostOutcome = null;
                CachedSession? session = await OpenAsync(job, candidate, new IPEndPoint(address, port), true, cancellation).ConfigureAwait(false);
                if (session is not null)
                    await TransactAsync(job, session, key, false, cancellation).ConfigureAwait(false);
                else if (job.HostOutcome is not null)
                    NoteHost(job, candidate.Name);
                if (job.HostOutcome is { Exit: not SysExit.Ok } outcome && session?.Client.IsOpen != true)
                    services.Recent?.Add(Key(candidate, null, port), outcome);
                // Its other addresses are for when there is no connection.
                if (session is not null || job.HostOutcome is not null || !job.IsOpen)
                    break;
            }
        }
    }

    private static string ConnectingTo(DeliveryJob job, string host, int port) => ConnectingTo(job, Named(job), host, port);

    // Who was kept back is not named again unless there is nobody else; who was reached meanwhile is then named in their stead, and
    // so is who was set aside.
    private static List<Address> Named(DeliveryJob job)
    {
        List<Address> open = [.. job.All.Where(r => r.State == RecipientState.Ok || (job.KeptBack.Count > 0 && r.State == RecipientState.Sent))];
        List<Address> others = open.FindAll(r => !job.KeptBack.Contains(r));
        return others.Count > 0 ? others : open;
    }

    private static string Shown(DeliveryJob job) => string.Join(',', Named(job).Select(r => r.Text));

    private static string ConnectingTo(DeliveryJob job, IEnumerable<Address> recipients, string host, int port) =>
        (string.Concat(recipients.Select((r, i) => (i > 0 ? "," : "") + r.Text)) is var names && names.Length > 0 ? names + "... " : "") + "Connecting to " + host + (port == 25 ? "" : " port " + port.ToString(CultureInfo.InvariantCulture)) + " via " + job.Mailer.Name + "...";

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
            job.SetAll(RecipientState.Queued, "4.4.1", SysExit.TempFail, "Deferred: " + WithHost(e is SocketException s ? s.NativeErrorCode : InvalidArgumentError, path));
            return;
        }
        CachedSession? session = await GreetAsync(job, Connection.FromSocket(socket), "localhost", "localhost", null, null, true, cancellation).ConfigureAwait(false);
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
            var outcome = new HostOutcome(ErrorNumber(e), SysExit.TempFail, "4.4.1", "");
            if (_hostStatus.IsUsed)
                _hostStatus.Put(candidate.Name, outcome.SystemError, (int)outcome.Exit, outcome.Status, outcome.Reply);
            services.Recent?.Add(Key(candidate, peer.Address, peer.Port), outcome);
            foreach (Address recipient in job.Recipients.Where(r => r.State == RecipientState.Ok))
                recipient.StatusHost = candidate.Name;
            Repeat(job, outcome, candidate.Name);
            return null;
        }
        services.Statistics.CountServer();
        if (services.Log.Level >= OutgoingLevel && socket.LocalEndPoint is IPEndPoint local)
        {
            (string? own, _) = await services.Hosts.NameAsync(local.Address, cancellation).ConfigureAwait(false);
            services.Log.Write(OutgoingLevel, LogPriority.Info, job.Envelope.Id, "SMTP outgoing connect on " + (own ?? "[" + Text(local.Address) + "]"));
        }
        TrafficLog.Current?.Note("CONNECT " + candidate.Name);
        string relay = candidate.Name + " [" + Text(peer.Address) + "]";
        return await GreetAsync(job, Connection.FromSocket(socket), candidate.Name, relay, candidate.Dane, allowTls ? () => OpenAsync(job, candidate, peer, false, cancellation) : null, allowTls, cancellation).ConfigureAwait(false);
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

    private async ValueTask<CachedSession?> GreetAsync(
        DeliveryJob job, Connection connection, string host, string relay, DanePolicy? dane, Func<ValueTask<CachedSession?>>? again, bool allowTls, CancellationToken cancellation)
    {
        var client = new SmtpClient(connection, job.Mailer.Has('z'), Recorder(job, host)) { TimedOut = phase => LogTimeout(job, host, phase) };
        CacheSlot? slot = await cache.ReserveAsync(host, Shown(job)).ConfigureAwait(false);
        bool keep = false;
        try
        {
            RemoteReply greeting = await client.ReadReplyAsync(_options.Get(OptionTable.TimeoutInitial), "client greeting", cancellation).ConfigureAwait(false);
            if (!greeting.IsPositive)
            {
                await client.QuitAsync(_options.Get(OptionTable.TimeoutQuit), true).ConfigureAwait(false);
                Answer(job, greeting, host, client.LastReply);
                return null;
            }
            string helo = HeloName();
            TimeSpan heloTimeout = _options.Get(job.Mailer.Has('z') ? OptionTable.TimeoutLhlo : OptionTable.TimeoutHelo);
            bool extended = job.Mailer.Has('a') || (!job.Mailer.Has('2') && greeting.Lines.Any(l => l.Contains("ESMTP", StringComparison.OrdinalIgnoreCase)));
            RemoteReply hello = await client.GreetAsync(helo, extended, heloTimeout, cancellation).ConfigureAwait(false);
            if (!hello.IsPositive)
            {
                await client.QuitAsync(_options.Get(OptionTable.TimeoutQuit), true).ConfigureAwait(false);
                Answer(job, hello, host, client.LastReply);
                return null;
            }
            if (!job.Mailer.Has('k') && IsOwnName(hello))
            {
                await RefuseLoopAsync(job, client, host).ConfigureAwait(false);
                return null;
            }
            await AskVerboseAsync(job, client, cancellation).ConfigureAwait(false);
            job.Scope["server_name"] = host.TrimEnd('.');
            job.Scope["server_addr"] = connection.Peer?.Address.ToString() ?? "";
            switch (await SecureAsync(job, client, host, relay, dane, helo, heloTimeout, allowTls, again is not null, cancellation).ConfigureAwait(false))
            {
                case TlsStep.Again:
                    // The connection that follows stands for both.
                    keep = true;
                    cache.Release(slot);
                    await client.DisposeAsync().ConfigureAwait(false);
                    return await again!().ConfigureAwait(false);
                case TlsStep.Stop:
                    return null;
                default:
                    break;
            }
            keep = true;
            return new CachedSession(client, host, relay, services.Clock.GetUtcNow()) { Slot = slot, Macros = [.. _sessionMacros.Select(m => KeyValuePair.Create(m, job.Scope[m] ?? ""))] };
        }
        catch (SmtpConnectionException e)
        {
            SmtpTransaction.DeferLost(job, host, e, false, false);
            return null;
        }
        finally
        {
            if (!keep)
            {
                cache.NoteEnded(host, slot);
                await client.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // Who watches here also wants to watch there.
    private async ValueTask AskVerboseAsync(DeliveryJob job, SmtpClient client, CancellationToken cancellation)
    {
        if (job.Verbose is not null && client.Keywords.Contains("VERB"))
            await client.CommandAsync("VERB", _options.Get(OptionTable.TimeoutMisc), "client VERB", cancellation).ConfigureAwait(false);
    }

    // 250 NAME …: who answers with our own name is ourselves.
    private bool IsOwnName(RemoteReply hello)
    {
        string[] words = hello.Lines[0].Length > 4 ? hello.Lines[0][4..].Split(' ', 2) : [];
        return words.Length > 0 && words[0].Equals(services.HostName, StringComparison.OrdinalIgnoreCase);
    }

    private async ValueTask RefuseLoopAsync(DeliveryJob job, SmtpClient client, string host)
    {
        string text = host + " config error: mail loops back to me (MX problem?)";
        services.Log.Write(0, LogPriority.Critical, job.Envelope.Id, "SYSERR(root): " + text);
        job.Envelope.Transcript.Add("553 5.3.5 " + text);
        await client.QuitAsync(_options.Get(OptionTable.TimeoutQuit), true).ConfigureAwait(false);
        job.SetAll(RecipientState.Bad, "5.3.5", SysExit.Software, "Local configuration error", "553 5.3.5 system config error");
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
                job.LastCommand = line == ">>> STARTTLS" ? line + " dialogue" : line.StartsWith(">>> ", StringComparison.Ordinal) && line != ">>> ." ? line : job.LastCommand;
                return;
            }
            // Who does not know EHLO is asked again in the old way.
            if (job.LastCommand?.StartsWith(">>> EHLO", StringComparison.Ordinal) == true)
                return;
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
        client.TimedOut = phase => LogTimeout(job, session.HostName, phase);
        if (cached && !await IsAliveAsync(job, session, cancellation).ConfigureAwait(false))
            return false;
        foreach ((string name, string value) in session.Macros)
            job.Scope[name] = value;
        List<Address> recipients = [.. job.Recipients.Where(r => r.State == RecipientState.Ok)];
        job.HostOutcome = null;
        try
        {
            await new SmtpTransaction(job, client, session.HostName, recipients, services)
            {
                Policy = r => RefusalOfRecipientAsync(job, session.HostName, r, cancellation),
            }.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            // Our own copy of the message cannot be read; the server must not take a part for the whole.
            await client.DisposeAsync().ConfigureAwait(false);
            cache.NoteEnded(session.HostName, session.Slot);
            Defer(job, "4.3.0", "Deferred: " + e.Message);
            return true;
        }
        if (!job.Mailer.Has('z'))
            NoteHost(job, session.HostName);
        // The next host reports for itself (RFC 3461 5.2.2).
        if (client.Keywords.Contains("DSN"))
            recipients.ForEach(static r => r.Flags |= RecipientFlags.Delivered);
        if (!client.IsOpen)
        {
            cache.NoteEnded(session.HostName, session.Slot);
            await client.DisposeAsync().ConfigureAwait(false);
        }
        else if (job.Mailer.MaxMessages > 0 && session.Messages + 1 >= job.Mailer.MaxMessages)
        {
            await cache.CloseAsync(session).ConfigureAwait(false);
        }
        else
        {
            client.Transcript = null;
            await cache.PutAsync(key, session with { Messages = session.Messages + 1 }).ConfigureAwait(false);
        }
        return true;
    }

    // A session that has waited may have died meanwhile.
    private async ValueTask<bool> IsAliveAsync(DeliveryJob job, CachedSession session, CancellationToken cancellation)
    {
        try
        {
            RemoteReply reply = await session.Client.CommandAsync("RSET", _options.Get(OptionTable.TimeoutRset), "client RSET", cancellation).ConfigureAwait(false);
            if (reply.IsPositive)
            {
                string kind = job.Mailer.Has('z') ? "LMTP" : session.Client.IsExtended ? "ESMTP" : "SMTP";
                job.Verbose?.Invoke(Shown(job) + "... Using cached " + kind + " connection to " + session.HostName + " via " + job.Mailer.Name + "...");
                return true;
            }
            await session.Client.QuitAsync(_options.Get(OptionTable.TimeoutQuit)).ConfigureAwait(false);
        }
        catch (SmtpConnectionException)
        {
            // Another connection is made.
        }
        cache.NoteEnded(session.HostName, session.Slot);
        await session.Client.DisposeAsync().ConfigureAwait(false);
        return false;
    }

    private void LogTimeout(DeliveryJob job, string host, string phase) =>
        services.Log.Write(2, LogPriority.Notice, job.Envelope.Id, "timeout waiting for input from " + host + " during " + phase);
}
