namespace Sendmail.M4.Macros;

/// <summary>
/// One collected argument: text, or what <c>defn</c> gives for a builtin. A quoted string that is the whole argument is not copied:
/// it is a part of the text it was read from.
/// </summary>
/// <param name="Source">The text, or a longer one that holds it.</param>
/// <param name="Start">Where the argument begins in it.</param>
/// <param name="Length">Characters of the argument.</param>
/// <param name="Builtin">The builtin; its text is empty.</param>
/// <param name="Cost">Characters kept in memory for it, as counted against the limits.</param>
internal readonly record struct Argument(string Source, int Start, int Length, Builtin? Builtin, int Cost)
{
    internal Argument(string text) : this(text, 0, text.Length, null, text.Length + M4Limits.Overhead)
    {
    }

    internal Argument(Builtin builtin) : this("", 0, 0, builtin, M4Limits.Overhead)
    {
    }

    internal ReadOnlySpan<char> Span => Source.AsSpan(Start, Length);

    /// <summary>The same as a text of its own; what it costs is still what it was taken in with.</summary>
    internal Argument Alone() => Length == Source.Length ? this : this with { Source = Source.Substring(Start, Length), Start = 0 };
}
