using System.Diagnostics.CodeAnalysis;

namespace Sendmail.M4.Macros;

/// <summary>The macros by name. Looked up once per word of input with a slice of that input: no string is made for a word that is no macro.</summary>
internal sealed class SymbolTable
{
    private Symbol?[] _slots = new Symbol?[1024];
    private int _count;

    /// <summary>Characters of all names and texts defined; kept so that a runaway program can be stopped.</summary>
    internal long DefinedText { get; private set; }

    internal IEnumerable<Symbol> All()
    {
        foreach (Symbol? slot in _slots)
        {
            for (Symbol? s = slot; s is not null; s = s.Next)
                yield return s;
        }
    }

    internal Symbol? Find(ReadOnlySpan<char> name)
    {
        uint hash = HashOf(name);
        for (Symbol? s = _slots[hash & (uint)(_slots.Length - 1)]; s is not null; s = s.Next)
        {
            if (s.Hash == hash && name.SequenceEqual(s.Name))
                return s;
        }
        return null;
    }

    /// <summary>The symbol, only when it has a definition.</summary>
    internal bool TryFind(ReadOnlySpan<char> name, [NotNullWhen(true)] out Symbol? symbol)
    {
        symbol = Find(name);
        return symbol?.Top is not null;
    }

    internal Symbol FindOrAdd(string name)
    {
        if (Find(name) is { } found)
            return found;
        if (++_count > _slots.Length)
            Grow();
        DefinedText += name.Length + M4Limits.Overhead;
        var added = new Symbol(name, HashOf(name));
        Insert(_slots, added);
        return added;
    }

    /// <summary>Replaces the top definition.</summary>
    internal void Define(string name, Definition definition)
    {
        Symbol symbol = FindOrAdd(name);
        Definition? old = symbol.Top;
        definition.Below = old?.Below;
        symbol.Top = definition;
        Count(definition, 1);
        if (old is not null)
            Count(old, -1);
    }

    internal void Push(string name, Definition definition)
    {
        Symbol symbol = FindOrAdd(name);
        definition.Below = symbol.Top;
        symbol.Top = definition;
        Count(definition, 1);
    }

    /// <summary>Takes the top definition away, or all of them.</summary>
    internal void Remove(string name, bool all)
    {
        if (Find(name) is not { Top: { } top } symbol)
            return;
        for (Definition? d = top; d is not null; d = all ? d.Below : null)
            Count(d, -1);
        symbol.Top = all ? null : top.Below;
    }

    private void Count(Definition definition, int sign)
    {
        DefinedText += sign * ((definition.Text?.Length ?? 0) + M4Limits.Overhead);
        if (DefinedText > M4Limits.DefinedText)
            throw new M4ExitException(1, "memory exhausted");
    }

    private static uint HashOf(ReadOnlySpan<char> name)
    {
        uint hash = 2166136261;
        foreach (char c in name)
            hash = (hash ^ c) * 16777619;
        return hash ^ (hash >> 15);
    }

    private static void Insert(Symbol?[] slots, Symbol symbol)
    {
        ref Symbol? slot = ref slots[symbol.Hash & (uint)(slots.Length - 1)];
        symbol.Next = slot;
        slot = symbol;
    }

    private void Grow()
    {
        var larger = new Symbol?[_slots.Length * 4];
        foreach (Symbol symbol in All().ToList())
            Insert(larger, symbol);
        _slots = larger;
    }
}
