using System.Globalization;
using Sendmail.Core.Cf;
using Sendmail.Diagnosis;
using Sendmail.Maps;
using Sendmail.Posix;

namespace Sendmail.Migrate;

/// <summary>The maps of a configuration: which are read as they are, which are to be made anew.</summary>
internal sealed class MapSurvey(SiteFiles files, Report report)
{
    private const long MostText = 256 << 20;
    private const string Suffix = ".db";

    internal void Examine(SiteConfiguration site)
    {
        foreach (MapDeclaration map in site.Configuration!.Maps)
        {
            string place = site.PlaceOf(map.Location.Line);
            MapFlags flags = MapFlags.Parse(map.Arguments);
            switch (map.Class)
            {
                case "hash" or "btree" or "implicit":
                    Database(place, map.Name, flags.FileName, map.Class, flags.Optional);
                    break;
                case "text":
                    Text(place, map.Name, flags.FileName, flags.Optional);
                    break;
                case "program":
                    string program = flags.FileName;
                    if (program.StartsWith('/') && !files.Exists(program))
                        report.Add(FindingLevel.Warning, place, "map " + map.Name + ": program " + program + " does not exist", "", "map-missing");
                    break;
                default:
                    report.Add(FindingLevel.Ok, place, "map " + map.Name + ": class " + map.Class + " has no file of its own", "", "map-native");
                    break;
            }
        }
    }

    /// <summary>A database, whose name is given without its suffix.</summary>
    internal void Database(string place, string name, string file, string type, bool optional)
    {
        string database = file.EndsWith(Suffix, StringComparison.Ordinal) ? file : file + Suffix;
        string source = database[..^Suffix.Length];
        string remedy = "makemap " + (type == "btree" ? "btree " : "hash ") + source + " < " + source;
        if (type == "implicit")
            remedy = "newaliases";
        if (files.Resolve(database, out string why) is not { } real)
        {
            Missing(place, name, database, source, why, optional, type, remedy);
            return;
        }
        if (Files.Facts(real) is not { IsRegular: true } facts)
        {
            report.Add(FindingLevel.Error, place, "map " + name + ": " + database + " is no plain file", remedy, "map-damaged");
            return;
        }
        if (DatabaseKind.Count(real, out string problem, out string kind) is { } native)
            report.Add(FindingLevel.Ok, place, "map " + name + ": " + database + " is a " + native, "", kind);
        else
            report.Add(FindingLevel.Error, place, "map " + name + ": " + database + " " + problem, files.Exists(source) ? remedy : "restore it, or its text, from a backup", kind);
        Unsafe(place, name, database, facts);
        if (files.Facts(source) is { IsRegular: true } text && (text.ModifiedSeconds, text.ModifiedNanoseconds).CompareTo((facts.ModifiedSeconds, facts.ModifiedNanoseconds)) > 0)
            report.Add(FindingLevel.Warning, place, "map " + name + ": " + source + " is newer than " + database, remedy, "map-stale");
    }

    private void Missing(string place, string name, string database, string source, string why, bool optional, string type, string remedy)
    {
        if (files.Exists(source + ".pag") || files.Exists(source + ".dir"))
            report.Add(FindingLevel.Error, place, "map " + name + ": " + source + ".pag and .dir are files of the old dbm library, which are not read", remedy, "map-dbm");
        else if (files.Exists(source + ".cdb"))
            report.Add(FindingLevel.Error, place, "map " + name + ": " + source + ".cdb is a file of the cdb library, which is not read", remedy, "map-cdb");
        else if (optional)
            report.Add(FindingLevel.Info, place, "map " + name + ": " + database + " does not exist, and does not have to", "", "map-absent");
        else if (type == "implicit")
            report.Add(FindingLevel.Info, place, "map " + name + ": " + database + " does not exist; the text is read, as 8.18.2 does", files.Exists(source) ? "newaliases" : "", "map-text");
        else
            report.Add(FindingLevel.Error, place, "map " + name + ": " + database + ": " + why, files.Exists(source) ? remedy : "", "map-missing");
    }

    private void Text(string place, string name, string file, bool optional)
    {
        if (files.Facts(file) is { } facts)
            Unsafe(place, name, file, facts);
        if (files.Read(file, MostText, out string why) is { } text)
            report.Add(FindingLevel.Ok, place, string.Create(CultureInfo.InvariantCulture, $"map {name}: {file} is a text of {text.AsSpan().Count('\n')} lines: read as it is"), "", "map-native");
        else if (optional && !files.Exists(file))
            report.Add(FindingLevel.Info, place, "map " + name + ": " + file + " does not exist, and does not have to", "", "map-absent");
        else
            report.Add(FindingLevel.Error, place, "map " + name + ": " + file + ": " + why, "", files.Exists(file) ? "map-unreadable" : "map-missing");
    }

    // What others than the owner can write is not opened, by either program.
    private void Unsafe(string place, string name, string file, FileFacts facts)
    {
        const uint othersWrite = 0x12;
        if ((facts.Permissions & othersWrite) != 0)
            report.Add(FindingLevel.Warning, place, "map " + name + ": " + file + " can be written by others than its owner (mode " + Convert.ToString(facts.Permissions, 8) + "): not opened unless DontBlameSendmail says so", "chmod go-w " + file, "map-unsafe");
    }
}
