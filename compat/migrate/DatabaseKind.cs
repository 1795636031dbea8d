using System.Buffers.Binary;
using System.Globalization;
using Sendmail.Maps.BerkeleyDb;

namespace Sendmail.Migrate;

/// <summary>What kind of database a file is, by its first octets, and how much is in it.</summary>
internal static class DatabaseKind
{
    private const int HeadSize = 64;
    private const int TooManyEntries = 50_000_000;

    /// <summary>Reads the whole of a database; null with what is wrong with it and a word for programs.</summary>
    internal static string? Count(string path, out string problem, out string kind)
    {
        problem = "";
        kind = "map-native";
        try
        {
            using DatabaseReader reader = DatabaseReader.Open(path);
            int entries = 0;
            foreach (KeyValuePair<byte[], byte[]> _ in reader.All())
            {
                if (++entries > TooManyEntries)
                    throw new DatabaseFormatException("there is no end to its entries");
            }
            return string.Create(CultureInfo.InvariantCulture, $"Berkeley DB {(reader.IsHash ? "hash" : "btree")} file, {entries} entries: read as it is");
        }
        catch (UnauthorizedAccessException)
        {
            (problem, kind) = ("cannot be read: Permission denied", "map-unreadable");
        }
        catch (Exception e) when (e is IOException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            (problem, kind) = Foreign(path) is { } foreign ? (foreign, "map-foreign") : ("is damaged: " + e.Message, "map-damaged");
        }
        return null;
    }

    // The magic numbers of other libraries, in either order of octets.
    private static string? Foreign(string path)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        head.Clear();
        int length;
        try
        {
            using FileStream file = File.OpenRead(path);
            length = file.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        if (length == 0)
            return "is empty, no database";
        uint first = BinaryPrimitives.ReadUInt32LittleEndian(head);
        uint swapped = BinaryPrimitives.ReverseEndianness(first);
        if (first == 0x061561 || swapped == 0x061561 || first == 0x053162 || swapped == 0x053162)
            return "is a file of Berkeley DB 1.85, the library of FreeBSD's base system";
        if (first is 0x13579ACD or 0x13579ACE or 0x13579ACF or 0x13579AD0 || swapped is 0x13579ACD or 0x13579ACE or 0x13579ACF or 0x13579AD0)
            return "is a file of GDBM";
        if (head.StartsWith("SQLite format 3\0"u8))
            return "is a file of SQLite";
        return BinaryPrimitives.ReadUInt32LittleEndian(head[16..]) == 0xBEEFC0DE ? "is a file of LMDB" : null;
    }
}
