using System.Net.Sockets;
using Sendmail.Core;
using Sendmail.Core.Replies;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Smtp;

/// <summary>How a connection to a server failed.</summary>
public enum ConnectionFailure
{
    /// <summary>The server did not answer in time.</summary>
    TimedOut,
    /// <summary>The server closed the connection or it broke.</summary>
    Lost,
    /// <summary>What came is no SMTP.</summary>
    Nonsense,
}

/// <summary>The connection failed in the middle; the text says how.</summary>
public sealed class SmtpConnectionException(ConnectionFailure kind, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>How it failed.</summary>
    public ConnectionFailure Kind => kind;
}

/// <summary>
/// The client side of SMTP and LMTP: protocol, no policy. Commands may be sent ahead of their replies (PIPELINING).
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
    // A status is taken off the text only when the server said that it gives them (RFC 2034).
    // Until it has said what it can; who knows only HELO has said it.
    private bool GivesStatus => !_introduced || _keywords.Contains("ENHANCEDSTATUSCODES");
    private bool _introduced;

    /// <summary>Whether the last EHLO was accepted.</summary>
    public bool IsExtended { get; private set; }
    /// <summary>Shows what is sent and received (<c>&gt;&gt;&gt; </c> and reply lines), null for nothing.</summary>
    public Action<string>? Transcript { get; set; } = transcript;

    /// <summary>Hears that a reply did not come in time: <c>client MAIL</c> and the like.</summary>
    public Action<string>? TimedOut { get; set; }
    /// <summary>The last reply that came, null before the first.</summary>
    public RemoteReply? LastReply { get; private set; }
    /// <summary>Whether commands can still be sent: no QUIT was, and nothing has broken.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Reads one reply.</summary>
    /// <param name="timeout">How long to wait for each line.</param>
    /// <param name="phase">What is waited for, as <see cref="TimedOut"/> hears it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SmtpConnectionException">The server closed, was too slow or talks nonsense.</exception>
    public async ValueTask<RemoteReply> ReadReplyAsync(TimeSpan timeout, string phase, CancellationToken cancellation)
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
                IsOpen = false;
                throw new SmtpConnectionException(ConnectionFailure.Lost, "Connection reset", e);
            }
            if (line.Kind == LineKind.Timeout)
            {
                IsOpen = false;
                TimedOut?.Invoke(phase);
                throw new SmtpConnectionException(ConnectionFailure.TimedOut, "Connection timed out");
            }
            if (line.Kind == LineKind.EndOfFile)
            {
                IsOpen = false;
                throw new SmtpConnectionException(ConnectionFailure.Lost, "Connection reset");
            }
            // What stands behind a NUL was never seen by the reference.
            string text = line.Text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var nul ? line.Text[..nul] : line.Text;
            Transcript?.Invoke(text);
            // Remarks of a server in verbose mode are no replies.
            if (text.StartsWith("050", StringComparison.Ordinal))
                continue;
            lines.Add(text);
            bool code = text.Length >= 3 && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2]);
            if (lines.Count > MaxReplyLines)
            {
                IsOpen = false;
                throw new SmtpConnectionException(ConnectionFailure.Nonsense, "reply too long");
            }
            if (code && (text.Length == 3 || text[3] != '-'))
                return LastReply = RemoteReply.Parse(lines, GivesStatus);
        }
    }

    /// <summary>Sends commands without waiting for their replies.</summary>
    /// <exception cref="SmtpConnectionException">The connection is gone.</exception>
    public async ValueTask SendAsync(IReadOnlyList<string> commands, CancellationToken cancellation)
    {
        foreach (string command in commands)
            Transcript?.Invoke(">>> " + command);
        await WriteAsync(string.Join("\r\n", commands) + "\r\n", cancellation).ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(string text, CancellationToken cancellation)
    {
        try
        {
            await connection.WriteAsync(Latin1.ToBytes(text), TimeSpan.FromMinutes(10), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            IsOpen = false;
            throw new SmtpConnectionException(ConnectionFailure.Lost, "Connection reset", e);
        }
    }

    /// <summary>Sends one command and reads its reply.</summary>
    public async ValueTask<RemoteReply> CommandAsync(string command, TimeSpan timeout, string phase, CancellationToken cancellation)
    {
        await SendAsync([command], cancellation).ConfigureAwait(false);
        return await ReadReplyAsync(timeout, phase, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends the message by <paramref name="writeBody"/>, which ends it with the final dot; null for no message at all, the dot alone.</summary>
    /// <exception cref="SmtpConnectionException">The connection is gone.</exception>
    public async ValueTask SendBodyAsync(Func<Stream, ValueTask>? writeBody, CancellationToken cancellation)
    {
        if (writeBody is null)
        {
            await WriteAsync(".\r\n", cancellation).ConfigureAwait(false);
        }
        else
        {
            try
            {
                await writeBody(connection.Output).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                IsOpen = false;
                throw new SmtpConnectionException(ConnectionFailure.Lost, "Connection reset", e);
            }
        }
        Transcript?.Invoke(">>> .");
    }

    /// <summary>EHLO (LHLO), falling back to HELO when the server does not know it.</summary>
    public async ValueTask<RemoteReply> GreetAsync(string name, bool extended, TimeSpan timeout, CancellationToken cancellation)
    {
        _keywords.Clear();
        IsExtended = _introduced = false;
        if (lmtp || extended)
        {
            RemoteReply reply = await CommandAsync((lmtp ? "LHLO " : "EHLO ") + name, timeout, lmtp ? "client LHLO" : "client EHLO", cancellation).ConfigureAwait(false);
            if (reply.IsPositive)
            {
                IsExtended = _introduced = true;
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
        RemoteReply hello = await CommandAsync("HELO " + name, timeout, "client HELO", cancellation).ConfigureAwait(false);
        _introduced = hello.IsPositive;
        return hello;
    }

    /// <summary>STARTTLS and the handshake. The reply is given when the server refused; a handshake that failed is in the outcome.</summary>
    public async ValueTask<(RemoteReply Reply, TlsOutcome? Outcome)> StartTlsAsync(TlsSession session, TimeSpan timeout, CancellationToken cancellation)
    {
        RemoteReply reply = await CommandAsync("STARTTLS", timeout, "client STARTTLS", cancellation).ConfigureAwait(false);
        if (reply.Code != 220)
            return (reply, null);
        return (reply, await connection.StartTlsAsync(session, timeout, cancellation).ConfigureAwait(false));
    }

    /// <summary>QUIT; whatever comes back is ignored.</summary>
    /// <param name="timeout">How long to wait for the answer.</param>
    /// <param name="drain">Waits also until the server has closed, which it is given as long for again.</param>
    public async ValueTask QuitAsync(TimeSpan timeout, bool drain = false)
    {
        if (!IsOpen)
            return;
        try
        {
            await CommandAsync("QUIT", timeout, "client QUIT", CancellationToken.None).ConfigureAwait(false);
            Transcript = null;
            for (int i = 0; drain && i < MaxReplyLines; i++)
                await ReadReplyAsync(timeout, "Draining Input", CancellationToken.None).ConfigureAwait(false);
        }
        catch (SmtpConnectionException)
        {
            // Gone already.
        }
        IsOpen = false;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
