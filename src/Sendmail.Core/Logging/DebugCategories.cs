namespace Sendmail.Core.Logging;

/// <summary>A category of <c>-d</c> that shows anything.</summary>
/// <param name="Number">The number.</param>
/// <param name="Levels">The levels at which more is shown.</param>
/// <param name="Summary">One line of documentation.</param>
public sealed record DebugCategory(int Number, string Levels, string Summary);

/// <summary>Every category of <c>-d</c> that shows anything; the others are taken and show nothing.</summary>
public static class DebugCategories
{
    /// <summary>All rows.</summary>
    public static IReadOnlyList<DebugCategory> All { get; } =
    [
        new(0, "1, 4, 10, 13, 15", "Version, what is compiled in, names of the machine, files, mailers"),
        new(8, "1, 2, 3, 5, 7", "Questions to name servers and their answers"),
        new(13, "1", "Address test mode: what it ended with"),
        new(21, "1, 2, 3, 4, 10, 12, 15", "Rulesets: rules that are tried, what matches, what becomes of it"),
        new(27, "1, 2, 3, 4", "Aliases and .forward files"),
        new(35, "9", "Macros that are defined"),
        new(37, "1", "Options and daemons that are set"),
        new(38, "2, 4, 5, 20", "Maps that are opened, asked and closed"),
        new(60, "1, 5", "Lookups in maps by rules"),
    ];
}
