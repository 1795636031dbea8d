using System.Globalization;

namespace Sendmail.Core.Replies;

/// <summary>An enhanced mail system status code, class.subject.detail (RFC 3463).</summary>
public readonly record struct EnhancedStatus(int Class, int Subject, int Detail)
{
    /// <summary>Whether this is the empty value: no status known.</summary>
    public bool IsEmpty => Class == 0;

    /// <summary>Reads <c>D.S.N</c> at the start of <paramref name="text"/>.</summary>
    /// <returns>The number of characters read, 0 when there is no status code.</returns>
    public static int TryParse(ReadOnlySpan<char> text, out EnhancedStatus status)
    {
        status = default;
        if (text.Length < 5 || text[0] is not ('2' or '4' or '5') || text[1] != '.')
            return 0;
        int at = 2;
        int subject = Number(text, ref at);
        if (subject < 0 || at >= text.Length || text[at] != '.')
            return 0;
        at++;
        int detail = Number(text, ref at);
        if (detail < 0)
            return 0;
        status = new EnhancedStatus(text[0] - '0', subject, detail);
        return at;
    }

    private static int Number(ReadOnlySpan<char> text, ref int at)
    {
        int start = at;
        int value = 0;
        while (at < text.Length && at - start < 3 && char.IsAsciiDigit(text[at]))
            value = value * 10 + (text[at++] - '0');
        return at == start ? -1 : value;
    }

    /// <inheritdoc/>
    public override string ToString() => IsEmpty ? "" : string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");
}
