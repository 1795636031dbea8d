using Sendmail.M4.Macros;

namespace Sendmail.M4.Builtins;

/// <summary>len, index, substr, translit, format.</summary>
internal static class TextBuiltins
{
    internal static string? Length(Processor m4, Arguments arguments) => Processor.Number(arguments[1].Length);

    internal static string? Index(Processor m4, Arguments arguments) =>
        arguments.Count == 1 ? null : Processor.Number(arguments.Count < 3 ? 0 : arguments[1].IndexOf(arguments[2], StringComparison.Ordinal));

    internal static string? Substring(Processor m4, Arguments arguments)
    {
        string text = arguments[1];
        if (arguments.Count < 3)
            return text;
        if (!m4.TryNumber(arguments[0], arguments[2], out int start))
            return null;
        int length = text.Length;
        if (arguments.Count > 3 && !m4.TryNumber(arguments[0], arguments[3], out length))
            return null;
        if (start < 0 || start >= text.Length || length <= 0)
            return null;
        return text.Substring(start, Math.Min(length, text.Length - start));
    }

    internal static string? Transliterate(Processor m4, Arguments arguments)
    {
        string text = arguments[1];
        if (arguments.Count < 3)
            return text;
        string from = Ranges(arguments[2]);
        string to = Ranges(arguments[3]);
        // -1: stays, -2: goes, else what it becomes. The first mention of a character counts.
        Span<short> map = stackalloc short[256];
        map.Fill(-1);
        for (int i = 0; i < from.Length; i++)
        {
            if (map[from[i]] == -1)
                map[from[i]] = i < to.Length ? (short)to[i] : (short)-2;
        }
        CharBuffer work = m4.Work;
        work.Clear();
        foreach (char c in text)
        {
            short mapped = map[c];
            if (mapped != -2)
                work.Append(mapped == -1 ? c : (char)mapped);
        }
        return work.Take(0);
    }

    // a-d is abcd, d-a is dcba; a dash at either end is a dash.
    private static string Ranges(string text)
    {
        if (text.IndexOf('-', Math.Min(1, text.Length)) < 0)
            return text;
        var all = new CharBuffer();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '-' || i == 0 || i == text.Length - 1)
            {
                all.Append(text[i]);
                continue;
            }
            int at = text[i - 1];
            int end = text[++i];
            while (at != end)
            {
                at += at < end ? 1 : -1;
                all.Append((char)at);
            }
        }
        return all.Take(0);
    }

    internal static string? Format(Processor m4, Arguments arguments) => new Formatter(m4, arguments).Format();
}
