namespace Sendmail.Tools;

/// <summary>Options of a command line as getopt(3) of the C library reads them: clustered, values apart or joined, words anywhere, <c>--</c>.</summary>
internal sealed class OptionReader
{
    /// <summary>The options in order; value empty for those that have none.</summary>
    internal List<(char Letter, string Value)> Options { get; } = [];
    /// <summary>What is no option.</summary>
    internal List<string> Words { get; } = [];
    /// <summary>What is wrong, without the program's name; null when nothing.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Reads <paramref name="arguments"/>; <paramref name="letters"/> as for getopt: a colon behind those with a value.</summary>
    internal OptionReader(IReadOnlyList<string> arguments, string letters)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == "--")
            {
                Words.AddRange(arguments.Skip(i + 1));
                return;
            }
            if (argument.Length < 2 || argument[0] != '-')
            {
                Words.Add(argument);
                continue;
            }
            for (int at = 1; at < argument.Length; at++)
            {
                char letter = argument[at];
                int known = letter == ':' ? -1 : letters.IndexOf(letter, StringComparison.Ordinal);
                if (known < 0)
                {
                    Problem ??= "invalid option -- '" + letter + "'";
                    continue;
                }
                if (known + 1 >= letters.Length || letters[known + 1] != ':')
                {
                    Options.Add((letter, ""));
                    continue;
                }
                if (at + 1 < argument.Length)
                    Options.Add((letter, argument[(at + 1)..]));
                else if (i + 1 < arguments.Count)
                    Options.Add((letter, arguments[++i]));
                else
                    Problem ??= "option requires an argument -- '" + letter + "'";
                break;
            }
        }
    }

    /// <summary>Whether an option was given.</summary>
    internal bool Has(char letter) => Options.Exists(o => o.Letter == letter);

    /// <summary>The last value of an option, null when it was not given.</summary>
    internal string? Value(char letter) => Options.FindLast(o => o.Letter == letter) is { Letter: not '\0' } found ? found.Value : null;
}
