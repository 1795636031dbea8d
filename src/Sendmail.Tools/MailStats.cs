using System.Globalization;
using Sendmail.Core.Statistics;
using Sendmail.M4.Library;
using Sendmail.Posix;

namespace Sendmail.Tools;

/// <summary>mailstats(8): prints the counters of the status file; -p prints them for programs and starts again from zero, -P only prints.</summary>
internal static class MailStats
{
    private const string Usage = "usage: mailstats [-C cffile] [-c] [-P] [-f stfile] [-o] [-p]";
    private const string SubmissionConfiguration = "/etc/mail/submit.cf";

    /// <summary>Runs the program; the exit code is sysexits'.</summary>
    internal static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        var line = new OptionReader(arguments, "C:cPf:op");
        if (line.Problem is { } wrong)
            errors.WriteLine(Program.InvokedAs + ": " + wrong);
        if (line.Problem is not null || line.Words.Count > 0)
        {
            errors.WriteLine(Usage);
            return 64;
        }
        // The last of -C and -c counts.
        string configuration = line.Options.FindLast(static o => o.Letter is 'C' or 'c') switch
        {
            { Letter: 'C' } named => named.Value,
            { Letter: 'c' } => ConfigurationFile.Find(SubmissionConfiguration),
            _ => CfScan.DefaultPath,
        };
        if (CfScan.Read(configuration, "mailstats", errors) is not { } cf)
            return 66;
        string path = line.Value('f') ?? cf.Option("StatusFile", 'S');
        if (path.Length == 0)
        {
            errors.WriteLine("mailstats: no statistics file located");
            return 72;
        }
        try
        {
            return Show(line, cf, path, output, errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine("mailstats: " + path + ": " + MapFile.Reason(e));
            return 66;
        }
    }

    private static int Show(OptionReader line, CfScan cf, string path, TextWriter output, TextWriter errors)
    {
        DateTimeOffset now = TimeProvider.System.GetLocalNow();
        // Where it is emptied afterwards, nobody may count in between.
        using FileStream file = Files.Open(path, line.Has('p') ? FileAccess.ReadWrite : FileAccess.Read);
        FileLock.LockShared(file.SafeFileHandle, line.Has('p'));
        byte[] octets = new byte[StatisticsTable.Length];
        int read = file.ReadAtLeast(octets, octets.Length, false);
        if (StatisticsTable.Read(octets.AsSpan(0, read), now) is not { } table)
        {
            errors.WriteLine("mailstats: incorrect magic number in " + path);
            return 71;
        }
        bool forPrograms = line.Has('p') || line.Has('P');
        output.Write(forPrograms ? ForPrograms(table, now, cf, line.Has('o')) : ForPeople(table, cf, line.Has('o')));
        output.Flush();
        if (line.Has('p'))
            file.SetLength(0);
        return 0;
    }

    private static string Name(CfScan cf, int mailer, bool bare) => bare ? "" : "  " + (mailer < cf.Mailers.Count ? cf.Mailers[mailer] : "");

    private static IEnumerable<int> Used(StatisticsTable table) =>
        Enumerable.Range(0, StatisticsTable.Mailers).Where(m => Enum.GetValues<StatisticsColumn>().Any(c => table[c, m] != 0));

    private static long Total(StatisticsTable table, StatisticsColumn column) => Enumerable.Range(0, StatisticsTable.Mailers).Sum(m => table[column, m]);

    private static string ForPeople(StatisticsTable table, CfScan cf, bool bare)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        DateTimeOffset since = table.Since.ToLocalTime();
        text.Write(string.Create(CultureInfo.InvariantCulture, $"Statistics from {since:ddd MMM} {since.Day,2} {since:HH:mm:ss yyyy}\n"));
        text.Write(" M   msgsfr  bytes_from   msgsto    bytes_to  msgsrej msgsdis msgsqur" + (bare ? "\n" : "  Mailer\n"));
        string Row(string head, Func<StatisticsColumn, long> of) => string.Create(CultureInfo.InvariantCulture,
            $"{head,2} {of(StatisticsColumn.MessagesFrom),8} {of(StatisticsColumn.KilobytesFrom),10}K {of(StatisticsColumn.MessagesTo),8} {of(StatisticsColumn.KilobytesTo),10}K   {of(StatisticsColumn.Rejected),6}  {of(StatisticsColumn.Discarded),6}  {of(StatisticsColumn.Quarantined),6}");
        foreach (int mailer in Used(table))
            text.Write(Row(mailer.ToString(CultureInfo.InvariantCulture), c => table[c, mailer]) + Name(cf, mailer, bare) + "\n");
        text.Write("=====================================================================\n");
        text.Write(Row("T", c => Total(table, c)) + "\n");
        text.Write(string.Create(CultureInfo.InvariantCulture, $" C {table.ConnectionsFrom,8} {table.ConnectionsTo,20}  {table.ConnectionsRejected,19}\n"));
        return text.ToString();
    }

    private static string ForPrograms(StatisticsTable table, DateTimeOffset now, CfScan cf, bool bare)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.Write(string.Create(CultureInfo.InvariantCulture, $"{table.Since.ToUnixTimeSeconds()} {now.ToUnixTimeSeconds()}\n"));
        string Row(string head, Func<StatisticsColumn, long> of) => string.Create(CultureInfo.InvariantCulture,
            $"{head,2} {of(StatisticsColumn.MessagesFrom),8} {of(StatisticsColumn.KilobytesFrom),10} {of(StatisticsColumn.MessagesTo),8} {of(StatisticsColumn.KilobytesTo),10}   {of(StatisticsColumn.Rejected),6}  {of(StatisticsColumn.Discarded),6}  {of(StatisticsColumn.Quarantined),6}");
        foreach (int mailer in Used(table))
            text.Write(Row(mailer.ToString(CultureInfo.InvariantCulture), c => table[c, mailer]) + Name(cf, mailer, bare) + "\n");
        text.Write(Row("T", c => Total(table, c)) + "\n");
        text.Write(string.Create(CultureInfo.InvariantCulture, $" C {table.ConnectionsFrom,8} {table.ConnectionsTo,8} {table.ConnectionsRejected,6}\n"));
        return text.ToString();
    }
}
