namespace Sendmail.Mta.Queueing;

/// <summary>
/// The numbers of a control file that decide whether and when a run takes its message, read without judging it. Absent ones are
/// as the reference counts them: no creation time is 0, no priority is the last of all.
/// </summary>
internal struct QueueKeys
{
    private const long NoPriority = 999_999_999;

    /// <summary>Nothing known.</summary>
    public QueueKeys()
    {
    }

    /// <summary>V line.</summary>
    internal int Version;
    /// <summary>P line.</summary>
    internal long Priority = NoPriority;
    /// <summary>T line: seconds since 1970.</summary>
    internal long Created;
    /// <summary>K line: seconds since 1970.</summary>
    internal long LastTried;
    /// <summary>N line.</summary>
    internal long Attempts;

    /// <summary>Takes the numbers out of a control file; those of the envelope stand before its headers. The host of the first recipient, empty when there is none.</summary>
    internal ReadOnlySpan<byte> Parse(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line.Length == 0 || Take(line[0], line[1..]))
                continue;
            if (line[0] == 'H')
                break;
            if (line[0] == 'R' && Recipient(line[1..], Version) is { Length: > 0 } recipient)
                return recipient[(recipient.LastIndexOf((byte)'@') + 1)..].TrimEnd((byte)'>');
        }
        return default;
    }

    /// <summary>Takes one line when it is one of the numbers.</summary>
    internal bool Take(byte letter, ReadOnlySpan<byte> rest)
    {
        switch (letter)
        {
            case (byte)'V': Version = (int)Number(rest); return true;
            case (byte)'T': Created = Number(rest); return true;
            case (byte)'K': LastTried = Number(rest); return true;
            case (byte)'N': Attempts = Number(rest); return true;
            case (byte)'P': Priority = Number(rest); return true;
            default: return false;
        }
    }

    /// <summary>The address of an R line, without its flags; empty when there is none.</summary>
    internal static ReadOnlySpan<byte> Recipient(ReadOnlySpan<byte> rest, int version)
    {
        if (version <= 0)
            return rest;
        int colon = rest.IndexOf((byte)':');
        return colon < 0 ? default : rest[(colon + 1)..];
    }

    private static long Number(ReadOnlySpan<byte> text)
    {
        bool negative = text.Length > 0 && text[0] == '-';
        long value = 0;
        for (int i = negative ? 1 : 0; i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9' && value < long.MaxValue / 16; i++)
            value = value * 10 + (text[i] - '0');
        return negative ? -value : value;
    }
}
