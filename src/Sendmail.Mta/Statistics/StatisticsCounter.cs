using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Core.Statistics;
using Sendmail.Posix;

namespace Sendmail.Mta.Statistics;

/// <summary>
/// Counts messages and connections and adds them to the status file (option StatusFile). Nothing is counted while there is
/// no such file. Safe for concurrent use; other programs may add to the file at the same time, under its lock.
/// </summary>
public sealed class StatisticsCounter(Configuration configuration, IMailLog log, TimeProvider clock)
{
    private readonly string _path = configuration.Options.Get(OptionTable.StatusFile);
    private readonly Lock _gate = new();
    private StatisticsTable _counts = new(DateTimeOffset.UnixEpoch);
    private bool _any;

    /// <summary>A message from this sender was taken.</summary>
    public void CountMessage(Envelope envelope)
    {
        Add(StatisticsColumn.MessagesFrom, envelope.Sender?.Mailer, 1);
        Add(StatisticsColumn.KilobytesFrom, envelope.Sender?.Mailer, StatisticsTable.Kilobytes(envelope.Size));
    }

    /// <summary>A message was delivered to one recipient.</summary>
    public void CountDelivery(Envelope envelope, Address recipient)
    {
        Add(StatisticsColumn.MessagesTo, recipient.Mailer, 1);
        Add(StatisticsColumn.KilobytesTo, recipient.Mailer, StatisticsTable.Kilobytes(envelope.Size));
    }

    /// <summary>A message was refused, discarded or quarantined.</summary>
    public void Count(StatisticsColumn column, Mailer? mailer) => Add(column, mailer, 1);

    /// <summary>A client connected.</summary>
    public void CountClient() => Change(static t => t.ConnectionsFrom++);

    /// <summary>We connected to a server.</summary>
    public void CountServer() => Change(static t => t.ConnectionsTo++);

    /// <summary>Something was refused in a connection.</summary>
    public void CountRejection() => Change(static t => t.ConnectionsRejected++);

    private void Add(StatisticsColumn column, Mailer? mailer, long number)
    {
        int at = mailer?.Number ?? 0;
        if (at < StatisticsTable.Mailers)
            Change(t => t[column, at] += number);
    }

    private void Change(Action<StatisticsTable> change)
    {
        if (_path.Length == 0)
            return;
        lock (_gate)
        {
            change(_counts);
            _any = true;
        }
    }

    /// <summary>Adds what was counted to the file.</summary>
    public void Save()
    {
        StatisticsTable counts;
        lock (_gate)
        {
            if (!_any)
                return;
            counts = _counts;
            _counts = new StatisticsTable(DateTimeOffset.UnixEpoch);
            _any = false;
        }
        // Nearly always there is none beside a client's queue, and exceptions take their time.
        const int noEntry = 2;
        if (Files.Facts(_path, true, out int errno) is null && errno == noEntry)
            return;
        try
        {
            using FileStream file = Files.Open(_path, FileAccess.ReadWrite);
            FileLock.LockExclusive(file.SafeFileHandle);
            byte[] octets = new byte[StatisticsTable.Length];
            int length = file.ReadAtLeast(octets, octets.Length, false);
            // A file of another kind is begun anew, as one that is empty.
            StatisticsTable table = StatisticsTable.Read(octets.AsSpan(0, length), clock.GetUtcNow()) ?? new StatisticsTable(clock.GetUtcNow());
            table.Add(counts);
            file.Position = 0;
            file.Write(table.Octets);
        }
        catch (FileNotFoundException)
        {
            return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(12, LogPriority.Info, "NOQUEUE", "poststats: " + _path + ": " + e.Message);
        }
    }
}
