using Sendmail.Core.Cf;

namespace Sendmail.Migrate;

/// <summary>What a site uses, by the words that the lines of DIFFERENCES.md ask for.</summary>
internal sealed class SiteUse(IReadOnlyList<SiteConfiguration> configurations, SiteFiles files)
{
    /// <summary>The words, each with the number of words behind it.</summary>
    internal static readonly string[] Words = ["option", "map", "flag", "mailer", "program", "ruleset", "group", "tls", "auth", "mc", DifferenceSurvey.Testing];

    /// <summary>Where something is used: a place of a configuration, or a name; null when it is not.</summary>
    internal string? Where(string use)
    {
        string[] words = use.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string name = words.Length > 1 ? words[1] : "";
        foreach (SiteConfiguration site in configurations.Where(c => c.Configuration is not null && (words[0] == "mc" || !c.IsSource)))
        {
            if (In(site, site.Configuration!, words[0], name) is { } place)
                return place;
        }
        return null;
    }

    private string? In(SiteConfiguration site, Configuration configuration, string word, string name) => word switch
    {
        "option" => Option(site, configuration, name),
        // Maps of classes that there are not are told of by the reader.
        "map" => configuration.Maps.Where(m => m.Class == name).Select(m => site.PlaceOf(m.Location.Line)).FirstOrDefault()
            ?? site.Read!.Messages.Where(m => m.Text.Contains("class " + name + " not available", StringComparison.OrdinalIgnoreCase)).Select(m => site.Split(m.Text).Place).FirstOrDefault(),
        "flag" => configuration.Mailers.Where(m => m.Location.Line > 0 && m.Has(name[0])).Select(m => site.PlaceOf(m.Location.Line)).FirstOrDefault(),
        "mailer" => configuration.Mailers.Where(m => m.Location.Line > 0 && m.Path.EndsWith("/" + name, StringComparison.Ordinal)).Select(m => site.PlaceOf(m.Location.Line)).FirstOrDefault(),
        "program" => new string[] { "/usr/bin/", "/usr/sbin/", "/bin/" }.Select(d => d + name).FirstOrDefault(files.Exists),
        "ruleset" => configuration.RuleSets.Find(name) is { Rules: [var first, ..] } ? site.PlaceOf(first.Location.Line) : null,
        "group" => configuration.QueueGroups.Where(g => g.Runners > 0 || g.Jobs > 0 || g.Nice > 0 || g.Interval > TimeSpan.Zero || g.Flags.Length > 0).Select(g => site.Path + ": queue group " + g.Name).FirstOrDefault(),
        "tls" => CertificateSurvey.Uses(configuration) ? Option(site, configuration, nameof(OptionTable.ServerCertFile)) ?? Option(site, configuration, nameof(OptionTable.ClientCertFile)) ?? site.Path : null,
        "auth" => configuration.Classes.TryGetValue("TrustAuthMech", out MailClass? trusted) && trusted.Members.Count > 0 ? site.Path : Option(site, configuration, nameof(OptionTable.AuthMechanisms)),
        "mc" => site.IsSource ? site.Path : null,
        _ => null,
    };

    private static string? Option(SiteConfiguration site, Configuration configuration, string name) =>
        OptionTable.Find(name) is { } option && configuration.Options.Line(option) is > 0 and var line ? site.PlaceOf(line) : null;
}
