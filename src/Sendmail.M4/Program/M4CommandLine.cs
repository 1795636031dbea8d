namespace Sendmail.M4.Program;

/// <summary>The command line of m4: options in getopt_long's manner, with the things that happen in the order given kept in order.</summary>
internal sealed class M4CommandLine
{
    /// <summary>What happens in the order of the command line.</summary>
    internal enum Step { File, Define, Undefine, Trace, SyncLines, DebugFile }

    private enum Value { None, Required, Optional }

    // Name, whether it has a value, and the letter it is a long form of (or a key of its own).
    private static readonly (string Name, Value Value, char Key)[] _long =
    [
        ("arglength", Value.Required, 'l'), ("debug", Value.Optional, 'd'), ("define", Value.Required, 'D'), ("debugfile", Value.Optional, '\x01'),
        ("diversions", Value.Required, 'N'), ("error-output", Value.Required, 'o'), ("fatal-warnings", Value.None, 'E'), ("freeze-state", Value.Required, 'F'),
        ("gnu", Value.None, 'g'), ("hashsize", Value.Required, 'H'), ("help", Value.None, '\x02'), ("include", Value.Required, 'I'),
        ("interactive", Value.None, 'i'), ("nesting-limit", Value.Required, 'L'), ("prefix-builtins", Value.None, 'P'), ("quiet", Value.None, 'Q'),
        ("reload-state", Value.Required, 'R'), ("silent", Value.None, 'Q'), ("synclines", Value.None, 's'), ("trace", Value.Required, 't'),
        ("traditional", Value.None, 'G'), ("undefine", Value.Required, 'U'), ("version", Value.None, '\x03'), ("warn-macro-sequence", Value.Optional, '\x04'),
    ];

    // Ours; never abbreviated, so that no abbreviation of GNU m4's becomes ambiguous.
    private static readonly (string Name, Value Value, char Key)[] _own =
    [
        ("allow-commands", Value.None, '\x11'), ("lint", Value.None, '\x12'), ("json", Value.None, '\x13'), ("call-limit", Value.Required, '\x14'),
        ("no-library", Value.None, '\x15'),
    ];

    private const string Letters = "B:D:EF:GH:I:L:N:PQR:S:T:U:d::eil:o:st:g";
    private const string StandardSequence = @"\$\({[^}]*}\|[0-9][0-9]+\)";

    /// <summary>Files, definitions and the rest, in order.</summary>
    internal List<(Step Step, string Text)> Steps { get; } = [];

    internal M4Settings Settings { get; } = new();

    internal DebugFlag Debug { get; private set; }

    internal string? FreezeTo { get; private set; }

    internal string? ReloadFrom { get; private set; }

    /// <summary>-o: where debug output goes from the beginning; null: standard error.</summary>
    internal string? DebugFile { get; private set; }

    internal bool Help { get; private set; }

    internal bool Version { get; private set; }

    /// <summary>--lint: say what is wrong instead of expanding.</summary>
    internal bool Lint { get; private set; }

    /// <summary>--json: findings as JSON.</summary>
    internal bool Json { get; private set; }

    /// <summary>--no-library: a plain m4 whatever the files are called.</summary>
    internal bool NoLibrary { get; private set; }

    /// <summary>--call-limit was given.</summary>
    internal bool CallLimitGiven { get; private set; }

    /// <summary>What is wrong with the command line, without the program's name; null: nothing.</summary>
    internal string? Error { get; private set; }

    /// <summary>The error is one of usage: the hint about --help follows it.</summary>
    internal bool ErrorIsUsage { get; private set; }

    /// <summary>Messages that do not end the run.</summary>
    internal List<string> Warnings { get; } = [];

    internal static M4CommandLine Parse(string program, IReadOnlyList<string> words)
    {
        var line = new M4CommandLine();
        line.Settings.ProgramName = program;
        int i = 0;
        for (; i < words.Count && line.Error is null; i++)
        {
            string word = words[i];
            if (word == "--")
            {
                i++;
                break;
            }
            if (word.StartsWith("--", StringComparison.Ordinal))
                line.Long(word[2..], words, ref i);
            else if (word.Length > 1 && word[0] == '-')
                line.Short(word, words, ref i);
            else
                line.Steps.Add((Step.File, word));
        }
        for (; i < words.Count && line.Error is null; i++)
            line.Steps.Add((Step.File, words[i]));
        if (line.Json && !line.Lint && line.Error is null)
            line.Usage("option '--json' goes with --lint only");
        if (!line.Steps.Exists(s => s.Step == Step.File))
            line.Steps.Add((Step.File, "-"));
        return line;
    }

    private void Usage(string text)
    {
        Error = text;
        ErrorIsUsage = true;
    }

    private void Long(string word, IReadOnlyList<string> words, ref int i)
    {
        int equals = word.IndexOf('=');
        string name = equals < 0 ? word : word[..equals];
        string? value = equals < 0 ? null : word[(equals + 1)..];
        (string Name, Value Value, char Key)[] found = [.. _long.Where(o => o.Name == name), .. _own.Where(o => o.Name == name)];
        if (found.Length == 0)
        {
            found = [.. _long.Where(o => o.Name.StartsWith(name, StringComparison.Ordinal))];
            if (found.Length > 1 && found.All(o => o.Key == found[0].Key))
                found = [found[0]];
        }
        if (found.Length == 0)
        {
            Usage("unrecognized option '--" + word + "'");
        }
        else if (found.Length > 1)
        {
            Usage("option '--" + word + "' is ambiguous; possibilities:" + string.Concat(found.Select(o => " '--" + o.Name + "'")));
        }
        else if (value is not null && found[0].Value == Value.None)
        {
            Usage("option '--" + found[0].Name + "' doesn't allow an argument");
        }
        else if (value is null && found[0].Value == Value.Required)
        {
            if (++i < words.Count)
                Apply(found[0].Key, words[i]);
            else
                Usage("option '--" + found[0].Name + "' requires an argument");
        }
        else
        {
            Apply(found[0].Key, value);
        }
    }

    private void Short(string word, IReadOnlyList<string> words, ref int i)
    {
        for (int at = 1; at < word.Length && Error is null; at++)
        {
            char letter = word[at];
            int found = letter == ':' ? -1 : Letters.IndexOf(letter);
            if (found < 0)
            {
                Usage("invalid option -- '" + letter + "'");
                return;
            }
            bool takes = found + 1 < Letters.Length && Letters[found + 1] == ':';
            bool optional = takes && found + 2 < Letters.Length && Letters[found + 2] == ':';
            if (!takes)
            {
                Apply(letter, null);
                continue;
            }
            if (at + 1 < word.Length)
                Apply(letter, word[(at + 1)..]);
            else if (optional)
                Apply(letter, null);
            else if (++i < words.Count)
                Apply(letter, words[i]);
            else
                Usage("option requires an argument -- '" + letter + "'");
            return;
        }
    }

    private void Apply(char key, string? value)
    {
        string program = Settings.ProgramName;
        switch (key)
        {
            case 'B' or 'S' or 'T':
                Warnings.Add("warning: `" + program + " -" + key + "' may be removed in a future release");
                break;
            case 'N': Warnings.Add("warning: `" + program + " -N' is deprecated"); break;
            case 'e':
                Warnings.Add("warning: `" + program + " -e' is deprecated, use `-i' instead");
                Settings.Interactive = true;
                break;
            case 'i': Settings.Interactive = true; break;
            case 'D': Steps.Add((Step.Define, value!)); break;
            case 'U': Steps.Add((Step.Undefine, value!)); break;
            case 't': Steps.Add((Step.Trace, value!)); break;
            case 's': Steps.Add((Step.SyncLines, "")); break;
            case '\x01': Steps.Add((Step.DebugFile, value ?? "\0")); break;
            case 'E': Settings.FatalWarnings++; break;
            case 'F': FreezeTo = value; break;
            case 'R': ReloadFrom = value; break;
            case 'G': Settings.Traditional = true; break;
            case 'g': Settings.Traditional = false; break;
            // The table of macros grows by itself; a number is all that is asked for.
            case 'H': _ = Count(value!); break;
            case 'I': Settings.IncludePath.Add(value!); break;
            case 'L': Settings.NestingLimit = Count(value!); break;
            case 'l': Settings.TraceLength = Count(value!); break;
            case 'P': Settings.PrefixBuiltins = true; break;
            case 'Q': Settings.Quiet = true; break;
            case 'o': DebugFile = value; break;
            case 'd': SetDebug(value); break;
            case '\x02': Help = true; break;
            case '\x03': Version = true; break;
            case '\x04': Settings.WarnSequence = value ?? StandardSequence; break;
            case '\x11': Settings.AllowCommands = true; break;
            case '\x12': Lint = true; break;
            case '\x13': Json = true; break;
            case '\x14':
                Settings.CallLimit = Count(value!);
                CallLimitGiven = true;
                break;
            case '\x15': NoLibrary = true; break;
        }
    }

    private void SetDebug(string? value)
    {
        // Unlike debugmode, the option knows no + and -.
        if (DebugFlags.Parse(value) is { } flags)
        {
            Debug = flags;
            return;
        }
        Debug = DebugFlag.None;
        Warnings.Add("bad debug flags: `" + value + "'");
    }

    // As atoi reads it: what is no number is 0.
    private static int Count(string text)
    {
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            digits++;
        return int.TryParse(text.AsSpan(0, digits), out int value) ? value : 0;
    }
}
