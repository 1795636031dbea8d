using System.Globalization;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Core.Cf;

// O lines and -O, -o (op 5.6).
public sealed partial class CfReader
{
    // "O Name=value" has exactly one blank; anything else in its place is an old one-letter name.
    private void ReadOption(string rest)
    {
        if (rest.Length == 0 || rest[0] != ' ')
        {
            ReadLetterOption(rest.Length == 0 ? '\0' : rest[0], rest.Length == 0 ? "" : rest[1..]);
            return;
        }
        int equals = rest.IndexOf('=', StringComparison.Ordinal);
        string name = (equals < 0 ? rest[1..] : rest[1..equals]).TrimEnd(CfText.Blanks);
        string value = equals < 0 ? "" : rest[(equals + 1)..].TrimStart(CfText.Blanks);
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string main = dot < 0 ? name : name[..dot];
        string sub = dot < 0 ? "" : name[(dot + 1)..];
        if (equals == 1)
        {
            Error("readcf: null option name");
            return;
        }
        string? full = FullName(main);
        if (full is null)
            return;
        switch (full)
        {
            case OptionTable.Timeout when dot < 0: ReadOldTimeout(value); break;
            case OptionTable.Timeout: ReadTimeout(sub, value); break;
            case OptionTable.Milter: ReadMilterOption(sub, value); break;
            default: Apply(OptionTable.Find(full)!, value); break;
        }
    }

    // The name itself or the only one it abbreviates; null with a message otherwise.
    private string? FullName(string name)
    {
        if (OptionTable.Find(name) is { } exact && !name.Contains('.', StringComparison.Ordinal))
            return exact.Name;
        IReadOnlyList<string> candidates = OptionTable.NamesWithPrefix(name);
        if (candidates.Count == 0)
        {
            Error("readcf: unknown option name " + name);
            return null;
        }
        string first = candidates[0];
        if (first.Length == name.Length)
            return first;
        if (candidates.Count > 1)
        {
            Error("readcf: ambiguous option name " + name + " (matches " + first + " and " + candidates[1] + ")");
            return null;
        }
        Note("Option " + name + " used as abbreviation for " + first);
        return first;
    }

    private void ReadLetterOption(char letter, string value)
    {
        // The value begins right behind the letter, be it a blank.
        value = value.TrimEnd(CfText.Blanks);
        switch (letter)
        {
            case 'r': ReadOldTimeout(value); break;
            case 'M': DefineFromOption(null, value); break;
            case 'g': SetDefaultGroup(value); break;
            case 'T':
                int slash = value.IndexOf('/', StringComparison.Ordinal);
                if (slash >= 0)
                    ReadTimeout("queuewarn", value[(slash + 1)..]);
                ReadTimeout("queuereturn", slash < 0 ? value : value[..slash]);
                break;
            default:
                if (OptionTable.Find(letter) is { } option)
                    Apply(option, value);
                else
                    Error(string.Create(CultureInfo.InvariantCulture, $"readcf: unknown option name 0x{(letter == CfText.Sign ? 0x81 : MacroName.IsMarked(letter) ? MacroName.Mark : (int)letter):x}"));
                break;
        }
    }

    // OMxvalue and -Mxvalue; only r and s are safe for everybody.
    private void DefineFromOption(string? name, string value)
    {
        Trace("setoption  (M)=" + name + value);
        if (name is null)
        {
            if (!TryName(value, out name, out int end))
                return;
            value = value[end..];
        }
        if (name is not ("r" or "s") && (_commandLine || _line == 0))
            _unsafe = true;
        _macros[name] = CfText.EncodeLine(value);
    }

    // Og: the group of DefaultUser, from the time when they were two options.
    private void SetDefaultGroup(string value)
    {
        RunAs user = _options.Get(OptionTable.DefaultUser);
        int group = char.IsAsciiDigit(value.FirstOrDefault()) ? (int)OptionParsers.LeadingNumber(value) : Users.FindGroup(value)?.GroupId ?? -1;
        if (group < 0)
            Error("readcf: option g: unknown group " + value);
        else
            _options.Set(OptionTable.DefaultUser, user with { GroupId = group });
    }

    private void Trace(string text) => _request.Debug?.Line(37, 1, text.Replace(CfText.Sign, '$'));

    private bool Ignored(Option option, string value)
    {
        if (_commandLine)
        {
            _unsafe |= !option.Safe;
            _sticky.Add(option);
        }
        bool ignored = !_commandLine && _sticky.Contains(option) && option != OptionTable.PrivacyOptions;
        if (_request.Debug?.Has(37, 1) == true)
            Trace("setoption " + option.Name + OptionCodes.Shown(option) + "=" + value + (ignored ? " (ignored)" : ""));
        return ignored;
    }

    private void Apply(Option option, string value)
    {
        if (Ignored(option, value))
            return;
        if (option == OptionTable.DaemonPortOptions || option == OptionTable.ClientPortOptions)
        {
            if (ReadPort(value, option == OptionTable.ClientPortOptions) is { } port)
                (option == OptionTable.DaemonPortOptions ? _daemonPorts : _clientPorts).Add(port);
            return;
        }
        if (option == OptionTable.QueueTimeout)
        {
            ReadLetterOption('T', value);
            return;
        }
        if (_expandedLate.Contains(option))
            value = CfText.EncodeLine(value);
        string[] problems = [];
        string written = value;
        if (value.Contains(CfText.Sign, StringComparison.Ordinal) && option is Option<string> && option != OptionTable.QueueDirectory && option.TryParse(value, _options.Raw(option), out _, out _))
            value = ClassWords.Expand(value, _macros, static _ => { });
        if (!option.TryParse(value, _options.Raw(option), out object? parsed, out string? error))
        {
            problems = error!.Split(OptionParsers.Separator);
            foreach (string problem in problems)
                Refuse(option, problem);
        }
        if (problems.Length == 0 || option == OptionTable.PrivacyOptions || option == OptionTable.ResolverOptions || option == OptionTable.DontBlameSendmail)
            _options.SetRaw(option, parsed, _line);
        if (!option.HasEffect && value.Length > 0 && !Equals(_options.Raw(option), option.BoxedDefault) && _noEffect.Add(option.Name))
            _withoutEffect.Add(new CfMessage("warning: option " + option.Name + " has no effect in this version", CfMessageKind.Warning));
        AfterSetting(option, value, written);
    }

    // What ends the program at once, what is a mere remark, and what is an error.
    private void Refuse(Option option, string problem)
    {
        if (option == OptionTable.DeliveryMode || option == OptionTable.EightBitMode)
        {
            Error(problem, SysExit.Usage);
            _exit = SysExit.Usage;
            _fatal = true;
        }
        else if (problem.StartsWith("Invalid time unit", StringComparison.Ordinal))
        {
            Complain(problem);
        }
        else
        {
            Error(problem);
        }
    }

    private void AfterSetting(Option option, string value, string written)
    {
        if (option == OptionTable.OperatorChars)
        {
            if (_ruleSetSeen)
                Warn("Warning: OperatorChars is being redefined.\n         It should only be set before ruleset definitions.");
            _tokenizer = new Tokenizer(value);
            _compiler = new RuleCompiler(_macros, _tokenizer);
        }
        else if (option == OptionTable.AuthOptions)
        {
            WarnOfLetters(option, value, "Aacdfmpy");
        }
        else if (option == OptionTable.TLSSrvOptions)
        {
            WarnOfLetters(option, value, "VC");
        }
        else if (option == OptionTable.DontProbeInterfaces)
        {
            _skipLoopback = value.Equals("loopback", StringComparison.OrdinalIgnoreCase);
        }
        else if (option == OptionTable.AliasFile)
        {
            CheckAliasClass(written);
        }
        else if (option == OptionTable.MaxMimeHeaderLength)
        {
            int slash = value.IndexOf('/', StringComparison.Ordinal);
            long header = OptionParsers.LeadingNumber(value);
            long field = slash < 0 ? header / 2 : OptionParsers.LeadingNumber(value.AsSpan(slash + 1));
            if (header is > 0 and < 128)
                Warn("Warning: MaxMimeHeaderLength: header length limit set lower than 128");
            if (field > 0 && field < 40)
                Warn("Warning: MaxMimeHeaderLength: field length limit set lower than 40");
        }
        else if (option == OptionTable.MaxHeadersLength)
        {
            if (OptionParsers.LeadingNumber(value) is > 0 and < SmallHeaders)
                Warn("Warning: MaxHeadersLength: headers length limit set lower than " + SmallHeaders.ToString(CultureInfo.InvariantCulture));
        }
        else if (option == OptionTable.RunAsUser)
        {
            RunAs user = _options.Get(OptionTable.RunAsUser);
            if (_options.Get(OptionTable.UseMSP) && Users.RealUserId != 0 && user.GroupId >= 0 && user.GroupId != Users.EffectiveGroupId)
                Warn(string.Create(CultureInfo.InvariantCulture, $"WARNING: RunAsUser for MSP ignored, check group ids (egid={Users.EffectiveGroupId}, want={user.GroupId})"));
        }
        else if (option == OptionTable.SmtpUTF8 && !_options.Get(OptionTable.SmtpUTF8) && value.Length > 0 && value[0] is not ('t' or 'T' or 'y' or 'Y'))
        {
            Warn("Warning: Option: SmtpUTF8 requires USE_EAI support");
        }
    }

    // Limits of all headers together that are below this are warned of.
    private const int SmallHeaders = 16384;

    // Letters stand alone between separators; only the first character of each word counts.
    private void WarnOfLetters(Option option, string value, string letters)
    {
        foreach (string word in value.Split([' ', '\t', ',']))
        {
            if (word.Length == 0)
                break;
            if (!letters.Contains(word[0], StringComparison.Ordinal))
                Warn("Warning: Option: " + option.Name + " unknown parameter '" + word[0] + "'");
        }
    }

    // Used by those who know the message; everything else is expanded with what the file has said so far.
    private static readonly Option[] _expandedLate =
        [OptionTable.SmtpGreetingMessage, OptionTable.UnixFromLine, OptionTable.ForwardPath, OptionTable.HeloName];

    private readonly HashSet<Option> _sticky = [];
    private bool _unsafe;
    private bool _skipLoopback;
    private bool _fatal;
    private bool _ruleSetSeen;
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
            string type = spec[..colon].Trim(CfText.Blanks);
            int blank = type.IndexOf(' ', StringComparison.Ordinal);
            type = blank < 0 ? type : type[..blank];
            if (_request.IsMapClass is { } known && !known(type))
                Error("setalias: unknown alias class " + type);
        }
    }

    // Or5m, OrNAME=5m,...: the form of level 1 to 5 files. What is neither a time nor has an equals sign is passed over.
    private void ReadOldTimeout(string value)
    {
        foreach (string part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.AsSpan().IndexOfAny('=', ':');
            if (char.IsAsciiDigit(part[0]))
                ReadTimeout(null, part);
            else if (equals >= 0)
                ReadTimeout(part[..equals], part[(equals + 1)..].Trim(CfText.Blanks));
        }
    }

    private static readonly string[] _ordinary = ["initial", "helo", "mail", "rcpt", "datainit", "datablock", "datafinal", "rset", "quit", "misc", "command"];

    // A null name sets all the ordinary ones (O Timeout=5m).
    private void ReadTimeout(string? name, string value)
    {
        Trace("setoption Timeout (r)" + (name is null ? "" : "." + name) + "=" + value);
        if (name is null)
        {
            foreach (string each in _ordinary)
            {
                if (!SetTimeout(each, each, value))
                    return;
            }
            return;
        }
        string lower = name.ToLowerInvariant();
        if (lower.EndsWith(".*", StringComparison.Ordinal))
            lower = lower[..^2];
        string[] members = lower switch
        {
            "queuereturn" or "queuewarn" => [".normal", ".urgent", ".non-urgent", ".dsn"],
            "resolver.retrans" or "resolver.retry" => [".first", ".normal"],
            _ => [""],
        };
        foreach (string member in members)
        {
            if (!SetTimeout(lower + member, name, value))
                return;
        }
    }

    private bool SetTimeout(string name, string shown, string value)
    {
        Option? option = OptionTable.Find("Timeout." + name);
        if (option is null)
        {
            Error("settimeout: invalid timeout " + shown);
            return false;
        }
        if (_commandLine)
            _sticky.Add(option);
        else if (_sticky.Contains(option))
            return true;
        if (!option.TryParse(value, null, out object? parsed, out string? error))
        {
            ComplainAll(error!);
            // Times with a unit of their own are read twice, first as any other.
            if (option is Option<TimeSpan> && (name.StartsWith("queue", StringComparison.Ordinal) || name.StartsWith("resolver.", StringComparison.Ordinal)))
                ComplainAll(error!);
        }
        _options.SetRaw(option, parsed, _line);
        return error is null;
    }

    private void ReadMilterOption(string sub, string value)
    {
        if (sub.Length == 0)
            Error("milter_set_option: invalid Milter option, must specify suboption");
        else if (OptionTable.Find("Milter." + sub) is { } option)
            Apply(option, value);
        else
            Error("milter_set_option: invalid Milter option " + sub);
    }
}
