namespace Sendmail.M4.Macros;

/// <summary>The work of a builtin. The returned text is read again as input; null is the empty expansion.</summary>
internal delegate string? BuiltinFunction(Processor m4, Arguments arguments);

/// <summary>One row of the table of builtins.</summary>
/// <param name="Name">The name it has unless -P prefixes it.</param>
/// <param name="Function">What a call does.</param>
internal sealed record Builtin(string Name, BuiltinFunction Function)
{
    /// <summary>GNU m4 has it and System V's did not: -G removes it.</summary>
    internal bool Extension { get; init; }

    /// <summary>Only a macro when a parenthesis follows; plain text otherwise.</summary>
    internal bool NeedsParenthesis { get; init; }

    /// <summary>Builtins among its arguments mean something to it; to others they are empty text.</summary>
    internal bool TakesBuiltins { get; init; }

    /// <summary>Fewest arguments that make sense; fewer are warned about.</summary>
    internal int Least { get; init; }

    /// <summary>It is called with too few arguments all the same, with the missing ones empty.</summary>
    internal bool ToleratesFew { get; init; }

    /// <summary>Most arguments; more are warned about and ignored. -1: any number.</summary>
    internal int Most { get; init; } = -1;
}
