using System.Text;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>
/// What lists and selections need of a control file: read in one go, without judging it. One object serves for all messages of a
/// queue, one after the other; what it shows is good until the next is read.
/// </summary>
internal sealed class QueueSummary
{
    private readonly List<(int Start, int Length, bool IsController)> _lines = [];
    private byte[] _text = new byte[4096];
    private QueueKeys _keys = new();
    private (int Start, int Length)? _bodyType;
    private (int Start, int Length)? _message;
    private (int Start, int Length)? _own;
    private readonly Dictionary<int, (int Start, int Length)> _owns = [];
    private (int Start, int Length)? _quarantine;
    private (int Start, int Length)? _sender;

    /// <summary>The numbers.</summary>
    internal QueueKeys Keys => _keys;
    /// <summary>Whether it could be read.</summary>
    internal bool Readable { get; private set; }
    /// <summary>Whether somebody works on it.</summary>
    internal bool Locked { get; private set; }
    /// <summary>Whether its sender was warned.</summary>
    internal bool Warned { get; private set; }
    /// <summary>B line, empty when there is none.</summary>
    internal ReadOnlySpan<byte> BodyType => Octets(_bodyType);
    /// <summary>Whether there is an M line with a text.</summary>
    internal bool HasMessage => _message is not null;
    /// <summary>The text of the M line.</summary>
    internal ReadOnlySpan<byte> Message => Octets(_message);
    /// <summary>Whether it is in quarantine.</summary>
    internal bool IsQuarantined => _quarantine is not null;
    /// <summary>Why it is in quarantine.</summary>
    internal ReadOnlySpan<byte> Quarantine => Octets(_quarantine);
    /// <summary>Whether there is an S line.</summary>
    internal bool HasSender => _sender is not null;
    /// <summary>The sender.</summary>
    internal ReadOnlySpan<byte> Sender => Octets(_sender);
    /// <summary>How many recipients and controlling users there are.</summary>
    internal int LineCount => _lines.Count;

    /// <summary>A recipient or, as <paramref name="isController"/>, a controlling user, in order.</summary>
    internal ReadOnlySpan<byte> Line(int index, out bool isController)
    {
        (int start, int length, isController) = _lines[index];
        return _text.AsSpan(start, length);
    }

    /// <summary>What became of a recipient alone, empty when that is not known.</summary>
    internal ReadOnlySpan<byte> OwnMessage(int index) => _owns.TryGetValue(index, out (int Start, int Length) place) ? Octets(place) : default;

    /// <summary>Reads a control file.</summary>
    /// <param name="path">Its name, with a NUL at the end.</param>
    /// <param name="looksForLock">Whether <see cref="Locked"/> is wanted.</param>
    internal void Read(ReadOnlySpan<byte> path, bool looksForLock)
    {
        using var file = new OctetFile(path);
        Readable = file.IsOpen;
        Locked = Readable && looksForLock && file.IsLocked();
        int length = 0;
        while (Readable && file.Read(_text.AsSpan(length)) is var read && read != 0)
        {
            if (read < 0)
                Readable = false;
            else if ((length += read) == _text.Length)
                Array.Resize(ref _text, _text.Length * 2);
        }
        Parse(length);
    }

    /// <summary>Takes what is needed out of the text of a control file.</summary>
    internal void Parse(ReadOnlySpan<byte> text)
    {
        if (_text.Length < text.Length)
            _text = new byte[text.Length];
        text.CopyTo(_text);
        Parse(text.Length);
    }

    private ReadOnlySpan<byte> Octets((int Start, int Length)? place) => place is var (start, length) ? _text.AsSpan(start, length) : default;

    private void Parse(int length)
    {
        _keys = new QueueKeys();
        _lines.Clear();
        _owns.Clear();
        _bodyType = _own = _message = _quarantine = _sender = null;
        Warned = false;
        for (int start = 0; start < length;)
        {
            int count = _text.AsSpan(start, length - start).IndexOf((byte)'\n');
            if (count < 0)
                count = length - start;
            if (count > 0)
                Take(_text[start], start + 1, count - 1);
            start += count + 1;
        }
    }

    private void Take(byte letter, int start, int length)
    {
        ReadOnlySpan<byte> rest = _text.AsSpan(start, length);
        if (_keys.Take(letter, rest))
            return;
        switch (letter)
        {
            case (byte)'B': _bodyType = (start, length); break;
            case (byte)'M' when _sender is null: _message = length > 0 ? (start, length) : null; break;
            case (byte)'M': _own = length > 0 ? (start, length) : null; break;
            case (byte)'q': _quarantine = (start, length); break;
            case (byte)'F': Warned |= rest.Contains((byte)'w'); break;
            case (byte)'S': _sender = (start, length); break;
            case (byte)'C': _lines.Add((start, length, true)); break;
            case (byte)'R':
                if (_keys.Version > 0 && !rest.Contains((byte)':'))
                    break;
                int address = length - QueueKeys.Recipient(rest, _keys.Version).Length;
                if (_own is { } own)
                    _owns[_lines.Count] = own;
                _own = null;
                _lines.Add((start + address, length - address, false));
                break;
            default: break;
        }
    }

    /// <summary>Octets as the text that the program's strings are: one character for each.</summary>
    internal static string Text(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);
}
