namespace Sendmail.Core.Cf;

/// <summary>The scanf(3) subset that F lines use: white space, literals, %s, %[set], %*conversion, widths.</summary>
internal static class ClassFileFormat
{
    /// <summary>The first conversion's match, null when the line does not fit the format.</summary>
    internal static string? Scan(string line, string format)
    {
        int at = 0;
        for (int f = 0; f < format.Length; f++)
        {
            char c = format[f];
            if (CfText.IsBlank(c))
            {
                SkipBlanks(line, ref at);
                continue;
            }
            if (c != '%')
            {
                if (at >= line.Length || line[at] != c)
                    return null;
                at++;
                continue;
            }
            f++;
            bool suppress = f < format.Length && format[f] == '*';
            if (suppress)
                f++;
            int width = 0;
            while (f < format.Length && char.IsAsciiDigit(format[f]))
                width = width * 10 + (format[f++] - '0');
            if (f >= format.Length)
                return null;
            string? match = format[f] == '[' ? ScanSet(line, ref at, format, ref f, width) : ScanWord(line, ref at, width);
            if (match is null)
                return null;
            if (!suppress)
                return match.TrimEnd(CfText.Blanks);
        }
        return null;
    }

    private static string? ScanWord(string line, ref int at, int width)
    {
        SkipBlanks(line, ref at);
        int start = at;
        while (at < line.Length && !CfText.IsBlank(line[at]) && (width == 0 || at - start < width))
            at++;
        return at > start ? line[start..at] : null;
    }

    private static string? ScanSet(string line, ref int at, string format, ref int f, int width)
    {
        f++;
        bool negate = f < format.Length && format[f] == '^';
        if (negate)
            f++;
        int begin = f;
        do
            f++;
        while (f < format.Length && format[f] != ']');
        string set = format[begin..Math.Min(f, format.Length)];
        int start = at;
        while (at < line.Length && InSet(line[at], set) != negate && (width == 0 || at - start < width))
            at++;
        return at > start ? line[start..at] : null;
    }

    private static bool InSet(char c, string set)
    {
        for (int i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (c >= set[i] && c <= set[i + 2])
                    return true;
                i += 2;
            }
            else if (set[i] == c)
            {
                return true;
            }
        }
        return false;
    }

    private static void SkipBlanks(string line, ref int at)
    {
        while (at < line.Length && CfText.IsBlank(line[at]))
            at++;
    }
}
