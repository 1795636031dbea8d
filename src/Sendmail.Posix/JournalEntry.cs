using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Sendmail.Posix;

/// <summary>
/// One entry for the journal of systemd in its native form: a field a line, <c>NAME=value</c>; a value of several lines has its
/// length in front instead. Facility, name and process id are those of the line of syslog, so that the journal shows and
/// hands on that very line.
/// </summary>
internal static class JournalEntry
{
    /// <summary>Where systemd takes entries.</summary>
    internal const string Path = "/run/systemd/journal/socket";
    private const string TakesSyslog = "/run/systemd/journal/dev-log";
    private const string Variable = "JOURNAL_STREAM";

    /// <summary>
    /// Whether the journal keeps what this process writes: systemd says so in <c>JOURNAL_STREAM</c> (systemd.exec(5)), which
    /// programs that were started from a service may have as well, with their output going elsewhere.
    /// </summary>
    internal static bool IsWanted => Environment.GetEnvironmentVariable(Variable) is { } stream && (IsStream(stream, 2) || IsStream(stream, 1));

    /// <summary>Whether lines of syslog end in the journal too, so that an entry takes the place of a line.</summary>
    internal static bool TakesLines => Files.Facts("/dev/log") is { } log && Files.Facts(TakesSyslog) is { } journal && IsSame(log, journal);

    private static bool IsStream(string stream, int descriptor) =>
        Files.Facts(descriptor) is { } facts && stream == string.Create(CultureInfo.InvariantCulture, $"{facts.Device}:{facts.Inode}");

    private static bool IsSame(FileFacts one, FileFacts other) => one.Device == other.Device && one.Inode == other.Inode;

    /// <summary>The entry as octets.</summary>
    /// <param name="priority">The severity of syslog, 0 to 7.</param>
    /// <param name="facility">The facility of syslog.</param>
    /// <param name="ident">The name before the process id.</param>
    /// <param name="text">The text behind it.</param>
    /// <param name="fields">More fields; names are of upper case letters, digits and low lines (systemd.journal-fields(7)).</param>
    internal static byte[] Write(int priority, int facility, string ident, string text, ReadOnlySpan<(string Name, string Value)> fields)
    {
        var entry = new ArrayBufferWriter<byte>(text.Length + 200);
        Add(entry, "PRIORITY", priority.ToString(CultureInfo.InvariantCulture));
        Add(entry, "SYSLOG_FACILITY", facility.ToString(CultureInfo.InvariantCulture));
        Add(entry, "SYSLOG_IDENTIFIER", ident);
        Add(entry, "SYSLOG_PID", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        foreach ((string name, string value) in fields)
            Add(entry, name, value);
        Add(entry, "MESSAGE", text);
        return entry.WrittenSpan.ToArray();
    }

    private static void Add(ArrayBufferWriter<byte> entry, string name, string value)
    {
        Encoding.Latin1.GetBytes(name, entry);
        if (value.Contains('\n'))
        {
            entry.Write("\n"u8);
            BinaryPrimitives.WriteInt64LittleEndian(entry.GetSpan(sizeof(long)), value.Length);
            entry.Advance(sizeof(long));
        }
        else
        {
            entry.Write("="u8);
        }
        Encoding.Latin1.GetBytes(value, entry);
        entry.Write("\n"u8);
    }
}
