using System.Globalization;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Rewriting;

namespace Sendmail.Mta.Queueing;

/// <summary>What mailq prints.</summary>
public sealed class MailQueueListing(Configuration configuration, QueueStore store, TimeZoneInfo zone, TimeProvider clock)
{
    /// <summary>Writes the list of all queues; <paramref name="kinds"/> as in <see cref="QueueStore.List"/>.</summary>
    public void Write(TextWriter output, bool verbose, string kinds, Func<Envelope, bool>? filter)
    {
        int total = 0;
        ILookup<string, QueueEntry> entries = store.List(kinds).ToLookup(e => Path.GetDirectoryName(e.ControlPath)!);
        foreach ((string _, string directory) in store.Directories)
        {
            if (!Directory.Exists(directory))
            {
                output.WriteLine("Can't access " + directory + ": No such file or directory");
                continue;
            }
            var rows = new List<(QueueEntry Entry, Envelope Envelope)>();
            foreach (QueueEntry entry in entries[directory])
            {
                Envelope? envelope = store.Peek(entry, configuration.Macros);
                if (envelope is not null && filter?.Invoke(envelope) != false)
                    rows.Add((entry, envelope));
            }
            if (rows.Count == 0)
            {
                output.WriteLine(directory + " is empty");
                continue;
            }
            rows.Sort((a, b) => a.Envelope.Priority != b.Envelope.Priority ? a.Envelope.Priority.CompareTo(b.Envelope.Priority) : string.CompareOrdinal(a.Entry.Id, b.Entry.Id));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\t\t{directory} ({rows.Count} request{(rows.Count == 1 ? "" : "s")})"));
            output.WriteLine(verbose
                ? "-----Q-ID----- --Size-- -Priority- ---Q-Time--- --------Sender/Recipient--------"
                : "-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------");
            foreach ((QueueEntry entry, Envelope envelope) in rows)
                WriteRow(output, entry, envelope, verbose);
            total += rows.Count;
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\t\tTotal requests: {total}"));
    }

    private void WriteRow(TextWriter output, QueueEntry entry, Envelope envelope, bool verbose)
    {
        TimeSpan least = configuration.Options.Get(OptionTable.MinQueueAge);
        char mark = QueueStore.IsLocked(entry) ? '*' : least > TimeSpan.Zero && envelope.LastTried is { } last && clock.GetUtcNow() - last < least ? '-' : ' ';
        long size = envelope.DataFile is { } data ? new FileInfo(data).Length : 0;
        DateTimeOffset created = TimeZoneInfo.ConvertTime(envelope.Created, zone);
        string sender = envelope.Sender?.Text ?? "<>";
        sender = sender == "<>" ? "MAILER-DAEMON" : sender;
        string when = string.Create(CultureInfo.InvariantCulture, $"{created:MMM} {created.Day,2} {created:HH:mm}");
        output.Write(verbose
            ? string.Create(CultureInfo.InvariantCulture, $"{entry.Id}{mark}{size,8} {envelope.Priority,10} {when} {sender}")
            : string.Create(CultureInfo.InvariantCulture, $"{entry.Id}{mark} {size,7} {created:ddd} {when} {sender}"));
        output.WriteLine();
        if (envelope.QuarantineReason is { } reason)
            output.WriteLine("     QUARANTINE: " + reason);
        if (!string.IsNullOrEmpty(envelope.StatusMessage))
            output.WriteLine("                 (" + (envelope.StatusMessage.Length > 60 ? envelope.StatusMessage[..60] : envelope.StatusMessage) + ")");
        string indent = verbose ? "\t\t\t\t\t\t" : "\t\t\t\t\t ";
        foreach (Address recipient in envelope.Recipients)
            output.WriteLine(indent + recipient.Text);
    }
}
