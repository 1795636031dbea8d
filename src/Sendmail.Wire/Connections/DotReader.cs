namespace Sendmail.Wire.Connections;

/// <summary>
/// The state machine for the text behind DATA (RFC 5321 4.5.2): starts at the start of a line, ends at a line with a
/// lone dot, takes stuffed dots off, turns CRLF into LF. Feed it octets in pieces of any size.
/// </summary>
/// <param name="lineFeed">What becomes of a bare LF.</param>
/// <param name="carriageReturn">What becomes of a bare CR.</param>
/// <param name="lineFeedEndsLine">A bare LF that is kept ends a line as CRLF does, so that a dot may follow (srv_features O).</param>
public sealed class DotReader(BareLineEnd lineFeed = BareLineEnd.Refuse, BareLineEnd carriageReturn = BareLineEnd.Refuse, bool lineFeedEndsLine = false)
{
    private enum State
    {
        LineStart,
        Text,
        Return,
        Dot,
        DotReturn,
        Done,
    }

    // How far a line that begins with NULs looks like the end of a message to a server that drops NULs.
    private enum Disguise
    {
        None,
        Nul,
        Dot,
    }

    private State _state = State.LineStart;
    private Disguise _disguise = Disguise.None;

    private bool _isTold;

    /// <summary>Stops before every bare LF and CR, not only at the first of its kind.</summary>
    public bool StopsAlways { get; set; }

    /// <summary>The bare LF at which the reader stopped is taken by the caller: it belongs to the line.</summary>
    public void TakeLineFeed()
    {
        _isTold = false;
        (_state, _disguise) = (State.Text, Disguise.None);
    }

    /// <summary>Tells the next bare LF and CR as if they were the first.</summary>
    public void TellAgain() => SawBareLineFeed = SawBareReturn = false;

    /// <summary>Whether the final dot was seen.</summary>
    public bool IsDone => _state == State.Done;
    /// <summary>What stopped the last <see cref="Feed"/>: the first of its kind in this message, not yet consumed.</summary>
    public DotProblem Fault { get; private set; }
    /// <summary>Whether a bare LF was met.</summary>
    public bool SawBareLineFeed { get; private set; }
    /// <summary>Whether a bare CR was met.</summary>
    public bool SawBareReturn { get; private set; }
    /// <summary>Whether a NUL was met.</summary>
    public bool SawNul { get; private set; }
    /// <summary>Whether a line of NULs and a dot was met: the end of the message for a server that drops NULs.</summary>
    public bool SawDisguisedEnd { get; private set; }

    /// <summary>
    /// Consumes octets up to the end of the message or the first fault of a kind (<see cref="Fault"/>; feeding on takes what
    /// is left) and appends the text to <paramref name="output"/>, which must have room for as many octets as come in plus two.
    /// </summary>
    /// <returns>How many octets were consumed.</returns>
    public int Feed(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        written = 0;
        Fault = DotProblem.None;
        int at = 0;
        while (at < input.Length && _state != State.Done)
        {
            if (_state == State.Text && _disguise == Disguise.None)
            {
                int plain = CopyPlain(input[at..], output[written..]);
                written += plain;
                at += plain;
                if (at == input.Length)
                    break;
            }
            byte c = input[at];
            if (_state is State.Return or State.DotReturn && c != '\n' && !KeepBareReturn(output, ref written))
                return at;
            if (c == '\n' && _state is not (State.Return or State.DotReturn))
            {
                if (!KeepBareLineFeed(output, ref written))
                    return at;
                at++;
                continue;
            }
            at++;
            Step(c, output, ref written);
        }
        return at;
    }

    // The long stretch: up to the next octet that means something.
    private int CopyPlain(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int stop = input.IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
        ReadOnlySpan<byte> plain = stop < 0 ? input : input[..stop];
        plain.CopyTo(output);
        return plain.Length;
    }

    // Each fault is told once, before it is taken.
    private bool Tells(bool known)
    {
        _isTold = !_isTold && (StopsAlways || !known);
        return _isTold;
    }

    // A CR was held back and what follows is no LF.
    private bool KeepBareReturn(Span<byte> output, ref int written)
    {
        if (Tells(SawBareReturn))
        {
            SawBareReturn = true;
            Fault = DotProblem.BareCarriageReturn;
            return false;
        }
        output[written++] = carriageReturn == BareLineEnd.Replace ? (byte)' ' : (byte)'\r';
        _state = State.Text;
        _disguise = Disguise.None;
        return true;
    }

    private bool KeepBareLineFeed(Span<byte> output, ref int written)
    {
        if (Tells(SawBareLineFeed))
        {
            SawBareLineFeed = true;
            Fault = DotProblem.BareLineFeed;
            return false;
        }
        _disguise = Disguise.None;
        if (lineFeed == BareLineEnd.Keep && lineFeedEndsLine)
        {
            if (_state == State.Dot)
            {
                _state = State.Done;
                return true;
            }
            output[written++] = (byte)'\n';
            _state = State.LineStart;
            return true;
        }
        // It does not start a line of the protocol: a dot behind it neither ends the message nor is stuffing.
        output[written++] = lineFeed == BareLineEnd.Replace ? (byte)' ' : (byte)'\n';
        _state = State.Text;
        return true;
    }

    private void Step(byte c, Span<byte> output, ref int written)
    {
        switch (_state)
        {
            case State.Return when c == '\n':
                SawDisguisedEnd |= _disguise == Disguise.Dot;
                output[written++] = (byte)'\n';
                _state = State.LineStart;
                _disguise = Disguise.None;
                return;
            case State.DotReturn when c == '\n':
                _state = State.Done;
                return;
            case State.LineStart when c == '.':
                _state = State.Dot;
                return;
            case State.Dot when c == '\r':
                _state = State.DotReturn;
                return;
            default:
                break;
        }
        if (c == '\r')
        {
            _state = State.Return;
            return;
        }
        _disguise = c == 0 && (_state == State.LineStart || _disguise == Disguise.Nul) ? Disguise.Nul
            : c == '.' && _disguise == Disguise.Nul ? Disguise.Dot
            : c == 0 && _disguise == Disguise.Dot ? Disguise.Dot : Disguise.None;
        SawNul |= c == 0;
        output[written++] = c;
        _state = State.Text;
    }
}
