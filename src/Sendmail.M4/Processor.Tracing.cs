using System.Text;
using Sendmail.M4.Macros;

namespace Sendmail.M4;

// Trace and debug output.
internal sealed partial class Processor
{
    private Stream? _debugOutput;

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

    private StringBuilder TraceStart(in Frame frame)
    {
        var line = new StringBuilder("m4trace:");
        AppendPlace(line, frame.File, frame.Line);
        line.Append(" -").Append(_depth).Append("- ");
        if (_debug.Has(DebugFlag.Id))
            line.Append("id ").Append(frame.CallId).Append(": ");
        return line.Append(frame.Symbol.Name);
    }

    private void TraceBefore(in Frame frame) => WriteDebug(TraceStart(frame).Append(" ...\n").ToString());

    private void TraceCollected(in Frame frame, Arguments arguments)
    {
        StringBuilder line = TraceStart(frame);
        TraceArguments(line, arguments);
        WriteDebug(line.Append(" -> ???\n").ToString());
    }

    private void TraceAfter(in Frame frame, Arguments arguments, string? expansion)
    {
        StringBuilder line = TraceStart(frame);
        if (_debug.Has(DebugFlag.Calls))
        {
            if (arguments.Count > 1)
                line.Append("(...)");
        }
        else
        {
            TraceArguments(line, arguments);
        }
        if (_debug.Has(DebugFlag.Expansion))
        {
            if (_resultBuiltin is { } builtin)
                line.Append(" -> <").Append(builtin.Name).Append('>');
            else if (!string.IsNullOrEmpty(expansion))
                AppendQuoted(line.Append(" -> "), expansion);
        }
        WriteDebug(line.Append('\n').ToString());
    }

    private void TraceArguments(StringBuilder line, Arguments arguments)
    {
        if (!_debug.Has(DebugFlag.Arguments) || arguments.Count == 1)
            return;
        line.Append('(');
        for (int i = 1; i < arguments.Count; i++)
        {
            if (i > 1)
                line.Append(", ");
            if (arguments.BuiltinAt(i) is { } builtin)
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
        if (_settings.TraceLength > 0 && text.Length > _settings.TraceLength)
            line.Append(text.AsSpan(0, _settings.TraceLength)).Append("...");
        else
            line.Append(text);
        if (quote)
            line.Append(_syntax.Quotes.Right);
    }
}
