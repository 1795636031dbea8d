namespace Sendmail.Wire.Connections;

/// <summary>What was wrong with the octets of a message.</summary>
public enum DotProblem
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>A line feed without carriage return.</summary>
    BareLineFeed,
    /// <summary>A carriage return without line feed.</summary>
    BareCarriageReturn,
    /// <summary>A NUL octet.</summary>
    Nul,
}

/// <summary>
/// The state machine for the text behind DATA (RFC 5321 4.5.2): starts at the start of a line, ends at a line with a
/// lone dot, takes stuffed dots off, turns CRLF into LF. Feed it octets in pieces of any size.
/// </summary>
public sealed class DotReader(bool refuseNul)
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

    private State _state = State.LineStart;

    /// <summary>Whether the final dot was seen.</summary>
    public bool IsDone => _state == State.Done;
    /// <summary>The first problem met.</summary>
    public DotProblem Problem { get; private set; }
    /// <summary>Whether an octet above 127 was seen.</summary>
    public bool Saw8Bit { get; private set; }

    /// <summary>
    /// Consumes octets up to the end of the message and appends the text to <paramref name="output"/>, which must have room
    /// for as many octets as come in plus two.
    /// </summary>
    /// <returns>How many octets were consumed.</returns>
    public int Feed(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        written = 0;
        int at = 0;
        while (at < input.Length && _state != State.Done)
        {
            if (_state == State.Text)
            {
                // The long stretch: copy up to the next octet that means something.
                ReadOnlySpan<byte> rest = input[at..];
                int stop = rest.IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
                ReadOnlySpan<byte> plain = stop < 0 ? rest : rest[..stop];
                if (!Saw8Bit && plain.IndexOfAnyInRange((byte)128, (byte)255) >= 0)
                    Saw8Bit = true;
                plain.CopyTo(output[written..]);
                written += plain.Length;
                at += plain.Length;
                if (stop < 0)
                    break;
            }
            byte c = input[at++];
            switch (_state)
            {
                case State.Return when c == '\n':
                    output[written++] = (byte)'\n';
                    _state = State.LineStart;
                    continue;
                case State.DotReturn when c == '\n':
                    _state = State.Done;
                    continue;
                case State.Return:
                case State.DotReturn:
                    Note(DotProblem.BareCarriageReturn);
                    output[written++] = (byte)'\r';
                    _state = State.Text;
                    break;
                case State.Dot when c == '\r':
                    _state = State.DotReturn;
                    continue;
                default:
                    break;
            }
            if (_state == State.LineStart && c == '.')
            {
                _state = State.Dot;
                continue;
            }
            switch (c)
            {
                case (byte)'\r':
                    _state = State.Return;
                    break;
                case (byte)'\n':
                    // It does not start a line of the protocol: a dot behind it neither ends the message nor is stuffing.
                    Note(DotProblem.BareLineFeed);
                    output[written++] = c;
                    _state = State.Text;
                    break;
                case 0:
                    if (refuseNul)
                        Note(DotProblem.Nul);
                    output[written++] = c;
                    _state = State.Text;
                    break;
                default:
                    Saw8Bit |= c >= 128;
                    output[written++] = c;
                    _state = State.Text;
                    break;
            }
        }
        return at;
    }

    private void Note(DotProblem problem)
    {
        if (Problem == DotProblem.None)
            Problem = problem;
    }
}
