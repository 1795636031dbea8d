using System.Globalization;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;

namespace Sendmail.Mta.Queueing;

/// <summary>Gathers the messages of one queue directory in the order in which a run takes them (op 2.3.2, QueueSortOrder).</summary>
internal sealed class QueueScan(Configuration configuration, QueueStore store, IMailLog log, TimeProvider clock)
{
    private const int ParallelAbove = 200;
    private readonly char _order = configuration.Options.Get(OptionTable.QueueSortOrder);
    private readonly int _most = configuration.Options.Get(OptionTable.MaxQueueRunSize);

    /// <summary>Whether somebody waits at a terminal for what is gathered.</summary>
    internal bool ShowsProgress { get; init; }

    /// <summary>The messages of a directory that are selected, sorted. <paramref name="found"/> counts them before MaxQueueRunSize cuts them off.</summary>
    /// <param name="directory">Queue directory.</param>
    /// <param name="selection">Which ones.</param>
    /// <param name="listing">For a list: locks are looked at, age is not.</param>
    /// <param name="found">How many there are.</param>
    /// <param name="tell">Shows a person why the directory cannot be read.</param>
    internal List<QueueSummary> Gather(string directory, QueueSelection selection, bool listing, out int found, Action<string>? tell = null)
    {
        IReadOnlyList<QueueEntry> entries = store.List(directory, selection.Kinds, tell);
        QueueSummary[] read = ReadAll(entries, listing);
        var kept = new List<QueueSummary>(read.Length);
        bool young = !listing && selection.Limits.Count == 0;
        foreach (QueueSummary message in read)
        {
            if ((message.Readable || listing) && selection.Matches(message) && !(young && IsTooYoung(message)))
                kept.Add(message);
        }
        Sort(kept);
        found = kept.Count;
        if (_most > 0 && kept.Count > _most)
        {
            log.Write(0, LogPriority.Warning, null, string.Create(CultureInfo.InvariantCulture, $"WorkList for {directory} maxed out at {_most}"));
            kept.RemoveRange(_most, kept.Count - _most);
        }
        return kept;
    }

    private QueueSummary[] ReadAll(IReadOnlyList<QueueEntry> entries, bool locks)
    {
        var read = new QueueSummary[entries.Count];
        bool times = _order == 'm';
        ScanProgress? progress = ShowsProgress ? new ScanProgress(entries.Count) : null;
        void Some(int from, int to)
        {
            byte[] buffer = new byte[16384];
            for (int i = from; i < to; i++)
            {
                read[i] = QueueSummary.Read(entries[i], i, locks, times, ref buffer);
                progress?.Step();
            }
        }
        int parts = entries.Count > ParallelAbove ? Math.Min(Environment.ProcessorCount, 8) : 1;
        if (parts == 1)
            Some(0, read.Length);
        else
            Parallel.For(0, parts, part => Some((int)((long)read.Length * part / parts), (int)((long)read.Length * (part + 1) / parts)));
        progress?.End();
        return read;
    }

    /// <summary>Whether the last attempt is too short ago (MinQueueAge; with MaxQueueAge the wait doubles each time).</summary>
    internal bool IsTooYoung(QueueSummary message)
    {
        TimeSpan least = configuration.Options.Get(OptionTable.MinQueueAge);
        if (least <= TimeSpan.Zero || message.LastTried <= 0)
            return false;
        TimeSpan most = configuration.Options.Get(OptionTable.MaxQueueAge);
        TimeSpan wait = least;
        if (most > least && message.Attempts > 1)
            wait = TimeSpan.FromSeconds(Math.Min(most.TotalSeconds, least.TotalSeconds * Math.Pow(2, Math.Min(message.Attempts - 1, 40))));
        double since = clock.GetUtcNow().ToUnixTimeSeconds() - message.LastTried;
        return since >= 0 && since < wait.TotalSeconds;
    }

    private void Sort(List<QueueSummary> messages)
    {
        int Then(int first, QueueSummary a, QueueSummary b) => first != 0 ? first : a.Index.CompareTo(b.Index);
        switch (_order)
        {
            case 'n': break;
            case 'f': messages.Sort((a, b) => string.CompareOrdinal(a.Entry.Id, b.Entry.Id)); break;
            case 't': messages.Sort((a, b) => Then(a.Created.CompareTo(b.Created), a, b)); break;
            case 'm': messages.Sort((a, b) => Then(b.Modified.CompareTo(a.Modified), a, b)); break;
            case 'r': Random.Shared.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(messages)); break;
            case 'h':
                messages.Sort((a, b) => Then(string.CompareOrdinal(a.SortHost, b.SortHost) is var host && host != 0 ? host : a.Priority.CompareTo(b.Priority), a, b));
                break;
            default:
                // Among equals the oldest; ids grow with time.
                messages.Sort((a, b) => a.Priority != b.Priority ? a.Priority.CompareTo(b.Priority) : a.Created != b.Created ? a.Created.CompareTo(b.Created) : string.CompareOrdinal(a.Entry.Id, b.Entry.Id));
                break;
        }
    }
}
