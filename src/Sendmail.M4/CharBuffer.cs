namespace Sendmail.M4;

/// <summary>A growing run of characters, one per octet (Latin-1). Unlike a StringBuilder it is one piece, so spans of it can be had.</summary>
internal sealed class CharBuffer
{
    private char[] _chars;

    internal CharBuffer(int capacity = 256) => _chars = GC.AllocateUninitializedArray<char>(capacity);

    /// <summary>Characters held.</summary>
    internal int Length { get; private set; }

    /// <summary>Swallow everything: the output of a negative diversion.</summary>
    internal bool Discards { get; init; }

    internal ReadOnlySpan<char> Span => _chars.AsSpan(0, Length);

    internal void Append(char c)
    {
        if (Discards)
            return;
        if (Length == _chars.Length)
            Grow(1);
        _chars[Length++] = c;
    }

    internal void Append(ReadOnlySpan<char> text)
    {
        if (Discards || text.Length == 0)
            return;
        if (text.Length > _chars.Length - Length)
            Grow(text.Length);
        text.CopyTo(_chars.AsSpan(Length));
        Length += text.Length;
    }

    /// <summary>Drops everything from <paramref name="length"/> on.</summary>
    internal void Truncate(int length) => Length = length;

    internal void Clear() => Length = 0;

    /// <summary>Drops the first <paramref name="count"/> characters.</summary>
    internal void RemoveStart(int count)
    {
        _chars.AsSpan(count, Length - count).CopyTo(_chars);
        Length -= count;
    }

    internal ReadOnlySpan<char> From(int start) => _chars.AsSpan(start, Length - start);

    /// <summary>The text from <paramref name="start"/> on, removed from the buffer.</summary>
    internal string Take(int start)
    {
        string text = start == Length ? "" : new string(_chars, start, Length - start);
        Length = start;
        return text;
    }

    public override string ToString() => new(_chars, 0, Length);

    private void Grow(int more)
    {
        long wanted = Math.Max((long)_chars.Length * 2, (long)Length + more);
        if ((long)Length + more > M4Limits.TextLength)
            throw new M4ExitException(1, "memory exhausted");
        char[] larger = GC.AllocateUninitializedArray<char>((int)Math.Min(wanted, M4Limits.TextLength));
        Span.CopyTo(larger);
        _chars = larger;
    }
}
