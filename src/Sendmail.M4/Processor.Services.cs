using Sendmail.M4.Input;
using Sendmail.M4.Macros;
using Sendmail.M4.Patterns;

namespace Sendmail.M4;

// What builtins ask of the processor.
internal sealed partial class Processor
{
    private GnuPattern? _warnPattern;
    private bool _sawZeroGroup;

    /// <summary>Expressions already compiled.</summary>
    internal PatternCache Patterns { get; init; } = new();

    /// <summary>What sysval gives.</summary>
    internal int LastStatus { get; set; }

    /// <summary>The empty expansion counts as one in trace output: of patsubst, and where a zero octet was in it (%c).</summary>
    internal bool EmptyIsShown { get; set; }

    /// <summary>True once: the warning about <c>\0</c> in a replacement is given once a run.</summary>
    internal bool FirstZeroGroup()
    {
        bool first = !_sawZeroGroup;
        _sawZeroGroup = true;
        return first;
    }

    internal void WarnUnlessQuiet(string text)
    {
        if (!_settings.Quiet)
            Warn(text);
    }

    /// <summary>What a call of <paramref name="definition"/> with these arguments gives; of an indirect call.</summary>
    internal string? Expand(Definition definition, Arguments arguments)
    {
        if (definition.Builtin is { } builtin)
            return Invoke(builtin, arguments);
        _work.Clear();
        definition.Body ??= MacroBody.Parse(definition.Text!, !_settings.Traditional);
        return definition.Body.Expand(arguments, _syntax.Quotes, _work);
    }

    /// <summary>A numeric argument; says what is wrong with it. False: it is no number and the builtin has nothing to do.</summary>
    internal bool TryNumber(string builtin, string text, out int value)
    {
        if (text.Length == 0)
        {
            value = 0;
            Warn("empty string treated as 0 in builtin `" + builtin + "'");
            return true;
        }
        if (!ParseNumber(text, out value, out bool overflow))
        {
            Warn("non-numeric argument to builtin `" + builtin + "'");
            return false;
        }
        if (Syntax.IsSpace(text[0]))
            Warn("leading whitespace ignored in builtin `" + builtin + "'");
        else if (overflow)
            Warn("numeric overflow detected in builtin `" + builtin + "'");
        return true;
    }

    /// <summary>Reads a decimal number as strtol does; what does not fit 32 bits wraps, what does not fit 64 is the largest there.</summary>
    internal static bool ParseNumber(string text, out int value, out bool overflow)
    {
        bool good = ParseLong(text, out long wide, out overflow);
        value = unchecked((int)wide);
        return good;
    }

    /// <summary>The same with all 64 bits.</summary>
    internal static bool ParseLong(string text, out long value, out bool overflow)
    {
        int at = 0;
        while (at < text.Length && Syntax.IsSpace(text[at]))
            at++;
        bool negative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is '-' or '+')
            at++;
        int first = at;
        long number = 0;
        overflow = false;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            int digit = text[at] - '0';
            if (overflow || number < (long.MinValue + digit) / 10)
                overflow = true;
            else
                number = number * 10 - digit;
        }
        if (!negative)
        {
            overflow |= number == long.MinValue;
            number = overflow ? long.MaxValue : -number;
        }
        else if (overflow)
        {
            number = long.MinValue;
        }
        value = number;
        return at > first && at == text.Length;
    }

    /// <summary>Defines a text unless the name has a definition.</summary>
    internal void DefineIfMissing(string name, string text)
    {
        if (!_symbols.TryFind(name, out _))
            _symbols.Define(name, new Definition(text));
    }

    /// <summary>dnl: drops the input up to the end of the line.</summary>
    internal void DiscardLine()
    {
        while (_input.Settle())
        {
            InputBlock block = _input.Top!;
            if (block.Builtin is not null)
            {
                _input.PopBuiltin();
                continue;
            }
            int length = block.Text.AsSpan(block.Position, block.End - block.Position).IndexOf('\n');
            block.Advance(length < 0 ? block.End : block.Position + length + 1);
            if (length >= 0)
                return;
        }
        Warn("Warning: end of file treated as newline");
    }

    /// <summary>--warn-macro-sequence: says when a definition contains the suspicious sequence.</summary>
    internal void CheckSequence(string name, string text)
    {
        if (string.IsNullOrEmpty(_settings.WarnSequence))
            return;
        _warnPattern ??= Patterns.Get(_settings.WarnSequence, out _);
        if (_warnPattern is null)
            return;
        using PatternSubject subject = new(text);
        for (int at = 0; at <= text.Length && _warnPattern.Search(subject, at);)
        {
            (int start, int end) = _warnPattern.Group(0);
            if (end > start)
                Warn("Warning: definition of `" + name + "' contains sequence `" + text[start..end] + "'");
            at = Math.Max(end, start + 1);
        }
    }
}
