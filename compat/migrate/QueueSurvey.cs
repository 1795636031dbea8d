using System.Globalization;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Rewriting;
using Sendmail.Diagnosis;
using Sendmail.Mta.Queueing;

namespace Sendmail.Migrate;

/// <summary>The queues of a configuration: how much waits, since when, and what cannot be read. Every control file is looked at.</summary>
internal sealed class QueueSurvey(SiteFiles files, Report report)
{
    private const long MostOctets = 4 << 20;

    internal void Examine(SiteConfiguration site)
    {
        Configuration configuration = site.Configuration!;
        foreach (string path in configuration.QueueGroups.Select(g => g.Path).Where(p => p.StartsWith('/')).Distinct(StringComparer.Ordinal))
        {
            string[] directories = path.EndsWith('*') ? [.. files.Matching(path).Where(d => files.Facts(d) is { IsDirectory: true })] : [path];
            if (directories.Length == 0)
                report.Add(FindingLevel.Warning, path, "no directory has such a name", "", "queue-missing");
            foreach (string directory in directories)
                Directory(directory, configuration.Macros);
        }
    }

    private void Directory(string directory, MacroScope macros)
    {
        if (files.Facts(directory) is not { IsDirectory: true })
        {
            files.Resolve(directory, out string problem);
            report.Add(FindingLevel.Warning, directory, problem.Length > 0 ? problem : "is no directory", "", "queue-missing");
            return;
        }
        string control = Part(directory, "qf");
        string data = Part(directory, "df");
        IReadOnlyList<string> names = files.Names(control, out string why);
        if (why.Length > 0)
        {
            report.Add(FindingLevel.Error, directory, "cannot be read: " + why, "", "queue-missing");
            return;
        }
        var bodies = (data == control ? names : files.Names(data, out _)).Where(n => n.StartsWith("df", StringComparison.Ordinal)).Select(n => n[2..]).ToHashSet(StringComparer.Ordinal);
        Waiting(directory, control, names, bodies, macros);
    }

    // The parts of a message may lie in directories of their own.
    private string Part(string directory, string name) => files.Facts(directory + "/" + name) is { IsDirectory: true } ? directory + "/" + name : directory;

    private void Waiting(string directory, string control, IReadOnlyList<string> names, HashSet<string> bodies, MacroScope macros)
    {
        int lost = names.Count(n => n.StartsWith("Qf", StringComparison.Ordinal));
        int waiting = 0, held = 0, unread = 0;
        DateTimeOffset oldest = DateTimeOffset.MaxValue;
        foreach (string name in names.Where(n => n.Length > 2 && (n.StartsWith("qf", StringComparison.Ordinal) || n.StartsWith("hf", StringComparison.Ordinal))))
        {
            string path = control + "/" + name;
            bool hasBody = bodies.Remove(name[2..]);
            try
            {
                if (files.Read(path, MostOctets, out string why) is not { } text)
                    throw new ControlFileException(why, null);
                Envelope envelope = ControlFileReader.Read(text, "./" + name, macros, out _);
                if (envelope.Created < oldest && envelope.Created > DateTimeOffset.UnixEpoch)
                    oldest = envelope.Created;
                if (name[0] == 'q')
                    waiting++;
                else
                    held++;
                if (!hasBody)
                    report.Add(FindingLevel.Warning, path, "has no body (df" + name[2..] + "): it is set aside, as by 8.18.2", "", "queue-no-body");
            }
            catch (IOException e)
            {
                unread++;
                report.Add(FindingLevel.Error, path, "cannot be read: " + e.Message, "deliver it with the old program, or look at it by hand", "queue-unreadable");
            }
        }
        string since = waiting + held > 0 && oldest < DateTimeOffset.MaxValue ? ", the oldest of " + oldest.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC" : "";
        report.Add(unread > 0 ? FindingLevel.Warning : FindingLevel.Ok, directory, string.Create(CultureInfo.InvariantCulture,
            $"{waiting} messages wait, {held} are quarantined, {lost} are set aside (Qf), {unread} cannot be read{since}"), "", "queue");
        if (bodies.Count > 0)
            report.Add(FindingLevel.Info, directory, bodies.Count.ToString(CultureInfo.InvariantCulture) + " bodies have no control file; they are removed five days after their last change", "", "queue-bodies");
    }
}
