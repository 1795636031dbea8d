using Microsoft.Win32.SafeHandles;

namespace Sendmail.Maps.BerkeleyDb;

/// <summary>A hash file (Berkeley DB hash versions 8 to 10).</summary>
internal sealed class HashReader : DatabaseReader
{
    private readonly uint _maxBucket;
    private readonly uint _highMask;
    private readonly uint _lowMask;
    private readonly uint[] _spares = new uint[32];

    internal HashReader(SafeFileHandle file, byte[] meta, bool swap)
        : base(file, meta, swap)
    {
        _maxBucket = PageLayout.U32(meta, 72, swap);
        _highMask = PageLayout.U32(meta, 76, swap);
        _lowMask = PageLayout.U32(meta, 80, swap);
        for (int i = 0; i < 32; i++)
            _spares[i] = PageLayout.U32(meta, 96 + 4 * i, swap);
    }

    public override bool IsHash => true;

    public override byte[]? Find(ReadOnlySpan<byte> key)
    {
        uint bucket = PageLayout.Hash(key) & _highMask;
        if (bucket > _maxBucket)
            bucket &= _lowMask;
        uint number = BucketPage(bucket);
        for (int hops = 0; number != 0; hops++)
        {
            if (hops > PageCount)
                throw new DatabaseFormatException("a chain of hash pages has no end");
            byte[] page = Page(number);
            int entries = Entries(page);
            for (int i = 0; i + 1 < entries; i += 2)
            {
                if (KeyIs(page, i, key))
                    return Value(page, i + 1);
            }
            number = PageLayout.U32(page, 16, Swap);
        }
        return null;
    }

    public override IEnumerable<KeyValuePair<byte[], byte[]>> All()
    {
        // Each bucket has a page of its own.
        if (_maxBucket >= PageCount)
            throw new DatabaseFormatException("more buckets than pages");
        for (uint bucket = 0; bucket <= _maxBucket; bucket++)
        {
            uint number = BucketPage(bucket);
            for (int hops = 0; number != 0 && hops <= PageCount; hops++)
            {
                byte[] page = Page(number);
                int entries = Entries(page);
                for (int i = 0; i + 1 < entries; i += 2)
                {
                    byte[] key = Value(page, i) ?? [];
                    foreach (byte[] value in Values(page, i + 1))
                        yield return new KeyValuePair<byte[], byte[]>(key, value);
                }
                number = PageLayout.U32(page, 16, Swap);
            }
        }
    }

    private uint BucketPage(uint bucket) => bucket + _spares[PageLayout.Log2Ceiling(bucket + 1) & 31];

    private int Entries(byte[] page)
    {
        if (page[25] is not (PageLayout.TypeHash or PageLayout.TypeHashUnsorted))
            return page[25] == 0 ? 0 : throw new DatabaseFormatException("a hash page has type " + page[25]);
        return PageLayout.U16(page, 20, Swap);
    }

    private ReadOnlySpan<byte> Item(byte[] page, int index)
    {
        int start = Entry(page, index);
        int end = index == 0 ? page.Length : Entry(page, index - 1);
        if (end <= start)
            throw new DatabaseFormatException("the entries of a hash page overlap");
        return page.AsSpan(start, end - start);
    }

    private bool KeyIs(byte[] page, int index, ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<byte> item = Item(page, index);
        return item[0] switch
        {
            PageLayout.ItemData => item[1..].SequenceEqual(key),
            PageLayout.ItemOffPage when item.Length >= 12 && PageLayout.U32(item, 8, Swap) == key.Length =>
                Overflow(PageLayout.U32(item, 4, Swap), (uint)key.Length).AsSpan().SequenceEqual(key),
            _ => false,
        };
    }

    // The value of a key, or all of them when it has several.
    private List<byte[]> Values(byte[] page, int index)
    {
        ReadOnlySpan<byte> item = Item(page, index);
        if (item[0] != PageLayout.ItemDuplicate)
            return [Value(page, index) ?? []];
        var values = new List<byte[]>();
        for (int at = 1; at + 4 <= item.Length;)
        {
            int length = PageLayout.U16(item, at, Swap);
            if (at + 4 + length > item.Length)
                throw new DatabaseFormatException("a duplicate is cut off");
            values.Add(item.Slice(at + 2, length).ToArray());
            at += 4 + length;
        }
        return values;
    }

    private byte[]? Value(byte[] page, int index)
    {
        ReadOnlySpan<byte> item = Item(page, index);
        switch (item[0])
        {
            case PageLayout.ItemData:
                return item[1..].ToArray();
            case PageLayout.ItemOffPage when item.Length >= 12:
                return Overflow(PageLayout.U32(item, 4, Swap), PageLayout.U32(item, 8, Swap));
            case PageLayout.ItemDuplicate when item.Length > 4:
                // Each duplicate is length, data, length; the first one answers.
                int length = PageLayout.U16(item, 1, Swap);
                return length <= item.Length - 3 ? item.Slice(3, length).ToArray() : throw new DatabaseFormatException("a duplicate is cut off");
            default:
                return null;
        }
    }
}
