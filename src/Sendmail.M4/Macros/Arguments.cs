namespace Sendmail.M4.Macros;

/// <summary>The arguments of one call; number 0 is the name it was called by. A window on the processor's stack, valid during the call.</summary>
internal readonly struct Arguments(Argument[] stack, int start, int count)
{
    /// <summary>How many there are, the name included.</summary>
    internal int Count { get; } = count;

    /// <summary>The text of one; empty when it was not given.</summary>
    internal string this[int index]
    {
        get
        {
            if (index >= Count)
                return "";
            ref Argument argument = ref stack[start + index];
            argument = argument.Alone();
            return argument.Source;
        }
    }

    /// <summary>The same in place, for those who need no string.</summary>
    internal ReadOnlySpan<char> Span(int index) => index < Count ? stack[start + index].Span : default;

    /// <summary>One argument as it was collected; empty when it was not given.</summary>
    internal Argument Whole(int index) => index < Count ? stack[start + index] : new Argument("");

    /// <summary>The builtin given as argument <paramref name="index"/>, or null.</summary>
    internal Builtin? BuiltinAt(int index) => index < Count ? stack[start + index].Builtin : null;

    /// <summary>The call as another macro sees it, with the first <paramref name="count"/> entries gone (indir, builtin).</summary>
    internal Arguments Skip(int count) => new(stack, start + count, Count - count);

    /// <summary>The arguments from <paramref name="from"/> on, separated by commas, quoted when <paramref name="quotes"/> are given.</summary>
    internal void Join(CharBuffer to, int from, Quotes? quotes, char separator = ',')
    {
        for (int i = from; i < Count; i++)
        {
            if (i > from)
                to.Append(separator);
            if (quotes is not null)
                to.Append(quotes.Left);
            to.Append(Span(i));
            if (quotes is not null)
                to.Append(quotes.Right);
        }
    }
}
