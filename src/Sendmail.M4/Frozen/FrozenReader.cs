using Sendmail.M4.Builtins;
using Sendmail.M4.Macros;

namespace Sendmail.M4.Frozen;

/// <summary>-R: loads a frozen state written by makecf or by GNU m4.</summary>
internal sealed class FrozenReader
{
    private const int Version = 1;
    private const int VersionMismatch = 63;
    private readonly Processor _processor;
    private readonly byte[] _octets;
    private readonly string _name;
    private int _at;
    private int _line = 1;

    // Line of the directive being read; its text may go over many.
    private int _directive = 1;

    private FrozenReader(Processor processor, byte[] octets, string name)
    {
        _processor = processor;
        _octets = octets;
        _name = name;
    }

    internal static void Load(Processor processor, Stream stream, string name)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        new FrozenReader(processor, all.ToArray(), name).Load();
    }

    private void Load()
    {
        SkipComments();
        _directive = _line;
        if (_at == _octets.Length)
            throw Error("premature end of frozen file");
        if (Next() != 'V')
            throw Error("expecting character `V' in frozen file");
        int version = Number();
        if (version > Version)
            throw new M4ExitException(VersionMismatch, "frozen file version " + Processor.Number(version) + " greater than max supported of 1") { File = _name, Line = _line };
        if (version < Version)
            throw Error("ill-formed frozen file, version directive expected");
        Expect('\n');
        while (true)
        {
            SkipComments();
            if (_at == _octets.Length)
                return;
            Directive((char)Next());
        }
    }

    private void Directive(char letter)
    {
        _directive = _line;
        if (letter is not ('C' or 'D' or 'F' or 'Q' or 'T'))
            throw Error("ill-formed frozen file");
        bool negative = letter == 'D' && _at < _octets.Length && _octets[_at] == '-';
        if (negative)
            _at++;
        int first = Number();
        Expect(',');
        int second = Number();
        Expect('\n');
        string one = letter == 'D' ? "" : Text(first);
        string two = Text(second);
        Expect('\n');
        switch (letter)
        {
            case 'C': _processor.Syntax.SetComments(new Quotes(one, two)); break;
            case 'Q': _processor.Syntax.SetQuotes(new Quotes(one, two)); break;
            case 'D':
                _processor.Output.Select(negative ? -first : first);
                _processor.Output.Append(two);
                break;
            case 'T': _processor.Symbols.Push(one, new Definition(two)); break;
            default: _processor.Symbols.Push(one, new Definition(BuiltinTable.Find(two) ?? Missing(two))); break;
        }
    }

    // A function of another m4: the state loads all the same, using it is warned about.
    private static Builtin Missing(string name) => new(name, (m4, arguments) =>
    {
        m4.Warn("builtin `" + arguments[0] + "' requested by frozen file is not supported");
        return null;
    });

    private void SkipComments()
    {
        while (_at < _octets.Length && _octets[_at] is (byte)'\n' or (byte)'#')
        {
            int end = Array.IndexOf(_octets, (byte)'\n', _at);
            _at = end < 0 ? _octets.Length : end + 1;
            _line++;
        }
    }

    private int Next() => _at < _octets.Length ? _octets[_at++] : throw Error("premature end of frozen file");

    private int Number()
    {
        int start = _at;
        int value = 0;
        while (_at < _octets.Length && char.IsAsciiDigit((char)_octets[_at]) && value < 100_000_000)
            value = value * 10 + (_octets[_at++] - '0');
        return _at > start ? value : throw Error(_at == _octets.Length ? "premature end of frozen file" : "ill-formed frozen file");
    }

    private void Expect(char c)
    {
        if (_at == _octets.Length)
            throw Error("premature end of frozen file");
        if (_octets[_at] != c)
            throw Error("expecting character `" + c + "' in frozen file");
        _at++;
        if (c == '\n')
            _line++;
    }

    private string Text(int length)
    {
        if (length > _octets.Length - _at)
            throw Error("premature end of frozen file");
        string text = System.Text.Encoding.Latin1.GetString(_octets, _at, length);
        _at += length;
        foreach (char c in text)
        {
            if (c == '\n')
                _line++;
        }
        return text;
    }

    private M4ExitException Error(string text) => Processor.Fatal(text, _name, _directive);
}
