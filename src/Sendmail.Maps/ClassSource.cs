using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Maps;

/// <summary>Fills classes from maps while the configuration is read: <c>F{name}key@class:arguments</c> (op 5.3).</summary>
public static class ClassSource
{
    private const int NoEntry = 2;

    /// <summary>Opens the map of <paramref name="declaration"/> and asks it for <paramref name="key"/>.</summary>
    public static MapWords Read(MapDeclaration declaration, string key, MapEnvironment environment)
    {
        List<KeyValuePair<string, SysExit>> problems = [.. MapClassTable.Check(declaration, []).Select(p => new KeyValuePair<string, SysExit>(p, SysExit.Software))];
        // A letter that the class does not know is passed over, anything else leaves no map.
        if (problems.Exists(p => !p.Key.StartsWith("Illegal option", StringComparison.Ordinal)))
            return new MapWords(problems, MapWordsOutcome.Refused);
        MapFlags flags = MapFlags.Parse(declaration.Arguments);
        string name = declaration.Class + " map \"" + declaration.Name + "\": ";
        switch (declaration.Class)
        {
            case "hash" or "btree" when !flags.Optional && !Exists(Database(flags)):
                problems.Add(new(name + "missing map file " + Database(flags) + ": " + Files.ErrorText(NoEntry), SysExit.OsError));
                return new MapWords(problems, MapWordsOutcome.NotOpened);
            case "text" when !flags.Optional && !Exists(flags.FileName):
                problems.Add(new(name + "unsafe map file " + flags.FileName, SysExit.Software));
                return new MapWords(problems, MapWordsOutcome.NotOpened);
            case "implicit" or "stab" when !Exists(Database(flags)):
                return new MapWords(problems, MapWordsOutcome.NotOpened, ": " + Files.ErrorText(NoEntry));
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

    private static bool Exists(string path) => Files.Facts(path) is not null;
}
