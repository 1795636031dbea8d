namespace Sendmail.Maps.BerkeleyDb;

/// <summary>Lays pairs out as a hash file: one run of bucket pages behind the meta page, then chained and overflow pages.</summary>
internal sealed class HashPages(List<(byte[] Key, byte[] Value)> pairs, int pageSize, List<byte[]> pages, bool duplicates, uint expected) : PageBuilder(pageSize, pages)
{
    // Berkeley DB's check that the file was made with the same hash function.
    private static readonly byte[] _checkKey = "%$sniglet^&\0"u8.ToArray();

    internal void Build()
    {
        long octets = 0;
        foreach ((byte[] key, byte[] value) in pairs)
            octets += Math.Min(key.Length + 1, 12) + Math.Min(value.Length + 1, 12) + key.Length + value.Length + 4;
        uint buckets = 2;
        while ((long)buckets * (PageSize - PageLayout.HeaderSize) * 7 / 10 < octets && buckets < 1u << 30)
            buckets <<= 1;
        for (uint i = 0; i <= buckets; i++)
            NewPage();
        var chains = new List<int>?[buckets];
        for (int i = 0; i < pairs.Count; i++)
            (chains[PageLayout.Hash(pairs[i].Key) & (buckets - 1)] ??= []).Add(i);
        for (uint bucket = 0; bucket < buckets; bucket++)
            BuildBucket(bucket + 1, chains[bucket]);
        BuildMeta(buckets);
    }

    private void BuildBucket(uint number, List<int>? members)
    {
        byte[] page = Pages[(int)number];
        PageLayout.PutHeader(page, number, 0, 0, 0, PageSize, 0, PageLayout.TypeHash);
        if (members is null)
            return;
        members.Sort((a, b) => pairs[a].Key.AsSpan().SequenceCompareTo(pairs[b].Key) is var order and not 0 ? order : a - b);
        int entries = 0;
        int offset = PageSize;
        for (int m = 0; m < members.Count; m++)
        {
            byte[] key = Item(pairs[members[m]].Key);
            byte[] value = Item(pairs[members[m]].Value);
            if (duplicates && m + 1 < members.Count && pairs[members[m + 1]].Key.AsSpan().SequenceEqual(pairs[members[m]].Key))
                value = Duplicates(members, ref m);
            int room = offset - PageLayout.HeaderSize - entries * 2;
            if (room < key.Length + value.Length + 4)
            {
                PageLayout.PutHeader(page, number, PageLayout.U32(page, 12, false), 0, entries, offset, 0, PageLayout.TypeHash);
                uint next = NewPage();
                PageLayout.Put32(page, 16, next);
                page = Pages[(int)next];
                PageLayout.Put32(page, 12, number);
                number = next;
                entries = 0;
                offset = PageSize;
            }
            Put(page, key, ref entries, ref offset);
            Put(page, value, ref entries, ref offset);
        }
        PageLayout.PutHeader(page, number, PageLayout.U32(page, 12, false), 0, entries, offset, 0, PageLayout.TypeHash);
    }

    private static void Put(byte[] page, byte[] item, ref int entries, ref int offset)
    {
        offset -= item.Length;
        item.CopyTo(page, offset);
        PageLayout.Put16(page, PageLayout.HeaderSize + entries++ * 2, offset);
    }

    private byte[] Item(byte[] octets)
    {
        // Large items leave the page, so that several pairs fit on one.
        if (octets.Length + 1 <= PageSize / 4)
        {
            byte[] item = new byte[octets.Length + 1];
            item[0] = PageLayout.ItemData;
            octets.CopyTo(item, 1);
            return item;
        }
        byte[] reference = new byte[12];
        reference[0] = PageLayout.ItemOffPage;
        PageLayout.Put32(reference, 4, PutOverflow(octets));
        PageLayout.Put32(reference, 8, (uint)octets.Length);
        return reference;
    }

    private byte[] Duplicates(List<int> members, ref int m)
    {
        byte[] key = pairs[members[m]].Key;
        using var set = new MemoryStream();
        set.WriteByte(PageLayout.ItemDuplicate);
        Span<byte> length = stackalloc byte[2];
        while (true)
        {
            byte[] value = pairs[members[m]].Value;
            PageLayout.Put16(length, 0, value.Length);
            set.Write(length);
            set.Write(value);
            set.Write(length);
            if (m + 1 >= members.Count || !pairs[members[m + 1]].Key.AsSpan().SequenceEqual(key))
                break;
            m++;
        }
        return set.Length < PageSize / 2 ? set.ToArray() : throw new IOException("too many duplicates of one key");
    }

    private void BuildMeta(uint buckets)
    {
        byte[] meta = Pages[0];
        PageLayout.PutMeta(meta, PageLayout.HashMagic, PageLayout.TypeHashMeta, PageSize, (uint)(Pages.Count - 1), 0, duplicates ? 1u : 0);
        PageLayout.Put32(meta, 72, buckets - 1);
        PageLayout.Put32(meta, 76, buckets - 1);
        PageLayout.Put32(meta, 80, (buckets >> 1) - 1);
        PageLayout.Put32(meta, 88, expected + (uint)pairs.Count);
        PageLayout.Put32(meta, 92, PageLayout.Hash(_checkKey));
        for (int i = 0; i <= PageLayout.Log2Ceiling(buckets); i++)
            PageLayout.Put32(meta, 96 + 4 * i, 1);
    }
}
