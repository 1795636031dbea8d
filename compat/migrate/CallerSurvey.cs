using System.Text.RegularExpressions;
using Sendmail.Core.Cf;
using Sendmail.Diagnosis;

namespace Sendmail.Migrate;

/// <summary>Cron tables, services, configurations of other programs and scripts that call sendmail, with the options they use.</summary>
internal sealed partial class CallerSurvey(SiteFiles files)
{
    private const long MostOctets = 1 << 20;
    private const int MostDepth = 8;
    private const int MostFiles = 100_000;

    // Names that this program is installed by.
    private static readonly string[] _installed =
    [
        "/usr/sbin/sendmail", "/usr/lib/sendmail", "/usr/bin/mailq", "/usr/bin/newaliases", "/usr/sbin/hoststat", "/usr/sbin/purgestat", "/usr/sbin/smtpd",
        "/usr/sbin/makemap", "/usr/sbin/editmap", "/usr/sbin/praliases", "/usr/sbin/mailstats", "/usr/bin/vacation", "/usr/bin/rmail",
    ];

    private readonly List<(CfLocation Place, string What, SendmailCall Call)> _calls = [];
    private readonly List<(CfLocation Place, string Text)> _cron = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Configurations that services are started with.</summary>
    internal IEnumerable<string> Configurations => _calls.Where(c => c.Call is { IsService: true, Configuration: [ '/', ..] }).Select(c => c.Call.Configuration!);

    /// <summary>Looks in the usual places and below the given directories.</summary>
    internal void Find(IEnumerable<string> more)
    {
        foreach ((string pattern, string what) in SiteLayout.Callers)
        {
            foreach (string path in files.Matching(pattern))
                Look(path, what);
        }
        foreach (string directory in more)
            Below(directory, 0);
    }

    private void Below(string path, int depth)
    {
        if (depth > MostDepth || _seen.Count > MostFiles || files.Facts(path) is not { } facts)
            return;
        if (!facts.IsDirectory)
        {
            Look(path, "script");
            return;
        }
        foreach (string name in files.Names(path, out _))
            Below(path.TrimEnd('/') + "/" + name, depth + 1);
    }

    private void Look(string path, string what)
    {
        // A file that several names lead to is looked at once.
        if (files.Resolve(path, out _) is not { } real || !_seen.Add(real) || files.Read(path, MostOctets, out _) is not { } text || text.Contains('\0', StringComparison.Ordinal))
            return;
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#' || line[0] == ';' || line.StartsWith("//", StringComparison.Ordinal))
                continue;
            var place = new CfLocation(path, i + 1);
            if (what == "cron" && MailTo().Match(line) is { Success: true } to)
                _cron.Add((place, to.Groups[1].Value));
            // Some systems have a directory of that name.
            foreach (Match call in Calls().Matches(line).Where(c => files.Facts(c.Groups[1].Value) is not { IsDirectory: true }))
                _calls.Add((place, what, SendmailCall.Parse(call.Groups[1].Value, line[(call.Index + call.Length)..])));
        }
    }

    /// <summary>Writes what was found.</summary>
    internal void Tell(Report report)
    {
        foreach ((CfLocation place, string to) in _cron)
            report.Add(FindingLevel.Ok, place.ToString(), to.Length > 0 ? "cron mails what jobs print to " + to : "cron mails nothing", "", "cron-mail");
        foreach ((CfLocation place, string what, SendmailCall call) in _calls)
            Tell(place.ToString(), what, call, report);
        if (_calls.Count == 0 && _cron.Count == 0)
            report.Add(FindingLevel.Info, "", "none in the usual places; --scan looks in others", "", "caller-none");
        report.Add(FindingLevel.Info, "", "compiled programs that call sendmail are not found this way; the name, options and exit codes that they know are the same", "", "caller-binary");
    }

    private static void Tell(string place, string what, SendmailCall call, Report report)
    {
        string shown = call.Program + (call.Options.Count > 0 ? " " + string.Join(' ', call.Options) : "");
        if (what == "mailwrapper")
        {
            report.Add(FindingLevel.Warning, place, "mailwrapper(8) leads to " + call.Program, "name /usr/sbin/sendmail of this program there", "caller-wrapper");
            return;
        }
        if (call.Refused.Count > 0)
            report.Add(FindingLevel.Warning, place, what + ": " + shown + ": option " + string.Join(", ", call.Refused.Select(c => "-" + c)) + " is refused with exit code 64, as by 8.18.2", "take it out", "caller-option");
        else if (!_installed.Contains(call.Program))
            report.Add(FindingLevel.Warning, place, what + ": " + shown + ": no program of ours is installed by that name", "ln -s /usr/sbin/" + Path.GetFileName(call.Program) + " " + call.Program, "caller-path");
        else
            report.Add(FindingLevel.Ok, place, what + ": " + shown + ": as before", "", call.IsService ? "service" : "caller");
    }

    [GeneratedRegex(@"(?<![\w./-]|-[xefsd] )((?:/[\w.+-]+)*/(?:sbin|lib|libexec|bin|ucblib|sendmail)/(?:sendmail|mailq|newaliases|hoststat|purgestat|makemap|editmap|praliases|mailstats|rmail|vacation))(?![\w./-])", RegexOptions.CultureInvariant)]
    private static partial Regex Calls();

    [GeneratedRegex(@"^MAILTO\s*=\s*[""']?([^""'\s]*)", RegexOptions.CultureInvariant)]
    private static partial Regex MailTo();
}
