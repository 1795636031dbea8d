using Microsoft.Win32.SafeHandles;

namespace Sendmail.Maps.BerkeleyDb;

/// <summary>
/// Reads one Berkeley DB hash or btree file. Pages are read on demand and kept; every offset is checked, a damaged file
/// gives <see cref="DatabaseFormatException"/>. Safe for concurrent lookups.
/// </summary>
public abstract class DatabaseReader : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly byte[]?[] _pages;
    private protected readonly bool Swap;
    private protected readonly int PageSize;

    private protected DatabaseReader(SafeFileHandle file, byte[] meta, bool swap)
    {
        _file = file;
        Swap = swap;
        PageSize = (int)PageLayout.U32(meta, 20, swap);
        if (PageSize is < 512 or > 65536 || (PageSize & (PageSize - 1)) != 0)
            throw new DatabaseFormatException("bad page size " + PageSize);
        long count = RandomAccess.GetLength(file) / PageSize;
        if (count is < 1 or > int.MaxValue)
            throw new DatabaseFormatException("bad file size");
        _pages = new byte[]?[count];
    }

    /// <summary>Opens a file of either kind.</summary>
    /// <exception cref="IOException">It cannot be read or is no such database.</exception>
    public static DatabaseReader Open(string path)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            byte[] meta = new byte[PageLayout.MetaSize];
            if (RandomAccess.Read(file, meta, 0) < meta.Length)
                throw new DatabaseFormatException("too short for a database");
            bool swap = false;
            uint magic = PageLayout.U32(meta, 12, false);
            if (magic is not (PageLayout.HashMagic or PageLayout.BtreeMagic))
            {
                swap = true;
                magic = PageLayout.U32(meta, 12, true);
            }
            return magic switch
            {
                PageLayout.HashMagic => new HashReader(file, meta, swap),
                PageLayout.BtreeMagic => new BtreeReader(file, meta, swap),
                _ => throw new DatabaseFormatException("not a Berkeley DB hash or btree file"),
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether this is a hash file rather than a btree.</summary>
    public abstract bool IsHash { get; }

    /// <summary>The value of a key, null when there is none.</summary>
    public abstract byte[]? Find(ReadOnlySpan<byte> key);

    /// <summary>All pairs in file order.</summary>
    public abstract IEnumerable<KeyValuePair<byte[], byte[]>> All();

    private protected byte[] Page(uint number)
    {
        if (number >= _pages.Length)
            throw new DatabaseFormatException("page " + number + " is outside the file");
        byte[]? page = _pages[number];
        if (page is null)
        {
            page = new byte[PageSize];
            if (RandomAccess.Read(_file, page, (long)number * PageSize) < PageSize)
                throw new DatabaseFormatException("page " + number + " is cut off");
            _pages[number] = page;
        }
        return page;
    }

    private protected int PageCount => _pages.Length;

    private protected int Entry(byte[] page, int index)
    {
        int at = PageLayout.HeaderSize + index * 2;
        if (at + 2 > page.Length)
            throw new DatabaseFormatException("too many entries on a page");
        int offset = PageLayout.U16(page, at, Swap);
        if (offset < PageLayout.HeaderSize || offset >= page.Length)
            throw new DatabaseFormatException("an entry points outside its page");
        return offset;
    }

    private protected byte[] Overflow(uint number, uint length)
    {
        if (length > (long)PageSize * PageCount)
            throw new DatabaseFormatException("an item is larger than the file");
        byte[] result = new byte[length];
        int filled = 0;
        while (filled < result.Length)
        {
            byte[] page = Page(number);
            int here = PageLayout.U16(page, 22, Swap);
            if (page[25] != PageLayout.TypeOverflow || here == 0 || here > PageLayout.OverflowSpace(PageSize))
                throw new DatabaseFormatException("a chain of overflow pages is broken");
            int take = Math.Min(here, result.Length - filled);
            page.AsSpan(PageLayout.HeaderSize, take).CopyTo(result.AsSpan(filled));
            filled += take;
            number = PageLayout.U32(page, 16, Swap);
        }
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        GC.SuppressFinalize(this);
    }
}
