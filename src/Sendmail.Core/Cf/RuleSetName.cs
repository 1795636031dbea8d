using System.Globalization;

namespace Sendmail.Core.Cf;

/// <summary>How a ruleset is named wherever one is: a letter and letters, digits and underscores, or a number below 100 (op 5.1.3).</summary>
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
        while (start < text.Length && CfText.IsBlank(text[start]))
            start++;
        end = start;
        name = "";
        if (start == text.Length || !char.IsAsciiLetterOrDigit(text[start]))
        {
            string shown = text[start..];
            return "invalid ruleset name: \"" + MacroName.Beginning(shown, ShownLength) + "\"";
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
        int number = Number(text.AsSpan(start, end - start), out string range);
        name = number.ToString(CultureInfo.InvariantCulture);
        return number is >= 0 and < Highest ? null : string.Create(CultureInfo.InvariantCulture, $"bad ruleset {number} ({Highest} max){range}");
    }

    /// <summary>What the system says of numbers that do not fit.</summary>
    internal const string OutOfRange = ": Numerical result out of range";

    /// <summary>The number as a C program keeps it, -1 with what the system says when it is too large for that.</summary>
    internal static int Number(ReadOnlySpan<char> digits, out string range)
    {
        bool fits = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long value);
        range = fits ? "" : OutOfRange;
        return fits ? unchecked((int)value) : -1;
    }

    private static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
