using Sendmail.Core.Cf;
using Sendmail.Core.Rewriting;
using Sendmail.Wire.Dns;

namespace Sendmail.Maps;

/// <summary>One row of <see cref="MapClassTable"/>: name, whether a file name is needed, how to make a map.</summary>
public sealed record MapClass(string Name, string Summary, bool NeedsFile, Func<MapDeclaration, MapEnvironment, MapRegistry, IMap> Make);

/// <summary>Every map class (op 5.9). Adding one is adding a row.</summary>
public static class MapClassTable
{
    private static IMap Plain(MapDeclaration d, Func<MapFlags, IMap> make) =>
        make(MapFlags.Parse(d.Arguments, "", _strict.Contains(d.Class) ? d.Blank : '\0'));

    /// <summary>All classes.</summary>
    public static IReadOnlyList<MapClass> All { get; } =
    [
        new("hash", "Berkeley DB hash file", true, (d, e, _) => Plain(d, f => new DatabaseMap(d.Name, "hash", f, e.Log))),
        new("btree", "Berkeley DB btree file", true, (d, e, _) => Plain(d, f => new DatabaseMap(d.Name, "btree", f, e.Log))),
        new("implicit", "Berkeley DB file, else text", true, (d, e, _) => Plain(d, f => new DatabaseMap(d.Name, "implicit", f, e.Log))),
        new("text", "Text file with columns", true, (d, e, _) => Plain(d, f => new TextMap(d.Name, f, e.Log))),
        new("host", "Canonical host names", false, (d, e, _) => Plain(d, f => new HostMap(d.Name, f, e))),
        new("dns", "DNS records", false, (d, e, _) =>
        {
            MapFlags flags = MapFlags.Parse(d.Arguments, "RrdB");
            return new DnsMap(d.Name, flags, DnsTypeOf(flags) ?? DnsType.A, e);
        }),
        new("bestmx", "Best mail exchanger", false, (d, e, _) => Plain(d, f => new BestMxMap(d.Name, f, e))),
        new("arpa", "Reversed addresses", false, (d, _, _) => Plain(d, f => new ArpaMap(d.Name, f))),
        new("user", "Password file", false, (d, _, _) => Plain(d, f => new UserMap(d.Name, f))),
        new("dequote", "Takes quotes off", false, (d, _, _) => new DequoteMap(d.Name, MapFlags.Parse(d.Arguments, "s"))),
        new("macro", "Sets macros", false, (d, _, _) => new MacroMap(d.Name)),
        new("arith", "Arithmetic", false, (d, _, _) => Plain(d, f => new ArithMap(d.Name, f))),
        new("null", "Finds nothing", false, (d, _, _) => Plain(d, f => new NullMap(d.Name, f))),
        new("regex", "POSIX regular expression", false, (d, e, _) => new RegexMap(d.Name, d.Arguments, e.Log)),
        new("sequence", "Several maps in order", false, (d, _, r) => new SequenceMap(d.Name, Members(d.Arguments, r))),
        new("switch", "Maps by the service switch", true, (d, _, r) => Plain(d, f => new SequenceMap(d.Name, Switched(d.Name, f.Rest, r)))),
        new("program", "Output of a program", true, (d, _, _) => Plain(d, f => new ProgramMap(d.Name, f))),
        new("syslog", "Writes to the log", false, (d, e, _) => new SyslogMap(d.Name, MapFlags.Parse(d.Arguments, "L"), e.Log)),
        new("stab", "Internal table", true, (d, _, _) => new StabMap(d.Name)),
    ];

    /// <summary>The class called <paramref name="name"/>, null when there is none.</summary>
    public static MapClass? Find(string name)
    {
        foreach (MapClass row in All)
        {
            if (row.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return row;
        }
        return null;
    }

    /// <summary>What is wrong with a declaration, in the words of the reference; empty when nothing.</summary>
    public static IReadOnlyList<string> Check(MapDeclaration declaration, IReadOnlyList<MapDeclaration> earlier)
    {
        MapClass? row = Find(declaration.Class);
        if (row is null)
            return [];
        var problems = new List<string>();
        MapFlags flags = MapFlags.Parse(declaration.Arguments, declaration.Class switch { "dns" => "RrdB", "regex" => "sd", "dequote" => "s", "syslog" => "L", _ => "" });
        if (row.NeedsFile && flags.Rest.Length == 0)
            problems.Add("No file name for " + declaration.Class + " map " + declaration.Name);
        if (_strict.Contains(declaration.Class))
        {
            foreach ((char letter, string _) in flags.Others.Where(o => o.Key != 'd' && !(declaration.Class == "syslog" && o.Key == 'L')))
                problems.Add("Illegal option " + letter + " map " + (declaration.Class == "syslog" ? declaration.Class : declaration.Name));
        }
        switch (declaration.Class)
        {
            case "dns":
                string? wanted = flags.Others.LastOrDefault(o => o.Key == 'R').Value;
                if (wanted is not null && DnsTypeOf(flags) is null)
                    problems.Add("dns map " + declaration.Name + ": wrong type " + wanted);
                if (DnsTypeOf(flags) is null)
                    problems.Add("dns map " + declaration.Name + ": missing -R type");
                break;
            case "sequence":
                foreach (string member in Words(declaration.Arguments))
                {
                    if (!member.Equals(declaration.Name, StringComparison.OrdinalIgnoreCase) && !earlier.Any(m => m.Name.Equals(member, StringComparison.OrdinalIgnoreCase)))
                        problems.Add("Sequence map " + declaration.Name + ": unknown member map " + member);
                }
                break;
            case "regex":
                try
                {
                    using var map = new RegexMap(declaration.Name, declaration.Arguments);
                    if (map.Problem is { } problem)
                        problems.Add(problem);
                }
                catch (FormatException e)
                {
                    problems.Add(e.Message);
                }
                break;
            default:
                break;
        }
        return problems;
    }

    // Classes that know all their letters; the others pass over what they do not know, and take BlankSub as it is in the end.
    private static readonly string[] _strict = ["hash", "btree", "implicit", "text", "program", "null", "user", "bestmx", "switch", "stab", "syslog"];

    private static IEnumerable<string> Words(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.'))
                at++;
            if (at > start)
                yield return text[start..at];
            else
                at++;
        }
    }

    private static DnsType? DnsTypeOf(MapFlags flags) => flags.Others.LastOrDefault(o => o.Key == 'R').Value?.ToUpperInvariant() switch
    {
        "A" => DnsType.A,
        "AAAA" => DnsType.Aaaa,
        "AFSDB" => DnsType.Afsdb,
        "CNAME" => DnsType.Cname,
        "MX" => DnsType.Mx,
        "NS" => DnsType.Ns,
        "PTR" => DnsType.Ptr,
        "SRV" => DnsType.Srv,
        "TXT" => DnsType.Txt,
        "TLSA" => DnsType.Tlsa,
        _ => null,
    };

    private static List<IMap> Members(string names, MapRegistry registry) =>
        [.. names.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(registry.Find).OfType<IMap>()];

    // K name switch service: the members are called name.files, name.dns … in the order the switch gives.
    private static List<IMap> Switched(string name, string service, MapRegistry registry)
    {
        _ = service;
        return [.. ((string[])["files", "dns", "nis"]).Select(s => registry.Find(name + "." + s)).OfType<IMap>()];
    }
}
