using Sendmail.Core.Replies;

namespace Sendmail.Core.Logging;

/// <summary>Syslog priorities (RFC 5424 6.2.1).</summary>
public enum LogPriority
{
    /// <summary>Immediate action needed.</summary>
    Alert = 1,
    /// <summary>Critical: sendmail's SYSERR lines.</summary>
    Critical = 2,
    /// <summary>Error.</summary>
    Error = 3,
    /// <summary>Warning.</summary>
    Warning = 4,
    /// <summary>Significant but normal.</summary>
    Notice = 5,
    /// <summary>Informational.</summary>
    Info = 6,
    /// <summary>Debugging.</summary>
    Debug = 7,
}

/// <summary>Where log lines go. Implementations never throw and never block on the network.</summary>
public interface IMailLog
{
    /// <summary>LogLevel in force (op 5.6).</summary>
    int Level { get; }

    /// <summary>
    /// Writes <c>QID: text</c> when <paramref name="level"/> is at most <see cref="Level"/>; control characters of
    /// <paramref name="text"/> are made visible as sendmail does (<c>\351</c>). A null id is written without prefix,
    /// use <c>NOQUEUE</c> where sendmail does.
    /// </summary>
    void Write(int level, LogPriority priority, string? queueId, string text);

    /// <summary>A system error outside of any message: a SYSERR line, also shown to whoever runs the program in the foreground.</summary>
    /// <param name="text">What is wrong.</param>
    /// <param name="exit">What a program that ends because of it ends with.</param>
    void SystemError(string text, SysExit exit = SysExit.Software) => Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(root): " + text);
}
