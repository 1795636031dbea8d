namespace Sendmail.Maps.BerkeleyDb;

/// <summary>
/// Lays sorted pairs out as a btree: full leaves from left to right, then the levels above them. The root is page 1, as
/// Berkeley DB's own verification demands, so that page is kept free until the level that fits on one page.
/// </summary>
internal sealed class BtreePages(List<(byte[] Key, byte[] Value)> pairs, int pageSize, List<byte[]> pages, bool duplicates) : PageBuilder(pageSize, pages)
{
    private sealed record Child(byte[] FirstKey, uint Page);

    internal void Build()
    {
        NewPage();
        uint root = NewPage();
        int[] order = new int[pairs.Count];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (a, b) => pairs[a].Key.AsSpan().SequenceCompareTo(pairs[b].Key) is var difference and not 0 ? difference : a - b);
        bool single = PageLayout.HeaderSize + pairs.Sum(p => (long)ItemSize(p.Key) + ItemSize(p.Value) + 4) <= PageSize;
        List<Child> level = BuildLeaves(order, single ? root : NewPage());
        for (byte height = 2; level.Count > 1; height++)
            level = BuildLevel(level, height, root);
        byte[] meta = Pages[0];
        PageLayout.PutMeta(meta, PageLayout.BtreeMagic, PageLayout.TypeBtreeMeta, PageSize, (uint)(Pages.Count - 1), (uint)pairs.Count, duplicates ? 1u : 0);
        PageLayout.Put32(meta, 76, 2);
        PageLayout.Put32(meta, 84, ' ');
        PageLayout.Put32(meta, 88, root);
    }

    private List<Child> BuildLeaves(int[] order, uint first)
    {
        var leaves = new List<Child>();
        uint number = first;
        uint previous = 0;
        byte[] page = Pages[(int)number];
        int entries = 0;
        int offset = PageSize;
        byte[] firstKey = [];
        void Close(uint next)
        {
            PageLayout.PutHeader(page, number, previous, next, entries, offset, 1, PageLayout.TypeLeaf);
            leaves.Add(new Child(firstKey, number));
        }
        byte[]? lastKey = null;
        int lastKeyOffset = 0;
        foreach (int index in order)
        {
            (byte[] key, byte[] value) = pairs[index];
            byte[] valueItem = Item(value);
            bool same = duplicates && lastKey is not null && lastKey.AsSpan().SequenceEqual(key);
            byte[] keyItem = same && entries > 0 ? [] : Item(key);
            if (offset - PageLayout.HeaderSize - entries * 2 < keyItem.Length + valueItem.Length + 4)
            {
                uint next = NewPage();
                Close(next);
                previous = number;
                number = next;
                page = Pages[(int)number];
                entries = 0;
                offset = PageSize;
                same = false;
                keyItem = Item(key);
            }
            if (entries == 0)
                firstKey = key;
            if (same)
            {
                // Duplicates on one page share the key's item.
                PageLayout.Put16(page, PageLayout.HeaderSize + entries++ * 2, lastKeyOffset);
            }
            else
            {
                Put(page, keyItem, ref entries, ref offset);
                lastKeyOffset = offset;
            }
            Put(page, valueItem, ref entries, ref offset);
            lastKey = key;
        }
        Close(0);
        return leaves;
    }

    private List<Child> BuildLevel(List<Child> children, byte height, uint root)
    {
        var level = new List<Child>();
        bool single = PageLayout.HeaderSize + children.Select((c, i) => InternalSize(i == 0 ? 0 : c.FirstKey.Length) + 2L).Sum() <= PageSize;
        int at = 0;
        while (at < children.Count)
        {
            uint number = single ? root : NewPage();
            byte[] page = Pages[(int)number];
            int entries = 0;
            int offset = PageSize;
            byte[] firstKey = children[at].FirstKey;
            while (at < children.Count)
            {
                // A lone last child would make a page with one entry; the page before gives one up for it.
                byte[] item = Internal(entries == 0 ? [] : children[at].FirstKey, children[at].Page);
                bool full = offset - PageLayout.HeaderSize - entries * 2 < item.Length + 2;
                if (full || (!single && entries > 1 && children.Count - at == 2 && offset - PageLayout.HeaderSize - entries * 2 < 2 * item.Length + 128))
                    break;
                Put(page, item, ref entries, ref offset);
                at++;
            }
            PageLayout.PutHeader(page, number, 0, 0, entries, offset, height, PageLayout.TypeInternal);
            level.Add(new Child(firstKey, number));
        }
        return level;
    }

    private bool IsLarge(int length) => length > PageSize / 8;

    private int InternalSize(int keyLength) => (12 + (IsLarge(keyLength) ? 12 : keyLength) + 3) & ~3;

    private int ItemSize(byte[] octets) => IsLarge(octets.Length) ? 12 : (3 + octets.Length + 3) & ~3;

    private byte[] Internal(byte[] key, uint child)
    {
        bool large = IsLarge(key.Length);
        byte[] data = key;
        if (large)
        {
            data = new byte[12];
            data[2] = PageLayout.ItemOffPage;
            PageLayout.Put32(data, 4, PutOverflow(key));
            PageLayout.Put32(data, 8, (uint)key.Length);
        }
        byte[] item = new byte[InternalSize(key.Length)];
        PageLayout.Put16(item, 0, data.Length);
        item[2] = large ? PageLayout.ItemOffPage : PageLayout.ItemData;
        PageLayout.Put32(item, 4, child);
        data.CopyTo(item, 12);
        return item;
    }

    private static void Put(byte[] page, byte[] item, ref int entries, ref int offset)
    {
        offset -= item.Length;
        item.CopyTo(page, offset);
        PageLayout.Put16(page, PageLayout.HeaderSize + entries++ * 2, offset);
    }

    private byte[] Item(byte[] octets)
    {
        if (!IsLarge(octets.Length))
        {
            byte[] item = new byte[ItemSize(octets)];
            PageLayout.Put16(item, 0, octets.Length);
            item[2] = PageLayout.ItemData;
            octets.CopyTo(item, 3);
            return item;
        }
        byte[] reference = new byte[12];
        reference[2] = PageLayout.ItemOffPage;
        PageLayout.Put32(reference, 4, PutOverflow(octets));
        PageLayout.Put32(reference, 8, (uint)octets.Length);
        return reference;
    }
}
