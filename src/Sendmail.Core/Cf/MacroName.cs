namespace Sendmail.Core.Cf;

/// <summary>How macros and classes are named: one character, or letters, digits, <c>_</c>, <c>-</c> and <c>.</c> in braces (op 5.2, 5.3).</summary>
public static class MacroName
{
    /// <summary>Reads the name at the start of <paramref name="text"/>; braces are taken off.</summary>
    /// <param name="end">Index behind the name.</param>
    /// <param name="problems">What is wrong when the result is false.</param>
    public static bool TryRead(string text, out string name, out int end, out string[] problems)
    {
        name = "";
        end = 0;
        problems = [];
        if (text.Length == 0 || text.StartsWith("{}", StringComparison.Ordinal))
        {
            problems = ["Name required for macro/class"];
            return false;
        }
        if (text[0] != '{')
        {
            name = text[..1];
            end = 1;
            return true;
        }
        int close = 1;
        while (close < text.Length && text[close] != '}')
        {
            char c = text[close++];
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
                continue;
            problems = ["Invalid macro/class character " + c];
            return false;
        }
        if (close == text.Length)
        {
            problems = ["Unbalanced { on " + text[1..], "Unable to assign macro/class ID (mid = 0xffffffff)"];
            return false;
        }
        name = text[1..close];
        end = close + 1;
        return true;
    }
}
