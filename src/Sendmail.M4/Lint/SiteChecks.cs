namespace Sendmail.M4.Lint;

/// <summary>What can be said of a .mc file by its calls alone: names, order, habits that are unsafe or obsolete.</summary>
internal sealed class SiteChecks
{
    private static readonly Dictionary<string, string> _kinds = new() { ["FEATURE"] = "feature", ["MAILER"] = "mailer", ["OSTYPE"] = "ostype", ["DOMAIN"] = "domain", ["HACK"] = "hack" };

    private readonly string _file;
    private readonly SiteScanner _site;
    private readonly LibraryNames _library;
    private readonly Func<string, bool> _isMacro;
    private readonly IReadOnlyList<string> _macroNames;
    private readonly List<LintFinding> _findings = [];
    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _mailers = new(StringComparer.Ordinal);
    private bool _sawSystem;
    private int _systemMissingAt;

    private SiteChecks(string file, SiteScanner site, LibraryNames library, IReadOnlyList<string> macroNames)
    {
        _file = file;
        _site = site;
        _library = library;
        _macroNames = macroNames;
        var known = macroNames.ToHashSet(StringComparer.Ordinal);
        _isMacro = known.Contains;
    }

    internal static IReadOnlyList<LintFinding> Of(string file, SiteScanner site, LibraryNames library, IReadOnlyList<string> macroNames)
    {
        var checks = new SiteChecks(file, site, library, macroNames);
        checks.Run();
        return checks._findings;
    }

    private void Say(int line, LintSeverity severity, string message) => _findings.Add(new LintFinding(_file, line, severity, message));

    private void Run()
    {
        if (_site.Unbalanced is { } open)
            Say(open.Line, LintSeverity.Error, open.What == "quote" ? "the quote ` opened here is never closed" : "the parenthesis opened here is never closed");
        // Whoever defines this says that no system is needed (configurations for submission).
        _sawSystem = _site.Calls.Any(c => c is { Name: "define" } && c[0] == "__OSTYPE__");
        foreach (SiteCall call in _site.Calls)
            Check(call);
        foreach ((int line, string text) in _site.Stray)
            Stray(line, text);
        if (!_sawSystem && _site.Unbalanced is null)
            Say(_systemMissingAt, LintSeverity.Error, "no OSTYPE: it names the operating system and comes before FEATURE and MAILER");
        if (_mailers.Count == 0 && _site.Unbalanced is null && !_site.Calls.Any(c => c.Name == "FEATURE" && c[0] is "nullclient" or "msp"))
            Say(0, LintSeverity.Error, "no MAILER: nothing can be delivered; MAILER(`local') and MAILER(`smtp') are the usual ones");
    }

    private void Stray(int line, string text)
    {
        int end = 0;
        while (end < text.Length && Input.Syntax.IsWordPart(text[end]))
            end++;
        string word = text[..end];
        string hint = word.Length > 2 ? Suggestion.For(word, _macroNames.Where(m => char.IsAsciiLetterUpper(m[0]))) : "";
        Say(line, LintSeverity.Warning, "text goes into the result as it is: " + Short(text) + hint);
    }

    private static string Short(string text) => text.Length > 40 ? text[..40] + "..." : text;

    private void Check(SiteCall call)
    {
        if (call.EndsLine && call.Name is not ("LOCAL_CONFIG" or "LOCAL_RULESETS" or "LOCAL_NET_CONFIG" or "MAILER_DEFINITIONS" or "divert")
            && !call.Name.StartsWith("LOCAL_RULE_", StringComparison.Ordinal))
            Say(call.Line, LintSeverity.Note, "no dnl behind " + call.Name + ": it leaves an empty line in the result");
        if (!_isMacro(call.Name) && !_own.Contains(call.Name))
        {
            Say(call.Line, LintSeverity.Error, call.Name + " is no macro: its text goes into the result" + Suggestion.For(call.Name, _macroNames.Where(m => m.Length > 2)));
            return;
        }
        if (_kinds.TryGetValue(call.Name, out string? kind))
            Part(call, kind);
        else if (call.Name is "define" or "undefine" or "pushdef")
            Variable(call);
        else if (call.Name == "MODIFY_MAILER_FLAGS" && _mailers.ContainsKey(call[0].ToLowerInvariant()))
            Say(call.Line, LintSeverity.Error, "MODIFY_MAILER_FLAGS comes after MAILER(`" + call[0].ToLowerInvariant() + "') and has no effect: it belongs before it");
        else if (call.Name is "DAEMON_OPTIONS" && call[0].Contains("Port=465", StringComparison.OrdinalIgnoreCase) && !Modifiers(call[0]).Contains('s'))
            Say(call.Line, LintSeverity.Warning, "port 465 is for TLS from the first octet: it needs the modifier s (M=s)");
    }

    private static string Modifiers(string options) =>
        options.Split(',').Select(o => o.Trim()).FirstOrDefault(o => o.StartsWith("M=", StringComparison.OrdinalIgnoreCase) || o.StartsWith("Modify", StringComparison.OrdinalIgnoreCase)) is { } m
            ? m[(m.IndexOf('=') + 1)..] : "";

    private void Part(SiteCall call, string kind)
    {
        IReadOnlyList<string> known = _library.Files(kind);
        string name = call[0];
        if (name.Length == 0)
        {
            Say(call.Line, LintSeverity.Error, call.Name + " needs a name");
            return;
        }
        // A name may be given by a macro, or be a path.
        bool plain = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
        if (plain && !known.Contains(name, StringComparer.Ordinal) && !_isMacro(name))
            Say(call.Line, LintSeverity.Error, "there is no " + call.Name + "(`" + name + "')" + Suggestion.For(name, known));
        if (call.Name == "OSTYPE")
            _sawSystem = true;
        else if (!_sawSystem && _systemMissingAt == 0)
            _systemMissingAt = call.Line;
        if (call.Name == "MAILER")
            Mailer(call, name);
        if (call.Name is "FEATURE" or "OSTYPE" or "DOMAIN" && _mailers.Count > 0)
            Say(call.Line, LintSeverity.Error, call.Name + "(`" + name + "') comes after MAILER: it belongs before the first MAILER (line " + Processor.Number(_mailers.Values.Min()) + ")");
        if (call.Name == "FEATURE" && RiskyFeatures.Of(call) is { } risk)
            Say(call.Line, LintSeverity.Warning, "FEATURE(`" + name + "'): " + risk);
    }

    private void Mailer(SiteCall call, string name)
    {
        if (!_mailers.TryAdd(name, call.Line))
            Say(call.Line, LintSeverity.Warning, "MAILER(`" + name + "') a second time; the first is in line " + Processor.Number(_mailers[name]));
        foreach (string first in name == "procmail" ? (string[])["local", "smtp"] : [])
        {
            if (!_mailers.ContainsKey(first))
                Say(call.Line, LintSeverity.Error, "MAILER(`procmail') comes before MAILER(`" + first + "'): it belongs behind it");
        }
        if (name == "uucp" && !_mailers.ContainsKey("smtp"))
            Say(call.Line, LintSeverity.Warning, "MAILER(`uucp') before MAILER(`smtp'): the mailers for domain addresses over UUCP (uucp-dom, uucp-uudom) are left out");
    }

    private void Variable(SiteCall call)
    {
        string name = call[0];
        bool isConfiguration = name.StartsWith("conf", StringComparison.Ordinal) && name.Length > 4 && char.IsAsciiLetterUpper(name[4]);
        if (isConfiguration && !_library.Mentions(name))
            Say(call.Line, LintSeverity.Error, "nothing uses " + name + Suggestion.For(name, _library.ConfigurationNames));
        else if (!isConfiguration && name.Length > 3 && char.IsAsciiLetterUpper(name[0]) && !_site.Uses(name) && name.All(c => char.IsAsciiLetterUpper(c) || c is '_' || char.IsAsciiDigit(c)) && !_library.Mentions(name))
            Say(call.Line, LintSeverity.Warning, "the library does not use " + name + Suggestion.For(name, _library.CapitalNames));
        if (call.Name != "undefine" && RiskyValues.Of(name, call[1]) is { } risk)
            Say(call.Line, LintSeverity.Warning, name + ": " + risk);
        int mailer = name.IndexOf("_MAILER_", StringComparison.Ordinal);
        if (mailer > 0 && call.Name == "define" && _mailers.TryGetValue(name[..mailer].ToLowerInvariant(), out int line))
            Say(call.Line, LintSeverity.Error, name + " is defined after MAILER(`" + name[..mailer].ToLowerInvariant() + "') (line " + Processor.Number(line) + ") and has no effect");
        _own.Add(name);
    }
}
