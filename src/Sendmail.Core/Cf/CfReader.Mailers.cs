using System.Globalization;
using Sendmail.Core.Rewriting;

namespace Sendmail.Core.Cf;

// M, Q, X and K lines (op 5.4, 5.7, 5.8, 5.9).
public sealed partial class CfReader
{
    private void ReadMailer(string rest)
    {
        List<KeyValuePair<string, string?>> fields = FieldGrammar.Parse(rest);
        string name = fields.Count > 0 ? fields[0].Key : "";
        if (name.Length == 0)
        {
            Error("name required for mailer");
            return;
        }
        var raw = new Dictionary<char, string>();
        foreach ((string key, string? value) in fields.Skip(1))
        {
            if (key.Length == 0)
                continue;
            char letter = key[0];
            if (value is null)
            {
                Error("mailer " + name + ": `=' expected");
                return;
            }
            if (!"PFSRrAEMmLDUNCTWQ/".Contains(letter, StringComparison.Ordinal))
                Error("M" + name + ": unknown mailer equate " + letter + "=");
            else
                raw[letter] = value;
        }
        string Field(char letter) => raw.GetValueOrDefault(letter, "");
        string path = Field('P').Trim();
        if (!raw.ContainsKey('A'))
        {
            Error("M" + name + ": A= argument required");
            return;
        }
        if (path.Length == 0)
        {
            Error("M" + name + ": P= argument required");
            return;
        }
        string[] arguments = CfText.Encode(Field('A')).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (path is "[TCP]")
        {
            Error("M" + name + ": P=[TCP] must be replaced by P=[IPC]");
            return;
        }
        if (path is "[IPC]")
        {
            if (arguments.Length < 2)
            {
                Error("M" + name + ": too few parameters for [IPC] mailer");
                return;
            }
            if (arguments[0] is not ("TCP" or "FILE"))
                Warn("M" + name + ": Warning: first argument in [IPC] mailer must be TCP or FILE");
        }
        string? queue = raw.GetValueOrDefault('Q')?.Trim();
        if (queue is not null && !_queueGroups.Exists(g => g.Name.Equals(queue, StringComparison.OrdinalIgnoreCase)))
            Error("mailer " + name + ": unknown queue " + queue);
        RunAs user = RunAs.None;
        if (raw.ContainsKey('U') && !OptionParsers.UserAndGroup(Field('U'), "readcf: mailer U= flag", "readcf: mailer U= flag", out user, out string? error))
            Error(error!);
        string[] types = raw.TryGetValue('T', out string? type) ? type.Trim().Split('/') : [];
        (RuleSetReference? se, RuleSetReference? sh) = RuleSetPair(Field('S'));
        (RuleSetReference? re, RuleSetReference? rh) = RuleSetPair(Field('R'));
        if (!OptionParsers.TryTime(Field('W').Trim(), 's', out TimeSpan wait, out string? waitError))
            Error(waitError!);
        MailerFlags flags = MailerFlags.Of(Field('F').Replace(" ", "", StringComparison.Ordinal));
        int lineLimit = (int)OptionParsers.LeadingNumber(Field('L'));
        if (lineLimit == 0 && flags.Has('L'))
            lineLimit = 990;
        if (_level < 6 && name.Equals("local", StringComparison.OrdinalIgnoreCase))
        {
            foreach (char flag in "Aw5:|/@")
                flags = flags.With(flag);
        }
        var mailer = new Mailer
        {
            Number = _mailers.FindIndex(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is var at and >= 0 ? at : _mailers.Count,
            Name = name,
            Path = path,
            Arguments = arguments,
            Flags = flags,
            SenderEnvelope = se,
            SenderHeader = sh,
            RecipientEnvelope = re,
            RecipientHeader = rh,
            MaxMessageSize = OptionParsers.LeadingNumber(Field('M')),
            LineLimit = Math.Max(0, lineLimit),
            EndOfLine = raw.ContainsKey('E') ? FieldGrammar.Unescape(Field('E')) : "\n",
            MaxMessages = (int)OptionParsers.LeadingNumber(Field('m')),
            MaxRecipients = raw.ContainsKey('r') ? (int)OptionParsers.LeadingNumber(Field('r')) : 100,
            Nice = (int)OptionParsers.LeadingNumber(Field('N')),
            UserId = user.UserId,
            GroupId = user.GroupId,
            Directory = raw.ContainsKey('D') ? CfText.Encode(Field('D').Trim()) : null,
            RootDirectory = raw.ContainsKey('/') ? CfText.Encode(Field('/').Trim()) : null,
            CharacterSet = raw.ContainsKey('C') ? Field('C').Trim() : null,
            MtaType = types.Length > 0 ? types[0] : null,
            AddressType = types.Length > 1 ? types[1] : null,
            DiagnosticType = types.Length > 2 ? types[2] : null,
            Wait = wait,
            QueueGroup = queue,
            Location = Here,
        };
        if (mailer.Number == _mailers.Count)
            _mailers.Add(mailer);
        else
            _mailers[mailer.Number] = mailer;
    }

    // S=10/20, S=EnvFrom/HdrFrom or one for both; 0 means none.
    private (RuleSetReference? Envelope, RuleSetReference? Header) RuleSetPair(string text)
    {
        text = text.Trim();
        if (text.Length == 0)
            return (null, null);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        RuleSetReference? first = Reference(slash < 0 ? text : text[..slash]);
        return (first, slash < 0 ? first : Reference(text[(slash + 1)..]));
    }

    private RuleSetReference? Reference(string text)
    {
        text = text.Trim();
        if (text.Length == 0 || text == "0")
            return null;
        RuleSet? set = DeclareRuleSet(text);
        return set is null ? null : new RuleSetReference(set.Number, set.Name);
    }

    private void ReadQueueGroup(string rest)
    {
        List<KeyValuePair<string, string?>> fields = FieldGrammar.Parse(rest);
        string name = fields.Count > 0 ? fields[0].Key : "";
        if (name.Length == 0)
        {
            Error("name required for queue");
            return;
        }
        var group = new QueueGroup(name, "");
        foreach ((string key, string? value) in fields.Skip(1))
        {
            if (key.Length == 0)
                continue;
            string text = (value ?? "").Trim();
            switch (key[0])
            {
                case 'F': group = group with { Flags = text }; break;
                case 'P': group = group with { Path = text }; break;
                case 'N': group = group with { Nice = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'J': group = group with { Jobs = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'R': group = group with { Runners = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'r': group = group with { Recipients = (int)OptionParsers.LeadingNumber(text) }; break;
                case 'I':
                    if (OptionParsers.TryTime(text, 'm', out TimeSpan interval, out string? error))
                        group = group with { Interval = interval };
                    else
                        Error(error!);
                    break;
                default:
                    Error("Q" + name + ": unknown queue equate " + key[0] + "=");
                    break;
            }
        }
        _queueGroups.RemoveAll(g => g.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        _queueGroups.Add(group);
    }

    private void ReadFilter(string rest)
    {
        List<KeyValuePair<string, string?>> fields = FieldGrammar.Parse(rest);
        string name = fields.Count > 0 ? fields[0].Key : "";
        if (name.Length == 0)
        {
            Error("name required for mail filter");
            return;
        }
        string socket = "";
        string flags = "";
        var times = new Dictionary<char, TimeSpan>
        {
            ['C'] = TimeSpan.FromMinutes(5), ['S'] = TimeSpan.FromSeconds(10), ['R'] = TimeSpan.FromSeconds(10), ['E'] = TimeSpan.FromMinutes(5),
        };
        foreach ((string key, string? value) in fields.Skip(1))
        {
            string text = (value ?? "").Trim();
            switch (key.Length == 0 ? '\0' : key[0])
            {
                case 'S': socket = text; break;
                case 'F': flags = text; break;
                case 'T':
                    foreach (string part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                    {
                        if (!times.ContainsKey(part[0]))
                            Error("X" + name + ": unknown filter timeout " + part[0]);
                        else if (part.Length > 2 && OptionParsers.TryTime(part.AsSpan(2), 's', out TimeSpan time, out _))
                            times[part[0]] = time;
                    }
                    break;
                case '\0': break;
                default: Error("X" + name + ": unknown filter equate " + key[0] + "="); break;
            }
        }
        if (socket.Length == 0)
        {
            Error("X" + name + ": empty or missing socket information");
            return;
        }
        _filters.Add(new InputMailFilter(name, socket, flags, times['C'], times['S'], times['R'], times['E'], Here));
    }

    private void ReadMap(string rest)
    {
        string text = Expand(rest).TrimStart();
        int end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.'))
            end++;
        string name = text[..end];
        if (name.Length == 0)
        {
            Error("readcf: config K line: no map name");
            return;
        }
        text = text[end..].TrimStart();
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
        var map = new MapDeclaration(name, type.ToLower(CultureInfo.InvariantCulture), text[end..].Trim(), Here);
        foreach (string error in _request.CheckMap?.Invoke(map, _maps) ?? [])
            Error(error);
        _maps.RemoveAll(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        _maps.Add(map);
    }
}
