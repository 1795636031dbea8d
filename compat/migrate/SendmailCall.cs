using Sendmail.Core;

namespace Sendmail.Migrate;

/// <summary>A command line of sendmail as some file has it.</summary>
internal sealed class SendmailCall
{
    private SendmailCall(string program) => Program = program;

    /// <summary>The path that is called.</summary>
    internal string Program { get; }
    /// <summary>The options as written, without values.</summary>
    internal List<string> Options { get; } = [];
    /// <summary>Options that are refused or not known.</summary>
    internal List<char> Refused { get; } = [];
    /// <summary>The file of -C, null when there is none.</summary>
    internal string? Configuration { get; private set; }
    /// <summary>Whether a daemon or queue runner is started.</summary>
    internal bool IsService { get; private set; }

    /// <summary>Reads the words behind the program's name, as far as they are plain.</summary>
    internal static SendmailCall Parse(string program, string rest)
    {
        var call = new SendmailCall(program);
        // What a shell, Perl or PHP puts behind a command ends it; what they expand is not known.
        int end = rest.AsSpan().IndexOfAny("|;&<>)`");
        string[] words = Words(end < 0 ? rest : rest[..end]);
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            if (word.Length < 2 || word[0] != '-' || word[1] == '-')
                break;
            for (int at = 1; at < word.Length; at++)
            {
                CommandLetter? row = CommandLetters.Find(word[at]);
                if (row is null or { Argument: CommandArgument.Refused })
                {
                    if (!char.IsAsciiLetterOrDigit(word[at]))
                        return call;
                    call.Refused.Add(word[at]);
                    break;
                }
                if (row.Argument == CommandArgument.None)
                {
                    call.Options.Add("-" + row.Letter);
                    continue;
                }
                string value = word[(at + 1)..];
                if (value.Length == 0 && row.Argument == CommandArgument.Required)
                    value = ++i < words.Length ? words[i] : "";
                call.Take(row.Letter, value);
                break;
            }
        }
        return call;
    }

    private void Take(char letter, string value)
    {
        Options.Add("-" + letter + (letter is 'b' or 'o' or 'q' or 'A' ? value : ""));
        if (letter == 'C')
            Configuration = value;
        IsService |= letter == 'b' && value is "d" or "D" || letter == 'q' && value.Length > 0 && char.IsAsciiDigit(value[0]);
    }

    // Quotes end a command that stands in them; a quote right behind the program begins a list of quoted words.
    private static string[] Words(string text)
    {
        int quote = text.AsSpan().IndexOfAny('"', '\'');
        if (quote == 0)
            text = text.Split(']')[0];
        else if (quote > 0)
            text = text[..quote];
        return text.Split((char[])[' ', '\t', ',', '"', '\''], StringSplitOptions.RemoveEmptyEntries);
    }
}
