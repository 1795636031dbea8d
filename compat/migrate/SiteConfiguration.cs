using System.Net;
using System.Text;
using Sendmail.Core.Cf;
using Sendmail.M4.Library;
using Sendmail.Maps;
using Sendmail.Migrate.Replaying;

namespace Sendmail.Migrate;

/// <summary>One configuration of the site: a .cf as it is, or a .mc as what it expands to.</summary>
internal sealed class SiteConfiguration
{
    private const long MostOctets = 16 << 20;

    private SiteConfiguration(string path, string real)
    {
        Path = path;
        Real = real;
    }

    /// <summary>Its name on the site.</summary>
    internal string Path { get; }
    /// <summary>Where it is read from.</summary>
    internal string Real { get; }
    /// <summary>Whether it is a .mc.</summary>
    internal bool IsSource => ConfigurationFile.IsSource(Path);
    /// <summary>Whether it is of another machine.</summary>
    internal bool IsElsewhere { get; private init; }
    /// <summary>Everything that was said while it was read; null when it could not be.</summary>
    internal CfReadResult? Read { get; private set; }
    /// <summary>What it says, null when it could not be read.</summary>
    internal Configuration? Configuration => Read?.Configuration;
    /// <summary>Why it could not be read; empty when it could.</summary>
    internal string Problem { get; private set; } = "";
    /// <summary>What m4 said of a .mc.</summary>
    internal IReadOnlyList<string> Warnings { get; private set; } = [];
    /// <summary>Programs that F lines name; they were not run.</summary>
    internal List<string> Programs { get; } = [];

    /// <summary>Reads one; what is wrong is in the result.</summary>
    internal static SiteConfiguration Load(string path, SiteFiles files)
    {
        var loaded = new SiteConfiguration(path, files.At(path)) { IsElsewhere = files.Root.Length > 0 };
        // It is read once more below, but only when it is a plain file of some reasonable size.
        if (files.Read(path, MostOctets, out string problem) is null)
            loaded.Problem = problem;
        else
            loaded.Read = CfReader.Read(loaded.Real, loaded.Request(files));
        return loaded;
    }

    private CfReadRequest Request(SiteFiles files) => new()
    {
        Host = HostOf(files), OperationMode = 'C', IsMapClass = c => MapClassTable.Find(c) is not null, CheckMap = MapClassTable.Check,
        PathOf = files.At, Expand = Expand, ClassFromMap = (map, key) => ClassFromMap(map, key, files),
        ProgramOutput = program =>
        {
            Programs.Add(program);
            return "";
        },
    };

    // Files alone are looked at: no program is run and no server asked.
    private static MapWords ClassFromMap(MapDeclaration map, string key, SiteFiles files) => map.Class is "hash" or "btree" or "implicit" or "text"
        ? ClassSource.Read(Moved(map, files), key, new MapEnvironment(null, null, new SilentLog(), TimeProvider.System)) : new MapWords([], MapWordsOutcome.Read);

    private CfExpansion Expand(string path, byte[] octets)
    {
        ConfigurationExpansion expansion = ConfigurationExpander.Expand(path, octets, keep: false);
        Warnings = expansion.Messages;
        return new CfExpansion(expansion.Text, expansion.Text is null ? expansion.Messages : []);
    }

    // What the machine is called: a copy of its files has that in /etc/hostname.
    private static HostFacts HostOf(SiteFiles files)
    {
        string name = files.Root.Length == 0 ? Dns.GetHostName() : files.Read("/etc/hostname", 1024, out _)?.Trim() ?? "";
        if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-')))
            name = "localhost.localdomain";
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return new HostFacts(name, dot < 0 ? name : name[..dot], dot < 0 ? "" : name[(dot + 1)..], name, []);
    }

    /// <summary>A message of the reader as the place it is about, on the site, and the rest.</summary>
    internal (string Place, string Text) Split(string message)
    {
        string place = Path;
        foreach (string read in (string[])[Real + " (expanded)", Real])
        {
            if (!message.StartsWith(read + ": ", StringComparison.Ordinal))
                continue;
            place += read.Length > Real.Length ? " (expanded)" : "";
            message = message[(read.Length + 2)..];
            if (!message.StartsWith("line ", StringComparison.Ordinal) || message.IndexOf(": ", StringComparison.Ordinal) is not (>= 0 and var end))
                break;
            return (place + ": " + message[..end], message[(end + 2)..]);
        }
        return (place, message);
    }

    /// <summary>A place in it as the report names it.</summary>
    internal string PlaceOf(int line) => line == 0 ? Path : new CfLocation(Path + (IsSource ? " (expanded)" : ""), line).ToString();

    /// <summary>The declarations of its maps with the files where they really are.</summary>
    internal IReadOnlyList<MapDeclaration> MapsAt(SiteFiles files) => [.. Configuration!.Maps.Select(m => Moved(m, files))];

    /// <summary>A declaration with its file where it really is.</summary>
    internal static MapDeclaration Moved(MapDeclaration map, SiteFiles files)
    {
        if (MapClassTable.Find(map.Class) is not { NeedsFile: true } || files.Root.Length == 0 && !map.Arguments.Contains('/', StringComparison.Ordinal))
            return map;
        string rest = MapFlags.Parse(map.Arguments).Rest;
        if (!rest.StartsWith('/'))
            return map;
        string name = MapFlags.Parse(map.Arguments).FileName;
        // A database is known by the name without its suffix, which alone may exist.
        string real = files.Resolve(name, out _) ?? (files.Resolve(name + ".db", out _) is { } database ? database[..^3] : files.At(name));
        string before = map.Arguments[..map.Arguments.LastIndexOf(rest, StringComparison.Ordinal)];
        return map with { Arguments = new StringBuilder(before).Append(real).Append(rest.AsSpan(name.Length)).ToString() };
    }
}
