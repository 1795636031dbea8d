using System.Globalization;
using System.Text;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Core.Cf;

/// <summary>
/// Reads a sendmail.cf into a <see cref="Configuration"/> (op chapter 5). Physical lines are joined by hand, each kind of
/// line has its own method and grammar. A bad line gives a message that names file and line; reading goes on.
/// </summary>
public sealed partial class CfReader
{
    private const int CurrentLevel = 10;
    private readonly string _path;
    private readonly CfReadRequest _request;
    private readonly List<CfMessage> _messages = [];
    private readonly MacroScope _macros = new();
    private readonly Dictionary<string, MailClass> _classes = new(StringComparer.Ordinal);
    private readonly ClassWords _words = new();
    private readonly OptionValues _options = new(OptionTable.All.Count);
    private readonly RuleSetTable _ruleSets = new();
    private readonly List<Mailer> _mailers = [];
    private readonly List<HeaderDefinition> _headers = [];
    private readonly List<MapDeclaration> _maps = [];
    private readonly Dictionary<string, int> _precedences = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<QueueGroup> _queueGroups = [];
    private readonly List<InputMailFilter> _filters = [];
    private readonly List<KeyValuePair<string, string?>> _environment = [];
    private readonly List<DaemonPort> _daemonPorts = [];
    private readonly List<DaemonPort> _clientPorts = [];
    private Tokenizer _tokenizer;
    private RuleCompiler _compiler;
    private readonly List<string> _ruleErrors = [];
    private RuleSet? _currentRuleSet;
    private int _nextNamedRuleSet = 2 * RuleSetName.Highest - 1;
    private int _line;
    private int _level;
    private string _vendor = "";
    private SysExit _exit = SysExit.Ok;

    private CfReader(string path, CfReadRequest request)
    {
        _path = path;
        _request = request;
        if (request.OperationMode is 'm' or 's')
            _longNames.Add("daemon_flags");
        _tokenizer = new Tokenizer(OptionTable.OperatorChars.Default);
        _compiler = new RuleCompiler(_macros, _tokenizer);
    }

    /// <summary>
    /// Reads <paramref name="path"/>. The result has a configuration whenever the file could be opened; its exit code is
    /// what the reference ends with when any message is an error.
    /// </summary>
    public static CfReadResult Read(string path, CfReadRequest request)
    {
        var reader = new CfReader(path, request);
        string text;
        try
        {
            byte[] octets = File.ReadAllBytes(path);
            if (request.Expand is { } expand && path.EndsWith(".mc", StringComparison.Ordinal))
            {
                CfExpansion expansion = expand(path, octets);
                if (expansion.Text is null)
                    return new CfReadResult(null, [.. expansion.Errors.Select(e => new CfMessage(e, CfMessageKind.Error))], SysExit.Config);
                // Lines are counted in what makecf prints for the file.
                reader = new CfReader(path + " (expanded)", request);
                text = expansion.Text;
            }
            else
            {
                text = Encoding.Latin1.GetString(octets);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new CfReadResult(null, [new CfMessage(path + ": line 0: " + (Directory.Exists(path) ? "not a plain file" : "cannot open: " + Reason(path, e)), CfMessageKind.Error)], SysExit.OsFile);
        }
        CfReadResult result = reader.Run(text);
        bool writable = (Files.Facts(path)?.Permissions & 0x12) is > 0;
        return writable ? result with { LogLines = [path + ": WARNING: dangerous write permissions"] } : result;
    }

    // What the system says about a file that cannot be read.
    private static string Reason(string path, Exception e) =>
        e is UnauthorizedAccessException ? "Permission denied"
        : e is FileNotFoundException or DirectoryNotFoundException ? "No such file or directory"
        : Files.Facts(path, true, out int errno) is null && errno != 0 ? Files.ErrorText(errno) : e.Message;

    // The command line comes first and what it set sticks; its macros give way to the file's D lines.
    private CfReadResult Run(string text)
    {
        Predefine();
        foreach (KeyValuePair<string, string> macro in _request.Macros)
            DefineFromOption(macro.Key, macro.Value);
        _commandLine = true;
        foreach (string option in _request.Options)
            ReadOption(option);
        _commandLine = false;
        if (!_fatal)
            ReadLines(text);
        _line = 0;
        return _fatal ? new CfReadResult(null, _messages, _exit) { UnsafeOptions = _unsafe } : Finish();
    }

    private bool _commandLine;

    // Level 1 to 4 files see the full name in $w; a V line from level 5 on cuts it (op 5.9).
    private void Predefine()
    {
        HostFacts host = _request.Host;
        foreach (char symbol in "*+-=~#@:>?|.[]()&0123456789")
            _macros[symbol.ToString()] = CfText.Encode("$" + symbol);
        _macros["v"] = _request.Version;
        _macros["w"] = host.CanonicalName;
        _macros["j"] = host.CanonicalName;
        _macros["m"] = host.Domain;
        _macros["k"] = host.NodeName;
        _macros["n"] = "MAILER-DAEMON";
        _macros["opMode"] = _request.OperationMode.ToString();
        // What the options will say is not known yet.
        _macros["deliveryMode"] = "b";
        _macros["load_avg"] = LoadAverage.Current().ToString(CultureInfo.InvariantCulture);
        MailClass own = ClassOf("w");
        own.Add(host.ShortName);
        own.Add(host.CanonicalName);
        foreach (string name in host.OtherNames)
            own.Add(name);
        ClassOf("k").Add(host.NodeName);
        AddBuiltInMailers();
    }

    // Joins continuation lines with LF, as the value of a header keeps them. A line is counted at its end, so the number of one
    // that the file breaks off in is that of the line before.
    private void ReadLines(string text)
    {
        int at = 0;
        while (at < text.Length && !_fatal)
        {
            int start = at;
            int end = LineEnd(text, ref at);
            bool comment = end > start && text[start] == '#';
            if (at < text.Length && text[at] is ' ' or '\t')
            {
                var joined = new StringBuilder(text, start, end - start, (end - start) * 2);
                while (at < text.Length && text[at] is ' ' or '\t')
                {
                    start = at;
                    end = LineEnd(text, ref at);
                    joined.Append('\n').Append(text, start, end - start);
                }
                if (!comment)
                    ReadLine(joined.ToString());
                continue;
            }
            if (end > start && !comment)
                ReadLine(text[start..end]);
        }
    }

    private int LineEnd(string text, ref int at)
    {
        int newline = text.IndexOf('\n', at);
        if (newline >= 0)
            _line++;
        int end = newline < 0 ? text.Length : newline;
        at = newline < 0 ? text.Length : newline + 1;
        return end > 0 && newline >= 0 && text[end - 1] == '\r' ? end - 1 : end;
    }

    private void ReadLine(string line)
    {
        line = Mark(line);
        if (line.Length == 0)
            return;
        if (line[0] == 'R')
        {
            ReadRule(line.AsSpan(1));
            return;
        }
        string rest = line[1..];
        switch (line[0])
        {
            case ' ' or '\t': break;
            case 'C': ReadClass(rest); break;
            case 'D': ReadMacro(rest); break;
            case 'E': ReadEnvironment(rest); break;
            case 'F': ReadFileClass(rest); break;
            case 'H': ReadHeader(rest); break;
            case 'K': ReadMap(rest); break;
            case 'M': ReadMailer(rest); break;
            case 'O': ReadOption(rest); break;
            case 'P': ReadPrecedence(rest); break;
            case 'Q': ReadQueueGroup(rest); break;
            case 'S': ReadRuleSet(rest); break;
            case 'T': AddWords("t", rest, false); break;
            case 'V': ReadVersion(rest); break;
            case 'X': ReadFilter(rest); break;
            default: Error("unknown configuration line \"" + line + "\""); break;
        }
    }

    private string Mark(string line) => LineMarks.Set(line, _level is 0 or >= 3, text => Error(text), Remember);

    private void ReadVersion(string rest)
    {
        string text = rest.Trim(CfText.Blanks);
        string digits = new([.. text.TakeWhile(char.IsAsciiDigit)]);
        if (digits.Length == 0)
        {
            Error("invalid argument to V line: \"" + MacroName.Beginning(rest, ShownVersion) + "\"");
            return;
        }
        _level = OptionParsers.Wrapped(digits);
        if (_level >= 5 && _macros["w"] is { } name && name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0)
            _macros["w"] = name[..dot];
        if (!_options.IsSet(OptionTable.ColonOkInAddr))
            _options.Set(OptionTable.ColonOkInAddr, _level < 6);
        text = text[digits.Length..];
        if (!text.StartsWith('/'))
            return;
        text = text[1..];
        _vendor = new([.. text.TakeWhile(char.IsAsciiLetter)]);
        if (!_vendor.Equals("Berkeley", StringComparison.OrdinalIgnoreCase))
            Error("invalid V line vendor code: \"" + _vendor + "\"");
    }

    // How much of a wrong version a message shows.
    private const int ShownVersion = 20;

    private void ReadMacro(string rest)
    {
        if (!TryName(rest, out string name, out int end))
            return;
        _macros[name] = CfText.EncodeLine(FieldGrammar.Unquote(rest[end..]));
    }

    private void ReadEnvironment(string rest)
    {
        int equals = rest.IndexOf('=', StringComparison.Ordinal);
        _environment.Add(equals < 0
            ? new KeyValuePair<string, string?>(rest.Trim(CfText.Blanks), null)
            : new KeyValuePair<string, string?>(rest[..equals].Trim(CfText.Blanks), rest[(equals + 1)..]));
    }

    private void ReadPrecedence(string rest)
    {
        int equals = rest.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            Error("unknown configuration line \"P" + rest + "\"");
        else
            _precedences[rest[..equals].Trim(CfText.Blanks)] = (int)OptionParsers.LeadingNumber(rest.AsSpan(equals + 1));
    }

    /// <summary>The macro or class name at the start of a D, C or F line; says what is wrong and gives false otherwise.</summary>
    private bool TryName(string rest, out string name, out int end)
    {
        bool named = MacroName.TryRead(rest, out name, out end, out List<string> problems);
        foreach (string problem in problems)
            Error(problem);
        if (!named)
            return false;
        if (name.Length == 1 && name[0] - FirstLongName is >= 0 and var number && number < _longNames.Count)
            name = _longNames[number];
        else
            Remember(name);
        return true;
    }

    // Long names have numbers in the order of their first use, which show in messages about lines that hold them.
    private readonly List<string> _longNames = ["deliveryMode", "load_avg"];
    private const int FirstLongName = 0xA0;

    private void Remember(string name)
    {
        if (name.Length != 1 && !_longNames.Contains(name))
            _longNames.Add(name);
    }

    // Those of ${opMode} and of names that are in use before the file is read: mail comes in by these modes without a daemon.
    private string NameShown(string name) =>
        name == "opMode" ? "\x02" : name.Length == 1 || _longNames.IndexOf(name) is not (>= 0 and var at) ? name : ((char)(FirstLongName + at & 0x7F)).ToString();

    // The name of a macro or class as messages about its use call it.
    private static string NameCalled(string name) => name.Length == 1 && name[0] is <= ' ' or >= '\x80' ? "***UNDEFINED MACRO***" : name;

    private CfLocation Here => new(_path, _line);

    // Messages show a construct as the reference stores it: its sign is the octet 1, a long name is its number.
    private string Shown(string line)
    {
        if (line.AsSpan().IndexOfAnyExceptInRange('\0', '\x7f') < 0)
            return line;
        var shown = new StringBuilder(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (!Meta.IsMeta(c))
            {
                if (MacroName.IsMarked(c))
                    shown.Append('\x7f');
                shown.Append(c);
                continue;
            }
            shown.Append(CfText.Shown(c));
            if (c == CfText.Sign && i + 1 < line.Length && line[i + 1] is '=' or '~' or '&' or '?')
                shown.Append(line[++i]);
            if (i + 1 == line.Length || line[i + 1] != '{' || c is not (CfText.Sign or Meta.InClass or Meta.NotInClass or Meta.LateMacro))
                continue;
            int end = CfText.NameEnd(line, i + 1);
            shown.Append(NameShown(CfText.Name(line.AsSpan(i + 1, end - i - 1))));
            i = end - 1;
        }
        return shown.ToString();
    }

    private string Expand(string line) => ClassWords.Expand(line, _macros, text => Error(text));

    // The first error decides what the program ends with.
    private void Error(string text, SysExit exit = SysExit.Software, string? code = null)
    {
        // What the system refused may work another time.
        code ??= exit == SysExit.OsError ? "451 4.0.0" : "554 5.0.0";
        _messages.Add(new CfMessage(Placed(text), CfMessageKind.Error) { Code = code });
        if (_exit == SysExit.Ok)
            _exit = exit;
    }

    // In octets, without the codes in front.
    private const int LongestMessage = 16373;

    // Messages are of seven bits; one that becomes NUL ends them.
    private string Placed(string text)
    {
        text = SevenBits(Shown(text));
        text = _line > 0 ? Here + ": " + text : text;
        return text.Length > LongestMessage ? text[..LongestMessage] : text;
    }

    private static string SevenBits(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\x80', '\xff') < 0)
            return text;
        int end = text.IndexOf('\x80', StringComparison.Ordinal);
        return string.Concat(text.Take(end < 0 ? text.Length : end).Select(c => (char)(c & 0x7F)));
    }

    /// <summary>A value that cannot be what it should; whoever sends a message or verifies an address ends with a code for it.</summary>
    private void Complain(string text) => _messages.Add(new CfMessage(Placed(text), CfMessageKind.Complaint));

    private void ComplainAll(string lines)
    {
        foreach (string line in lines.Split(OptionParsers.Separator))
            Complain(line);
    }

    /// <summary>Something that is said, with its place, but is no error.</summary>
    private void Note(string text) => _messages.Add(new CfMessage(Placed(text), CfMessageKind.Remark));

    private void Warn(string text) => _messages.Add(new CfMessage(text, CfMessageKind.Warning));

    // What only those see who look at the configuration itself.
    private void WarnTester(string text, string modes)
    {
        if (modes.Contains(_request.OperationMode, StringComparison.Ordinal))
            Warn(text);
    }
}
