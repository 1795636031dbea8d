using System.Globalization;
using System.Text;

namespace Sendmail.Posix;

/// <summary>
/// Writes to the system log over /dev/log in the form of syslog(3): <c>&lt;PRI&gt;Mon DD HH:MM:SS ident[pid]: text</c>,
/// facility mail. A service of systemd gives the same line to the journal, with fields to search by. A log that cannot be
/// reached is tried again with the next line; nothing is thrown.
/// </summary>
public sealed class Syslog(string ident, TimeProvider clock) : IDisposable
{
    private const int MailFacility = 2;
    private readonly Lock _lock = new();
    private readonly LogSocket _lines = new("/dev/log");
    private readonly LogSocket? _journal = JournalEntry.IsWanted ? new LogSocket(JournalEntry.Path) : null;

    /// <summary>The name before the process id.</summary>
    public string Ident { get; } = ident;

    /// <summary>Whether the process id follows the name; small programs leave it out.</summary>
    public bool ShowsProcess { get; init; } = true;

    /// <summary>Whether the last line reached the log.</summary>
    public bool IsConnected => _lines.IsConnected || _journal is { IsConnected: true };

    /// <summary>Writes one line; <paramref name="priority"/> is the syslog severity 0 to 7. False when nobody listens.</summary>
    /// <param name="priority">The severity.</param>
    /// <param name="text">The text of the line.</param>
    /// <param name="fields">What the journal can be searched by besides; not in the line.</param>
    public bool Write(int priority, string text, params ReadOnlySpan<(string Name, string Value)> fields)
    {
        lock (_lock)
        {
            bool isKept = _journal is not null && _journal.Send(JournalEntry.Write(priority, MailFacility, Ident, text, fields));
            // What the journal would get twice is the same line.
            return isKept && JournalEntry.TakesLines || _lines.Send(Line(priority, text)) || isKept;
        }
    }

    private byte[] Line(int priority, string text)
    {
        DateTimeOffset now = clock.GetLocalNow();
        string process = ShowsProcess ? "[" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "]" : "";
        return Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"<{MailFacility << 3 | priority}>{now:MMM} {now.Day,2} {now:HH:mm:ss} {Ident}{process}: {text}"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _journal?.Dispose();
    }
}
