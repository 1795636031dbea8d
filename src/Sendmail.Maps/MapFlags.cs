using Sendmail.Core.Cf;
using Sendmail.Core.Rewriting;

namespace Sendmail.Maps;

/// <summary>The flags that all map classes share (op 5.9) and what is left of the arguments.</summary>
public sealed class MapFlags
{
    /// <summary>-o: a map that is not there is empty.</summary>
    public bool Optional { get; private set; }
    /// <summary>-N: keys end in NUL. Together with <see cref="TryWithoutNull"/> both are tried.</summary>
    public bool TryNull { get; private set; } = true;
    /// <summary>-O: keys have no NUL.</summary>
    public bool TryWithoutNull { get; private set; } = true;
    /// <summary>-f: keep upper case in keys.</summary>
    public bool KeepCase { get; private set; }
    /// <summary>-m: give the key, not the value.</summary>
    public bool MatchOnly { get; private set; }
    /// <summary>-A: append values of duplicates.</summary>
    public bool AppendDuplicates { get; private set; }
    /// <summary>-q: keep quotes in keys.</summary>
    public bool KeepQuotes { get; private set; }
    /// <summary>-t: a temporary failure counts as not found.</summary>
    public bool NoTempFail { get; private set; }
    /// <summary>-D: not while delivery is deferred.</summary>
    public bool NotDeferred { get; private set; }
    /// <summary>-a: appended to a found value.</summary>
    public string Append { get; private set; } = "";
    /// <summary>-T: what a temporary failure gives, null when nothing.</summary>
    public string? TempFailValue { get; private set; }
    /// <summary>-S: stands between the words of a key, '\0' for BlankSub.</summary>
    public char SpaceSubstitute { get; private set; }
    /// <summary>The flags that rules heed.</summary>
    internal MapUse Use => new(KeepQuotes, SpaceSubstitute, NoTempFail, TempFailValue);
    /// <summary>-k: column or attribute of the key, null when not given.</summary>
    public string? KeyColumn { get; private set; }
    /// <summary>-v: column or attribute of the value, null when not given.</summary>
    public string? ValueColumn { get; private set; }
    /// <summary>-z: delimiter, null when not given.</summary>
    public string? Delimiter { get; private set; }
    /// <summary>Letters with their text, in order, for the class itself.</summary>
    public List<KeyValuePair<char, string>> Others { get; } = [];
    /// <summary>What follows the flags: file name, pattern, member maps.</summary>
    public string Rest { get; private set; } = "";
    /// <summary>The file of a map that is a file: the first word of <see cref="Rest"/>; whatever follows it is not looked at.</summary>
    public string FileName => Rest.IndexOfAny([' ', '\t']) is >= 0 and var blank ? Rest[..blank] : Rest;

    /// <summary>All letters with their text, in order; '\0' for a hyphen with nothing behind it.</summary>
    internal List<KeyValuePair<char, string>> Letters { get; } = [];

    /// <summary>The arguments from the value of a letter of the class's own on, as its messages show them.</summary>
    internal string Tail { get; private set; } = "";

    /// <summary>
    /// Reads arguments; <paramref name="own"/> are letters that mean something else to the class, <paramref name="blank"/> stands
    /// between the words of a key unless -S tells another.
    /// </summary>
    public static MapFlags Parse(string arguments, string own = "", char blank = '\0')
    {
        var flags = new MapFlags { SpaceSubstitute = blank };
        int at = 0;
        while (true)
        {
            while (at < arguments.Length && CfText.IsBlank(arguments[at]))
                at++;
            if (at >= arguments.Length || arguments[at] != '-')
                break;
            char letter = ++at < arguments.Length ? arguments[at] : '\0';
            string value = Value(arguments, ref at, letter, own);
            flags.Letters.Add(new KeyValuePair<char, string>(letter, value));
            if (letter == 'R')
                flags.Tail = arguments[(at - value.Length)..];
            if (own.Contains(letter, StringComparison.Ordinal))
                flags.Others.Add(new KeyValuePair<char, string>(letter, value));
            else
                flags.Set(letter, value);
            // What else stands in the word is passed over.
            while (at < arguments.Length && !CfText.IsBlank(arguments[at]))
                at++;
        }
        flags.Rest = arguments[Math.Min(at, arguments.Length)..].Trim(CfText.Blanks);
        return flags;
    }

    // What belongs to a letter, which the index is at; leaves it where the rest of the word begins.
    private static string Value(string text, ref int at, char letter, string own)
    {
        if (letter == 'z' && !own.Contains(letter, StringComparison.Ordinal))
            return Delimiting(text, ref at);
        if (!own.Contains(letter, StringComparison.Ordinal) && !"aTkvSd".Contains(letter, StringComparison.Ordinal))
            return "";
        at++;
        // The value follows at once; for columns and records also behind blanks.
        if ("kvRrB".Contains(letter, StringComparison.Ordinal))
        {
            while (at < text.Length && CfText.IsBlank(text[at]))
                at++;
        }
        int start = at;
        while (at < text.Length && !CfText.IsBlank(text[at]))
            at++;
        return text[start..at];
    }

    // The one character behind -z, whatever it is; \n and \t are line end and tab.
    private static string Delimiting(string text, ref int at)
    {
        if (++at >= text.Length)
            return "";
        if (text[at] != '\\' || at + 1 == text.Length)
            return text[at].ToString();
        return text[++at] switch { 'n' => "\n", 't' => "\t", _ => "\\" };
    }

    private void Set(char letter, string value)
    {
        switch (letter)
        {
            case 'o': Optional = true; break;
            case 'N': TryNull = true; TryWithoutNull = false; break;
            case 'O': TryWithoutNull = true; TryNull = false; break;
            case 'f': KeepCase = true; break;
            case 'm': MatchOnly = true; break;
            case 'A': AppendDuplicates = true; break;
            case 'q': KeepQuotes = true; break;
            case 't': NoTempFail = true; break;
            case 'D': NotDeferred = true; break;
            case 'a': Append = value; break;
            case 'T': TempFailValue = value; break;
            case 'S': SpaceSubstitute = value.Length > 0 ? value[0] : ' '; break;
            case 'k': KeyColumn = value; break;
            case 'v': ValueColumn = value; break;
            case 'z': Delimiter = value; break;
            default: Others.Add(new KeyValuePair<char, string>(letter, value)); break;
        }
    }
}
