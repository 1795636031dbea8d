using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Maps;

/// <summary>Fills classes from maps while the configuration is read: <c>F{name}key@class:arguments</c> (op 5.3).</summary>
public static class ClassSource
{
    // errno of Linux.
    private const int NoEntry = 2;
    private const int PermissionDenied = 13;
    private const int NotADirectory = 20;

    /// <summary>Opens the map of <paramref name="declaration"/> and asks it for <paramref name="key"/>.</summary>
    public static MapWords Read(MapDeclaration declaration, string key, MapEnvironment environment)
    {
        MapCheck check = MapClassTable.Check(declaration, []);
        List<KeyValuePair<string, SysExit>> problems = [.. check.Messages.Select(p => new KeyValuePair<string, SysExit>(p.Text, p.IsError ? SysExit.Software : SysExit.Ok))];
        if (!check.Usable || declaration.Class is "dns" or "sequence" && problems.Count > 0)
            return new MapWords(problems, MapWordsOutcome.Refused);
        MapFlags flags = MapFlags.Parse(declaration.Arguments, MapClassTable.OwnLetters(declaration.Class));
        string name = declaration.Class + " map \"" + declaration.Name + "\": ";
        switch (declaration.Class)
        {
            case "hash" or "btree" when !flags.Optional && Missing(Database(flags)) is var errno and not 0:
                problems.Add(new(name + (errno == NoEntry ? "missing" : "unsafe") + " map file " + Database(flags) + ": " + Files.ErrorText(errno), SysExit.OsError));
                return new MapWords(problems, MapWordsOutcome.NotOpened);
            case "text" when TextMap.ProblemOf(flags) is { } problem:
                if (problem.Length > 0)
                    problems.Add(new("text map \"" + declaration.Name + problem, TextMap.ExitOf(problem)));
                return new MapWords(problems, MapWordsOutcome.NotOpened);
            case "implicit" or "stab" when !Exists(Database(flags)):
                return new MapWords(problems, MapWordsOutcome.NotOpened, ": " + Files.ErrorText(NoEntry));
            case "user" when flags.ValueColumn is { } column && !UserMap.Columns.Contains(column, StringComparer.OrdinalIgnoreCase):
                problems.Add(new("User map " + declaration.Name + ": unknown column name " + column, SysExit.Software));
                return new MapWords(problems, MapWordsOutcome.NotOpened);
            case "switch":
                return new MapWords(problems, MapWordsOutcome.NotOpened);
            default:
                break;
        }
        if (MapClassTable.Find(declaration.Class) is not { } row)
            return new MapWords(problems, MapWordsOutcome.NotOpened);
        var registry = new MapRegistry([declaration], environment);
        IMap map = row.Make(declaration, environment, registry);
        ValueTask<MapResult> pending = map.LookupAsync(key, [], new MacroScope(), CancellationToken.None);
        MapResult result = pending.IsCompleted ? pending.GetAwaiter().GetResult() : pending.AsTask().GetAwaiter().GetResult();
        return result.Value is { } value ? new MapWords(problems, MapWordsOutcome.Read, value)
            : new MapWords(problems, result.Status is SysExit.Ok or SysExit.NoHost ? MapWordsOutcome.Read : MapWordsOutcome.Failed);
    }

    private static string Database(MapFlags flags) => flags.FileName.EndsWith(".db", StringComparison.Ordinal) ? flags.FileName : flags.FileName + ".db";

    private static bool Exists(string path) => Missing(path) == 0;

    // errno of a file that cannot be looked at, 0 for one that can; a path through what is no directory is not safe.
    private static int Missing(string path) => Files.Facts(path, true, out int errno) is not null ? 0 : errno == NotADirectory ? PermissionDenied : errno;
}
