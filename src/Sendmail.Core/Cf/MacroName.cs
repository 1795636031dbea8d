namespace Sendmail.Core.Cf;

/// <summary>How macros and classes are named: one character, or letters, digits and underscores in braces (op 5.2, 5.3).</summary>
public static class MacroName
{
    /// <summary>What the reference puts before octets of a configuration line that it could take for metasymbols.</summary>
    internal const char Mark = '\xff';

    /// <summary>Whether the reference keeps the octet with <see cref="Mark"/> before it.</summary>
    internal static bool IsMarked(char octet) => octet is (>= '\x80' and < '\xa0') or '\xff';

    /// <summary>As many octets of a text, marks among them, as a message shows.</summary>
    internal static string Beginning(string text, int octets)
    {
        int length = 0;
        for (int count = 0; length < text.Length; length++)
        {
            count += IsMarked(text[length]) ? 2 : 1;
            if (count > octets)
                break;
        }
        return text[..length];
    }

    /// <summary>The text as the reference keeps it, with <see cref="Mark"/> where it belongs.</summary>
    internal static string Quoted(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\x80', '\x9f') < 0 && !text.Contains(Mark, StringComparison.Ordinal))
            return text;
        var quoted = new System.Text.StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (IsMarked(c))
                quoted.Append(Mark);
            quoted.Append(c);
        }
        return quoted.ToString();
    }

    private const int Longest = 25;
    private const string InvalidCharacter = "Invalid macro/class character ";
    private const string NoNumber = "Unable to assign macro/class ID (mid = 0xffffffff)";

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
        if (IsMarked(text[0]))
        {
            name = Mark.ToString();
            return true;
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
            if (kept.Length == Longest)
            {
                problems.Add("Macro/class name ({" + kept + string.Create(System.Globalization.CultureInfo.InvariantCulture, $"}}) too long ({Longest} chars max)"));
                problems.Add(NoNumber);
                return false;
            }
            if (IsNamePart(text[end]))
            {
                kept.Append(text[end]);
                continue;
            }
            // The mark before an octet that could be taken for a metasymbol is a character too.
            if (IsMarked(text[end]))
                problems.Add(InvalidCharacter + "\x7f");
            problems.Add((InvalidCharacter + (text[end] == CfText.Sign ? '\x01' : (char)(text[end] & 0x7F))).TrimEnd('\0'));
        }
        name = kept.ToString();
        if (end < text.Length)
        {
            end++;
            return true;
        }
        problems.Add("Unbalanced { on " + name);
        problems.Add(NoNumber);
        return false;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
