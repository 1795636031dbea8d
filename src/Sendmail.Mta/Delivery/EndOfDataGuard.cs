namespace Sendmail.Mta.Delivery;

/// <summary>
/// Keeps text that looks like the end of a message to a careless server from being sent: a dot that stands alone between bare
/// CRs or LFs, or among NULs, gets a second one. The real end is put behind what went through here.
/// </summary>
internal sealed class EndOfDataGuard
{
    // What came before, NULs apart: a line begins.
    private byte _last = (byte)'\n';
    private bool _dotIsAlone;

    private static bool IsLineEnd(byte octet) => octet is (byte)'\r' or (byte)'\n';

    /// <summary>Looks at what is about to be sent and changes it where it has to be.</summary>
    internal void Apply(MemoryStream buffer)
    {
        ReadOnlySpan<byte> text = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        List<int>? places = null;
        if (_dotIsAlone && FirstOf(text) is var first && first < text.Length)
        {
            if (IsLineEnd(text[first]))
                (places = []).Add(first);
            _dotIsAlone = false;
        }
        for (int at = 0; ; at++)
        {
            int dot = text[at..].IndexOf((byte)'.');
            if (dot < 0)
                break;
            at += dot;
            if (!IsLineEnd(Before(text, at)))
                continue;
            int next = at + 1 + FirstOf(text[(at + 1)..]);
            if (next == text.Length)
                _dotIsAlone = true;
            else if (IsLineEnd(text[next]))
                (places ??= []).Add(next);
        }
        _last = Before(text, text.Length);
        if (places is not null)
            Insert(buffer, places);
    }

    private static int FirstOf(ReadOnlySpan<byte> text)
    {
        int at = text.IndexOfAnyExcept((byte)0);
        return at < 0 ? text.Length : at;
    }

    private byte Before(ReadOnlySpan<byte> text, int at)
    {
        while (at > 0 && text[at - 1] == 0)
            at--;
        return at > 0 ? text[at - 1] : _last;
    }

    private static void Insert(MemoryStream buffer, List<int> places)
    {
        byte[] text = buffer.ToArray();
        buffer.SetLength(0);
        int from = 0;
        foreach (int place in places)
        {
            buffer.Write(text, from, place - from);
            buffer.WriteByte((byte)'.');
            from = place;
        }
        buffer.Write(text, from, text.Length - from);
    }
}
