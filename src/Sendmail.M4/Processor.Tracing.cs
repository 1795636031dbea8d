using System.Text;
using Sendmail.M4.Macros;

namespace Sendmail.M4;

// Trace and debug output.
internal sealed partial class Processor
{
    private Stream? _debugOutput;

    // The line of the traced call under way, up to its arguments; ended when the expansion is known.
    private readonly StringBuilder _trace = new();

    internal DebugFlag Debug
    {
        get => _debug;
        set => _debug = value;
    }

    /// <summary>Sends debug output to another file; null: it is discarded.</summary>
    internal void SetDebugOutput(Stream? to)
    {
        if (_debugOutput is not null && _debugOutput != _errors)
            _debugOutput.Dispose();
        _debugOutput = to;
    }

    internal void DebugToErrors() => SetDebugOutput(_errors);

    /// <summary>Writes to where debug output goes.</summary>
    internal void WriteDebug(string text)
    {
        if (_debugOutput is null)
            return;
        _output.Flush();
        _debugOutput.Write(Encoding.Latin1.GetBytes(text));
        _debugOutput.Flush();
    }

    internal void DebugMessage(string text, string file, int number)
    {
        var line = new StringBuilder("m4debug:");
        AppendPlace(line, file, number);
        WriteDebug(line.Append(' ').Append(text).Append('\n').ToString());
    }

    private bool IsTraced(Symbol symbol) => symbol.Traced || _debug.Has(DebugFlag.All);

    private void AppendPlace(StringBuilder line, string file, int number)
    {
        if (file.Length == 0)
            return;
        if (_debug.Has(DebugFlag.File))
            line.Append(file).Append(':');
        if (_debug.Has(DebugFlag.Line))
            line.Append(number).Append(':');
    }

    /// <summary>debugmode took effect: what was prepared under the old flags is not printed any more.</summary>
    internal void ForgetTrace() => _trace.Clear();

    private StringBuilder TraceStart(StringBuilder line, in Frame frame)
    {
        line.Append("m4trace:");
        // dnl may have met the end of all input: there is no place any more.
        if (_input.Top is not null)
            AppendPlace(line, frame.File, frame.Line);
        line.Append(" -").Append(_depth).Append("- ");
        if (_debug.Has(DebugFlag.Id))
            line.Append("id ").Append(frame.CallId).Append(": ");
        return line.Append(frame.Symbol.Name);
    }

    private void TraceBefore(in Frame frame) => WriteDebug(TraceStart(new StringBuilder(), frame).Append(" ...\n").ToString());

    private void TraceCollected(in Frame frame, Arguments arguments)
    {
        _trace.Clear();
        TraceStart(_trace, frame);
        TraceArguments(_trace, frame, arguments);
        if (!_debug.Has(DebugFlag.Calls))
            return;
        WriteDebug(_trace.Append(" -> ???\n").ToString());
        _trace.Clear();
    }

    private void TraceAfter(in Frame frame, Arguments arguments, string? expansion)
    {
        StringBuilder line = _trace;
        if (_debug.Has(DebugFlag.Calls))
        {
            TraceStart(line.Clear(), frame);
            if (arguments.Count > 1)
                line.Append("(...)");
        }
        if (_debug.Has(DebugFlag.Expansion))
        {
            // What defn makes of a builtin is not shown.
            if (expansion is not null && (expansion.Length > 0 || EmptyIsShown))
                AppendQuoted(line.Append(" -> "), expansion);
        }
        WriteDebug(line.Append('\n').ToString());
    }

    private void TraceArguments(StringBuilder line, in Frame frame, Arguments arguments)
    {
        if (!_debug.Has(DebugFlag.Arguments) || arguments.Count == 1)
            return;
        bool takesBuiltins = frame.Definition.Builtin is { TakesBuiltins: true };
        line.Append('(');
        for (int i = 1; i < arguments.Count; i++)
        {
            if (i > 1)
                line.Append(", ");
            if (takesBuiltins && arguments.BuiltinAt(i) is { } builtin)
                line.Append('<').Append(builtin.Name).Append('>');
            else
                AppendQuoted(line, arguments[i]);
        }
        line.Append(')');
    }

    private void AppendQuoted(StringBuilder line, string text)
    {
        bool quote = _debug.Has(DebugFlag.Quote);
        if (quote)
            line.Append(_syntax.Quotes.Left);
        int nul = text.IndexOf('\0');
        if (nul >= 0)
            text = text[..nul];
        if (_settings.TraceLength > 0 && text.Length >= _settings.TraceLength)
            line.Append(text.AsSpan(0, _settings.TraceLength)).Append("...");
        else
            line.Append(text);
        if (quote)
            line.Append(_syntax.Quotes.Right);
    }
}
