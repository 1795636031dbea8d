using Sendmail.Core.Logging;

namespace Sendmail.Wire.Tests.Tls;

/// <summary>Keeps the lines that a log of this level would get.</summary>
internal sealed class ListLog(int level) : IMailLog
{
    private readonly List<string> _lines = [];

    public int Level => level;

    internal IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public void Write(int level, LogPriority priority, string? queueId, string text)
    {
        lock (_lines)
        {
            if (level <= Level)
                _lines.Add(text);
        }
    }
}
