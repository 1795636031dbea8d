using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Cf;

/// <summary>
/// Everything a sendmail.cf and the command line said, immutable once made: what rulesets, options, macros, classes
/// and mailers are. Built by <c>CfReader</c>; a SIGHUP builds another one and running sessions keep theirs.
/// </summary>
public sealed class Configuration
{
    /// <summary>The file that was read.</summary>
    public required string Path { get; init; }
    /// <summary>V line: configuration level, 0 when there was none.</summary>
    public required int Level { get; init; }
    /// <summary>V line: vendor after the slash, empty when not given.</summary>
    public required string Vendor { get; init; }
    /// <summary>All options, typed by their rows in <c>OptionTable</c>.</summary>
    public required OptionValues Options { get; init; }
    /// <summary>Global macros: D lines and the predefined ones that do not depend on a message.</summary>
    public required MacroScope Macros { get; init; }
    /// <summary>Classes by name (without <c>$=</c>): C, F and T lines and the predefined ones.</summary>
    public required IReadOnlyDictionary<string, MailClass> Classes { get; init; }
    /// <summary>How words of classes are spelled.</summary>
    public required ClassWords ClassWords { get; init; }
    /// <summary>Rulesets by number and name.</summary>
    public required RuleSetTable RuleSets { get; init; }
    /// <summary>M lines in order, with the built-in ones.</summary>
    public required IReadOnlyList<Mailer> Mailers { get; init; }
    /// <summary>H lines in order.</summary>
    public required IReadOnlyList<HeaderDefinition> Headers { get; init; }
    /// <summary>K lines in order, and implicit declarations.</summary>
    public required IReadOnlyList<MapDeclaration> Maps { get; init; }
    /// <summary>P lines.</summary>
    public required IReadOnlyDictionary<string, int> Precedences { get; init; }
    /// <summary>Q lines; the first is the default group <c>mqueue</c>.</summary>
    public required IReadOnlyList<QueueGroup> QueueGroups { get; init; }
    /// <summary>X lines.</summary>
    public required IReadOnlyList<InputMailFilter> Filters { get; init; }
    /// <summary>E lines: environment for programs, a null value takes it from the caller.</summary>
    public required IReadOnlyList<KeyValuePair<string, string?>> Environment { get; init; }
    /// <summary>O DaemonPortOptions in order.</summary>
    public required IReadOnlyList<DaemonPort> DaemonPorts { get; init; }
    /// <summary>O ClientPortOptions in order.</summary>
    public required IReadOnlyList<DaemonPort> ClientPorts { get; init; }

    /// <summary>One sentence for each option that is set but has no effect here; the daemon logs them once.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>Finds a mailer by name (ASCII case-insensitive), null when there is none.</summary>
    public Mailer? FindMailer(string name)
    {
        foreach (Mailer mailer in Mailers)
        {
            if (string.Equals(mailer.Name, name, StringComparison.OrdinalIgnoreCase))
                return mailer;
        }
        return null;
    }

    /// <summary>Whether <paramref name="word"/> is in class <paramref name="name"/>.</summary>
    public bool IsInClass(string name, string word) => Classes.TryGetValue(name, out MailClass? members) && members.Contains(word);
}
