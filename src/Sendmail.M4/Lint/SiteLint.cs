using System.Text;
using Sendmail.M4.Input;
using Sendmail.M4.Library;
using Sendmail.M4.Program;

namespace Sendmail.M4.Lint;

/// <summary>makecf --lint: reads .mc files as their author meant them, then expands them, and says what is wrong or doubtful.</summary>
internal sealed class SiteLint
{
    private readonly M4CommandLine _line;
    private readonly List<LintFinding> _findings = [];
    private readonly string _file;
    private readonly string _text;

    private SiteLint(M4CommandLine line, string file, string text)
    {
        _line = line;
        _file = file;
        _text = text;
    }

    /// <summary>Checks the files of the command line and prints the findings to <paramref name="output"/>. 0: nothing found, 1: warnings, 2: errors.</summary>
    internal static int Run(M4CommandLine line, Func<Stream> input, Stream output, Stream errors)
    {
        int exit = 0;
        foreach ((M4CommandLine.Step step, string name) in line.Steps)
        {
            if (step != M4CommandLine.Step.File)
                continue;
            string error = "";
            using Stream? stream = name == "-" ? input() : M4Files.OpenRead(name, out error);
            if (stream is null)
            {
                errors.Write(Encoding.Latin1.GetBytes(line.Settings.ProgramName + ": cannot open `" + name + "': " + error + "\n"));
                exit = 2;
                continue;
            }
            using var content = new MemoryStream();
            stream.CopyTo(content);
            var lint = new SiteLint(line, name == "-" ? "stdin" : name, Encoding.Latin1.GetString(content.ToArray()));
            lint.Check();
            foreach (LintFinding finding in lint._findings.OrderBy(f => f.Line))
            {
                string text = line.Json ? LintJson.Of(finding)
                    : finding.File + ":" + Processor.Number(Math.Max(1, finding.Line)) + ": " + finding.Severity.ToString().ToLowerInvariant() + ": " + finding.Message;
                output.Write(Encoding.Latin1.GetBytes(text + "\n"));
                exit = Math.Max(exit, (int)finding.Severity);
            }
        }
        return exit;
    }

    private void Check()
    {
        var finder = new LibraryFinder(new SearchPath(_line.Settings.IncludePath), _line.Settings.IncludePath);
        if (finder.Directory is not { } directory)
        {
            _findings.Add(new LintFinding(_file, 0, LintSeverity.Error, "the configuration library (" + LibraryFinder.Entry + ") is not found: name its directory with -I"));
            return;
        }
        using var output = new MemoryStream();
        using var nowhere = new MemoryStream();
        var settings = new M4Settings { ProgramName = _line.Settings.ProgramName, AllowFiles = false, CallLimit = M4Limits.CallsWithoutInputInConfiguration };
        using var processor = new Processor(settings, output, nowhere) { Finder = finder };
        processor.DefineBuiltins();
        finder.Serving = served => processor.DefineIfMissing("_CF_DIR_", served + "/");
        var said = new List<(int Line, string Text)>();
        processor.Listener = text => said.Add((processor.LineIn(_file), text));
        bool finished = Expand(processor, () =>
        {
            if (finder.Open(directory + "/" + LibraryFinder.Entry, out string found, out _) is { } entry)
                processor.ProcessFile(entry, found);
        });
        var macros = processor.Symbols.All().Where(s => s.Top is not null).Select(s => s.Name).ToList();
        var known = macros.ToHashSet(StringComparer.Ordinal);
        SiteScanner site = SiteScanner.Scan(_text, known.Contains);
        _findings.AddRange(SiteChecks.Of(_file, site, new LibraryNames(directory), macros));
        finished = finished && Expand(processor, () =>
        {
            processor.ProcessFile(new MemoryStream(Encoding.Latin1.GetBytes(_text)), _file);
            processor.ProcessWrapped();
            processor.Finish();
        });
        AddMessages(said);
        if (finished)
            _findings.AddRange(ResultChecks.Of(_file, Encoding.Latin1.GetString(output.ToArray()), LineOf));
    }

    private static bool Expand(Processor processor, Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (M4ExitException e)
        {
            if (e.Text is not null)
                processor.Message(e.Text, e.File ?? processor.File, e.File is null ? processor.Line : e.Line);
            return false;
        }
    }

    // What m4 and the library said, at the line of the .mc they said it; not again what was found by looking.
    private void AddMessages(List<(int Line, string Text)> said)
    {
        var whole = new StringBuilder();
        int at = 0;
        foreach ((int line, string text) in said)
        {
            if (whole.Length == 0)
                at = line;
            whole.Append(text);
            if (!text.EndsWith('\n'))
                continue;
            AddMessage(at, OneLine(whole.ToString()));
            whole.Clear();
        }
        if (whole.Length > 0)
            AddMessage(at, OneLine(whole.ToString()));
    }

    private static string OneLine(string text) => string.Join(' ', text.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));

    private void AddMessage(int line, string text)
    {
        string program = _line.Settings.ProgramName + ":";
        bool own = text.StartsWith(program, StringComparison.Ordinal);
        if (own)
            text = text[program.Length..].TrimStart();
        if (own && text.StartsWith(_file + ":", StringComparison.Ordinal) && text[(_file.Length + 1)..].Split(':')[0] is { } number && int.TryParse(number, out int named))
        {
            line = named;
            text = text[(_file.Length + number.Length + 2)..].TrimStart();
        }
        if (_findings.Exists(f => f.Severity == LintSeverity.Error && (f.Line == line || (line == 0 && f.Message.StartsWith("no ", StringComparison.Ordinal)))))
            return;
        // The library warns about some features too, in fewer words.
        if (line > 0 && _findings.Exists(f => f.Line == line && f.Message.StartsWith("FEATURE(`", StringComparison.Ordinal)))
            return;
        bool warning = text.Contains("warning", StringComparison.OrdinalIgnoreCase) || text.Contains("deprecated", StringComparison.Ordinal);
        string bare = text.TrimStart('*', ' ');
        foreach (string word in (string[])["ERROR:", "WARNING:", "Warning:"])
        {
            if (bare.StartsWith(word, StringComparison.Ordinal))
                bare = bare[word.Length..].TrimStart();
        }
        _findings.Add(new LintFinding(_file, line, warning ? LintSeverity.Warning : LintSeverity.Error, bare));
    }

    // The line that names the path, else the one with the feature the map belongs to.
    private int LineOf(string path, string map)
    {
        string[] lines = _text.Split('\n');
        int found = Array.FindIndex(lines, l => l.Contains(path, StringComparison.Ordinal));
        if (found < 0 && map.Length > 3)
            found = Array.FindIndex(lines, l => l.Contains("`" + map, StringComparison.OrdinalIgnoreCase));
        return found + 1;
    }
}
