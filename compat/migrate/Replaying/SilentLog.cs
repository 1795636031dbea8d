using Sendmail.Core.Logging;

namespace Sendmail.Migrate.Replaying;

/// <summary>Keeps what maps complain of, once each; nothing goes to the log of the machine.</summary>
internal sealed class SilentLog : IMailLog
{
    private readonly HashSet<string> _complaints = new(StringComparer.Ordinal);

    public int Level => 0;

    /// <summary>Everything that was serious.</summary>
    internal IReadOnlyCollection<string> Complaints => _complaints;

    public void Write(int level, LogPriority priority, string? queueId, string text)
    {
        if (level <= Level && priority <= LogPriority.Error)
            _complaints.Add(text);
    }
}
