using System.Globalization;
using System.Text;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>What mailq prints (op 2.3.1, mailq(1)).</summary>
public sealed partial class MailQueueListing(Configuration configuration, QueueStore store, IMailLog log, TimeProvider clock)
{
    private readonly QueueScan _scan = new(configuration, store, log, clock) { ShowsProgress = true };
    private readonly TimeZoneInfo _zone = clock.LocalTimeZone;
    private int _load = -1;

    /// <summary>Writes the list of all queues, or of the selected group without the total.</summary>
    public void Write(TextWriter output, bool verbose, QueueSelection selection)
    {
        int total = 0;
        var text = new StringBuilder(4096);
        foreach ((string group, string directory) in store.Directories)
        {
            if (selection.Group is { } only && !group.Equals(only, StringComparison.OrdinalIgnoreCase))
                continue;
            List<QueueSummary> rows = _scan.Gather(directory, selection, true, out int found, problem => text.Append(problem).Append('\n'));
            total += found;
            if (rows.Count == 0)
            {
                text.Append(directory).Append(" is empty\n");
                continue;
            }
            text.Append(CultureInfo.InvariantCulture, $"\t\t{directory} ({found} request{(found == 1 ? "" : "s")}");
            if (rows.Count < found)
                text.Append(CultureInfo.InvariantCulture, $", only {rows.Count} printed");
            text.Append(")\n").Append(verbose
                ? "-----Q-ID----- --Size-- -Priority- ---Q-Time--- --------Sender/Recipient--------\n"
                : "-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n");
            foreach (QueueSummary row in rows)
            {
                AppendRow(text, row, verbose);
                if (text.Length > 60000)
                    Flush(text, output);
            }
        }
        if (selection.Group is null)
            text.Append(CultureInfo.InvariantCulture, $"\t\tTotal requests: {total}\n");
        Flush(text, output);
        output.Flush();
    }

    private static void Flush(StringBuilder text, TextWriter output)
    {
        foreach (ReadOnlyMemory<char> chunk in text.GetChunks())
            output.Write(chunk.Span);
        text.Clear();
    }

    private void AppendRow(StringBuilder text, QueueSummary row, bool verbose)
    {
        text.Append(row.Entry.Id);
        long size = BodySize(row.Entry);
        if (size < 0 && row.Entry.Kind != 'Q')
        {
            foreach (string problem in store.Inspect(row.Entry, new MacroScope()))
                text.Append(problem).Append('\n');
        }
        text.Append(Mark(row));
        if (row.Sender is not null)
            AppendSender(text, row, size, verbose);
        foreach ((string line, bool isController) in row.Lines)
        {
            if (!isController)
                AppendShown(text.Append(verbose ? "\n\t\t\t\t\t\t" : "\n\t\t\t\t\t "), line, verbose ? 71 : 38);
            else if (verbose)
                AppendShown(text.Append("\n\t\t\t\t\t\t(---"), line, 64).Append("---)");
        }
        if (row.Created == 0)
            text.Append(" (no control file)");
        text.Append('\n');
    }

    private void AppendSender(StringBuilder text, QueueSummary row, long size, bool verbose)
    {
        DateTimeOffset created = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(row.Created, 0, 253402300799)), _zone);
        CultureInfo plain = CultureInfo.InvariantCulture;
        text.Append(plain, $"{size,8} ");
        if (verbose)
            text.Append(plain, $"{row.Priority,10}{(row.Warned ? '+' : ' ')}{created:MMM} {created.Day,2} {created:HH:mm} ");
        else
            text.Append(plain, $"{created:ddd MMM} {created.Day,2} {created:HH:mm} ");
        AppendShown(text, row.Sender!, verbose ? 78 : 39);
        int width = verbose ? 100 : 60;
        if (row.Quarantine is not null)
            AppendShown(text.Append("\n     QUARANTINE: "), row.Quarantine, width);
        if (row.Message is null && row.BodyType.Length == 0)
            return;
        text.Append('\n').Append(plain, $"{row.BodyType,14}");
        if (row.Message is not null)
            AppendShown(text.Append("   ("), row.Message, width).Append(')');
    }

    private static StringBuilder AppendShown(StringBuilder text, string value, int width)
    {
        if (value.Length > width)
            value = value[..width];
        foreach (char c in value)
        {
            if (c is >= ' ' and < '\x7f')
                text.Append(c);
            else
                text.Append('\\').Append((char)('0' + (c >> 6))).Append((char)('0' + ((c >> 3) & 7))).Append((char)('0' + (c & 7)));
        }
        return text;
    }

    private char Mark(QueueSummary row) => StateOf(row) switch
    {
        QueueState.Lost => '?',
        QueueState.Active => '*',
        QueueState.Resting => '-',
        QueueState.Load => 'X',
        _ => ' ',
    };

    private QueueState StateOf(QueueSummary row)
    {
        if (row.Entry.Kind == 'Q')
            return QueueState.Lost;
        if (row.Locked)
            return QueueState.Active;
        if (_scan.IsTooYoung(row))
            return QueueState.Resting;
        if (IsLoadTooHigh(row))
            return QueueState.Load;
        return row.Quarantine is null ? QueueState.Waiting : QueueState.Quarantined;
    }

    private bool IsLoadTooHigh(QueueSummary row)
    {
        if (_load < 0)
            _load = LoadAverage.Current();
        return LoadLimits.HoldsBack(configuration.Options, row.Priority, _load);
    }

    private long BodySize(QueueEntry entry)
    {
        var file = new FileInfo(store.DataPath(entry));
        return file.Exists ? file.Length : -1;
    }
}
