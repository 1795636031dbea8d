using System.Globalization;
using System.Text;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Posix;

namespace Sendmail.Mta.Logging;

/// <summary>sendmail's log: lines to syslog, with the queue id in front and control characters made visible.</summary>
/// <param name="syslog">The system log.</param>
/// <param name="level">LogLevel.</param>
/// <param name="terminal">Who watches the daemon in the foreground; null: nobody.</param>
public sealed class MailLog(Syslog syslog, int level, TerminalLog? terminal) : IMailLog
{
    private const int LongestLine = 900;
    private const string NoQueue = "NOQUEUE", QueueIdField = "QUEUE_ID";

    /// <inheritdoc/>
    public int Level { get; set; } = level;

    /// <inheritdoc/>
    public void Write(int level, LogPriority priority, string? queueId, string text)
    {
        if (level > Level)
            return;
        string line = Visible(queueId is null ? text : queueId + ": " + text);
        if (line.Length > LongestLine)
            line = line[..LongestLine];
        bool isLogged = queueId is null or NoQueue ? syslog.Write((int)priority, line) : syslog.Write((int)priority, line, (QueueIdField, queueId));
        terminal?.Show(priority, line, isLogged);
    }

    /// <summary>Whose command this is, for system errors; null for root's.</summary>
    public Func<string>? User { get; init; }

    private static readonly AsyncLocal<Func<string?>?> _message = new();

    /// <summary>Says which message the work that follows, in this flow of control, is about: system errors are logged with its queue id.</summary>
    public static void Concerns(Func<string?> queueId) => _message.Value = queueId;

    /// <summary>Where system errors are shown besides the log; null where nobody reads.</summary>
    public TextWriter? Foreground { get; set; }

    /// <summary>Told of each system error, with what a program ends with for it.</summary>
    public Action<SysExit>? Failed { get; set; }

    /// <inheritdoc/>
    public void SystemError(string text, SysExit exit = SysExit.Software)
    {
        Write(0, LogPriority.Critical, _message.Value?.Invoke() ?? "NOQUEUE", "SYSERR(" + (User?.Invoke() ?? "root") + "): " + text);
        Foreground?.WriteLine(text);
        Failed?.Invoke(exit);
    }

    private static string Visible(string text)
    {
        int at = 0;
        while (at < text.Length && text[at] is >= ' ' and < '\x7f' and not '\\')
            at++;
        if (at == text.Length)
            return text;
        var visible = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            if (c == '\\')
                visible.Append("\\\\");
            else if (c is >= ' ' and < '\x7f')
                visible.Append(c);
            else if (c == '\t')
                visible.Append("\\t");
            else if (c == '\n')
                visible.Append("\\n");
            else if (c == '\r')
                visible.Append("\\r");
            else
                visible.Append('\\').Append(Convert.ToString(c & 0xFF, 8).PadLeft(3, '0').ToString(CultureInfo.InvariantCulture));
        }
        return visible.ToString();
    }
}
