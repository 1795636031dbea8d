using Sendmail.Diagnosis;

namespace Sendmail.Migrate;

/// <summary>Everything that is looked at, in the order in which a person wants to read it.</summary>
internal sealed class Survey(MigrateArguments arguments, SiteFiles files, Report report)
{
    internal void Run()
    {
        report.Section("site");
        IReadOnlyList<string> layouts = SiteLayout.Find(files);
        report.Add(FindingLevel.Info, files.Root.Length > 0 ? files.Root : "/", layouts.Count > 0 ? "laid out as " + string.Join(", ", layouts) + " does" : "of no system that is known; the usual places are looked at", "", "layout");
        var callers = new CallerSurvey(files);
        callers.Find(arguments.Scan.Select(files.Named));
        List<SiteConfiguration> configurations = Configurations(callers);
        foreach (SiteConfiguration each in configurations)
            ConfigurationSurvey.Examine(each, report);
        foreach (SiteConfiguration each in configurations.Where(c => c.Configuration is not null))
        {
            report.Section("maps of " + each.Path);
            new MapSurvey(files, report).Examine(each);
            report.Section("aliases of " + each.Path);
            new AliasSurvey(files, report).Examine(each);
            if (each.IsSource)
                continue;
            report.Section("queues of " + each.Path);
            new QueueSurvey(files, report).Examine(each);
        }
        foreach (SiteConfiguration each in configurations.Where(c => c.Configuration is not null && !c.IsSource))
            CertificateSurvey.Examine(each, files, report);
        report.Section("programs that call sendmail");
        callers.Tell(report);
        report.Section("what differs on purpose");
        DifferenceSurvey.Tell(new SiteUse(configurations, files), report, arguments.All);
    }

    // Those that were asked for, or those in the usual places and what services are started with.
    private List<SiteConfiguration> Configurations(CallerSurvey callers)
    {
        IReadOnlyList<string> paths = [.. arguments.Configurations.Select(files.Named)];
        if (paths.Count == 0)
        {
            paths = [.. SiteLayout.Configurations.SelectMany(files.Matching).Concat(callers.Configurations).Distinct(StringComparer.Ordinal)];
            if (paths.Count == 0)
                report.Add(FindingLevel.Error, "", "there is no sendmail.cf, submit.cf or .mc in " + string.Join(", ", SiteLayout.Configurations), "name it with -C", "cf-missing");
        }
        return [.. paths.Select(p => SiteConfiguration.Load(p, files))];
    }
}
