using Microsoft.Win32.SafeHandles;

namespace Sendmail.Maps.BerkeleyDb;

/// <summary>A btree file (Berkeley DB btree versions 8 to 10) in bytewise order.</summary>
internal sealed class BtreeReader : DatabaseReader
{
    private const int MaxLevels = 255;
    private readonly uint _root;

    internal BtreeReader(SafeFileHandle file, byte[] meta, bool swap)
        : base(file, meta, swap) => _root = PageLayout.U32(meta, 88, swap);

    public override bool IsHash => false;

    public override byte[]? Find(ReadOnlySpan<byte> key)
    {
        uint number = _root;
        for (int level = 0; level < MaxLevels; level++)
        {
            byte[] page = Page(number);
            int entries = PageLayout.U16(page, 20, Swap);
            if (page[25] == PageLayout.TypeLeaf)
                return FindOnLeaf(page, entries, key);
            if (page[25] != PageLayout.TypeInternal || entries == 0)
                throw new DatabaseFormatException("a btree page has type " + page[25]);
            // The last entry whose key is not above ours; the first one stands for everything below.
            int low = 0;
            int high = entries - 1;
            while (low < high)
            {
                int middle = (low + high + 1) / 2;
                if (CompareInternal(page, middle, key) <= 0)
                    low = middle;
                else
                    high = middle - 1;
            }
            number = PageLayout.U32(page, Entry(page, low) + 4, Swap);
        }
        throw new DatabaseFormatException("the btree has too many levels");
    }

    private byte[]? FindOnLeaf(byte[] page, int entries, ReadOnlySpan<byte> key)
    {
        int low = 0;
        int high = entries / 2 - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = Compare(page, middle * 2, key);
            if (order == 0)
            {
                int start = Entry(page, middle * 2 + 1);
                return (page[start + 2] & 0x80) != 0 ? null : Item(page, middle * 2 + 1);
            }
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return null;
    }

    private int Compare(byte[] page, int index, ReadOnlySpan<byte> key)
    {
        int start = Entry(page, index);
        if ((page[start + 2] & 0x7F) == PageLayout.ItemData)
        {
            int length = PageLayout.U16(page, start, Swap);
            if (start + 3 + length > page.Length)
                throw new DatabaseFormatException("an item is longer than its page");
            return page.AsSpan(start + 3, length).SequenceCompareTo(key);
        }
        return Item(page, index).AsSpan().SequenceCompareTo(key);
    }

    private int CompareInternal(byte[] page, int index, ReadOnlySpan<byte> key)
    {
        int start = Entry(page, index);
        int length = PageLayout.U16(page, start, Swap);
        if (start + 12 + length > page.Length)
            throw new DatabaseFormatException("an item is longer than its page");
        if ((page[start + 2] & 0x7F) == PageLayout.ItemOffPage && length >= 12)
            return Overflow(PageLayout.U32(page, start + 16, Swap), PageLayout.U32(page, start + 20, Swap)).AsSpan().SequenceCompareTo(key);
        return page.AsSpan(start + 12, length).SequenceCompareTo(key);
    }

    private byte[] Item(byte[] page, int index)
    {
        int start = Entry(page, index);
        if (start + 12 > page.Length && (page[start + 2] & 0x7F) != PageLayout.ItemData)
            throw new DatabaseFormatException("an item is longer than its page");
        switch (page[start + 2] & 0x7F)
        {
            case PageLayout.ItemData:
                int length = PageLayout.U16(page, start, Swap);
                return start + 3 + length <= page.Length ? page.AsSpan(start + 3, length).ToArray() : throw new DatabaseFormatException("an item is longer than its page");
            case PageLayout.ItemOffPage:
                return Overflow(PageLayout.U32(page, start + 4, Swap), PageLayout.U32(page, start + 8, Swap));
            default:
                throw new DatabaseFormatException("a btree item has type " + page[start + 2]);
        }
    }

    public override IEnumerable<KeyValuePair<byte[], byte[]>> All()
    {
        uint number = _root;
        byte[] page = Page(number);
        for (int level = 0; page[25] == PageLayout.TypeInternal; level++)
        {
            if (level > MaxLevels)
                throw new DatabaseFormatException("the btree has too many levels");
            number = PageLayout.U32(page, Entry(page, 0) + 4, Swap);
            page = Page(number);
        }
        for (int hops = 0; hops <= PageCount; hops++)
        {
            int entries = PageLayout.U16(page, 20, Swap);
            for (int i = 0; i + 1 < entries; i += 2)
            {
                if ((page[Entry(page, i + 1) + 2] & 0x80) == 0)
                    yield return new KeyValuePair<byte[], byte[]>(Item(page, i), Item(page, i + 1));
            }
            uint next = PageLayout.U32(page, 16, Swap);
            if (next == 0)
                yield break;
            page = Page(next);
        }
    }
}
