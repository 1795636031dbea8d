using System.Globalization;
using Sendmail.Core.Cf;
using Sendmail.Diagnosis;

namespace Sendmail.Migrate.Replaying;

/// <summary>Asks two configurations what they answer to the clients, senders and recipients of a log, and lists what differs.</summary>
internal sealed class Replay(MigrateArguments arguments, SiteFiles files, Report report)
{
    internal async Task RunAsync()
    {
        report.Section("replay");
        ReplaySite? old = Open(files.Named(arguments.Old), "old");
        ReplaySite? @new = Open(files.Named(arguments.New), "new");
        var log = new MailLogReader();
        string? problem = null;
        if (files.Resolve(files.Named(arguments.Log!), out string why) is not { } path || Posix.Files.Facts(path) is not { IsRegular: true })
            problem = why.Length > 0 ? why : "is no plain file";
        else
            problem = Read(log, path);
        if (problem is not null)
            report.Add(FindingLevel.Error, arguments.Log!, problem, "", "log-unreadable");
        if (problem is not null || old is null || @new is null)
            return;
        await CompareAsync(log, old, @new).ConfigureAwait(false);
        foreach ((ReplaySite site, string name) in new[] { (old, arguments.Old), (@new, arguments.New) })
        {
            foreach (string complaint in site.Log.Complaints)
                report.Add(FindingLevel.Warning, name, complaint, "", "replay-map");
            foreach (string map in site.Silenced)
                report.Add(FindingLevel.Info, name, "map " + map + " finds nothing in a replay" + (map.EndsWith("(dns)", StringComparison.Ordinal) ? "; --dns asks name servers" : ": it would run a program"), "", "replay-silenced");
        }
    }

    private static string? Read(MailLogReader log, string path)
    {
        try
        {
            log.Read(path);
            return log.Lines == 0 ? "has no line of sendmail" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "cannot be read: " + (e is UnauthorizedAccessException ? "Permission denied" : e.Message);
        }
    }

    private ReplaySite? Open(string path, string which)
    {
        SiteConfiguration site = SiteConfiguration.Load(path, files);
        string problem = site.Problem;
        if (problem.Length == 0 && site.Configuration is null)
            problem = site.Read!.Messages.Count > 0 ? site.Read.Messages[0].Text : "no configuration";
        if (problem.Length > 0)
            report.Add(FindingLevel.Error, path, "the " + which + " configuration cannot be read: " + problem, "", "cf-unreadable");
        if (problem.Length > 0)
            return null;
        foreach (CfMessage message in site.Read!.Messages.Where(m => m.Kind is CfMessageKind.Error or CfMessageKind.Complaint))
            report.Add(FindingLevel.Warning, site.Split(message.Text).Place, site.Split(message.Text).Text, "", "cf-error");
        return new ReplaySite(site, files, arguments.Dns);
    }

    private async Task CompareAsync(MailLogReader log, ReplaySite old, ReplaySite @new)
    {
        int asked = 0, differ = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((ReplayCase each, int line) in log.Cases.OrderBy(c => c.Value))
        {
            IReadOnlyList<(string Question, string Answer)> before = await old.AskAsync(each).ConfigureAwait(false);
            IReadOnlyList<(string Question, string Answer)> after = await @new.AskAsync(each).ConfigureAwait(false);
            for (int i = 0; i < before.Count; i++)
            {
                // Where a recipient leads does not depend on who asks.
                if (!seen.Add(before[i].Question))
                    continue;
                asked++;
                if (before[i].Answer == after[i].Answer)
                    continue;
                differ++;
                report.Add(FindingLevel.Warning, new CfLocation(arguments.Log!, line).ToString(), before[i].Question + ": old " + before[i].Answer + "; new " + after[i].Answer, "", "replay-difference");
            }
        }
        report.Add(differ == 0 ? FindingLevel.Ok : FindingLevel.Warning, arguments.Log!, string.Create(CultureInfo.InvariantCulture,
            $"{log.Lines} lines of sendmail, {log.Cases.Count} cases, {asked} questions: {differ} answers differ") + (arguments.Dns ? "" : "; no name server was asked, every domain exists and no block list lists anybody"), "", "replay");
    }
}
