using System.Globalization;
using Sendmail.Core.Rewriting;

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

    // The fields by their first letter; null when one has no value.
    private Dictionary<char, string>? ReadMailerFields(string name, List<KeyValuePair<string, string?>> fields)
    {
        var raw = new Dictionary<char, string>();
        foreach ((string key, string? value) in fields.Skip(1))
        {
            if (value is null)
            {
                Error("mailer " + name + ": `=' expected");
                return null;
            }
            char letter = key.Length == 0 ? '=' : key[0];
            if (!"PFSRrAEMmLDUNCTWQ/".Contains(letter, StringComparison.Ordinal))
                Error("M" + name + ": unknown mailer equate " + letter + "=");
            else if (letter == 'C' && value.Length == 0)
                Error("mailer " + name + ": null charset");
            else
                raw[letter] = value;
        }
        return raw;
    }

    private Mailer? MakeMailer(string name, Dictionary<char, string> raw)
    {
        string Field(char letter) => raw.GetValueOrDefault(letter, "");
        int Number(char letter) => (int)Math.Clamp(OptionParsers.LeadingNumber(Field(letter)), int.MinValue, int.MaxValue);
        if (!RuleSetPair(Field('S'), out RuleSetReference? se, out RuleSetReference? sh) || !RuleSetPair(Field('R'), out RuleSetReference? re, out RuleSetReference? rh))
            return null;
        if (!OptionParsers.TryTime(Field('W'), 's', out TimeSpan wait, out string? waitError))
            ComplainAll(waitError!);
        RunAs user = MailerUser(name, raw.GetValueOrDefault('U'));
        string[] arguments = CfText.Encode(Field('A')).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (!CheckAgent(name, Field('P'), arguments))
            return null;
        bool ipc = Field('P') == "[IPC]";
        bool network = ipc || raw.ContainsKey('T');
        string[] types = Field('T').Split('/', 3);
        string? Type(int at, string standard) => !network ? null : at < types.Length && types[at].Length > 0 ? types[at] : standard;
        MailerFlags flags = MailerFlags.Of(string.Concat(Field('F').Where(c => !char.IsWhiteSpace(c))));
        flags = OldFlags(name, flags);
        int lineLimit = Math.Max(0, Number('L'));
        return new Mailer
        {
            Number = _mailers.FindIndex(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is var at and >= 0 ? at : _mailers.Count,
            Name = name,
            Path = Field('P'),
            Arguments = arguments,
            Flags = flags,
            SenderEnvelope = se,
            SenderHeader = sh,
            RecipientEnvelope = re,
            RecipientHeader = rh,
            MaxMessageSize = Math.Max(0, OptionParsers.LeadingNumber(Field('M'))),
            LineLimit = lineLimit == 0 && flags.Has('L') ? 990 : lineLimit,
            EndOfLine = raw.ContainsKey('E') ? Field('E') : TakesInput(arguments) ? "\r\n" : "\n",
            MaxMessages = Math.Max(0, Number('m')),
            MaxRecipients = Number('r') > 0 ? Number('r') : 100,
            Nice = Number('N'),
            UserId = user.UserId,
            GroupId = user.GroupId,
            Directory = raw.ContainsKey('D') ? CfText.Encode(Field('D')) : null,
            RootDirectory = raw.ContainsKey('/') ? CfText.Encode(Field('/')) : null,
            CharacterSet = raw.GetValueOrDefault('C'),
            MtaType = Type(0, "dns"),
            AddressType = Type(1, "rfc822"),
            DiagnosticType = Type(2, "smtp"),
            Wait = wait,
            QueueGroup = KnownQueue(name, raw.GetValueOrDefault('Q')),
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
            : null;
        if (problem is not null)
            Error("M" + name + ": " + problem);
        else if (path == "[FILE]" && arguments[0] != "FILE")
            Error("M" + name + ": " + (problem = "first argument in [FILE] mailer must be FILE"));
        else if (path == "[IPC]" && arguments[0] is not ("TCP" or "FILE"))
            Warn("M" + name + ": Warning: first argument in [IPC] mailer must be TCP or FILE");
        return problem is null;
    }

    private RunAs MailerUser(string name, string? text)
    {
        if (text is null)
            return RunAs.None;
        if (text.Length == 0 || text[0] is ':' or '.' or '/')
            Error("mailer " + name + ": null user name");
        else if (OptionParsers.UserAndGroup(text, "readcf: mailer U= flag", "readcf: mailer U= flag", -1, out RunAs user, out string? error))
            return user;
        else
            Error(error!);
        return RunAs.None;
    }

    private string? KnownQueue(string name, string? queue)
    {
        if (queue is null || queue.Equals("mqueue", StringComparison.OrdinalIgnoreCase) || _queueGroups.Exists(g => g.Name.Equals(queue, StringComparison.OrdinalIgnoreCase)))
            return queue;
        Error("mailer " + name + ": unknown queue " + queue);
        return null;
    }

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
        if (text.Length == 0)
            return true;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? text : text[..slash];
        if (!Reference(first.Length == 0 ? text : first, out envelope))
            return false;
        header = envelope;
        return slash < 0 || slash + 1 == text.Length || Reference(text[(slash + 1)..], out header);
    }

    private bool Reference(string text, out RuleSetReference? reference)
    {
        reference = null;
        text = text.Trim();
        if (text == "0")
            return true;
        RuleSet? set = DeclareRuleSet(text);
        if (set is null)
            return false;
        reference = new RuleSetReference(set.Number, set.Name);
        return true;
    }

    private void ReadQueueGroup(string rest)
    {
        List<KeyValuePair<string, string?>> fields = FieldGrammar.Parse(rest);
        string name = fields[0].Key;
        if (rest.Trim().Length == 0)
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
            string text = value.Trim();
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
            Warn(string.Create(CultureInfo.InvariantCulture, $"Warning: Q={name}: R={group.Runners}: multiple queue runners specified\n\tbut flag 'f' is not set"));
        _queueGroups.RemoveAll(g => g.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        _queueGroups.Add(group);
    }

    private void ReadMap(string rest)
    {
        // One character behind each word separates, whatever it is.
        string text = Expand(rest).TrimStart();
        int end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '.'))
            end++;
        string name = text[..end];
        if (name.Length == 0)
        {
            Error("readcf: config K line: no map name");
            return;
        }
        text = text[Math.Min(end + 1, text.Length)..].TrimStart();
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
        var map = new MapDeclaration(name, type.ToLower(CultureInfo.InvariantCulture), text[Math.Min(end + 1, text.Length)..].Trim(), Here);
        foreach (string error in _request.CheckMap?.Invoke(map, _maps) ?? [])
            Error(error);
        _maps.RemoveAll(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        _maps.Add(map);
    }
}
