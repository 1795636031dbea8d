using System.Buffers.Binary;

namespace Sendmail.Core.Statistics;

/// <summary>What is counted for each mailer; the values are the positions of the columns in the file.</summary>
public enum StatisticsColumn
{
    /// <summary>Messages from senders of the mailer.</summary>
    MessagesFrom,
    /// <summary>Their size in units of 1000 octets, rounded up for each message.</summary>
    KilobytesFrom,
    /// <summary>Deliveries by the mailer.</summary>
    MessagesTo,
    /// <summary>Their size.</summary>
    KilobytesTo,
    /// <summary>Messages refused by a check.</summary>
    Rejected,
    /// <summary>Messages discarded.</summary>
    Discarded,
    /// <summary>Messages quarantined.</summary>
    Quarantined,
}

/// <summary>
/// The contents of the status file (option StatusFile, mailstats(8)): counters for 25 mailers and for connections, in the
/// layout that sendmail 8.18 has on 64-bit systems with the least significant octet first.
/// </summary>
public sealed class StatisticsTable
{
    /// <summary>How many mailers there is room for.</summary>
    public const int Mailers = 25;
    /// <summary>Length of the file in octets.</summary>
    public const int Length = HeaderLength + Columns * Mailers * 8;

    private const int HeaderLength = 48;
    private const int Columns = 7;
    private const int Magic = 0x1B1DE;
    private const int Version = 4;
    private const int SinceAt = 8;
    private const int LengthAt = 16;
    private const int ConnectionsAt = 24;
    private readonly byte[] _octets = new byte[Length];

    /// <summary>An empty table that counts from <paramref name="since"/>.</summary>
    public StatisticsTable(DateTimeOffset since)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_octets, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(_octets.AsSpan(4), Version);
        BinaryPrimitives.WriteInt64LittleEndian(_octets.AsSpan(SinceAt), since.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt32LittleEndian(_octets.AsSpan(LengthAt), Length);
    }

    private StatisticsTable(ReadOnlySpan<byte> octets) => octets[..Length].CopyTo(_octets);

    /// <summary>The table in a file. Null when it is of another kind; a file cut short, as an empty one, has counted nothing yet.</summary>
    /// <param name="octets">The file.</param>
    /// <param name="now">When a table that has to be made begins.</param>
    public static StatisticsTable? Read(ReadOnlySpan<byte> octets, DateTimeOffset now)
    {
        if (octets.Length < Length)
            return new StatisticsTable(now);
        return BinaryPrimitives.ReadInt32LittleEndian(octets) == Magic && BinaryPrimitives.ReadInt32LittleEndian(octets[4..]) == Version
            && BinaryPrimitives.ReadInt32LittleEndian(octets[LengthAt..]) == Length ? new StatisticsTable(octets) : null;
    }

    /// <summary>The file.</summary>
    public ReadOnlySpan<byte> Octets => _octets;

    /// <summary>When counting began.</summary>
    public DateTimeOffset Since => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(_octets.AsSpan(SinceAt)), 0, 253402300799));

    /// <summary>Connections from clients.</summary>
    public long ConnectionsFrom { get => At(ConnectionsAt); set => Put(ConnectionsAt, value); }
    /// <summary>Connections to servers.</summary>
    public long ConnectionsTo { get => At(ConnectionsAt + 8); set => Put(ConnectionsAt + 8, value); }
    /// <summary>Connections in which something was refused.</summary>
    public long ConnectionsRejected { get => At(ConnectionsAt + 16); set => Put(ConnectionsAt + 16, value); }

    /// <summary>One counter.</summary>
    public long this[StatisticsColumn column, int mailer]
    {
        get => At(Offset(column, mailer));
        set => Put(Offset(column, mailer), value);
    }

    /// <summary>Adds the counters of another table to these.</summary>
    public void Add(StatisticsTable other)
    {
        for (int at = ConnectionsAt; at < Length; at += 8)
            Put(at, At(at) + other.At(at));
    }

    /// <summary>A size as it is counted: thousands of octets, begun ones whole.</summary>
    public static long Kilobytes(long octets) => (octets + 999) / 1000;

    private static int Offset(StatisticsColumn column, int mailer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(mailer, Mailers);
        ArgumentOutOfRangeException.ThrowIfNegative(mailer);
        return HeaderLength + ((int)column * Mailers + mailer) * 8;
    }

    private long At(int offset) => BinaryPrimitives.ReadInt64LittleEndian(_octets.AsSpan(offset));

    private void Put(int offset, long value) => BinaryPrimitives.WriteInt64LittleEndian(_octets.AsSpan(offset), value);
}
