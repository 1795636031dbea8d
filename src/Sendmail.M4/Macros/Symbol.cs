namespace Sendmail.M4.Macros;

/// <summary>A name and its stack of definitions. It stays when the last definition goes: being traced is a property of the name.</summary>
internal sealed class Symbol(string name, uint hash)
{
    internal string Name { get; } = name;
    internal uint Hash { get; } = hash;

    /// <summary>The definition in force; null: not a macro.</summary>
    internal Definition? Top { get; set; }

    /// <summary>traceon named it.</summary>
    internal bool Traced { get; set; }

    /// <summary>The next symbol in the same slot of the table.</summary>
    internal Symbol? Next { get; set; }
}
