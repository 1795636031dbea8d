using Sendmail.Diagnosis;

namespace Sendmail.Migrate;

/// <summary>The deliberate differences that concern what a site uses, each with the place where it uses it.</summary>
internal static class DifferenceSurvey
{
    /// <summary>Differences that show only to those who test or debug.</summary>
    internal const string Testing = "testing";

    internal static void Tell(SiteUse use, Report report, bool all)
    {
        foreach (Difference difference in Difference.All)
        {
            string? place = difference.Uses.Count == 0 ? "" : difference.Uses.Select(use.Where).FirstOrDefault(p => p is not null);
            if (place is not null)
                report.Add(FindingLevel.Info, place, difference.Text, "", difference.Uses.Count == 0 ? "difference-general" : "difference");
            else if (all)
                report.Add(FindingLevel.Info, "", difference.Text + " (nothing of this site is concerned)", "", "difference-unused");
        }
    }
}
