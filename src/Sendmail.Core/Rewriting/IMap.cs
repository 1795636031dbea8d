using Sendmail.Core.Replies;

namespace Sendmail.Core.Rewriting;

/// <summary>
/// What a map lookup gave. <see cref="Status"/> is <see cref="SysExit.Ok"/> when the key was found (<see cref="Value"/> not null);
/// when it was not, some classes say what kind of thing is missing. <see cref="SysExit.TempFail"/> when the answer cannot be known
/// now; <see cref="Value"/> is then null, or in a rule what flag <c>-T</c> puts in its place.
/// </summary>
public readonly record struct MapResult(string? Value, SysExit Status)
{
    /// <summary>Found.</summary>
    public static MapResult Found(string value) => new(value, SysExit.Ok);
    /// <summary>No such key.</summary>
    public static readonly MapResult NotFound = new(null, SysExit.Ok);
    /// <summary>No such key, and a code that tells what kind of thing is missing.</summary>
    public static MapResult Missing(SysExit status) => new(null, status);
    /// <summary>The map cannot answer now.</summary>
    public static readonly MapResult TempFail = new(null, SysExit.TempFail);

    /// <summary>Whether the key was found; a value in place of a temporary failure is no match.</summary>
    public bool IsMatch => Value is not null && Status != SysExit.TempFail;
}

/// <summary>The flags of a K line that rules heed rather than the map (op 5.9).</summary>
/// <param name="KeepsQuotes"><c>-q</c>: quotes and backslashes of a key stay.</param>
/// <param name="Blank"><c>-S</c>: what stands between two words of a key; '\0' for BlankSub.</param>
/// <param name="HidesTempFail"><c>-t</c>: a map that cannot answer now has not found the key.</param>
/// <param name="TempFailText"><c>-T</c>: stands behind the key when the map cannot answer now; null for nothing.</param>
public readonly record struct MapUse(bool KeepsQuotes, char Blank, bool HidesTempFail, string? TempFailText);

/// <summary>A map as <c>$(name key $@ args $: default$)</c> sees it. The map applies its own K-line flags.</summary>
public interface IMap
{
    /// <summary>Name from the K line.</summary>
    string Name { get; }

    /// <summary>What rules do with keys and results.</summary>
    MapUse Use => default;

    /// <summary>Whether lookups have anything to look in; a map with flag <c>-o</c> may be without its file. Opens the map.</summary>
    bool IsOpen => true;

    /// <summary>
    /// Looks <paramref name="key"/> up. <paramref name="arguments"/> are the <c>$@</c> arguments that replace
    /// <c>%1</c>..<c>%9</c> (<c>%0</c> is the key). <paramref name="scope"/> is the macro scope of the caller (used by
    /// the macro map). In-memory maps complete synchronously. I/O problems are <see cref="MapResult.TempFail"/> or
    /// NotFound according to the map's flags, never an exception.
    /// </summary>
    ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation);
}

/// <summary>The maps of a configuration, opened on first use.</summary>
public interface IMapRegistry
{
    /// <summary>The map called <paramref name="name"/> (ASCII case-insensitive), or null when no K line declares it.</summary>
    IMap? Find(string name);
}
