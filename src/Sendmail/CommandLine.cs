using System.Globalization;
using Sendmail.Core;
using Sendmail.Wire.Smtp;

namespace Sendmail;

/// <summary>What the command line asks for (sendmail(8)).</summary>
internal sealed class CommandLine
{
    private const int LongestTag = 32;
    // What -C without a value names.
    private const string DefaultFile = "sendmail.cf";

    /// <summary>The mode letter of -b: m (deliver), d, D, s, t, p, v, i, h, H, P, C.</summary>
    internal char Mode { get; private set; } = 'm';
    /// <summary>-C: configuration file, null for the default.</summary>
    internal string? ConfigurationFile { get; private set; }
    /// <summary>-A: c or m, '\0' when not given.</summary>
    internal char Submission { get; private set; }
    /// <summary>Options from -O, -o and the flags that are short for one, as text behind the O of a configuration line.</summary>
    internal List<string> Options { get; } = [];
    /// <summary>Whether an option names the queue directory.</summary>
    internal bool NamesQueue => Options.Exists(static o => o[0] == 'Q' || o.TrimStart().StartsWith("QueueDirectory", StringComparison.OrdinalIgnoreCase));
    /// <summary>-M macros.</summary>
    internal List<KeyValuePair<string, string>> Macros { get; } = [];
    /// <summary>-f or -r: sender.</summary>
    internal string? Sender { get; private set; }
    /// <summary>-F: full name.</summary>
    internal string? FullName { get; private set; }
    /// <summary>-t: recipients from the headers.</summary>
    internal bool FromHeaders { get; private set; }
    /// <summary>-v.</summary>
    internal bool Verbose { get; private set; }
    /// <summary>-n: no aliasing.</summary>
    internal bool NoAliases { get; private set; }
    /// <summary>-q was given.</summary>
    internal bool QueueRun { get; private set; }
    /// <summary>-q with a time: interval of runs.</summary>
    internal TimeSpan QueueInterval { get; private set; }
    /// <summary>-qI, -qR, -qS with their texts.</summary>
    internal List<(char Kind, string Text, bool Not)> QueueLimits { get; } = [];
    /// <summary>-qQ, -qL: quarantined or lost messages for -bp.</summary>
    internal string QueueKinds { get; private set; } = "q";
    /// <summary>-qG: the only queue group, null for all.</summary>
    internal string? QueueGroup { get; private set; }
    /// <summary>-Q: reason for quarantine, empty to end it, null when not given.</summary>
    internal string? Quarantine { get; private set; }
    /// <summary>How often -q was given.</summary>
    internal int QueueWords { get; private set; }
    /// <summary>-qp: the runner goes on for ever, from the end of one run to the next.</summary>
    internal bool Persistent { get; private set; }
    /// <summary>Whether -q makes no sense with the mode.</summary>
    internal bool MisusesQueue => QueueWords > 0 && Mode is 'v' or 's' or 'a' or 'C' or 'i' or 'h' or 'H' or 't';
    /// <summary>-N: NOTIFY, null when not given.</summary>
    internal string? Notify { get; private set; }
    /// <summary>-R: RET, null when not given.</summary>
    internal string? Return { get; private set; }
    /// <summary>-V: ENVID.</summary>
    internal string? EnvelopeId { get; private set; }
    /// <summary>-B: body type.</summary>
    internal string? BodyType { get; private set; }
    /// <summary>-L: log tag.</summary>
    internal string Ident { get; private set; } = "sendmail";
    /// <summary>-d: debug categories as written.</summary>
    internal List<string> Debug { get; } = [];
    /// <summary>-h: hop count.</summary>
    internal int HopCount { get; private set; }
    /// <summary>-G: gateway submission.</summary>
    internal bool Gateway { get; private set; }
    /// <summary>The name this program was called by.</summary>
    internal string ProgramName { get; private init; } = "sendmail";
    /// <summary>Recipients.</summary>
    internal List<string> Recipients { get; } = [];
    /// <summary>What is wrong, null when nothing; the program ends with code 64. Empty: it ends without a word.</summary>
    internal string? Error { get; private set; }
    // A word after which no other is read: options after an argument that is wrong are still looked at.
    private bool _ends;
    /// <summary>Whether the last line of <see cref="Error"/> goes to standard error, as what getopt says; the rest goes to standard output.</summary>
    internal bool ErrorIsSyntax { get; private set; }
    /// <summary>-ee, for callers that take any exit code but 0 for a lost message: what is wrong comes back by mail.</summary>
    internal bool EndsWell => Options.FindLast(static o => o[0] == 'e' || o.StartsWith(" ErrorMode=", StringComparison.OrdinalIgnoreCase)) is "ee" or [' ', .., '=', 'e'];
    /// <summary>What is wrong but does not keep the message from going; the exit code is 64 all the same.</summary>
    internal string? Complaint { get; private set; }
    /// <summary>-p: protocol and host that the message came by, null when not given.</summary>
    internal string? Protocol { get; private set; }
    /// <summary>-X: file for the dialogue, null when not given.</summary>
    internal string? TrafficLog { get; private set; }
    /// <summary>--json: the queue in a form for programs.</summary>
    internal bool Json { get; private set; }
    /// <summary>-D: file for debug output, null when not given.</summary>
    internal string? DebugFile { get; private set; }

    /// <summary>Reads arguments; <paramref name="called"/> is argv[0], as which errors are told.</summary>
    internal static CommandLine Parse(string called, IReadOnlyList<string> arguments)
    {
        string name = Path.GetFileName(called);
        var line = new CommandLine { ProgramName = name };
        switch (name)
        {
            case "newaliases": line.Mode = 'i'; break;
            case "mailq": line.Mode = 'p'; break;
            case "smtpd": line.Mode = 'd'; break;
            case "hoststat": line.Mode = 'h'; break;
            case "purgestat": line.Mode = 'H'; break;
            default: break;
        }
        for (int i = 0; i < arguments.Count && !line._ends; i++)
        {
            string argument = arguments[i];
            if (argument == "--json")
            {
                line.Json = true;
                continue;
            }
            // Options end at the first word that is none, and at any that starts with two hyphens.
            bool ends = argument.StartsWith("--", StringComparison.Ordinal);
            if (ends || argument.Length < 2 || argument[0] != '-')
            {
                line.Recipients.AddRange(arguments.Skip(ends ? i + 1 : i));
                break;
            }
            for (int at = 1; at < argument.Length; at++)
            {
                char letter = argument[at];
                CommandArgument? takes = CommandLetters.Find(letter)?.Argument;
                if (takes == CommandArgument.Attached)
                {
                    string beside = argument[(at + 1)..];
                    // A word behind -q that is no option belongs to it.
                    if (letter == 'q' && beside.Length == 0 && i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-'))
                        beside = arguments[++i];
                    line.Apply(letter, beside);
                    break;
                }
                if (takes == CommandArgument.None)
                {
                    line.Apply(letter, "");
                    continue;
                }
                // Known once, and refused without a word since.
                if (takes == CommandArgument.Refused)
                {
                    line.Error ??= "";
                    line._ends = true;
                    break;
                }
                if (takes is null)
                {
                    line.Fail(called + ": illegal option -- " + letter);
                    break;
                }
                string value = argument[(at + 1)..];
                if (value.Length == 0)
                {
                    if (++i >= arguments.Count && letter != 'C')
                    {
                        line.Fail(called + ": option requires an argument -- " + letter);
                        break;
                    }
                    value = i < arguments.Count ? arguments[i] : DefaultFile;
                }
                line.Apply(letter, value);
                break;
            }
        }
        return line;
    }

    private void Fail(string syntax)
    {
        Reject(syntax, true);
        ErrorIsSyntax = true;
    }

    private void Reject(string text, bool ends = false)
    {
        Error = Error is null or "" ? text : Error + "\n" + text;
        _ends |= ends;
    }

    private void Apply(char letter, string value)
    {
        switch (letter)
        {
            case 'A': Submission = value.Length > 0 ? value[0] : '\0'; break;
            case 'B':
                if (value.ToUpperInvariant() is "7BIT" or "8BITMIME")
                    BodyType = value.ToUpperInvariant();
                if (BodyType == "7BIT")
                    Options.Add("7T");
                if (BodyType is null)
                    Complaint = "Illegal body type " + value;
                break;
            case 'b':
                if (value.Length > 0 && "maDdsvtpPiCchHz".Contains(value[0], StringComparison.Ordinal))
                    Mode = value[0];
                else
                    Reject("Invalid operation mode " + value, true);
                break;
            case 'c': Options.Add("cT"); break;
            case 'C': ConfigurationFile = value; break;
            case 'D':
                if (Debug.Count > 0)
                    Reject("-D file must be before -d", true);
                DebugFile = value;
                break;
            case 'd': Debug.Add(value.Length == 0 ? "0-99.1" : value); break;
            case 'e':
                // An unknown mode is print.
                Options.Add("e" + (value.Length > 0 && "pqmwe".Contains(value[0], StringComparison.Ordinal) ? value[..1] : "p"));
                break;
            case 'F': FullName = value; break;
            case 'f' or 'r':
                if (Sender is not null)
                    Reject("More than one \"from\" person");
                Sender = value;
                break;
            case 'G': Gateway = true; break;
            case 'h':
                // As strtol(3): nothing at all counts as none.
                if (value.Length > 0 && !int.TryParse(value, NumberStyles.AllowLeadingWhite | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
                    Reject("Bad hop count (" + value + ")");
                HopCount = int.TryParse(value, NumberStyles.AllowLeadingWhite | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int hops) ? (short)hops : 0;
                break;
            case 'i': Options.Add("i"); break;
            case 'L': Ident = value.Length > LongestTag ? value[..LongestTag] : value; break;
            case 'M':
                if (value.Length > 0)
                {
                    int end = value[0] == '{' ? value.IndexOf('}', StringComparison.Ordinal) + 1 : 1;
                    if (end > 0)
                        Macros.Add(new(value[..end].Trim('{', '}'), value[end..]));
                }
                break;
            case 'm': Options.Add("m"); break;
            case 'N':
                Notify = value;
                string[] words = value.ToLowerInvariant().Split(',');
                if (!words.All(w => w is "success" or "failure" or "delay" || (w == "never" && words.Length == 1)))
                    Reject("Invalid -N argument");
                break;
            case 'n': NoAliases = true; break;
            case 'O': Options.Add(" " + value); break;
            case 'o': Options.Add(value.Length > 1 ? value : value + "T"); break;
            case 'p': Protocol = value; break;
            case 'q': ApplyQueue(value); break;
            case 'Q': Quarantine = value; break;
            case 'R':
                if (Return is not null)
                    Reject("Duplicate -R flag");
                else if (value.ToLowerInvariant() is not ("full" or "hdrs"))
                    Reject("Invalid -R value");
                Return = value;
                break;
            case 's': Options.Add("f"); break;
            case 't': FromHeaders = true; break;
            case 'T': Options.Add("TT"); break;
            case 'V':
                EnvelopeId = value;
                if (!XText.IsValid(value))
                    Reject("Invalid syntax in -V flag");
                break;
            case 'X': TrafficLog = value; break;
            case 'v': Verbose = true; break;
            default: break;
        }
    }

    private void ApplyQueue(string value)
    {
        QueueRun = true;
        QueueWords++;
        if (value.StartsWith('p'))
        {
            Persistent = true;
            if (QueueInterval == TimeSpan.Zero)
                QueueInterval = TimeSpan.FromSeconds(1);
        }
        if (value.StartsWith('f') || value.StartsWith('p'))
            value = value[1..];
        bool not = value.StartsWith('!');
        string text = not ? value[1..] : value;
        if (text.Length == 0)
            return;
        switch (text[0])
        {
            case 'I' or 'R' or 'S': QueueLimits.Add((text[0], text[1..], not)); break;
            case 'Q':
                QueueKinds = "h";
                if (text.Length > 1)
                    QueueLimits.Add(('Q', text[1..], not));
                break;
            case 'L': QueueKinds = "Q"; break;
            case 'G': QueueGroup = text[1..]; break;
            default: QueueInterval = Interval(text); break;
        }
    }

    private TimeSpan Interval(string text)
    {
        double minutes = 0;
        double number = 0;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                number = number * 10 + (c - '0');
                continue;
            }
            if (!"smhdw".Contains(c, StringComparison.Ordinal))
            {
                Reject("Invalid time unit `" + c + "'");
                continue;
            }
            minutes += c switch { 's' => number / 60, 'm' => number, 'h' => number * 60, 'd' => number * 1440, 'w' => number * 10080, _ => 0 };
            number = 0;
        }
        return TimeSpan.FromMinutes(minutes + number);
    }
}
