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
    private readonly QueueSummary _row = new();

    /// <summary>Writes the list of all queues, or of the selected group without the total.</summary>
    public void Write(TextWriter output, bool verbose, QueueSelection selection)
    {
        int total = 0;
        var text = new StringBuilder(40000);
        foreach ((string group, string directory) in store.Directories)
        {
            if (selection.Group is { } only && !group.Equals(only, StringComparison.OrdinalIgnoreCase))
                continue;
            QueueNames names = store.Names(directory, selection.Kinds, problem => text.Append(problem).Append('\n'));
            bool counted = _scan.IsCounted(selection) && names.Count > 0;
            if (counted)
            {
                // Who has a large queue sees at once how large it is.
                AppendHead(text, directory, names.Count, names.Count, verbose);
                Flush(text, output);
                output.Flush();
            }
            QueueWork rows = _scan.Gather(directory, names, selection, true);
            total += rows.Found;
            if (rows.Count == 0)
                text.Append(directory).Append(" is empty\n");
            else if (!counted)
                AppendHead(text, directory, rows.Found, rows.Count, verbose);
            var path = new OctetPath(rows.Control);
            var data = new OctetPath(store.DataDirectory(rows.Control), "df");
            for (int i = 0; i < rows.Count; i++)
            {
                _row.Read(path.Of(rows.Name(i)), true);
                AppendRow(text, rows, i, data, verbose);
                if (text.Length > 30000)
                    Flush(text, output);
            }
        }
        if (selection.Group is null)
            text.Append(CultureInfo.InvariantCulture, $"\t\tTotal requests: {total}\n");
        Flush(text, output);
        output.Flush();
    }

    private static void AppendHead(StringBuilder text, string directory, int found, int printed, bool verbose)
    {
        text.Append(CultureInfo.InvariantCulture, $"\t\t{directory} ({found} request{(found == 1 ? "" : "s")}");
        if (printed < found)
            text.Append(CultureInfo.InvariantCulture, $", only {printed} printed");
        text.Append(")\n").Append(verbose
            ? "-----Q-ID----- --Size-- -Priority- ---Q-Time--- --------Sender/Recipient--------\n"
            : "-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n");
    }

    private static void Flush(StringBuilder text, TextWriter output)
    {
        foreach (ReadOnlyMemory<char> chunk in text.GetChunks())
            output.Write(chunk.Span);
        text.Clear();
    }

    private void AppendRow(StringBuilder text, QueueWork rows, int index, OctetPath data, bool verbose)
    {
        QueueSummary row = _row;
        ReadOnlySpan<byte> name = rows.Name(index);
        foreach (byte octet in name[2..])
            text.Append((char)octet);
        long size = OctetFile.Size(data.Of(name[2..]));
        if (size < 0 && name[0] != 'Q')
        {
            foreach (string problem in store.Inspect(rows[index], new MacroScope()))
                text.Append(problem).Append('\n');
        }
        text.Append(Mark(name[0]));
        if (row.HasSender)
            AppendSender(text, size, verbose);
        for (int i = 0; i < row.LineCount; i++)
        {
            ReadOnlySpan<byte> line = row.Line(i, out bool isController);
            if (!isController)
                AppendShown(text.Append(verbose ? "\n\t\t\t\t\t\t" : "\n\t\t\t\t\t "), line, verbose ? 71 : 38);
            else if (verbose)
                AppendShown(text.Append("\n\t\t\t\t\t\t(---"), line, 64).Append("---)");
            if (verbose && row.OwnMessage(i) is { Length: > 0 } own)
                AppendShown(text.Append("\n\t\t ("), own, 100).Append(')');
        }
        if (row.Keys.Created == 0)
            text.Append(" (no control file)");
        text.Append('\n');
    }

    private void AppendSender(StringBuilder text, long size, bool verbose)
    {
        QueueSummary row = _row;
        DateTimeOffset created = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(row.Keys.Created, 0, 253402300799)), _zone);
        CultureInfo plain = CultureInfo.InvariantCulture;
        text.Append(plain, $"{size,8} ");
        if (verbose)
            text.Append(plain, $"{row.Keys.Priority,10}{(row.Warned ? '+' : ' ')}{created:MMM} {created.Day,2} {created:HH:mm} ");
        else
            text.Append(plain, $"{created:ddd MMM} {created.Day,2} {created:HH:mm} ");
        AppendShown(text, row.Sender, verbose ? 78 : 39);
        int width = verbose ? 100 : 60;
        if (row.IsQuarantined)
            AppendShown(text.Append("\n     QUARANTINE: "), row.Quarantine, width);
        if (!row.HasMessage && row.BodyType.Length == 0)
            return;
        text.Append('\n').Append(' ', Math.Max(0, 14 - row.BodyType.Length)).Append(QueueSummary.Text(row.BodyType));
        if (row.HasMessage)
            AppendShown(text.Append("   ("), row.Message, width).Append(')');
    }

    private static StringBuilder AppendShown(StringBuilder text, ReadOnlySpan<byte> value, int width)
    {
        if (value.Length > width)
            value = value[..width];
        foreach (byte c in value)
        {
            if (c is >= (byte)' ' and < 0x7f)
                text.Append((char)c);
            else
                text.Append('\\').Append((char)('0' + (c >> 6))).Append((char)('0' + ((c >> 3) & 7))).Append((char)('0' + (c & 7)));
        }
        return text;
    }

    private char Mark(byte kind) => StateOf(kind) switch
    {
        QueueState.Lost => '?',
        QueueState.Active => '*',
        QueueState.Resting => '-',
        QueueState.Load => 'X',
        _ => ' ',
    };

    private QueueState StateOf(byte kind)
    {
        if (kind == 'Q')
            return QueueState.Lost;
        if (_row.Locked)
            return QueueState.Active;
        if (_scan.IsTooYoung(_row.Keys))
            return QueueState.Resting;
        if (IsLoadTooHigh(_row))
            return QueueState.Load;
        return _row.IsQuarantined ? QueueState.Quarantined : QueueState.Waiting;
    }

    private bool IsLoadTooHigh(QueueSummary row)
    {
        if (_load < 0)
            _load = LoadAverage.Current();
        return LoadLimits.HoldsBack(configuration.Options, row.Keys.Priority, _load);
    }
}
