namespace Sendmail.Migrate;

/// <summary>The command line of sendmail-migrate.</summary>
internal sealed record MigrateArguments
{
    /// <summary>--root: the directory that holds the site's files; empty for this machine's own.</summary>
    internal string Root { get; init; } = "";
    /// <summary>-C: configuration files in place of those in the usual places.</summary>
    internal IReadOnlyList<string> Configurations { get; init; } = [];
    /// <summary>--scan: more directories in which programs that call sendmail are looked for.</summary>
    internal IReadOnlyList<string> Scan { get; init; } = [];
    /// <summary>--json.</summary>
    internal bool Json { get; init; }
    /// <summary>--all: also the differences that concern nothing this site uses.</summary>
    internal bool All { get; init; }
    /// <summary>--log: the mail log to replay, null for a survey.</summary>
    internal string? Log { get; init; }
    /// <summary>--old.</summary>
    internal string Old { get; init; } = "";
    /// <summary>--new.</summary>
    internal string New { get; init; } = "";
    /// <summary>--dns: ask name servers while replaying.</summary>
    internal bool Dns { get; init; }

    /// <summary>Null with what is wrong.</summary>
    internal static MigrateArguments? Parse(IReadOnlyList<string> arguments, out string problem)
    {
        problem = "";
        var parsed = new MigrateArguments();
        for (int i = 0; i < arguments.Count; i++)
        {
            string option = arguments[i];
            string value = "";
            if (option is "--root" or "-C" or "--scan" or "--log" or "--old" or "--new")
            {
                if (++i >= arguments.Count || arguments[i].Length == 0)
                {
                    problem = option + " needs a value";
                    return null;
                }
                value = arguments[i];
            }
            switch (option)
            {
                case "--root": parsed = parsed with { Root = value.TrimEnd('/') }; break;
                case "-C": parsed = parsed with { Configurations = [.. parsed.Configurations, value] }; break;
                case "--scan": parsed = parsed with { Scan = [.. parsed.Scan, value] }; break;
                case "--log": parsed = parsed with { Log = value }; break;
                case "--old": parsed = parsed with { Old = value }; break;
                case "--new": parsed = parsed with { New = value }; break;
                case "--json": parsed = parsed with { Json = true }; break;
                case "--all": parsed = parsed with { All = true }; break;
                case "--dns": parsed = parsed with { Dns = true }; break;
                default:
                    problem = (option.StartsWith('-') ? "unknown option " : "unexpected argument ") + option;
                    return null;
            }
        }
        problem = Contradiction(parsed);
        return problem.Length > 0 ? null : parsed;
    }

    private static string Contradiction(MigrateArguments parsed)
    {
        if (parsed.Log is not null)
            return parsed.Old.Length == 0 || parsed.New.Length == 0 ? "--log needs --old and --new" : parsed.Configurations.Count > 0 || parsed.Scan.Count > 0 || parsed.All ? "-C, --scan and --all do not go with --log" : "";
        return parsed.Old.Length > 0 || parsed.New.Length > 0 || parsed.Dns ? "--old, --new and --dns need --log" : "";
    }
}
