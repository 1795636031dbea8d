using System.Globalization;
using System.Text.RegularExpressions;
using Sendmail.Core.Cf;
using Sendmail.Diagnosis;
using Sendmail.Maps;
using Sendmail.Mta.Aliasing;

namespace Sendmail.Migrate;

/// <summary>The alias files of a configuration: databases, and the text line by line.</summary>
internal sealed partial class AliasSurvey(SiteFiles files, Report report)
{
    private const long MostText = 64 << 20;

    internal void Examine(SiteConfiguration site)
    {
        Configuration configuration = site.Configuration!;
        string place = site.PlaceOf(configuration.Options.Line(OptionTable.AliasFile));
        foreach (string spec in configuration.Options.Get(OptionTable.AliasFile).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            (string type, bool optional, string path) = Split(spec);
            if (MapClassTable.Find(type) is null)
                report.Add(FindingLevel.Error, place, "aliases of class " + type + " are not available: " + spec, "", "map-class");
            else if (type is "hash" or "btree" or "implicit")
                new MapSurvey(files, report).Database(place, "aliases", path, type, optional);
            if (path.StartsWith('/') && type is "hash" or "btree" or "implicit" or "text")
                Text(place, path, optional);
        }
    }

    // "class -flags:file", or the file alone.
    private static (string Type, bool Optional, string Path) Split(string spec)
    {
        int colon = spec.StartsWith('/') ? -1 : spec.IndexOf(':', StringComparison.Ordinal);
        string[] words = colon > 0 ? spec[..colon].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries) : [];
        return (words.Length > 0 ? words[0].ToLowerInvariant() : "implicit", words.Contains("-o"), spec[(colon + 1)..].Trim());
    }

    private void Text(string place, string path, bool optional)
    {
        if (files.Read(path, MostText, out string why) is not { } text)
        {
            if (!optional || files.Exists(path))
                report.Add(FindingLevel.Warning, place, path + ": " + why, "", "alias-missing");
            return;
        }
        int good = 0;
        foreach (AliasEntry entry in AliasText.Read(text))
        {
            string where = new CfLocation(path, entry.Line).ToString();
            if (entry.Problem is { } problem)
                report.Add(FindingLevel.Error, where, problem, "", "alias-line");
            else
                good++;
            foreach (Match list in Lists().Matches(entry.Value))
            {
                if (!files.Exists(list.Groups[1].Value))
                    report.Add(FindingLevel.Warning, where, "list " + list.Groups[1].Value + " does not exist", "", "alias-list");
            }
            foreach (Match program in Programs().Matches(entry.Value))
            {
                if (!files.Exists(program.Groups[1].Value))
                    report.Add(FindingLevel.Warning, where, "program " + program.Groups[1].Value + " does not exist", "", "alias-program");
            }
        }
        report.Add(FindingLevel.Ok, path, good.ToString(CultureInfo.InvariantCulture) + " aliases are read as 8.18.2 reads them", "", "same");
    }

    [GeneratedRegex(@":include:\s*(/[^\s,""]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Lists();

    [GeneratedRegex(@"\|\s*""?\s*(/[^\s,""]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Programs();
}
