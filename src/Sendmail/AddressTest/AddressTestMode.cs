using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Modes;
using Sendmail.Mta;

namespace Sendmail.AddressTest;

/// <summary>-bt: rulesets on addresses, one line after another (op 4.7).</summary>
internal sealed class AddressTestMode(MtaServices services, RewriteTrace trace, TextReader input, TextWriter output)
{
    private readonly Configuration _configuration = services.Configuration;
    private int _exit;
    private AddressRole _role = AddressRole.Recipient;
    private bool _header;
    private readonly MacroScope _scope = services.NewScope();

    internal async Task<int> RunAsync(int exit)
    {
        _exit = exit;
        trace.Enabled = true;
        output.WriteLine("ADDRESS TEST MODE (ruleset 3 NOT automatically invoked)");
        output.WriteLine("Enter <ruleset> <address>");
        while (true)
        {
            output.Write("> ");
            output.Flush();
            string? line = input.ReadLine();
            if (line is null)
                return _exit;
            if (!await LineAsync(line).ConfigureAwait(false))
                return _exit;
        }
    }

    private async ValueTask<bool> LineAsync(string line)
    {
        if (line.Length == 0 || line[0] == '#' || line.Trim(' ').Length == 0)
            return true;
        switch (line[0])
        {
            case '.': Define(line[1..]); return true;
            case '=': Show(line[1..]); return true;
            case '$': ShowMacro(line[1..]); return true;
            case '-': Debug(line[1..]); return true;
            case '/': return await CommandAsync(line[1..]).ConfigureAwait(false);
            case '?': Help(); return true;
            default: await RulesAsync(line).ConfigureAwait(false); return true;
        }
    }

    private async ValueTask RulesAsync(string line)
    {
        int end = 0;
        while (end < line.Length && !char.IsWhiteSpace(line[end]))
            end++;
        string[] rules = line[..end].Split(',', StringSplitOptions.RemoveEmptyEntries);
        string address = line[end..].TrimStart();
        if (address.Length == 0)
        {
            output.WriteLine("No address!");
            return;
        }
        foreach (string one in SplitAddresses(address))
        {
            var workspace = new List<Token>();
            services.Rewriter.Tokenizer.Tokenize(one, '\0', TokenizeMode.KeepComments, workspace, out _, out string? error);
            if (error is not null)
                output.WriteLine(one + "... " + error);
            foreach (string rule in rules)
            {
                RuleSet? set = _configuration.RuleSets.Find(rule);
                if (set is null && !(int.TryParse(rule, out int number) && number < 100))
                {
                    output.WriteLine("Undefined ruleset " + rule);
                    break;
                }
                await services.Rewriter.RewriteAsync(workspace, rule, _scope).ConfigureAwait(false);
            }
        }
    }

    private static List<string> SplitAddresses(string text)
    {
        var parts = new List<string>();
        int start = 0;
        bool quoted = false;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '"')
                quoted = !quoted;
            if (i == text.Length || (text[i] == ',' && !quoted))
            {
                if (text[start..i].Trim().Length > 0)
                    parts.Add(text[start..i].Trim());
                start = i + 1;
            }
        }
        return parts;
    }

    private void Define(string text)
    {
        if (text.Length < 2)
        {
            output.WriteLine("Usage: .[DC]macro value(s)");
            return;
        }
        string rest = text[1..];
        int end = CfText.NameEnd(rest, 0);
        string name = CfText.Name(rest.AsSpan(0, end));
        if (text[0] == 'D')
            _configuration.Macros[name] = CfText.Encode(rest[end..]);
        else if (text[0] == 'C' && _configuration.Classes is Dictionary<string, MailClass> classes)
            Add(classes, name, rest[end..]);
        else
            output.WriteLine("Unknown \".\" command " + text);
    }

    private void Add(Dictionary<string, MailClass> classes, string name, string words)
    {
        if (!classes.TryGetValue(name, out MailClass? members))
            classes[name] = members = new MailClass();
        foreach (string word in words.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            members.AddPhrase(word, services.Rewriter.Tokenizer.Tokenize(word, TokenizeMode.Rule).Count);
    }

    private void Show(string text)
    {
        if (text.StartsWith('M'))
        {
            foreach (Mailer mailer in _configuration.Mailers)
                output.WriteLine(MailerListing.Line(mailer, _configuration.RuleSets));
            return;
        }
        if (!text.StartsWith('S') || text.Length < 2)
        {
            output.WriteLine("Usage: =Sruleset or =M");
            return;
        }
        RuleSet? set = _configuration.RuleSets.Find(text[1..].Trim());
        if (set is null)
        {
            output.WriteLine("Undefined ruleset " + text[1..].Trim());
            return;
        }
        foreach (RewriteRule rule in set.Rules)
            output.WriteLine("R" + RewriteTrace.Show(rule.LeftTokens) + " \t\t" + RewriteTrace.Show(rule.RightTokens) + " ");
    }

    private void ShowMacro(string text)
    {
        if (text.StartsWith('='))
        {
            string name = CfText.Name(text.AsSpan(1, CfText.NameEnd(text, 1) - 1));
            foreach (string member in _configuration.Classes.GetValueOrDefault(name)?.Members ?? [])
                output.WriteLine(member);
            return;
        }
        string macro = CfText.Name(text.AsSpan(0, CfText.NameEnd(text, 0)));
        string? value = _scope[macro];
        output.WriteLine(value is null ? "Undefined" : CfText.Visible(value));
    }

    private void Debug(string text)
    {
        if (!text.StartsWith('d'))
        {
            output.WriteLine("Unknown \"-\" command -" + text);
            return;
        }
        foreach (string part in text[1..].Split(','))
        {
            string[] words = part.Split('.');
            int level = words.Length > 1 && int.TryParse(words[1], out int value) ? value : 1;
            if (words[0] == "21")
                trace.Level = level;
            else if (words[0] == "60")
                services.Rewriter.TraceLookup = level > 0 ? Looked : null;
        }
    }

    private void Looked(string map, string key, IReadOnlyList<string> arguments, MapResult result)
    {
        string shown = string.Concat(arguments.Select((a, i) => ", %" + (i + 1) + "=" + a));
        output.WriteLine("map_lookup(" + map + ", " + key + ", %0=" + key + shown + ") => " + (result.Value ?? "NOT FOUND") + " (" + (result.Value is null && result.Status != SysExit.NoHost ? (int)result.Status : 0) + "), ad=0");
    }

    private async ValueTask<bool> CommandAsync(string text)
    {
        string[] words = text.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries);
        string argument = words.Length > 1 ? words[1].Trim() : "";
        switch (words.Length > 0 ? words[0].ToLowerInvariant() : "")
        {
            case "quit": return false;
            case "map": await MapAsync(argument).ConfigureAwait(false); return true;
            case "parse": await ParseAsync(argument).ConfigureAwait(false); return true;
            case "try": await TryAsync(argument).ConfigureAwait(false); return true;
            case "tryflags": SetFlags(argument); return true;
            case "canon": await CanonAsync(argument).ConfigureAwait(false); return true;
            case "mx": await MxAsync(argument).ConfigureAwait(false); return true;
            default: output.WriteLine("Unknown \"/\" command /" + text); return true;
        }
    }

    private void SetFlags(string argument)
    {
        foreach (char c in argument.ToLowerInvariant())
        {
            switch (c)
            {
                case 'h': _header = true; break;
                case 'e': _header = false; break;
                case 's': _role = AddressRole.Sender; break;
                case 'r': _role = AddressRole.Recipient; break;
                default: break;
            }
        }
    }

    private async ValueTask MapAsync(string argument)
    {
        string[] words = argument.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2)
        {
            output.WriteLine("Usage: /map mapname key");
            return;
        }
        if (services.Maps.Find(words[0]) is not { } map)
        {
            output.WriteLine("Map named \"" + words[0] + "\" not found");
            return;
        }
        string key = words[1].Trim();
        MapResult result = await map.LookupAsync(key, [], _scope, CancellationToken.None).ConfigureAwait(false);
        output.WriteLine("map_lookup: " + words[0] + " (" + key + ") " + (result.IsMatch ? "returns " + result.Value + " (0)" : "no match (" + (int)result.Status + ")"));
    }

    private async ValueTask CanonAsync(string argument)
    {
        MapResult result = services.Maps.Find("host") is { } map ? await map.LookupAsync(argument, [], _scope, CancellationToken.None).ConfigureAwait(false) : MapResult.NotFound;
        output.WriteLine("getcanonname(" + argument + ") returns " + (result.Value?.TrimEnd('.') ?? argument) + (result.Value is null ? " (" + (int)result.Status + ")" : ""));
    }

    private async ValueTask MxAsync(string argument)
    {
        Wire.Dns.DnsAnswer answer = await services.Resolver.ResolveAsync(argument, Wire.Dns.DnsType.Mx, CancellationToken.None).ConfigureAwait(false);
        output.WriteLine("getmxrr(" + argument + ") returns " + answer.Records.Count + " value(s):");
        foreach (Wire.Dns.DnsRecord record in answer.Records.OrderBy(r => r.Preference))
            output.WriteLine("\t" + record.Text + ".");
    }

    private async ValueTask ParseAsync(string argument)
    {
        CrackedAddress cracked = CrackedAddress.Crack(argument, "");
        output.WriteLine("Cracked address = " + cracked.With("$g"));
        output.WriteLine("Parsing " + (_header ? "header" : "envelope") + " " + (_role == AddressRole.Sender ? "sender" : "recipient") + " address");
        ParsedAddress parsed = await services.Addresses.ParseAsync(argument, _scope, _role).ConfigureAwait(false);
        if (parsed.Address is not { } address)
        {
            output.WriteLine(argument + "... " + parsed.Error?.Text);
            output.WriteLine("Cannot parse");
            return;
        }
        output.WriteLine("mailer " + address.Mailer!.Name + (address.Host.Length > 0 ? ", host " + address.Host : "") + ", user " + address.RewrittenUser);
    }

    private async ValueTask TryAsync(string argument)
    {
        string[] words = argument.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2)
        {
            output.WriteLine("Usage: /try mailer address");
            return;
        }
        if (_configuration.FindMailer(words[0]) is not { } mailer)
        {
            output.WriteLine("Unknown mailer " + words[0]);
            return;
        }
        output.WriteLine("Trying " + (_header ? "header" : "envelope") + " " + (_role == AddressRole.Sender ? "sender" : "recipient") + " address " + words[1] + " for mailer " + mailer.Name);
        string result = await services.Addresses.RewriteForMailerAsync(words[1], mailer, _role, _header, null, _scope).ConfigureAwait(false);
        output.WriteLine("Rcode = 0, addr = " + result);
    }

    private void Help() => output.WriteLine("rulesets address | .Dmacro value | .Cclass words | =Sruleset | =M | $macro | $=class | -dspec\n/mx host | /parse address | /try mailer address | /tryflags flags | /canon host | /map name key | /quit");
}
