using Sendmail.Core;
using Sendmail.Posix;

namespace Sendmail.Tools;

/// <summary>The LMTP server of mail.local: a reply for each recipient behind the message (RFC 2033).</summary>
internal sealed class LocalMailSession(LocalMailbox mailbox, Stream input, TextWriter output, bool eightBits, bool quotaIsFinal)
{
    private const string Syntax = "500 5.5.2 Syntax error";
    private const string Parameters = "501 5.5.4 Syntax error in parameters";
    private readonly List<UserRecord> _recipients = [];
    private string? _sender;

    /// <summary>Speaks until QUIT or the end of the input.</summary>
    internal int Run()
    {
        string host = Environment.MachineName;
        Reply("220 " + host + " LMTP ready");
        using var lines = new LineSource(input);
        while (lines.Next() is { } text)
        {
            string line = text.TrimEnd('\r');
            string verb = line.Split(' ')[0].ToUpperInvariant();
            bool bare = line.Length == verb.Length;
            switch (verb)
            {
                case "LHLO" when !bare:
                    Reply("250-" + host + "\r\n" + (eightBits ? "250-8BITMIME\r\n" : "") + "250-ENHANCEDSTATUSCODES\r\n250 PIPELINING");
                    break;
                case "MAIL" when !bare: Mail(line[5..]); break;
                case "RCPT" when !bare: Recipient(line[5..]); break;
                case "DATA" when bare:
                    if (!Data(lines))
                        return 0;
                    break;
                case "RSET" when bare:
                    Reset();
                    Reply("250 2.0.0 Ok");
                    break;
                case "NOOP" when bare: Reply("250 2.0.0 Ok"); break;
                case "VRFY" when !bare: Reply("252 2.3.3 Try RCPT to attempt delivery"); break;
                case "QUIT" when bare:
                    Reply("221 2.0.0 Bye");
                    return 0;
                default: Reply(Syntax); break;
            }
        }
        return 0;
    }

    private void Reply(string text)
    {
        output.Write(text + "\r\n");
        output.Flush();
    }

    private void Reset()
    {
        _sender = null;
        _recipients.Clear();
    }

    private void Mail(string argument)
    {
        if (_sender is not null)
        {
            Reply("503 5.5.1 Nested MAIL command");
        }
        else if (!argument.StartsWith("FROM:", StringComparison.OrdinalIgnoreCase) || Path(argument[5..]) is not { } path)
        {
            Reply(Parameters);
        }
        else
        {
            _sender = path.Length == 0 ? "MAILER-DAEMON" : path;
            Reply("250 2.5.0 Ok");
        }
    }

    private void Recipient(string argument)
    {
        if (_sender is null)
        {
            Reply("503 5.5.1 Need MAIL command");
            return;
        }
        if (!argument.StartsWith("TO:", StringComparison.OrdinalIgnoreCase) || Path(argument[3..]) is not { } path)
        {
            Reply(Parameters);
            return;
        }
        // Domain and detail are the MTA's business.
        int at = path.LastIndexOf('@');
        string name = at < 0 ? path : path[..at];
        int plus = name.IndexOf('+', StringComparison.Ordinal);
        if (LocalMailbox.Find(plus < 0 ? name : name[..plus]) is not { } user)
        {
            Reply("550 5.1.1 User unknown");
            return;
        }
        _recipients.Add(user);
        Reply("250 2.1.5 Ok");
    }

    // What stands between the brackets.
    private static string? Path(string text)
    {
        text = text.TrimStart(' ');
        int close = text.IndexOf('>', StringComparison.Ordinal);
        return text.StartsWith('<') && close > 0 ? text[1..close] : null;
    }

    // False when the client is gone before the message was complete: nothing is stored then.
    private bool Data(LineSource lines)
    {
        if (_recipients.Count == 0)
        {
            Reply("503 5.5.1 No recipients");
            return true;
        }
        Reply("354 Go ahead");
        var message = new LocalMailMessage();
        while (lines.Next() is { } text)
        {
            string line = text.TrimEnd('\r');
            if (line == ".")
            {
                Store(message);
                return true;
            }
            message.Add(Latin1.ToBytes(line.StartsWith('.') ? line[1..] : line));
        }
        return false;
    }

    private void Store(LocalMailMessage message)
    {
        byte[] octets = message.Store(_sender!, TimeProvider.System.GetLocalNow());
        foreach (UserRecord user in _recipients)
        {
            (string? problem, bool forNow) = mailbox.Append(user, octets);
            Reply(problem is null ? "250 2.1.5 " + user.Name + " Ok" : (forNow && !quotaIsFinal ? "450 4.2.0 " : "550 5.2.0 ") + problem);
        }
        Reset();
    }
}
