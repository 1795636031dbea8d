using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Maps;

namespace Sendmail.Manual;

/// <summary>The tables of the manual pages, made of those that the programs themselves use; mdoc(7) lines each.</summary>
internal static class ManualTables
{
    /// <summary>By the name that a page calls a table by.</summary>
    internal static IReadOnlyDictionary<string, Func<IEnumerable<string>>> All { get; } = new Dictionary<string, Func<IEnumerable<string>>>(StringComparer.Ordinal)
    {
        ["options"] = Options,
        ["mailer-flags"] = () => MailerFlagTable.All.SelectMany(f => Entry("Cm " + Escape(f.Letter.ToString()), f.Summary, f.HasEffect)),
        ["map-classes"] = () => MapClassTable.All.SelectMany(c => Entry("Cm " + c.Name, c.Summary, true)),
        ["macros"] = () => PredefinedMacros.All.SelectMany(m => Entry("Va " + (m.Name.Length == 1 ? "$" + m.Name : "${" + m.Name + "}"), m.Summary, true)),
        ["letters"] = () => CommandLetters.All.SelectMany(Letter),
        ["modes"] = () => CommandLetters.Modes.SelectMany(m => Entry("Fl b" + m.Letter, m.Summary, true)),
        ["debug"] = () => DebugCategories.All.SelectMany(c => Entry("Cm " + c.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), c.Summary + "; levels " + c.Levels, true)),
    };

    private static IEnumerable<string> Options()
    {
        foreach (Option option in OptionTable.All.OrderBy(o => o.Name, StringComparer.OrdinalIgnoreCase))
        {
            yield return ".It Cm " + option.Name + (option.Letter != '\0' ? " Pq Cm " + Escape(option.Letter.ToString()) : "");
            foreach (string line in Wrapped(option.Summary + "."))
                yield return line;
            if (option.DefaultText.Length > 0)
            {
                yield return "Default:";
                yield return ".Ql " + Escape(option.DefaultText) + " .";
            }
            if (option.Safe)
                yield return "Safe for every user.";
            if (!option.HasEffect)
                yield return "No effect.";
        }
    }

    private static IEnumerable<string> Letter(CommandLetter letter)
    {
        string value = letter.Value.Length == 0 ? "" : letter.Argument == CommandArgument.Attached ? " Ns Op Ar " + letter.Value : " Ar " + letter.Value;
        return Entry("Fl " + letter.Letter + value, letter.Summary + (letter.Argument == CommandArgument.Refused ? "; refused with exit code 64" : ""), true);
    }

    private static IEnumerable<string> Entry(string term, string summary, bool hasEffect) =>
        [".It " + term, .. Wrapped(summary + "."), .. hasEffect ? Array.Empty<string>() : ["No effect."]];

    // Words in lines of a width that every editor has; what begins with a dot or quote must not begin a line.
    private static IEnumerable<string> Wrapped(string text)
    {
        const int width = 76;
        string line = "";
        foreach (string word in text.Replace("\\", "\\e", StringComparison.Ordinal).Split(' '))
        {
            if (line.Length + word.Length >= width)
            {
                yield return line;
                line = "";
            }
            line += (line.Length > 0 ? " " : word[0] is '.' or '\'' ? "\\&" : "") + word;
        }
        yield return line;
    }

    private static string Escape(string text) => text switch
    {
        // These are punctuation to mdoc when they stand alone.
        "." or "," or ":" or ";" or "(" or ")" or "[" or "]" or "?" or "!" or "|" => "\\&" + text,
        _ => text.Replace("\\", "\\e", StringComparison.Ordinal),
    };
}
