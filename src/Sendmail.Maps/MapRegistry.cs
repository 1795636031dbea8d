using System.Collections.Concurrent;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;

namespace Sendmail.Maps;

/// <summary>The maps of one configuration, made when first asked for.</summary>
public sealed class MapRegistry : IMapRegistry
{
    private readonly Dictionary<string, MapDeclaration> _declarations = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, IMap?> _maps = new(StringComparer.OrdinalIgnoreCase);
    private readonly MapEnvironment _environment;

    /// <summary>Maps as the K lines of <paramref name="configuration"/> declare them; host and the like exist always.</summary>
    public MapRegistry(Configuration configuration, MapEnvironment environment)
        : this(configuration.Maps, environment with { Configuration = configuration })
    {
    }

    /// <summary>Maps by their declarations, when there is no configuration yet.</summary>
    public MapRegistry(IEnumerable<MapDeclaration> declarations, MapEnvironment environment)
    {
        _environment = environment;
        Hosts = new HostNames(environment);
        foreach (MapDeclaration map in declarations)
            _declarations[map.Name] = map;
        // The name found is absolute, so it ends in a dot.
        _declarations.TryAdd("host", new MapDeclaration("host", "host", "-a.", default));
    }

    /// <summary>Names of hosts as the maps find them.</summary>
    public HostNames Hosts { get; }

    /// <summary>Receives what the user of a command should see; null when nobody watches.</summary>
    public Action<string>? Message { set => _environment.Message = value; }

    /// <summary>-d38.5: tells of every map that was opened, when a command has done its work.</summary>
    public void TellClosing()
    {
        foreach (MapTrace map in _maps.Values.OfType<MapTrace>())
            map.TellClosing();
    }

    /// <summary>The declarations, also the implicit ones.</summary>
    public IReadOnlyCollection<MapDeclaration> Declarations => _declarations.Values;

    /// <inheritdoc/>
    public IMap? Find(string name) => _maps.GetOrAdd(name, Open);

    /// <summary>A map that no K line declares; null when there is no such class.</summary>
    public IMap? Make(MapDeclaration declaration) => MapClassTable.Find(declaration.Class)?.Make(declaration, _environment, this);

    private IMap? Open(string name)
    {
        if (!_declarations.TryGetValue(name, out MapDeclaration? declaration) || MapClassTable.Find(declaration.Class) is not { } row)
            return null;
        if (!declaration.Usable)
            return new ClosedMap(name);
        try
        {
            IMap map = row.Make(declaration, _environment, this);
            return _environment.Debug is { } debug && debug.Has(MapTrace.Category, 1) ? new MapTrace(map, declaration, debug) : map;
        }
        catch (FormatException e)
        {
            _environment.Log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(root): map " + name + ": " + e.Message);
            return null;
        }
    }
}
