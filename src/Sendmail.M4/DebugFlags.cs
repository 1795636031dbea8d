namespace Sendmail.M4;

/// <summary>Reading the letters of debugmode and -d.</summary>
internal static class DebugFlags
{
    internal static bool Has(this DebugFlag flags, DebugFlag one) => (flags & one) != 0;

    /// <summary>The flags named by <paramref name="text"/>; null when a letter is none. Empty text is the standard set.</summary>
    internal static DebugFlag? Parse(ReadOnlySpan<char> text)
    {
        if (text.Length == 0)
            return DebugFlag.Standard;
        DebugFlag flags = DebugFlag.None;
        foreach (char c in text)
        {
            DebugFlag? one = c switch
            {
                'a' => DebugFlag.Arguments, 'c' => DebugFlag.Calls, 'e' => DebugFlag.Expansion, 'f' => DebugFlag.File, 'i' => DebugFlag.Input,
                'l' => DebugFlag.Line, 'p' => DebugFlag.Path, 'q' => DebugFlag.Quote, 't' => DebugFlag.All, 'x' => DebugFlag.Id,
                'V' => DebugFlag.Everything, _ => null,
            };
            if (one is null)
                return null;
            flags |= one.Value;
        }
        return flags;
    }
}
