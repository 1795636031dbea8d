using System.Globalization;
using Sendmail.Core.Cf;
using Sendmail.Core.Rewriting;
using Sendmail.Diagnosis;
using Sendmail.Maps;

namespace Sendmail.Migrate;

/// <summary>A configuration line by line: what is not understood, what has no effect here, and what is as it was.</summary>
internal static class ConfigurationSurvey
{
    private const string NotAvailable = " not available";

    internal static void Examine(SiteConfiguration site, Report report)
    {
        report.Section("configuration " + site.Path);
        if (site.Problem.Length > 0)
        {
            report.Add(FindingLevel.Error, site.Path, "cannot be read: " + site.Problem, "", "cf-unreadable");
            return;
        }
        foreach (string warning in site.Configuration is null ? [] : site.Warnings)
            report.Add(FindingLevel.Warning, site.Path, warning, "", "mc-warning");
        foreach (CfMessage message in site.Read!.Messages)
        {
            if (site.IsElsewhere && (message.Text.Contains("unknown user ", StringComparison.Ordinal) || message.Text.Contains("unknown group ", StringComparison.Ordinal)))
                report.Add(FindingLevel.Info, site.Split(message.Text).Place, site.Split(message.Text).Text + " on this machine; the other's users are not looked at", "", "cf-user");
            else
                Tell(site, message, report);
        }
        foreach (string program in site.Programs)
            report.Add(FindingLevel.Info, site.Path, "the members of a class are what " + program + " writes; it was not run", "", "class-program");
        if (site.Configuration is not { } configuration)
            return;
        WithoutEffect(site, configuration, report);
        Mailers(site, configuration, report);
        Same(site, configuration, report);
    }

    private static void Tell(SiteConfiguration site, CfMessage message, Report report)
    {
        (string place, string text) = site.Split(message.Text);
        bool unavailable = text.EndsWith(NotAvailable, StringComparison.Ordinal);
        FindingLevel level = message.Kind switch { CfMessageKind.Error or CfMessageKind.Complaint => FindingLevel.Error, CfMessageKind.Warning => FindingLevel.Warning, _ => FindingLevel.Info };
        string kind = unavailable ? "map-class" : site.Configuration is null && site.IsSource ? "mc-error" : message.Kind switch
        {
            CfMessageKind.Error or CfMessageKind.Complaint => "cf-error",
            CfMessageKind.Warning => "cf-warning",
            _ => "cf-remark",
        };
        report.Add(level, place, text, unavailable ? RemedyFor(text) : "", kind);
    }

    // "...: class NAME not available"
    private static string RemedyFor(string text)
    {
        string type = text[..^NotAvailable.Length].Split(' ')[^1];
        return type.ToUpperInvariant() switch
        {
            "DBM" or "NDBM" => "say hash in place of " + type + " and make the database anew from its text: makemap hash FILE < FILE",
            "CDB" => "say hash in place of cdb and make the database anew from its text: makemap hash FILE < FILE",
            "NIS" or "NISPLUS" or "NETINFO" or "HESIOD" or "NSD" => "write what the service knows into a text file, and use makemap hash",
            "LDAP" or "PH" or "SOCKET" => "write what the server knows into a text file now and then, and use makemap hash",
            _ => "classes that there are: " + string.Join(", ", MapClassTable.All.Select(c => c.Name)),
        };
    }

    private static void WithoutEffect(SiteConfiguration site, Configuration configuration, Report report)
    {
        foreach (Option option in OptionTable.All.Where(o => !o.HasEffect && configuration.Notices.Any(n => n.Contains(" " + o.Name + " ", StringComparison.Ordinal))).OrderBy(configuration.Options.Line))
            report.Add(FindingLevel.Warning, site.PlaceOf(configuration.Options.Line(option)), "option " + option.Name + " (" + option.Summary + ") has no effect here", "", "option-no-effect");
    }

    private static void Mailers(SiteConfiguration site, Configuration configuration, Report report)
    {
        foreach (Mailer mailer in configuration.Mailers.Where(m => m.Location.Line > 0))
        {
            foreach (MailerFlag flag in MailerFlagTable.All.Where(f => !f.HasEffect && mailer.Has(f.Letter)))
                report.Add(FindingLevel.Info, site.PlaceOf(mailer.Location.Line), "flag " + flag.Letter + " of mailer " + mailer.Name + " (" + flag.Summary + ") has no effect here", "", "mailer-flag-no-effect");
            foreach (char unknown in mailer.Flags.ToString().Where(f => MailerFlagTable.Find(f) is null && !IsHeaderFlag(configuration, f)))
                report.Add(FindingLevel.Info, site.PlaceOf(mailer.Location.Line), string.Create(CultureInfo.InvariantCulture, $"flag {unknown} of mailer {mailer.Name} means nothing here, nor to 8.18.2 unless it was built for it"), "", "mailer-flag");
        }
    }

    // Any letter is a flag when a header asks for it.
    private static bool IsHeaderFlag(Configuration configuration, char flag) => configuration.Headers.Any(h => h.Flags.Has(flag));

    private static void Same(SiteConfiguration site, Configuration configuration, Report report)
    {
        string made = MacroExpander.Expand(configuration.Macros["Z"] ?? "", configuration.Macros);
        if (made.Length > 0)
            report.Add(FindingLevel.Info, site.Path, "made by the configuration library of " + made + ", level " + configuration.Level.ToString(CultureInfo.InvariantCulture), "", "cf-version");
        int set = OptionTable.All.Count(o => configuration.Options.Line(o) > 0);
        report.Add(FindingLevel.Ok, site.Path, string.Create(CultureInfo.InvariantCulture,
            $"{configuration.RuleSets.All.Sum(r => r.Rules.Count)} rules in {configuration.RuleSets.All.Count(r => r.Rules.Count > 0)} rulesets, {configuration.Mailers.Count} mailers, {set} options, {configuration.Classes.Count} classes and {configuration.Maps.Count} maps are read as 8.18.2 reads them"), "", "same");
    }
}
