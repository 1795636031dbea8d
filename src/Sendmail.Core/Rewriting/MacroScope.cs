namespace Sendmail.Core.Rewriting;

/// <summary>
/// Macro definitions in one scope (global, session or envelope) with the enclosing scope behind it, as sendmail's
/// envelopes inherit from the global definitions. Names are without <c>$</c> and braces: <c>"j"</c>,
/// <c>"client_addr"</c>. Values may hold metasymbols (<see cref="Meta"/>) that are expanded on use. Not thread-safe;
/// a global scope is not changed once sessions run.
/// </summary>
public sealed class MacroScope(MacroScope? parent = null)
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);

    /// <summary>The enclosing scope, or null for the global one.</summary>
    public MacroScope? Parent { get; } = parent;

    /// <summary>Value of a macro, null when undefined here and in all enclosing scopes. Setting null undefines it here.</summary>
    public string? this[string name]
    {
        get
        {
            for (MacroScope? scope = this; scope is not null; scope = scope.Parent)
            {
                if (scope._values.TryGetValue(name, out string? value))
                    return value;
            }
            return null;
        }
        set => _values[name] = value;
    }

    /// <summary>Takes the definition of this scope away: what an enclosing one says holds again.</summary>
    public void Forget(string name) => _values.Remove(name);

    /// <summary>Names defined in this scope alone.</summary>
    public IReadOnlyCollection<string> OwnNames => _values.Keys;
}
