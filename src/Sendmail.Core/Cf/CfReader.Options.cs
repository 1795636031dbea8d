using System.Globalization;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Core.Cf;

// O lines and -O, -o (op 5.6).
public sealed partial class CfReader
{
    private void ReadOption(string rest)
    {
        if (rest.Length == 0)
        {
            Error("readcf: unknown option name 0x0");
            return;
        }
        if (rest[0] is not (' ' or '\t'))
        {
            ReadLetterOption(rest[0], rest[1..]);
            return;
        }
        string text = rest.TrimStart();
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = (equals < 0 ? text : text[..equals]).Trim();
        string value = equals < 0 ? "" : text[(equals + 1)..].TrimStart();
        if (name.Length == 0)
        {
            Error("readcf: unknown option name 0x0");
            return;
        }
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        if (name.StartsWith("Timeout", StringComparison.OrdinalIgnoreCase) && (dot == 7 || dot < 0))
        {
            ReadTimeout(dot < 0 ? "" : name[(dot + 1)..], value);
            return;
        }
        Option? option = OptionTable.Find(name) ?? Abbreviated(name);
        if (option is null)
            Error("readcf: unknown option name " + name);
        else
            Apply(option, value);
    }

    private Option? Abbreviated(string name)
    {
        IReadOnlyList<Option> candidates = OptionTable.WithPrefix(name);
        if (candidates.Count == 1)
        {
            Warn("Option " + name + " used as abbreviation for " + candidates[0].Name);
            return candidates[0];
        }
        if (candidates.Count > 1)
            Error("readcf: ambiguous option name " + name + " (matches " + candidates[0].Name + " and " + candidates[1].Name + ")");
        return null;
    }

    private void ReadLetterOption(char letter, string value)
    {
        if (letter == 'r')
        {
            ReadOldTimeout(value);
            return;
        }
        if (OptionTable.Find(letter) is { } option)
            Apply(option, value.Trim());
    }

    private void Apply(Option option, string value)
    {
        if (option == OptionTable.DaemonPortOptions || option == OptionTable.ClientPortOptions)
        {
            DaemonPort? port = ReadPort(value);
            if (port is not null)
                (option == OptionTable.DaemonPortOptions ? _daemonPorts : _clientPorts).Add(port);
            return;
        }
        if (option == OptionTable.QueueTimeout)
        {
            int slash = value.IndexOf('/', StringComparison.Ordinal);
            ReadTimeout("queuereturn", slash < 0 ? value : value[..slash]);
            if (slash >= 0)
                ReadTimeout("queuewarn", value[(slash + 1)..]);
            return;
        }
        if (option == OptionTable.SmtpGreetingMessage || option == OptionTable.UnixFromLine || option == OptionTable.ForwardPath || option == OptionTable.HeloName)
            value = CfText.Encode(value);
        else if (value.Contains("${", StringComparison.Ordinal))
            value = Expand(value);
        // Values that add up: the command line adds to what the file said.
        if (!option.TryParse(value, _options.Raw(option), out object? parsed, out string? error))
        {
            Error(error!, error!.StartsWith("Unknown", StringComparison.Ordinal) ? Replies.SysExit.Usage : Replies.SysExit.Software);
            if (option != OptionTable.PrivacyOptions && option != OptionTable.ResolverOptions && option != OptionTable.DontBlameSendmail)
                return;
        }
        _options.SetRaw(option, parsed);
        if (!option.HasEffect && value.Length > 0 && _noEffect.Add(option.Name))
            _withoutEffect.Add(new CfMessage("warning: option " + option.Name + " has no effect in this version", false));
        if (option == OptionTable.OperatorChars)
        {
            if (_ruleSets.All.Count > 0)
                Warn("Warning: OperatorChars is being redefined.\n         It should only be set before ruleset definitions.");
            _tokenizer = new Tokenizer(value);
            _macros["o"] = value;
        }
        else if (option == OptionTable.AuthOptions)
        {
            foreach (char c in value.Where(c => char.IsAsciiLetter(c) && !"AaCcdfmpy".Contains(c, StringComparison.Ordinal)))
                Warn("Warning: Option: AuthOptions unknown parameter '" + c + "'");
        }
        else if (option == OptionTable.AliasFile)
        {
            CheckAliasClass(value);
        }
    }

    private readonly HashSet<string> _noEffect = [];
    private readonly List<CfMessage> _withoutEffect = [];

    private void CheckAliasClass(string value)
    {
        foreach (string spec in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = spec.IndexOf(':', StringComparison.Ordinal);
            int slash = spec.IndexOf('/', StringComparison.Ordinal);
            if (colon <= 0 || (slash >= 0 && slash < colon))
                continue;
            string type = spec[..colon].Trim();
            int blank = type.IndexOf(' ', StringComparison.Ordinal);
            type = blank < 0 ? type : type[..blank];
            if (_request.IsMapClass is { } known && !known(type))
                Error("setalias: unknown alias class " + type);
        }
    }

    // Or5m, OrNAME=5m,...: the form of level 1 to 5 files.
    private void ReadOldTimeout(string value)
    {
        foreach (string part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                ReadTimeout(part[..equals].Trim(), part[(equals + 1)..].Trim());
            else
                ReadTimeout("", part);
        }
    }

    private static readonly string[] _ordinary = ["initial", "helo", "mail", "rcpt", "datainit", "datablock", "datafinal", "rset", "quit", "misc", "command"];

    private void ReadTimeout(string name, string value)
    {
        name = name.ToLowerInvariant();
        if (name.Length == 0)
        {
            foreach (string each in _ordinary)
                SetTimeout(each, value);
            return;
        }
        if (name.EndsWith(".*", StringComparison.Ordinal))
            name = name[..^2];
        if (name is "queuereturn" or "queuewarn")
        {
            foreach (string kind in (string[])["normal", "urgent", "non-urgent"])
                SetTimeout(name + "." + kind, value);
            SetTimeout(name + ".dsn", value);
            return;
        }
        if (name is "resolver.retrans" or "resolver.retry")
        {
            SetTimeout(name + ".first", value);
            SetTimeout(name + ".normal", value);
            return;
        }
        SetTimeout(name, value);
    }

    private void SetTimeout(string name, string value)
    {
        Option? option = OptionTable.Find("Timeout." + name);
        if (option is null)
        {
            Error("settimeout: invalid timeout " + name);
            return;
        }
        if (option.TryParse(value, null, out object? parsed, out string? error))
            _options.SetRaw(option, parsed);
        else
            Error(error!);
    }

    private DaemonPort? ReadPort(string value)
    {
        // Older configurations separate with blanks as well.
        var port = new DaemonPort();
        bool usable = true;
        foreach ((string key, string? raw) in FieldGrammar.Parse(value))
        {
            if (key.Length == 0 || raw is null)
                continue;
            string text = raw.Trim();
            switch (key[0])
            {
                case 'N': port = port with { Name = text }; break;
                case 'A': port = port with { Address = text }; break;
                case 'P':
                    if (!char.IsAsciiDigit(text.Length > 0 ? text[0] : ' ') && ServicePorts.Find(text) is null)
                    {
                        Error("service \"" + text + "\" unknown");
                        usable = false;
                    }
                    port = port with { Port = text };
                    break;
                case 'F':
                    if (text.ToLowerInvariant() is not ("inet" or "inet6" or "local" or "unix"))
                    {
                        Error("Unknown address family " + text + " in Family=option");
                        usable = false;
                    }
                    port = port with { Family = text.ToLowerInvariant() };
                    break;
                case 'M': port = port with { Modifiers = text.Replace(" ", "", StringComparison.Ordinal) }; break;
                case 'I': port = port with { InputMailFilters = text }; break;
                case 'L': port = port with { Listen = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'S': port = port with { SendBuffer = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'R': port = port with { ReceiveBuffer = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'c': port = port with { Children = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'D': port = port with { DeliveryMode = text.Length > 0 ? text[0] : null }; break;
                case 'r': port = port with { RefuseLoad = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'd': port = port with { DelayLoad = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'q': port = port with { QueueLoad = (int)OptionParsers.LeadingNumber(text) }; break;
                default: Error("unknown daemon port option " + key); break;
            }
        }
        return usable ? port : null;
    }

    private CfReadResult Finish()
    {
        if (_level > CurrentLevel)
        {
            Warn(string.Create(CultureInfo.InvariantCulture, $"Warning: .cf version level ({_level}) exceeds sendmail version {_request.Version} functionality ({CurrentLevel})"));
        }
        else if (_level < CurrentLevel)
        {
            Warn(string.Create(CultureInfo.InvariantCulture, $"Warning: .cf file is out of date: sendmail {_request.Version} supports version {CurrentLevel}, .cf file is version {_level}"));
        }
        AddBuiltInMailers();
        if (!_mailers.Exists(m => m.Name == "local"))
        {
            _line = 0;
            Error("No local mailer defined");
        }
        string queue = _options.Get(OptionTable.QueueDirectory);
        _queueGroups.RemoveAll(g => g.Name == "mqueue");
        for (int i = 0; i < _queueGroups.Count; i++)
        {
            if (_queueGroups[i].Path.Length == 0)
                _queueGroups[i] = _queueGroups[i] with { Path = queue };
        }
        _queueGroups.Insert(0, new QueueGroup("mqueue", queue));
        foreach (MailClass members in _classes.Values)
        {
            foreach (string member in members.Members)
                members.LongestPhrase = Math.Max(members.LongestPhrase, _tokenizer.Tokenize(member, TokenizeMode.Rule).Count);
        }
        var configuration = new Configuration
        {
            Path = _path, Level = _level, Vendor = _vendor, Options = _options, Macros = _macros, Classes = _classes, RuleSets = _ruleSets,
            Mailers = _mailers, Headers = _headers, Maps = _maps, Precedences = _precedences, QueueGroups = _queueGroups, Filters = _filters,
            Environment = _environment, DaemonPorts = _daemonPorts, ClientPorts = _clientPorts, Notices = [.. _withoutEffect.Select(m => m.Text)],
        };
        return new CfReadResult(configuration, _messages, _exit);
    }

    private void AddBuiltInMailers()
    {
        void Add(string name, string path, string flags, params string[] arguments)
        {
            if (_mailers.Exists(m => m.Name == name))
                return;
            _mailers.Add(new Mailer
            {
                Number = _mailers.Count, Name = name, Path = path, Flags = MailerFlags.Of(flags), Arguments = [.. arguments.Select(CfText.Encode)],
                MtaType = "X-Unix", AddressType = "X-Unix", DiagnosticType = "X-Unix",
            });
        }
        Add("prog", "/bin/sh", "lsDFMoqeu9", "sh", "-c", "$u");
        Add("*file*", "[FILE]", "lsDFMPEouq9", "FILE", "$u");
        Add("*include*", "/dev/null", "su", "INCLUDE", "$u");
    }
}
