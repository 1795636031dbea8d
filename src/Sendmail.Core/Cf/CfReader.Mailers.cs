using System.Globalization;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Core.Cf;

// M, Q, X and K lines (op 5.4, 5.7, 5.8, 5.9).
public sealed partial class CfReader
{
    private const int MostMailers = 25;

    private void ReadMailer(string rest)
    {
        List<KeyValuePair<string, string?>> fields = FieldGrammar.Parse(rest);
        string name = fields[0].Key;
        if (name.Length == 0)
        {
            Error("name required for mailer");
            return;
        }
        if (ReadMailerFields(name, fields) is not { } raw || MakeMailer(name, raw) is not { } mailer)
            return;
        if (mailer.Number < _mailers.Count)
            _mailers[mailer.Number] = mailer;
        else if (mailer.Number < MostMailers)
            _mailers.Add(mailer);
        else
            Error(string.Create(CultureInfo.InvariantCulture, $"too many mailers defined ({MostMailers} max)"));
    }

    // What the fields of a mailer say; those that are only text by their first letter.
    private sealed class MailerFields
    {
        internal readonly Dictionary<char, string> Raw = [];
        internal RuleSetReference? SenderEnvelope, SenderHeader, RecipientEnvelope, RecipientHeader;
        internal RunAs User = RunAs.None;
        internal TimeSpan Wait;
    }

    // Each field is checked where it stands; null when one has no value or names a ruleset that cannot be.
    private MailerFields? ReadMailerFields(string name, List<KeyValuePair<string, string?>> fields)
    {
        var result = new MailerFields();
        foreach ((string key, string? value) in fields.Skip(1))
        {
            if (value is null)
            {
                Error("mailer " + name + ": `=' expected");
                return null;
            }
            char letter = key.Length == 0 ? '=' : key[0];
            if (value.Length == 0 && _emptyFields.TryGetValue(letter, out string? missing))
            {
                Error("mailer " + name + ": null " + missing);
                continue;
            }
            switch (letter)
            {
                case 'S' when !RuleSetPair(value, out result.SenderEnvelope, out result.SenderHeader):
                case 'R' when !RuleSetPair(value, out result.RecipientEnvelope, out result.RecipientHeader):
                    return null;
                case 'U':
                    result.User = MailerUser(name, value);
                    break;
                case 'W' when !OptionParsers.TryTime(value, 's', out result.Wait, out string? error):
                    ComplainAll(error!);
                    break;
                case 'Q' when !KnownQueue(value):
                    Error("mailer " + name + ": unknown queue " + value);
                    break;
                case 'A' when value.Length == 0:
                case 'S' or 'R' or 'W':
                    break;
                case 'P' or 'F' or 'r' or 'A' or 'E' or 'M' or 'm' or 'L' or 'D' or 'N' or 'C' or 'T' or 'Q' or '/':
                    result.Raw[letter] = value;
                    break;
                default:
                    Error("M" + name + ": unknown mailer equate " + (MacroName.IsMarked(letter) ? '\x7f' : letter) + "=");
                    break;
            }
        }
        return result;
    }

    // Fields that may not be empty.
    private static readonly Dictionary<char, string> _emptyFields = new()
    {
        ['C'] = "charset", ['D'] = "working directory", ['E'] = "end-of-line string", ['Q'] = "queue", ['/'] = "root directory",
    };

    private Mailer? MakeMailer(string name, MailerFields fields)
    {
        Dictionary<char, string> raw = fields.Raw;
        string Field(char letter) => raw.GetValueOrDefault(letter, "");
        int Number(char letter) => (int)Math.Clamp(OptionParsers.LeadingNumber(Field(letter)), int.MinValue, int.MaxValue);
        // A sign at the end is an argument too, though it names nothing.
        string written = Field('A');
        string[] arguments = (CfText.EncodeLine(written) + (written.EndsWith(CfText.Sign) ? Meta.Macro : "")).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (!CheckAgent(name, Field('P'), arguments))
            return null;
        bool ipc = Field('P') == "[IPC]";
        bool network = ipc || raw.ContainsKey('T');
        string[] types = Field('T').Split('/', 3);
        string? Type(int at, string standard) => !network ? null : at < types.Length && types[at].Length > 0 ? types[at] : standard;
        MailerFlags flags = MailerFlags.Of(string.Concat(Field('F').Where(c => !CfText.IsBlank(c))));
        flags = OldFlags(name, flags);
        // Programs and files are one recipient each.
        if (name.ToLowerInvariant() is "prog" or "*file*")
            flags = flags.Without('m');
        foreach (MailerFlag flag in MailerFlagTable.All.Where(f => !f.HasEffect && flags.Has(f.Letter)))
            _withoutEffect.Add(new CfMessage("warning: flag " + flag.Letter + " of mailer " + name + " (" + flag.Summary + ") has no effect in this version", CfMessageKind.Warning));
        int lineLimit = Math.Max(0, Number('L'));
        return new Mailer
        {
            Number = _mailers.FindIndex(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is var at and >= 0 ? at : _mailers.Count,
            Name = name,
            Path = Field('P'),
            Arguments = arguments,
            Flags = flags,
            SenderEnvelope = fields.SenderEnvelope,
            SenderHeader = fields.SenderHeader,
            RecipientEnvelope = fields.RecipientEnvelope,
            RecipientHeader = fields.RecipientHeader,
            MaxMessageSize = Math.Max(0, OptionParsers.LeadingNumber(Field('M'))),
            LineLimit = lineLimit == 0 && flags.Has('L') ? 990 : lineLimit,
            EndOfLine = raw.ContainsKey('E') ? Field('E') : TakesInput(arguments) ? "\r\n" : "\n",
            MaxMessages = Math.Max(0, Number('m')),
            MaxRecipients = Number('r') > 0 ? Number('r') : 100,
            Nice = Number('N'),
            UserId = fields.User.UserId,
            GroupId = fields.User.GroupId,
            Directory = raw.ContainsKey('D') ? CfText.EncodeLine(Field('D')) : null,
            RootDirectory = raw.ContainsKey('/') ? CfText.EncodeLine(Field('/')) : null,
            CharacterSet = raw.GetValueOrDefault('C'),
            MtaType = Type(0, "dns"),
            AddressType = Type(1, "rfc822"),
            DiagnosticType = Type(2, "smtp"),
            Wait = fields.Wait,
            QueueGroup = raw.GetValueOrDefault('Q'),
            Location = Here,
        };
    }

    // A= and P=; an [IPC] mailer whose first argument is neither TCP nor FILE is only warned about.
    private bool CheckAgent(string name, string path, string[] arguments)
    {
        string? problem = arguments.Length == 0 ? "A= argument required"
            : path.Length == 0 ? "P= argument required"
            : path == "[TCP]" ? "P=[TCP] must be replaced by P=[IPC]"
            : path is "[IPC]" or "[FILE]" && arguments.Length < 2 ? "too few parameters for " + path + " mailer"
            : path == "[FILE]" && arguments.Length > 2 ? "too many parameters for " + path + " mailer"
            : null;
        if (problem is not null)
            Error("M" + name + ": " + problem);
        else if (path == "[FILE]" && arguments[0] != "FILE")
            Error("M" + name + ": " + (problem = "first argument in [FILE] mailer must be FILE"));
        else if (path == "[IPC]" && arguments[0] is not ("TCP" or "FILE"))
            Warn("M" + name + ": Warning: first argument in [IPC] mailer must be TCP or FILE");
        return problem is null;
    }

    // user and group, each a name or a number as strtol(3) reads it, with any one character between them.
    private RunAs MailerUser(string name, string text)
    {
        const string Prefix = "readcf: mailer U= flag: unknown ";
        if (text.Length == 0 || text[0] < '\x80' && !IsIdentity(text[0]))
        {
            Error("mailer " + name + ": null user name");
            return RunAs.None;
        }
        int at = 0;
        string user = IdentityAt(text, ref at, out long? number);
        int userId = -1;
        int groupId = -1;
        if (number is { } id)
        {
            userId = unchecked((int)id);
        }
        else if (user.Length > 0 && Users.FindByName(user) is { } known)
        {
            (userId, groupId) = (known.UserId, known.GroupId);
        }
        else if (user.Length > 0)
        {
            Error(Prefix + "user " + user);
            return RunAs.None;
        }
        while (at < text.Length && CfText.IsBlank(text[at]))
            at++;
        if (++at >= text.Length)
            return new RunAs(userId, groupId, user);
        if (text[at] < '\x80' && !IsIdentity(text[at]))
        {
            Error("mailer " + name + ": null group name");
            return new RunAs(userId, groupId, user);
        }
        string group = IdentityAt(text, ref at, out number);
        if (number is { } gid)
            groupId = unchecked((int)gid);
        else if (group.Length > 0 && Users.FindGroup(group) is { } found)
            groupId = found.GroupId;
        else if (group.Length > 0)
            Error(Prefix + "group " + group);
        return new RunAs(userId, groupId, user);
    }

    private static bool IsIdentity(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    // The index comes to stand behind a number, which may end within the word, or behind the word.
    private static string IdentityAt(string text, ref int at, out long? number)
    {
        number = null;
        int start = at;
        while (at < text.Length && IsIdentity(text[at]))
            at++;
        string word = text[start..at];
        if (word.Length == 0 || !char.IsAsciiDigit(word[0]))
            return word;
        number = OptionParsers.NumberOfAnyBase(word, out int length);
        at = start + length;
        return word;
    }

    private bool KnownQueue(string queue) =>
        queue.Equals("mqueue", StringComparison.OrdinalIgnoreCase) || _queueGroups.Exists(g => g.Name.Equals(queue, StringComparison.OrdinalIgnoreCase));

    // Up to level 5 the local mailers did what later files ask for by flags, up to 6 every mailer answers VRFY with 250 (op 5.9).
    private MailerFlags OldFlags(string name, MailerFlags flags)
    {
        string added = "";
        if (_level < 6 && name.Equals("local", StringComparison.OrdinalIgnoreCase))
            added = "Aw5:|/@";
        else if (_level < 6 && name.Equals("prog", StringComparison.OrdinalIgnoreCase))
            added = "o";
        if (_level < 7 && (name.Equals("local", StringComparison.OrdinalIgnoreCase) || name.Equals("prog", StringComparison.OrdinalIgnoreCase)))
            added += "q";
        foreach (char flag in added)
            flags = flags.With(flag);
        return flags;
    }

    // A mailer without $u among its arguments speaks SMTP or LMTP on its standard input.
    private static bool TakesInput(string[] arguments) => !Array.Exists(arguments, a =>
    {
        int at = a.IndexOf(Meta.Macro, StringComparison.Ordinal);
        for (; at >= 0; at = a.IndexOf(Meta.Macro, at + 1))
        {
            if (CfText.Name(a.AsSpan(at + 1, CfText.NameEnd(a, at + 1) - at - 1)) == "u")
                return true;
        }
        return false;
    });

    // S=10/20, S=EnvFrom/HdrFrom or one for both; 0 means none. False when a name is none.
    private bool RuleSetPair(string text, out RuleSetReference? envelope, out RuleSetReference? header)
    {
        envelope = header = null;
        if (!Reference(text, out envelope, out string rest))
            return false;
        header = envelope;
        return !rest.StartsWith('/') || Reference(rest[1..], out header, out _);
    }

    private bool Reference(string text, out RuleSetReference? reference, out string rest)
    {
        reference = null;
        rest = "";
        text = text.TrimStart(CfText.Blanks);
        if (RuleSetName.Read(text, out string name, out int end) is null)
            rest = text[end..].TrimStart(CfText.Blanks);
        if (name == "0")
            return true;
        int slash = rest.StartsWith('=') ? rest.IndexOf('/', StringComparison.Ordinal) : -1;
        RuleSet? set = DeclareRuleSet(slash < 0 ? text : text[..(text.Length - rest.Length + slash)]);
        if (slash >= 0)
            rest = rest[slash..];
        if (set is null)
            return false;
        reference = new RuleSetReference(set.Number, set.Name);
        return true;
    }

    private void ReadQueueGroup(string rest)
    {
        List<KeyValuePair<string, string?>> fields = FieldGrammar.Parse(rest);
        string name = fields[0].Key;
        if (rest.Trim(CfText.Blanks).Length == 0)
        {
            Error("name required for queue");
            return;
        }
        var group = new QueueGroup(name, "");
        foreach ((string key, string? value) in fields.Skip(1))
        {
            if (value is null)
            {
                Error("queue " + name + ": `=' expected");
                return;
            }
            string text = value;
            switch (key.Length == 0 ? '=' : key[0])
            {
                case 'F': group = group with { Flags = text }; break;
                case 'P' when text.Length == 0:
                    Error("queue " + name + ": empty path name");
                    break;
                case 'P': group = group with { Path = text }; break;
                case 'N': group = group with { Nice = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'J': group = group with { Jobs = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'R': group = group with { Runners = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'r': group = group with { Recipients = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'I':
                    if (OptionParsers.TryTime(text, 'm', out TimeSpan interval, out string? error))
                        group = group with { Interval = interval };
                    else
                        ComplainAll(error!);
                    break;
                default:
                    Error("Q" + name + ": unknown queue equate " + key[..Math.Min(1, key.Length)] + "=");
                    break;
            }
        }
        if (group.Runners > 1 && !group.Flags.Contains('f', StringComparison.Ordinal))
            Warn(string.Create(CultureInfo.InvariantCulture, $"Warning: Q={MacroName.Quoted(name)}: R={group.Runners}: multiple queue runners specified\n\tbut flag 'f' is not set"));
        foreach (string field in fields.Skip(1).Select(f => f.Key.Length > 0 ? f.Key[..1] : "").Where(k => k is "R" or "N" or "I" or "J").Distinct())
            _withoutEffect.Add(new CfMessage("warning: " + field + "= of queue group " + name + " has no effect in this version", CfMessageKind.Warning));
        _queueGroups.RemoveAll(g => g.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        _queueGroups.Add(group);
    }

    private void ReadMap(string rest)
    {
        // One character behind each word separates, whatever it is.
        string text = Expand(rest).TrimStart(CfText.Blanks);
        int end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || end > 0 && (text[end] is '_' or '.')))
            end++;
        string name = text[..end];
        if (name.Length == 0)
        {
            Error("readcf: config K line: no map name");
            return;
        }
        // Of an octet that is kept with a mark only the mark separates.
        text = text[(end < text.Length && !MacroName.IsMarked(text[end]) ? end + 1 : end)..].TrimStart(CfText.Blanks);
        end = 0;
        while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
            end++;
        string type = text[..end];
        if (type.Length == 0)
        {
            Error("readcf: config K line, map " + name + ": no map class");
            return;
        }
        if (_request.IsMapClass is { } known && !known(type))
        {
            Error("readcf: map " + name + ": class " + type + " not available");
            return;
        }
        var map = new MapDeclaration(name, type.ToLower(CultureInfo.InvariantCulture), text[Math.Min(end + 1, text.Length)..].Trim(CfText.Blanks), Here)
        {
            Blank = _options.Get(OptionTable.BlankSub) is not '\0' and var blank ? blank : ' ',
        };
        if (map.Class == "sequence")
            _request.Debug?.Line(38, 2, "seq_map_parse(" + name + ", " + map.Arguments + ")");
        MapCheck check = _request.CheckMap?.Invoke(map, _maps) ?? MapCheck.Sound;
        foreach (CfMessage message in check.Messages)
        {
            if (message.IsError)
                Error(message.Text);
            else
                Complain(message.Text);
        }
        _maps.RemoveAll(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        _maps.Add(map with { Usable = check.Usable });
    }
}
