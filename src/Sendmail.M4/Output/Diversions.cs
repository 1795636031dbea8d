using System.Text;

namespace Sendmail.M4.Output;

/// <summary>Standard output (number 0), the numbered diversions, and the bin below 0.</summary>
internal sealed partial class Diversions(Stream output, bool unbuffered) : IDisposable
{
    // Room for what collects until it is written, and not more: large pieces of fresh memory cost time to have.
    private readonly CharBuffer _direct = new(WrittenAt + (1 << 12));
    /// <summary>Characters of output that are written at once.</summary>
    internal const int WrittenAt = 1 << 15;

    private readonly CharBuffer _bin = new(1) { Discards = true };
    private readonly SortedDictionary<int, Diversion> _diversions = [];
    private readonly byte[] _octets = GC.AllocateUninitializedArray<byte>(WrittenAt);
    private CharBuffer? _current;
    private int _lengthAtSelect;
    private long _held;

    /// <summary>The selected number.</summary>
    internal int Number { get; private set; }

    /// <summary>Where text goes now.</summary>
    internal CharBuffer Current => _current ??= _direct;

    /// <summary>Sends what follows to diversion <paramref name="number"/>.</summary>
    internal void Select(int number)
    {
        if (number == Number)
            return;
        NoteHeld();
        Number = number;
        if (number == 0)
            _current = _direct;
        else if (number < 0)
            _current = _bin;
        else
            _current = Find(number).Text;
        _lengthAtSelect = number > 0 ? _current.Length : 0;
        SyncFileChanged();
    }

    /// <summary>Passes text on that need not stay: to the output, or of large diversions to a file.</summary>
    internal void Drain()
    {
        if (Number == 0)
        {
            Write();
        }
        else if (Number > 0)
        {
            NoteHeld();
            if (Current.Length > M4Limits.DivertedInMemory)
                Spill(_diversions[Number]);
        }
    }

    /// <summary>Where in the current text an unfinished token begins, -1: there is none. It is not written before its end is found.</summary>
    internal int Unfinished { get; set; } = -1;

    /// <summary>Writes everything out that belongs to standard output.</summary>
    internal void Flush()
    {
        if (_direct.Length > 0)
            Write();
        output.Flush();
    }

    /// <summary>Moves the text of a diversion into the current one; the current one itself and unknown ones are ignored.</summary>
    internal void Undivert(int number)
    {
        if (number <= 0 || number == Number || !_diversions.Remove(number, out Diversion? from))
            return;
        NoteHeld();
        _held -= from.Text.Length;
        bool had = !from.IsEmpty;
        from.SendTo(AppendOctets, text => Append(text));
        from.Dispose();
        NoteHeld();
        if (had)
            SyncFileChanged();
    }

    internal void UndivertAll()
    {
        foreach (int number in _diversions.Keys.ToList())
            Undivert(number);
    }

    /// <summary>Copies a file's content to the current diversion, unexpanded.</summary>
    internal void Insert(Stream source)
    {
        var chunk = new byte[1 << 16];
        for (int read; (read = source.Read(chunk)) > 0;)
            AppendOctets(chunk.AsSpan(0, read));
    }

    /// <summary>The diversions that hold text, with it, in order; for a frozen state.</summary>
    internal IEnumerable<(int Number, byte[] Text)> Held()
    {
        foreach ((int number, Diversion diversion) in _diversions)
        {
            using var all = new MemoryStream();
            diversion.CopyTo(octets => all.Write(octets), text => all.Write(Encoding.Latin1.GetBytes(text.ToArray())));
            yield return (number, all.ToArray());
        }
    }

    /// <summary>Text for the current diversion that did not pass the scanner.</summary>
    internal void Append(ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            int part = Math.Min(text.Length, WrittenAt);
            Current.Append(text[..part]);
            text = text[part..];
            if (unbuffered || Current.Length >= WrittenAt)
                Drain();
        }
    }

    public void Dispose()
    {
        foreach (Diversion diversion in _diversions.Values)
            diversion.Dispose();
        _diversions.Clear();
    }

    private Diversion Find(int number)
    {
        if (!_diversions.TryGetValue(number, out Diversion? found))
            _diversions[number] = found = new Diversion();
        return found;
    }

    private void AppendOctets(ReadOnlySpan<byte> octets)
    {
        Span<char> chars = stackalloc char[4096];
        while (octets.Length > 0)
        {
            int part = Encoding.Latin1.GetChars(octets[..Math.Min(octets.Length, 4096)], chars);
            Append(chars[..part]);
            octets = octets[part..];
        }
    }

    private void NoteHeld()
    {
        if (Number <= 0)
            return;
        _held += Current.Length - _lengthAtSelect;
        _lengthAtSelect = Current.Length;
        if (_held <= M4Limits.DivertedInMemory)
            return;
        Diversion largest = _diversions.Values.MaxBy(d => d.Text.Length)!;
        Spill(largest);
    }

    private void Spill(Diversion diversion)
    {
        _held -= diversion.Text.Length;
        diversion.Spill();
        _lengthAtSelect = Number > 0 ? Current.Length : 0;
    }

    private void Write()
    {
        bool keeps = Number == 0 && Unfinished >= 0;
        ReadOnlySpan<char> text = keeps ? _direct.Span[..Unfinished] : _direct.Span;
        int written = text.Length;
        while (text.Length > 0)
        {
            int part = Math.Min(text.Length, _octets.Length);
            Encoding.Latin1.GetBytes(text[..part], _octets);
            output.Write(_octets, 0, part);
            text = text[part..];
        }
        _direct.RemoveStart(written);
        if (keeps)
            Unfinished = 0;
    }
}
