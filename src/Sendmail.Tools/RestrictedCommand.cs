using System.Text;

namespace Sendmail.Tools;

/// <summary>
/// What smrsh(8) makes of a command line: programs come from one directory, whatever path was written in front of them; exec,
/// exit and echo are the shell's own; <c>&amp;&amp;</c> and <c>||</c> join commands, and nothing else that a shell would act on is allowed.
/// </summary>
internal sealed class RestrictedCommand
{
    private const int Longest = 1000;
    private const string Forbidden = "`<>;$()\r\n&|";

    private RestrictedCommand(string? command, string? problem, string? logged)
    {
        Command = command;
        Problem = problem;
        Logged = logged;
    }

    /// <summary>What the shell gets, null when it is refused.</summary>
    internal string? Command { get; }
    /// <summary>Why it is refused, for the user.</summary>
    internal string? Problem { get; }
    /// <summary>The same for the log.</summary>
    internal string? Logged { get; }

    /// <summary>Checks a command. <paramref name="reason"/> says why the file of a name is no program that may run, and nothing for one that may.</summary>
    /// <param name="directory">Where the programs are.</param>
    /// <param name="reason">Gets the path of a program; null when it may run, otherwise the words in parentheses, empty for none.</param>
    internal static RestrictedCommand Parse(string text, string directory, Func<string, string?> reason)
    {
        var command = new StringBuilder();
        int at = 0;
        while (true)
        {
            at = SkipBlanks(text, at);
            if (at == text.Length)
                break;
            if (string.CompareOrdinal(text, at, "exec ", 0, 5) == 0)
            {
                command.Append("exec ");
                at = SkipBlanks(text, at + 5);
            }
            int end = at;
            while (end < text.Length && text[end] is not (' ' or '\t'))
                end++;
            string word = text[at..end];
            string name = word[(word.LastIndexOf('/') + 1)..];
            if (name is "exit" or "echo" || (name == "exec" && end < text.Length))
            {
                command.Append(name);
            }
            else
            {
                if (reason(directory + "/" + name) is { } why)
                {
                    string parentheses = why.Length > 0 ? " (" + why + ")" : "";
                    return new RestrictedCommand(null, "\"" + name + "\" not available for sendmail programs" + parentheses, "attempt to use \"" + name + "\"" + parentheses);
                }
                command.Append(directory).Append('/').Append(name);
            }
            at = end;
            bool joined = false;
            while (at < text.Length && !joined)
            {
                if (at + 1 < text.Length && text[at] is '&' or '|' && text[at + 1] == text[at])
                {
                    command.Append(text, at, 2);
                    at += 2;
                    joined = true;
                    continue;
                }
                if (Forbidden.Contains(text[at], StringComparison.Ordinal))
                {
                    string what = "cannot use " + text[at] + " in command";
                    return new RestrictedCommand(null, what, "attempt to use " + text[at] + " in command: " + text);
                }
                command.Append(text[at++]);
            }
            if (joined)
                command.Append(' ');
        }
        return command.Length >= Longest ? new RestrictedCommand(null, "command too long: " + text, null) : new RestrictedCommand(command.ToString(), null, null);
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
        return at;
    }
}
