using System.Net.Sockets;
using Sendmail.Core;
using Sendmail.Core.Replies;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Smtp;

/// <summary>What one transaction gave: a reply for MAIL, each recipient, DATA and the final dot (several with LMTP); null when not sent.</summary>
public sealed record TransactionResult(RemoteReply? Mail, IReadOnlyList<RemoteReply?> Recipients, RemoteReply? Data, IReadOnlyList<RemoteReply?> Dots);

/// <summary>The connection failed in the middle; the text says how.</summary>
public sealed class SmtpConnectionException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// The client side of SMTP and LMTP: protocol, no policy. Commands are a list with two cursors, sent and answered; with
/// PIPELINING a whole transaction is one write.
/// </summary>
public sealed class SmtpClient(Connection connection, bool lmtp, Action<string>? transcript) : IAsyncDisposable
{
    private const int MaxLine = 2048;
    private const int MaxReplyLines = 256;
    private readonly HashSet<string> _keywords = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The connection.</summary>
    public Connection Connection => connection;
    /// <summary>Keywords of the last EHLO, without parameters.</summary>
    public IReadOnlySet<string> Keywords => _keywords;
    /// <summary>Whether the last EHLO was accepted.</summary>
    public bool IsExtended { get; private set; }
    /// <summary>Shows what is sent and received (<c>&gt;&gt;&gt; </c> and reply lines), null for nothing.</summary>
    public Action<string>? Transcript { get; set; } = transcript;

    /// <summary>Reads one reply.</summary>
    /// <exception cref="SmtpConnectionException">The server closed, was too slow or talks nonsense.</exception>
    public async ValueTask<RemoteReply> ReadReplyAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        var lines = new List<string>(1);
        while (true)
        {
            LineResult line;
            try
            {
                line = await connection.ReadLineAsync(MaxLine, timeout, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                throw new SmtpConnectionException("Connection reset by peer", e);
            }
            if (line.Kind == LineKind.Timeout)
                throw new SmtpConnectionException("Connection timed out");
            if (line.Kind == LineKind.EndOfFile)
                throw new SmtpConnectionException("Connection closed");
            Transcript?.Invoke(line.Text);
            lines.Add(line.Text);
            bool code = line.Text.Length >= 3 && char.IsAsciiDigit(line.Text[0]) && char.IsAsciiDigit(line.Text[1]) && char.IsAsciiDigit(line.Text[2]);
            if (lines.Count > MaxReplyLines)
                throw new SmtpConnectionException("reply too long");
            if (code && (line.Text.Length == 3 || line.Text[3] != '-'))
                return RemoteReply.Parse(lines);
        }
    }

    private async ValueTask SendAsync(string text, CancellationToken cancellation)
    {
        try
        {
            await connection.WriteAsync(Latin1.ToBytes(text), TimeSpan.FromMinutes(10), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw new SmtpConnectionException("Connection reset by peer", e);
        }
    }

    /// <summary>Sends one command and reads its reply.</summary>
    public async ValueTask<RemoteReply> CommandAsync(string command, TimeSpan timeout, CancellationToken cancellation)
    {
        Transcript?.Invoke(">>> " + command);
        await SendAsync(command + "\r\n", cancellation).ConfigureAwait(false);
        return await ReadReplyAsync(timeout, cancellation).ConfigureAwait(false);
    }

    /// <summary>EHLO (LHLO), falling back to HELO when the server does not know it.</summary>
    public async ValueTask<RemoteReply> GreetAsync(string name, bool extended, TimeSpan timeout, CancellationToken cancellation)
    {
        _keywords.Clear();
        IsExtended = false;
        if (lmtp || extended)
        {
            RemoteReply reply = await CommandAsync((lmtp ? "LHLO " : "EHLO ") + name, timeout, cancellation).ConfigureAwait(false);
            if (reply.IsPositive)
            {
                IsExtended = true;
                foreach (string line in reply.Lines.Skip(1))
                {
                    string[] words = line.Length > 4 ? line[4..].Split([' ', '='], StringSplitOptions.RemoveEmptyEntries) : [];
                    if (words.Length > 0)
                        _keywords.Add(words[0]);
                }
                return reply;
            }
            if (lmtp || reply.IsTemporary)
                return reply;
        }
        return await CommandAsync("HELO " + name, timeout, cancellation).ConfigureAwait(false);
    }

    /// <summary>STARTTLS and the handshake. The reply is given when the server refused; a handshake that failed is in the outcome.</summary>
    public async ValueTask<(RemoteReply Reply, TlsOutcome? Outcome)> StartTlsAsync(TlsSession session, TimeSpan timeout, CancellationToken cancellation)
    {
        RemoteReply reply = await CommandAsync("STARTTLS", timeout, cancellation).ConfigureAwait(false);
        if (reply.Code != 220)
            return (reply, null);
        return (reply, await connection.StartTlsAsync(session, timeout, cancellation).ConfigureAwait(false));
    }

    /// <summary>
    /// One message: MAIL, RCPT for each recipient, DATA, the body by <paramref name="writeBody"/> (which ends it with the
    /// final dot). The body is sent only when a recipient was accepted.
    /// </summary>
    /// <exception cref="SmtpConnectionException">The connection failed; what was answered so far is lost with it.</exception>
    public async ValueTask<TransactionResult> TransactAsync(
        string mail, IReadOnlyList<string> recipients, Func<Stream, ValueTask> writeBody, SmtpTimeouts timeouts, CancellationToken cancellation)
    {
        bool pipelining = _keywords.Contains("PIPELINING");
        var commands = new List<string>(recipients.Count + 2) { mail };
        commands.AddRange(recipients);
        commands.Add("DATA");
        var replies = new RemoteReply?[commands.Count];
        int sent = 0;
        bool anyGood = false;
        for (int answered = 0; answered < commands.Count; answered++)
        {
            if (answered == sent)
            {
                // The next window: everything when the server pipelines, one command otherwise.
                int stop = pipelining && answered > 0 || pipelining && recipients.Count > 0 ? commands.Count : sent + 1;
                if (answered == commands.Count - 1 && !anyGood)
                    break;
                Show(commands, sent, sent == 0 ? 1 : stop);
                await SendAsync(string.Join("\r\n", commands.Skip(sent).Take(stop - sent)) + "\r\n", cancellation).ConfigureAwait(false);
                sent = stop;
            }
            TimeSpan timeout = answered == 0 ? timeouts.Mail : answered == commands.Count - 1 ? timeouts.DataInit : timeouts.Recipient;
            RemoteReply reply = await ReadReplyAsync(timeout, cancellation).ConfigureAwait(false);
            replies[answered] = reply;
            // All is one write, but whoever watches sees MAIL answered before the recipients.
            if (answered == 0 && sent > 1)
                Show(commands, 1, sent);
            if (answered == 0 && !reply.IsPositive && sent == 1)
                return new TransactionResult(reply, new RemoteReply?[recipients.Count], null, []);
            if (answered > 0 && answered < commands.Count - 1)
                anyGood |= reply.IsPositive;
        }
        RemoteReply? data = replies[^1];
        var dots = new List<RemoteReply?>();
        RemoteReply?[] perRecipient = replies[1..^1];
        if (data?.Code == 354)
        {
            if (anyGood)
            {
                try
                {
                    await writeBody(connection.Output).ConfigureAwait(false);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    throw new SmtpConnectionException("Connection reset by peer", e);
                }
            }
            else
            {
                await SendAsync(".\r\n", cancellation).ConfigureAwait(false);
            }
            Transcript?.Invoke(">>> .");
            int expected = lmtp ? Math.Max(1, perRecipient.Count(r => r?.IsPositive == true)) : 1;
            for (int i = 0; i < expected; i++)
                dots.Add(await ReadReplyAsync(timeouts.DataFinal, cancellation).ConfigureAwait(false));
        }
        return new TransactionResult(replies[0], perRecipient, data, dots);
    }

    private void Show(List<string> commands, int from, int to)
    {
        for (int i = from; i < to; i++)
            Transcript?.Invoke(">>> " + commands[i]);
    }

    /// <summary>QUIT; whatever comes back is ignored.</summary>
    public async ValueTask QuitAsync(TimeSpan timeout)
    {
        try
        {
            await CommandAsync("QUIT", timeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SmtpConnectionException)
        {
            // Gone already.
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();
}

/// <summary>How long to wait for each reply (op 4.1.1).</summary>
public sealed record SmtpTimeouts(TimeSpan Mail, TimeSpan Recipient, TimeSpan DataInit, TimeSpan DataFinal);
