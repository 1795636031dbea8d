using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;

namespace Sendmail.Mta.Daemon;

// What clients are answered.
public sealed partial class SmtpServerSession
{
    /// <summary>The one place replies are written: code, status, text; 8-bit text loses its top bit as the reference does.</summary>
    private async ValueTask ReplyAsync(int code, string status, string text)
    {
        // A command has one bad reply: the first.
        bool complained = await ComplainedAsync().ConfigureAwait(false);
        if (code >= 500)
            _lastError = text;
        if (complained && code >= 400)
            return;
        await WriteReplyAsync(code, status, text).ConfigureAwait(false);
    }

    private ValueTask WriteReplyAsync(int code, string status, string text)
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

    private ValueTask ReplyAsync(SmtpReply reply, string? about = null)
    {
        if (Exit == SysExit.Ok && reply.Exit is { } exit)
            Exit = exit;
        return ReplyAsync(reply.Code, reply.Status.ToString(), about is null || !reply.NamesAddress ? reply.Text : Short(about) + "... " + reply.Text);
    }

    /// <summary>What a program that holds a session on its standard input ends with: the code of the first refusal by mailer error.</summary>
    public SysExit Exit { get; private set; }

    // Long addresses are shown by their ends.
    private static string Short(string text) => text.Length >= 203 ? text[..100] + "..." + text[^100..] : text;

    // The whole dialogue is in the log from this level on.
    internal const int DialogueLevel = 15;

    private ValueTask SendAsync(string text)
    {
        if (_shown.Length > 0)
        {
            text = _shown + text;
            _shown.Clear();
        }
        LogReply(text);
        byte[] octets = Latin1.ToBytes(text + "\r\n");
        for (int i = 0; i < octets.Length; i++)
            octets[i] &= 0x7F;
        return _connection.WriteAsync(octets, _options.Get(OptionTable.TimeoutCommand), _stop);
    }

    private void LogReply(string text)
    {
        if (_services.Log.Level < DialogueLevel)
            return;
        foreach (string line in text.Split("\r\n"))
            _services.Log.Write(DialogueLevel, LogPriority.Info, _id, "--- " + line);
    }
}
