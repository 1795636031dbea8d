using System.Globalization;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>
/// Gathers the messages of one queue directory in the order in which a run takes them (op 2.3.2, QueueSortOrder). Of each no
/// more than a few dozen octets are kept.
/// </summary>
internal sealed class QueueScan(Configuration configuration, QueueStore store, IMailLog log, TimeProvider clock)
{
    private const int ParallelAbove = 200;
    private readonly char _order = configuration.Options.Get(OptionTable.QueueSortOrder);
    private readonly int _most = configuration.Options.Get(OptionTable.MaxQueueRunSize);

    /// <summary>Whether somebody waits at a terminal for what is gathered.</summary>
    internal bool ShowsProgress { get; init; }

    /// <summary>Whether the names of a directory's control files already tell how many messages a list will have.</summary>
    internal bool IsCounted(QueueSelection selection) => selection.Limits.Count == 0 && _most <= 0;

    /// <summary>The messages of a directory that are selected, sorted.</summary>
    /// <param name="directory">Queue directory.</param>
    /// <param name="selection">Which ones.</param>
    /// <param name="listing">For a list: what cannot be read is in it, age does not matter.</param>
    /// <param name="tell">Shows a person why the directory cannot be read.</param>
    internal QueueWork Gather(string directory, QueueSelection selection, bool listing, Action<string>? tell = null) =>
        Gather(directory, store.Names(directory, selection.Kinds, tell), selection, listing);

    /// <summary>As the other, with the names of the control files.</summary>
    internal QueueWork Gather(string directory, QueueNames names, QueueSelection selection, bool listing)
    {
        string control = store.ControlDirectory(directory);
        var items = new QueueItem[names.Count];
        for (int i = 0, name = -1; i < items.Length; i++)
        {
            name = names.After(name);
            items[i].Name = name;
        }
        var hosts = new QueueNames();
        Read(control, items, names, hosts, selection, listing);
        int found = 0;
        foreach (ref QueueItem item in items.AsSpan())
        {
            if (item.Name >= 0)
                items[found++] = item;
        }
        Sort(items.AsSpan(0, found), names, hosts);
        int kept = found;
        if (_most > 0 && found > _most)
        {
            log.Write(0, LogPriority.Warning, null, string.Create(CultureInfo.InvariantCulture, $"WorkList for {directory} maxed out at {_most}"));
            kept = _most;
        }
        return new QueueWork(directory, control, names, items.AsMemory(0, kept), found);
    }

    // Items that are not wanted lose their names.
    private void Read(string control, QueueItem[] items, QueueNames names, QueueNames hosts, QueueSelection selection, bool listing)
    {
        ScanProgress? progress = ShowsProgress ? new ScanProgress(items.Length) : null;
        void Some(int from, int to)
        {
            var path = new OctetPath(control);
            QueueSummary? summary = selection.Limits.Count > 0 ? new QueueSummary() : null;
            byte[] buffer = new byte[4096];
            for (int i = from; i < to; i++)
            {
                ref QueueItem item = ref items[i];
                ReadOnlySpan<byte> name = names[item.Name];
                int length = ReadFile(path.Of(name), ref buffer, summary is not null || _order == 'h', out long modified);
                // What cannot be read is told of in a list and left alone by a run.
                ReadOnlySpan<byte> text = buffer.AsSpan(0, Math.Max(length, 0));
                bool tooYoung = Take(ref item, text, modified, hosts);
                summary?.Parse(text);
                bool wanted = listing || length >= 0;
                wanted &= summary is null ? listing || !tooYoung : selection.Matches(name[2..], summary);
                if (!wanted)
                    item.Name = -1;
                progress?.Step();
            }
        }
        int parts = items.Length > ParallelAbove ? Math.Min(Environment.ProcessorCount, 8) : 1;
        if (parts == 1)
            Some(0, items.Length);
        else
            Parallel.For(0, parts, part => Some((int)((long)items.Length * part / parts), (int)((long)items.Length * (part + 1) / parts)));
        progress?.End();
    }

    // How much was read, -1 when nothing can be. The numbers are near the beginning.
    private int ReadFile(ReadOnlySpan<byte> path, ref byte[] buffer, bool whole, out long modified)
    {
        using var file = new OctetFile(path);
        modified = _order == 'm' && file.IsOpen ? file.Modified : 0;
        int length = file.IsOpen ? file.Read(buffer) : -1;
        while (whole && length == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
            int more = file.Read(buffer.AsSpan(length));
            length = more < 0 ? more : length + more;
        }
        return length;
    }

    // Whether it is too young.
    private bool Take(ref QueueItem item, ReadOnlySpan<byte> text, long modified, QueueNames hosts)
    {
        var keys = new QueueKeys();
        ReadOnlySpan<byte> host = keys.Parse(text);
        item.Priority = keys.Priority;
        item.When = _order == 'm' ? modified : keys.Created;
        item.Host = _order == 'h' && host.Length > 0 ? AddHost(hosts, host) : -1;
        return IsTooYoung(keys);
    }

    // By the end of the name, so that hosts of one domain come together.
    private static int AddHost(QueueNames hosts, ReadOnlySpan<byte> host)
    {
        Span<byte> backwards = stackalloc byte[Math.Min(host.Length, byte.MaxValue)];
        for (int i = 0; i < backwards.Length; i++)
        {
            byte octet = host[^(i + 1)];
            backwards[i] = octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
        }
        lock (hosts)
            return hosts.Add((ReadOnlySpan<byte>)backwards);
    }

    /// <summary>Whether the last attempt is too short ago (MinQueueAge; with MaxQueueAge the wait doubles each time).</summary>
    internal bool IsTooYoung(QueueKeys message)
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

    private void Sort(Span<QueueItem> items, QueueNames names, QueueNames hosts)
    {
        // Names grow in the order of the directory, which is the order among equals.
        static int Then(int first, in QueueItem a, in QueueItem b) => first != 0 ? first : a.Name.CompareTo(b.Name);
        int ByHost(in QueueItem a, in QueueItem b) => a.Host < 0 || b.Host < 0 ? a.Host.CompareTo(b.Host) : hosts[a.Host].SequenceCompareTo(hosts[b.Host]);
        int ById(in QueueItem a, in QueueItem b) => names[a.Name][2..].SequenceCompareTo(names[b.Name][2..]);
        switch (_order)
        {
            case 'n': break;
            case 'f': items.Sort((a, b) => ById(a, b)); break;
            case 't': items.Sort((a, b) => Then(a.When.CompareTo(b.When), a, b)); break;
            case 'm': items.Sort((a, b) => Then(b.When.CompareTo(a.When), a, b)); break;
            case 'r': Random.Shared.Shuffle(items); break;
            case 'h':
                items.Sort((a, b) => Then(ByHost(a, b) is var host && host != 0 ? host : a.Priority.CompareTo(b.Priority), a, b));
                break;
            default: items.Sort((a, b) => Then(a.Priority.CompareTo(b.Priority), a, b)); break;
        }
    }
}
