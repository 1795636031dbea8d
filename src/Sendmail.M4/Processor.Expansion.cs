using Sendmail.M4.Input;
using Sendmail.M4.Macros;

namespace Sendmail.M4;

// The loop of expansion. Calls under way are kept in an array, not on the machine's stack: nesting costs memory only.
internal sealed partial class Processor
{
    private struct Frame
    {
        internal Symbol Symbol;
        internal Definition Definition;
        internal string File;
        internal int Line;
        internal int CallId;

        // Where the argument being collected began; told when the input ends within it.
        internal string ArgumentFile;
        internal int ArgumentLine;
        internal int TextStart;
        internal int ArgumentStart;
        internal int Parentheses;
        internal bool Traced;
        internal Builtin? Builtin;

        // The argument that ends next is this part of the input, and nothing of it is in the buffer.
        internal Argument Quoted;
    }

    private readonly CharBuffer _collected = new(4096);
    private readonly CharBuffer _synced = new();
    private readonly CharBuffer _work = new(1024);
    private Frame[] _frames = new Frame[32];
    private Argument[] _arguments = new Argument[256];
    private int _depth;
    private int _argumentCount;
    private long _argumentText;
    private int _callId;
    private long _callsSinceInput;

    // What a builtin put into the input instead of text.
    private Builtin? _resultBuiltin;

    // The expansion when it is one of the arguments, given as it was collected.
    private Argument? _resultArgument;

    /// <summary>Reads and expands until the input is used up.</summary>
    private void ExpandInput()
    {
        while (true)
        {
            bool inArguments = _depth > 0;
            CharBuffer sink = inArguments ? _collected : _emitSyncLines ? _synced : _output.Current;
            switch (Scan(sink, inArguments))
            {
                case Token.End:
                    if (!inArguments)
                        return;
                    throw Fatal("ERROR: end of file in argument list", _frames[_depth - 1].ArgumentFile, _frames[_depth - 1].ArgumentLine);
                case Token.Macro:
                    BeginCall(_scanned);
                    break;
                case Token.Builtin:
                    TakeBuiltin();
                    break;
                case Token.Text:
                    if (!inArguments)
                    {
                        _output.AppendSynced(_synced.Span, _tokenFile, _tokenLine);
                        _synced.Clear();
                    }
                    break;
                case Token.Open:
                    _frames[_depth - 1].Parentheses++;
                    sink.Append('(');
                    break;
                case Token.Close:
                    if (_frames[_depth - 1].Parentheses-- > 0)
                        sink.Append(')');
                    else
                        EndCall();
                    break;
                case Token.Comma:
                    if (_frames[_depth - 1].Parentheses > 0)
                    {
                        sink.Append(',');
                        break;
                    }
                    EndArgument();
                    _frames[_depth - 1].ArgumentFile = _tokenFile;
                    _frames[_depth - 1].ArgumentLine = _tokenLine;
                    SkipSpace();
                    break;
            }
        }
    }

    private void TakeBuiltin()
    {
        Builtin builtin = _input.Top!.Builtin!;
        _input.PopBuiltin();
        if (_depth == 0)
            return;
        ref Frame frame = ref _frames[_depth - 1];
        if (_collected.Length == frame.TextStart)
            frame.Builtin = builtin;
    }

    private void BeginCall(Symbol symbol)
    {
        Definition definition = symbol.Top!;
        if (++_callsSinceInput > _settings.CallLimit && _settings.CallLimit > 0)
            throw Fatal("expansion of `" + symbol.Name + "' does not end: " + Number(_settings.CallLimit) + " macro calls without reading further input", _tokenFile, _tokenLine);
        if (_settings.NestingLimit > 0 && _depth + 1 > _settings.NestingLimit)
            throw Fatal("recursion limit of " + Number(_settings.NestingLimit) + " exceeded, use -L<N> to change it", _tokenFile, _tokenLine);
        if (_depth == _frames.Length)
            Array.Resize(ref _frames, _frames.Length * 2);
        ref Frame frame = ref _frames[_depth++];
        frame = new Frame
        {
            Symbol = symbol, Definition = definition, File = _tokenFile, Line = _tokenLine, ArgumentFile = _tokenFile, ArgumentLine = _tokenLine, CallId = ++_callId,
            TextStart = _collected.Length, ArgumentStart = _argumentCount, Traced = IsTraced(symbol),
        };
        if (frame.Traced && _debug.Has(DebugFlag.Calls))
            TraceBefore(frame);
        AddArgument(new Argument(symbol.Name));
        if (!OpensArguments())
        {
            Call();
            return;
        }
        _input.Skip(1);
        SkipSpace();
    }

    private void AddArgument(Argument argument)
    {
        _argumentText += argument.Cost;
        if (_argumentText > M4Limits.CollectedText)
            throw new M4ExitException(1, "memory exhausted");
        if (_argumentCount == _arguments.Length)
            Array.Resize(ref _arguments, _arguments.Length * 2);
        _arguments[_argumentCount++] = argument;
    }

    private void EndArgument()
    {
        ref Frame frame = ref _frames[_depth - 1];
        if (frame.Quoted.Source is not null)
        {
            AddArgument(frame.Quoted);
            frame.Quoted = default;
            return;
        }
        string text = _collected.Take(frame.TextStart);
        AddArgument(frame.Builtin is { } builtin ? new Argument(builtin) : new Argument(text));
        frame.Builtin = null;
    }

    private void EndCall()
    {
        EndArgument();
        Call();
    }

    private void Call()
    {
        Frame frame = _frames[_depth - 1];
        int count = _argumentCount - frame.ArgumentStart;
        var arguments = new Arguments(_arguments, frame.ArgumentStart, count);
        _callFile = frame.File;
        _callLine = frame.Line;
        _inCall = true;
        if (frame.Traced)
            TraceCollected(frame, arguments);
        _resultBuiltin = null;
        _resultArgument = null;
        EmptyIsShown = false;
        string? expansion;
        if (frame.Definition.Builtin is { } builtin)
        {
            expansion = Invoke(builtin, arguments);
        }
        else
        {
            _work.Clear();
            frame.Definition.Body ??= MacroBody.Parse(frame.Definition.Text!, !_settings.Traditional);
            expansion = frame.Definition.Body.Expand(arguments, _syntax.Quotes, _work);
        }
        if (frame.Traced)
            TraceAfter(frame, arguments, _resultArgument is { } shown ? shown.Alone().Source : expansion);
        _inCall = false;
        if (_resultBuiltin is { } token)
            _input.PushBuiltin(token, frame.File, frame.Line);
        else if (_resultArgument is { } argument)
            _input.PushText(argument, frame.File, frame.Line);
        else if (expansion is not null)
            _input.PushText(expansion, frame.File, frame.Line);
        for (int i = 0; i < count; i++)
            _argumentText -= _arguments[frame.ArgumentStart + i].Cost;
        Array.Clear(_arguments, frame.ArgumentStart, count);
        _argumentCount = frame.ArgumentStart;
        _depth--;
    }

    /// <summary>Calls a builtin, when the number of its arguments is right.</summary>
    internal string? Invoke(Builtin builtin, Arguments arguments)
    {
        int given = arguments.Count - 1;
        if (given < builtin.Least)
        {
            if (!_settings.Quiet)
                Warn("Warning: too few arguments to builtin `" + arguments[0] + "'");
            if (!builtin.ToleratesFew)
                return null;
        }
        else if (builtin.Most >= 0 && given > builtin.Most && !_settings.Quiet)
        {
            Warn("Warning: excess arguments to builtin `" + arguments[0] + "' ignored");
        }
        return builtin.Function(this, arguments);
    }

    /// <summary>Makes a builtin the expansion of the running call.</summary>
    internal void ExpandTo(Builtin builtin) => _resultBuiltin = builtin;

    /// <summary>Makes one of its arguments the expansion of the running call; the builtin has no text of its own to return.</summary>
    internal string? ExpandTo(Argument argument)
    {
        _resultArgument = argument;
        return null;
    }
}
