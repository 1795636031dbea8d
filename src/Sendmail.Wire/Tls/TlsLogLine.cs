using Sendmail.Core.Logging;

namespace Sendmail.Wire.Tls;

/// <summary>
/// A line for the log, written from LogLevel <paramref name="Level"/> on. Explanations that sendmail does not give end with
/// <paramref name="Until"/>: who raises LogLevel above it gets the log of the reference, line for line.
/// </summary>
public readonly record struct TlsLogLine(int Level, LogPriority Priority, string Text, int Until = int.MaxValue)
{
    /// <summary>The LogLevel that sendmail has by default; explanations are written at this level.</summary>
    public const int DefaultLevel = 9;

    /// <summary>Writes it, without queue id.</summary>
    public void WriteTo(IMailLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (log.Level <= Until)
            log.Write(Level, Priority, null, Text);
    }

    internal static TlsLogLine Warning(int level, string text) => new(level, LogPriority.Warning, text);

    internal static TlsLogLine Explanation(string text) => new(DefaultLevel, LogPriority.Warning, text, DefaultLevel);
}
