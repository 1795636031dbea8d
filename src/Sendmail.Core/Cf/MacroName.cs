namespace Sendmail.Core.Cf;

/// <summary>How macros and classes are named: one character, or letters, digits and underscores in braces (op 5.2, 5.3).</summary>
public static class MacroName
{
    /// <summary>
    /// Reads the name at the start of <paramref name="text"/>; braces are taken off, characters that no name may have are told
    /// of and left out.
    /// </summary>
    /// <param name="end">Index behind the name.</param>
    /// <param name="problems">What is wrong; there may be something even when the result is true.</param>
    /// <returns>Whether there is a name.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out string name, out int end, out List<string> problems)
    {
        name = "";
        end = 0;
        problems = [];
        if (text.Length == 0 || text.StartsWith("{}"))
        {
            problems.Add("Name required for macro/class");
            return false;
        }
        if (text[0] != '{')
        {
            name = text[..1].ToString();
            end = 1;
            return true;
        }
        var kept = new System.Text.StringBuilder();
        for (end = 1; end < text.Length && text[end] != '}'; end++)
        {
            if (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')
                kept.Append(text[end]);
            else
                problems.Add("Invalid macro/class character " + text[end]);
        }
        name = kept.ToString();
        if (end < text.Length)
        {
            end++;
            return true;
        }
        problems.Add("Unbalanced { on " + name);
        problems.Add("Unable to assign macro/class ID (mid = 0xffffffff)");
        return false;
    }
}
