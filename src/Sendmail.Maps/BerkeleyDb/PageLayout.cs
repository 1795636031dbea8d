using System.Buffers.Binary;

namespace Sendmail.Maps.BerkeleyDb;

/// <summary>The parts of Berkeley DB's on-disk format that hash and btree files share (versions 8 to 10).</summary>
internal static class PageLayout
{
    internal const uint HashMagic = 0x061561;
    internal const uint BtreeMagic = 0x053162;
    internal const int HeaderSize = 26;
    internal const int MetaSize = 512;

    internal const byte TypeHashUnsorted = 2;
    internal const byte TypeInternal = 3;
    internal const byte TypeLeaf = 5;
    internal const byte TypeOverflow = 7;
    internal const byte TypeHashMeta = 8;
    internal const byte TypeBtreeMeta = 9;
    internal const byte TypeHash = 13;

    internal const byte ItemData = 1;
    internal const byte ItemDuplicate = 2;
    internal const byte ItemOffPage = 3;

    internal static ushort U16(ReadOnlySpan<byte> page, int at, bool swap)
    {
        ushort value = BinaryPrimitives.ReadUInt16LittleEndian(page[at..]);
        return swap ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    internal static uint U32(ReadOnlySpan<byte> page, int at, bool swap)
    {
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(page[at..]);
        return swap ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    internal static void Put16(Span<byte> page, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(page[at..], (ushort)value);

    internal static void Put32(Span<byte> page, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(page[at..], value);

    /// <summary>Writes the header of a page other than a meta page.</summary>
    internal static void PutHeader(Span<byte> page, uint number, uint previous, uint next, int entries, int offset, byte level, byte type)
    {
        Put32(page, 8, number);
        Put32(page, 12, previous);
        Put32(page, 16, next);
        Put16(page, 20, entries);
        Put16(page, 22, offset);
        page[24] = level;
        page[25] = type;
    }

    /// <summary>Writes what hash and btree meta pages have in common.</summary>
    internal static void PutMeta(Span<byte> page, uint magic, byte type, int pageSize, uint lastPage, uint keys, uint flags)
    {
        Put32(page, 12, magic);
        Put32(page, 16, 9);
        Put32(page, 20, (uint)pageSize);
        page[25] = type;
        Put32(page, 32, lastPage);
        Put32(page, 40, keys);
        Put32(page, 44, keys);
        Put32(page, 48, flags);
        Guid.NewGuid().TryWriteBytes(page[52..]);
        Put32(page, 68, (uint)Environment.TickCount);
    }

    /// <summary>Octets on one overflow page.</summary>
    internal static int OverflowSpace(int pageSize) => pageSize - HeaderSize;

    /// <summary>The default hash of Berkeley DB since version 5 of the format: FNV with offset 0.</summary>
    internal static uint Hash(ReadOnlySpan<byte> key)
    {
        uint hash = 0;
        foreach (byte b in key)
        {
            hash *= 16777619;
            hash ^= b;
        }
        return hash;
    }

    /// <summary>Smallest n with 2^n at least <paramref name="number"/>.</summary>
    internal static int Log2Ceiling(uint number)
    {
        int n = 0;
        for (uint limit = 1; limit < number; limit <<= 1)
            n++;
        return n;
    }
}

/// <summary>A database file is not what it should be; the text says how.</summary>
public sealed class DatabaseFormatException : IOException
{
    /// <summary>With the reason.</summary>
    public DatabaseFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Without a reason.</summary>
    public DatabaseFormatException()
    {
    }

    /// <summary>With the reason and what caused it.</summary>
    public DatabaseFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
