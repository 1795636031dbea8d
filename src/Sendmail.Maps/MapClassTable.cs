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
            MapFlags flags = MapFlags.Parse(d.Arguments, OwnLetters("dns"));
            return new DnsMap(d.Name, flags, DnsTypeOf(flags) ?? DnsType.A, e);
        }),
        new("bestmx", "Best mail exchanger", false, (d, e, _) => Plain(d, f => new BestMxMap(d.Name, f, e))),
        new("arpa", "Reversed addresses", false, (d, _, _) => Plain(d, f => new ArpaMap(d.Name, f))),
        new("user", "Password file", false, (d, _, _) => Plain(d, f => new UserMap(d.Name, f))),
        new("dequote", "Takes quotes off", false, (d, _, _) => new DequoteMap(d.Name, MapFlags.Parse(d.Arguments, OwnLetters("dequote")))),
        new("macro", "Sets macros", false, (d, _, _) => new MacroMap(d.Name)),
        new("arith", "Arithmetic", false, (d, _, _) => Plain(d, f => new ArithMap(d.Name, f))),
        new("null", "Finds nothing", false, (d, _, _) => Plain(d, f => new NullMap(d.Name, f))),
        new("regex", "POSIX regular expression", false, (d, e, _) => new RegexMap(d.Name, d.Arguments, e.Log)),
        new("sequence", "Several maps in order", false, (d, _, r) => new SequenceMap(d.Name, Members(d.Arguments, r))),
        new("switch", "Maps by the service switch", true, (d, e, r) => Plain(d, f => new SwitchMap(d.Name, f, r, e))),
        new("program", "Output of a program", true, (d, _, _) => Plain(d, f => new ProgramMap(d.Name, f))),
        new("syslog", "Writes to the log", false, (d, e, _) => new SyslogMap(d.Name, MapFlags.Parse(d.Arguments, OwnLetters("syslog")), e.Log)),
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

    /// <summary>What is wrong with a declaration, in the words of the reference.</summary>
    public static MapCheck Check(MapDeclaration declaration, IReadOnlyList<MapDeclaration> earlier)
    {
        MapClass? row = Find(declaration.Class);
        if (row is null)
            return MapCheck.Sound;
        var messages = new List<CfMessage>();
        bool usable = true;
        void Problem(string text) => messages.Add(new CfMessage(text, CfMessageKind.Error));
        MapFlags flags = MapFlags.Parse(declaration.Arguments, OwnLetters(declaration.Class));
        CheckLetters(declaration, flags, messages);
        if (row.NeedsFile && flags.Rest.Length == 0)
        {
            Problem("No file name for " + declaration.Class + " map " + declaration.Name);
            usable = false;
        }
        switch (declaration.Class)
        {
            case "dns":
                string? wanted = flags.Others.LastOrDefault(o => o.Key == 'R').Value;
                if (wanted is not null && DnsTypeOf(flags) is null)
                    Problem("dns map " + declaration.Name + ": wrong type " + flags.Tail);
                if (DnsTypeOf(flags) is null)
                    Problem("dns map " + declaration.Name + ": missing -R type");
                break;
            case "sequence":
                foreach (string member in Words(declaration.Arguments))
                {
                    if (!member.Equals(declaration.Name, StringComparison.OrdinalIgnoreCase) && !earlier.Any(m => m.Name.Equals(member, StringComparison.OrdinalIgnoreCase)))
                        Problem("Sequence map " + declaration.Name + ": unknown member map " + member);
                }
                break;
            case "regex" when RegexMap.ProblemOf(declaration) is { } problem:
                Problem(problem);
                usable = false;
                break;
            case "syslog" when LettersOf(declaration, flags).LastOrDefault(o => o.Key == 'L').Value is { Length: > 0 } priority && SyslogMap.PriorityOf(priority) is null:
                Problem("syslog_map_parseargs: Unknown priority " + SyslogMap.BareName(priority));
                usable = false;
                break;
            default:
                break;
        }
        return new MapCheck(messages, usable);
    }

    // Letters that mean something else to a class than to most, or that it alone knows.
    internal static string OwnLetters(string type) => type switch { "dns" => "RrB", "regex" => "sd", "dequote" => "s", "syslog" => "L", _ => "" };

    // Letters in their order: those that nobody knows, and times that are none.
    private static void CheckLetters(MapDeclaration declaration, MapFlags flags, List<CfMessage> messages)
    {
        bool strict = _strict.Contains(declaration.Class);
        bool syslog = declaration.Class == "syslog";
        foreach ((char letter, string value) in LettersOf(declaration, flags))
        {
            if (strict && !(syslog ? SyslogLetters : CommonLetters).Contains(letter, StringComparison.Ordinal))
                messages.Add(new CfMessage(letter == '\0' ? "Illegal option " : "Illegal option " + (letter == '\xff' ? '\x7f' : letter) + " map " + (syslog ? declaration.Class : declaration.Name), CfMessageKind.Error));
            else if (letter == 'd' && (strict || declaration.Class is "host" or "dns") )
                messages.AddRange(OptionDuration.Problems(value).Select(p => new CfMessage(p, CfMessageKind.Complaint)));
        }
    }

    // What stands right behind a letter of class syslog that takes nothing ends its letters.
    private static IEnumerable<KeyValuePair<char, string>> LettersOf(MapDeclaration declaration, MapFlags flags)
    {
        int last = declaration.Class != "syslog" ? -1
            : Array.FindIndex(declaration.Arguments.Split(CfText.Blanks, StringSplitOptions.RemoveEmptyEntries), static w => w.Length > 2 && w[0] == '-' && w[1] is not ('L' or 'S'));
        return last < 0 ? flags.Letters : flags.Letters.Take(last + 1);
    }

    private const string CommonLetters = "oNOfmAqtDaTSkvzd";
    private const string SyslogLetters = "DSL";

    // Classes that know all their letters; the others pass over what they do not know, and take BlankSub as it is in the end.
    private static readonly string[] _strict = ["hash", "btree", "implicit", "text", "program", "null", "user", "bestmx", "switch", "stab", "syslog"];

    // The first word begins where the text does, each other with a letter or digit.
    private static IEnumerable<string> Words(string text)
    {
        for (int at = text.Length - text.AsSpan().TrimStart(CfText.Blanks).Length; at < text.Length;)
        {
            int start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.'))
                at++;
            if (at > start)
                yield return text[start..at];
            while (at < text.Length && !char.IsAsciiLetterOrDigit(text[at]))
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
}
