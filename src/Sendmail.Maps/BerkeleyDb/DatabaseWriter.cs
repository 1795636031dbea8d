namespace Sendmail.Maps.BerkeleyDb;

/// <summary>Writes a whole Berkeley DB file at once from pairs collected in memory (hash version 9, btree version 9).</summary>
/// <param name="hash">A hash rather than a btree.</param>
/// <param name="pageSize">Size of a page in octets.</param>
/// <param name="expected">How many pairs a hash file says that it was made for; it counts on from there.</param>
public sealed class DatabaseWriter(bool hash, int pageSize = 4096, int expected = 0)
{
    private readonly List<(byte[] Key, byte[] Value)> _pairs = [];
    private readonly Dictionary<ReadOnlyMemory<byte>, int> _index = new(KeyComparer.Instance);
    private readonly List<byte[]> _pages = [];

    /// <summary>Number of pairs so far.</summary>
    public int Count => _pairs.Count;

    /// <summary>The value of a key added before, null when there is none.</summary>
    public byte[]? Find(byte[] key) => _index.TryGetValue(key, out int at) ? _pairs[at].Value : null;

    /// <summary>Adds a pair; an existing key is replaced.</summary>
    public void Set(byte[] key, byte[] value)
    {
        if (_index.TryGetValue(key, out int at))
        {
            _pairs[at] = (key, value);
            return;
        }
        _index[key] = _pairs.Count;
        _pairs.Add((key, value));
    }

    /// <summary>Adds a pair beside an equal key (makemap -d).</summary>
    public void AddDuplicate(byte[] key, byte[] value)
    {
        HasDuplicates |= _index.TryGetValue(key, out _);
        _index.TryAdd(key, _pairs.Count);
        _pairs.Add((key, value));
    }

    /// <summary>Whether a key occurs more than once.</summary>
    public bool HasDuplicates { get; private set; }

    /// <summary>Writes the file image to <paramref name="output"/>.</summary>
    public void WriteTo(Stream output)
    {
        _pages.Clear();
        if (hash)
            new HashPages(_pairs, pageSize, _pages, HasDuplicates, (uint)expected).Build();
        else
            new BtreePages(_pairs, pageSize, _pages, HasDuplicates).Build();
        foreach (byte[] page in _pages)
            output.Write(page);
    }

    private sealed class KeyComparer : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        internal static readonly KeyComparer Instance = new();

        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> obj) => (int)PageLayout.Hash(obj.Span);
    }
}

/// <summary>What both page builders need: new pages and chains of overflow pages.</summary>
internal abstract class PageBuilder(int pageSize, List<byte[]> pages)
{
    protected int PageSize => pageSize;
    protected List<byte[]> Pages => pages;

    protected uint NewPage()
    {
        pages.Add(new byte[pageSize]);
        return (uint)(pages.Count - 1);
    }

    /// <summary>Stores a large item and gives the first page of its chain.</summary>
    protected uint PutOverflow(byte[] item)
    {
        uint first = 0;
        uint previous = 0;
        int space = PageLayout.OverflowSpace(pageSize);
        for (int at = 0; at < item.Length; at += space)
        {
            uint number = NewPage();
            int length = Math.Min(space, item.Length - at);
            PageLayout.PutHeader(pages[(int)number], number, previous, 0, 1, length, 0, PageLayout.TypeOverflow);
            item.AsSpan(at, length).CopyTo(pages[(int)number].AsSpan(PageLayout.HeaderSize));
            if (previous != 0)
                PageLayout.Put32(pages[(int)previous], 16, number);
            else
                first = number;
            previous = number;
        }
        return first;
    }
}
