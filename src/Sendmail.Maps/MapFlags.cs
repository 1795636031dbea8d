using System.Text;
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
            while (at < arguments.Length && char.IsWhiteSpace(arguments[at]))
                at++;
            if (at + 1 >= arguments.Length || arguments[at] != '-')
                break;
            char letter = arguments[at + 1];
            at += 2;
            string value = own.Contains(letter, StringComparison.Ordinal) || "aTkvzSsLdRcn".Contains(letter, StringComparison.Ordinal) && !IsBare(letter, own) ? Word(arguments, ref at, letter) : "";
            if (own.Contains(letter, StringComparison.Ordinal))
                flags.Others.Add(new KeyValuePair<char, string>(letter, value));
            else
                flags.Set(letter, value);
            if (value.Length == 0)
            {
                while (at < arguments.Length && !char.IsWhiteSpace(arguments[at]))
                    at++;
            }
        }
        flags.Rest = arguments[Math.Min(at, arguments.Length)..].Trim();
        return flags;
    }

    private static bool IsBare(char letter, string own) => letter is 'R' or 'd' or 'c' or 'n' or 's' or 'L' && !own.Contains(letter, StringComparison.Ordinal) && letter is not ('s' or 'L');

    // The value follows at once; for columns and delimiters also behind blanks. Quotes protect blanks.
    private static string Word(string text, ref int at, char letter)
    {
        if ("kvzRrBlhpHbM".Contains(letter, StringComparison.Ordinal))
        {
            while (at < text.Length && text[at] is ' ')
                at++;
        }
        var word = new StringBuilder();
        while (at < text.Length && !char.IsWhiteSpace(text[at]))
        {
            if (text[at] == '"')
            {
                int close = text.IndexOf('"', at + 1);
                if (close < 0)
                    close = text.Length - 1;
                word.Append(text, at + 1, Math.Max(0, close - at - 1));
                at = close + 1;
                continue;
            }
            word.Append(text[at++]);
        }
        return word.ToString();
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
            case 'z': Delimiter = value == "\\t" ? "\t" : value == "\\n" ? "\n" : value; break;
            default: Others.Add(new KeyValuePair<char, string>(letter, value)); break;
        }
    }
}
