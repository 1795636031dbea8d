using System.Globalization;
using System.Text;
using Sendmail.M4.Builtins;
using Sendmail.M4.Input;
using Sendmail.M4.Macros;
using Sendmail.M4.Output;

namespace Sendmail.M4;

/// <summary>
/// An m4 processor that behaves as GNU m4 1.4.19 does, octet for octet. One instance is one run: give it files and definitions in
/// the order of the command line, then <see cref="Finish"/>.
/// </summary>
internal sealed partial class Processor : IDisposable
{
    private readonly M4Settings _settings;
    private readonly Stream _errors;
    private readonly InputStack _input = new();
    private readonly Syntax _syntax = new();
    private readonly SymbolTable _symbols = new();
    private readonly Diversions _output;
    private readonly Stack<(string Text, string File, int Line)> _wrapped = new();
    private long _wrappedText;
    private bool _emitSyncLines;
    private DebugFlag _debug;

    // The running call's place: messages name it, not the line at which its arguments ended.
    private bool _inCall;
    private string _callFile = "";
    private int _callLine;

    internal Processor(M4Settings settings, Stream output, Stream errors)
    {
        _settings = settings;
        _errors = errors;
        _output = new Diversions(output, settings.Interactive);
        _debugOutput = errors;
        _input.FileEnded = FileEnded;
    }

    /// <summary>What the run will end with: 1 when a file could not be read, or a warning counts as an error.</summary>
    internal int ExitCode { get; set; }

    internal M4Settings Settings => _settings;

    internal Syntax Syntax => _syntax;

    internal SymbolTable Symbols => _symbols;

    internal Diversions Output => _output;

    internal CharBuffer Work => _work;

    /// <summary>Finds a file that include names; the front end replaces it to serve the configuration library.</summary>
    internal IFileFinder Finder { get; set; } = new SearchPath([]);

    /// <summary>Takes messages in place of standard error.</summary>
    internal Action<string>? Listener { get; set; }

    /// <summary>Where reading stands in <paramref name="file"/>, whatever it led to; 0 when that file is not being read.</summary>
    internal int LineIn(string file) => _input.LineIn(file);

    /// <summary>File of the running call, or of the text being read.</summary>
    internal string File => _inCall ? _callFile : _input.Top?.File ?? "";

    /// <summary>Line of the running call, or of the text being read.</summary>
    internal int Line => _inCall ? _callLine : _input.Top?.Line ?? 0;

    /// <summary>Defines all builtins; not needed when a frozen state is loaded.</summary>
    internal void DefineBuiltins()
    {
        foreach (Builtin builtin in BuiltinTable.All)
        {
            if (!(_settings.Traditional && builtin.Extension))
                _symbols.Define((_settings.PrefixBuiltins ? "m4_" : "") + builtin.Name, new Definition(builtin));
        }
        foreach (string name in _settings.Traditional ? (string[])["unix"] : ["__gnu__", "__unix__"])
            _symbols.Define((_settings.PrefixBuiltins && !_settings.Traditional ? "m4_" : "") + name, new Definition(""));
    }

    /// <summary>Reads one file of the command line to its end; "-" is standard input.</summary>
    internal void ProcessFile(Stream source, string name)
    {
        PushFile(source, name);
        ExpandInput();
    }

    /// <summary>Expands what m4wrap kept, until nothing is kept any more.</summary>
    internal void ProcessWrapped()
    {
        while (_wrapped.Count > 0)
        {
            // The texts become one input; what they wrap in turn waits for its end.
            foreach ((string text, string file, int line) in _wrapped.Reverse())
                _input.PushText(text, file, line);
            _wrapped.Clear();
            _wrappedText = 0;
            ExpandInput();
        }
    }

    /// <summary>Brings the diversions back in order and writes everything out.</summary>
    internal void Finish()
    {
        _output.Select(0);
        _output.UndivertAll();
        _output.Flush();
    }

    /// <summary>-s: from here on <c>#line</c> lines tell where output comes from.</summary>
    internal void EmitSyncLines() => _emitSyncLines = true;

    internal void PushFile(Stream source, string name)
    {
        if (_debug.Has(DebugFlag.Input))
            DebugMessage("input read from " + name, File, Line);
        _input.PushFile(source, name);
        _output.SyncFileChanged();
    }

    internal void Wrap(string text)
    {
        _wrappedText += text.Length + M4Limits.Overhead;
        if (_wrappedText > M4Limits.PendingText)
            throw new M4ExitException(1, "memory exhausted");
        _wrapped.Push((text, File, Line));
    }

    public void Dispose()
    {
        _input.Clear();
        _output.Dispose();
        if (_debugOutput is not null && _debugOutput != _errors)
            _debugOutput.Dispose();
    }

    /// <summary>Prints a message about the running call. With -E given twice it is the last one.</summary>
    internal void Warn(string text)
    {
        Message(text, File, Line);
        if (_settings.FatalWarnings > 0)
            ExitCode = 1;
        if (_settings.FatalWarnings > 1)
            throw new M4ExitException(1);
    }

    /// <summary>A message that makes the exit code 1 but does not end the run.</summary>
    internal void Fail(string text)
    {
        Warn(text);
        ExitCode = 1;
    }

    /// <summary>A message with its place that ends the run.</summary>
    internal static M4ExitException Fatal(string text, string file, int line) => new(1, text) { File = file, Line = line };

    internal static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Prints <paramref name="text"/> behind program, file and line.</summary>
    internal void Message(string text, string file, int line)
    {
        string place = file.Length == 0 || line == 0 ? _settings.ProgramName + ": " : _settings.ProgramName + ":" + file + ":" + Number(line) + ": ";
        WriteError(place + text + "\n");
    }

    /// <summary>Writes to standard error, behind all output so far.</summary>
    internal void WriteError(string text)
    {
        if (Listener is not null)
        {
            Listener(text);
            return;
        }
        _output.Flush();
        _errors.Write(Encoding.Latin1.GetBytes(text));
        _errors.Flush();
    }

    private void FileEnded(InputBlock ended, InputBlock? next)
    {
        _output.SyncFileChanged();
        if (!_debug.Has(DebugFlag.Input))
            return;
        if (next is null)
            DebugMessage("input exhausted", ended.File, ended.Line);
        else
            DebugMessage("input reverted to " + next.File + ", line " + Number(next.Line), ended.File, ended.Line);
    }
}
