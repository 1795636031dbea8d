using System.Text;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>
/// What lists and the order of a run need of a control file: read in one go, without judging it. Absent numbers are as the
/// reference counts them: no creation time is 0, no priority is the last of all.
/// </summary>
internal sealed class QueueSummary(QueueEntry entry, int index)
{
    private const long NoPriority = 999_999_999;

    internal QueueEntry Entry => entry;
    /// <summary>Position in the directory, the order among equals.</summary>
    internal int Index => index;
    internal bool Readable { get; private set; }
    internal bool Locked { get; private set; }
    internal long Priority { get; private set; } = NoPriority;
    internal long Created { get; private set; }
    internal long LastTried { get; private set; }
    internal long Attempts { get; private set; }
    internal string BodyType { get; private set; } = "";
    internal string? Message { get; private set; }
    internal string? Quarantine { get; private set; }
    internal string? Sender { get; private set; }
    internal bool Warned { get; private set; }
    internal DateTime Modified { get; private set; }
    /// <summary>Recipients, and controlling users as <c>IsController</c>, in order.</summary>
    internal List<(string Text, bool IsController)> Lines { get; } = [];
    internal List<(string Text, bool IsController)> Recipients => Lines.FindAll(l => !l.IsController);
    internal string SortHost { get; private set; } = "";

    /// <summary>Reads a control file into <paramref name="buffer"/>, which grows when needed.</summary>
    internal static QueueSummary Read(QueueEntry entry, int index, bool locks, bool times, ref byte[] buffer)
    {
        var summary = new QueueSummary(entry, index);
        try
        {
            using FileStream file = Files.Open(entry.ControlPath);
            if (locks)
            {
                summary.Locked = !FileLock.TryLockShared(file.SafeFileHandle);
                if (!summary.Locked)
                    FileLock.Unlock(file.SafeFileHandle);
            }
            if (times)
                summary.Modified = File.GetLastWriteTimeUtc(file.SafeFileHandle);
            int length = 0;
            while (file.Read(buffer, length, buffer.Length - length) is var read and > 0)
            {
                length += read;
                if (length == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 2);
            }
            summary.Readable = true;
            summary.Parse(buffer.AsSpan(0, length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            summary.Readable = false;
        }
        return summary;
    }

    private void Parse(ReadOnlySpan<byte> text)
    {
        int version = 0;
        while (text.Length > 0)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line.Length == 0)
                continue;
            ReadOnlySpan<byte> rest = line[1..];
            switch (line[0])
            {
                case (byte)'V': version = (int)Number(rest); break;
                case (byte)'T': Created = Number(rest); break;
                case (byte)'K': LastTried = Number(rest); break;
                case (byte)'N': Attempts = Number(rest); break;
                case (byte)'P': Priority = Number(rest); break;
                case (byte)'B': BodyType = Text(rest); break;
                case (byte)'M': Message = rest.Length > 0 ? Text(rest) : null; break;
                case (byte)'q': Quarantine = Text(rest); break;
                case (byte)'F': Warned |= rest.Contains((byte)'w'); break;
                case (byte)'S': Sender = Text(rest); break;
                case (byte)'C': Lines.Add((Text(rest), true)); break;
                case (byte)'R': AddRecipient(rest, version); break;
                default: break;
            }
        }
    }

    private void AddRecipient(ReadOnlySpan<byte> rest, int version)
    {
        int colon = rest.IndexOf((byte)':');
        if (version > 0 && colon < 0)
            return;
        string recipient = Text(version > 0 ? rest[(colon + 1)..] : rest);
        if (SortHost.Length == 0)
            SortHost = Reverse(recipient);
        Lines.Add((recipient, false));
    }

    // By the end of the name, so that hosts of one domain come together.
    private static string Reverse(string recipient)
    {
        int at = recipient.LastIndexOf('@');
        char[] host = recipient[(at + 1)..].TrimEnd('>').ToLowerInvariant().ToCharArray();
        Array.Reverse(host);
        return new string(host);
    }

    private static long Number(ReadOnlySpan<byte> text)
    {
        bool negative = text.Length > 0 && text[0] == '-';
        long value = 0;
        for (int i = negative ? 1 : 0; i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9' && value < long.MaxValue / 16; i++)
            value = value * 10 + (text[i] - '0');
        return negative ? -value : value;
    }

    private static string Text(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);
}
