using System.Text.RegularExpressions;
using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Rewriting;

namespace Sendmail.Manual.Tests;

/// <summary>The pages and the tables of the code say the same.</summary>
public partial class ManualTests
{
    private static readonly string _project = FindProject();
    private static readonly string[] _pages = [.. Directory.EnumerateFiles(Path.Combine(_project, "man")).Order(StringComparer.Ordinal)];
    private static readonly Lazy<string> _sources = new(() => string.Concat(Directory.EnumerateFiles(Path.Combine(_project, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.EndsWith("/PredefinedMacros.cs", StringComparison.Ordinal)).Select(File.ReadAllText)));

    private static string FindProject()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Sendmail.Net.sln")))
            directory = Path.GetDirectoryName(directory)!;
        return directory;
    }

    [Fact]
    public void Tables_in_pages_are_those_of_the_code()
    {
        foreach (string page in _pages)
        {
            string text = File.ReadAllText(page);
            Assert.True(text == ManualPage.Renew(text), page + ": its tables are not those of the code; make man");
        }
    }

    [Fact]
    public void Every_table_is_in_a_page() =>
        Assert.Equal(ManualTables.All.Keys.Order(StringComparer.Ordinal), _pages.SelectMany(p => ManualPage.TablesOf(File.ReadAllText(p))).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Macros_of_the_table_are_in_the_code_and_those_that_the_code_sets_are_in_the_table()
    {
        foreach (PredefinedMacro macro in PredefinedMacros.All)
            Assert.True(_sources.Value.Contains("\"" + macro.Name + "\"", StringComparison.Ordinal) || _sources.Value.Contains("\"" + macro.Name.Split('_')[0] + "_\"", StringComparison.Ordinal), macro.Name);
        foreach (Match set in MacroSet().Matches(_sources.Value))
            Assert.Contains(PredefinedMacros.All, m => m.Name == set.Groups[1].Value);
    }

    [Fact]
    public void Flags_of_mailers_with_an_effect_are_asked_for_in_the_code()
    {
        foreach (MailerFlag flag in MailerFlagTable.All.Where(f => !f.Summary.StartsWith("Header lines", StringComparison.Ordinal)))
            Assert.True(MailerFlagAsked(flag.Letter) == flag.HasEffect, "flag " + flag.Letter);
    }

    private static bool MailerFlagAsked(char letter) => Regex.IsMatch(_sources.Value, @"([Mm]ailer|agent|flags|Flags|row|mailer!)[?!]?(\.Flags)?\.Has\('" + Regex.Escape(letter.ToString()) + @"'\)", RegexOptions.CultureInvariant);

    [Fact]
    public void Letters_of_the_command_line_occur_once_each() =>
        Assert.Equal(CommandLetters.All.Count, CommandLetters.All.Select(l => l.Letter).Distinct().Count());

    [Fact]
    public void A_page_with_an_unknown_or_endless_table_is_refused()
    {
        Assert.Throws<FormatException>(() => ManualPage.Renew(".\\\" table nothing begin\n.\\\" table nothing end\n"));
        Assert.Throws<FormatException>(() => ManualPage.Renew(".\\\" table options begin\n"));
        Assert.Equal("a\n", ManualPage.Renew("a\n"));
    }

    [GeneratedRegex(@"\b(?:[Ss]cope|[Mm]acros|_session)\[""(\w+)""\]\s*=[^=]", RegexOptions.CultureInvariant)]
    private static partial Regex MacroSet();
}
