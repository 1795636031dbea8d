using System.Globalization;

namespace Sendmail.Core.Cf;

/// <summary>How a ruleset is named wherever one is: letters, digits and underscores, or a number below 100 (op 5.1.3).</summary>
public static class RuleSetName
{
    /// <summary>Numbers are below this.</summary>
    public const int Highest = 100;

    private const int ShownLength = 20;

    /// <summary>
    /// Reads the name at the start of <paramref name="text"/>, blanks in front left out. A number is given in its shortest
    /// form.
    /// </summary>
    /// <param name="end">Index behind the name.</param>
    /// <returns>What is wrong with it, null when nothing.</returns>
    public static string? Read(string text, out string name, out int end)
    {
        int start = 0;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
            start++;
        end = start;
        name = "";
        if (start == text.Length || !IsPart(text[start]))
        {
            string shown = text[start..];
            return "invalid ruleset name: \"" + (shown.Length > ShownLength ? shown[..ShownLength] : shown) + "\"";
        }
        if (!char.IsAsciiDigit(text[start]))
        {
            while (end < text.Length && IsPart(text[end]))
                end++;
            name = text[start..end];
            return null;
        }
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        bool fits = long.TryParse(text.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out long value);
        int number = fits ? unchecked((int)value) : -1;
        name = number.ToString(CultureInfo.InvariantCulture);
        return number is >= 0 and < Highest ? null
            : string.Create(CultureInfo.InvariantCulture, $"bad ruleset {number} ({Highest} max){(fits ? "" : ": Numerical result out of range")}");
    }

    private static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
