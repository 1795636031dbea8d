using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;

namespace Sendmail.Maps;

/// <summary>
/// Class switch: the maps called NAME.METHOD for each method of a service, in the order of the service switch. Members are
/// found when the map is first used, so they may be declared behind it.
/// </summary>
public sealed class SwitchMap(string name, MapFlags flags, MapRegistry registry, MapEnvironment environment) : IMap
{
    private SequenceMap? _members;

    /// <inheritdoc/>
    public string Name => name;
    /// <inheritdoc/>
    public MapUse Use => flags.Use;

    /// <inheritdoc/>
    public ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        IReadOnlyList<string> methods = ServiceSwitch.Methods(flags.FileName, environment.Configuration?.Options);
        if (methods.Count == 0)
            return ValueTask.FromResult(MapResult.TempFail);
        _members ??= new SequenceMap(name, Members(methods));
        return _members.LookupAsync(key, arguments, scope, cancellation);
    }

    private List<IMap> Members(IReadOnlyList<string> methods)
    {
        var members = new List<IMap>();
        foreach (string method in methods)
        {
            if (registry.Find(name + "." + method) is { } member)
                members.Add(member);
            else
                environment.Log.SystemError("Switch map " + name + ": unknown member map " + name + "." + method);
        }
        return members;
    }
}
