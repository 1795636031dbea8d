using System.Text;

namespace Sendmail.Mta.Queueing;

/// <summary>
/// The names of many control files, as octets in a few large blocks: queues of a hundred thousand messages are read by programs
/// that nobody expects to be large. A name is known by a number that grows in the order in which names were added.
/// </summary>
internal sealed class QueueNames
{
    private const int BlockBits = 16;
    private const int BlockSize = 1 << BlockBits;
    private readonly List<byte[]> _blocks = [];
    private int _used = BlockSize;

    /// <summary>How many there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Adds a name of at most 255 octets (no file system has longer ones); its number.</summary>
    internal int Add(ReadOnlySpan<char> name)
    {
        int length = Encoding.UTF8.GetByteCount(name);
        int number = Reserve(length);
        Encoding.UTF8.GetBytes(name, _blocks[^1].AsSpan(_used - length));
        return number;
    }

    /// <summary>Adds a name given as octets; its number.</summary>
    internal int Add(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> kept = name[..Math.Min(name.Length, byte.MaxValue)];
        int number = Reserve(kept.Length);
        kept.CopyTo(_blocks[^1].AsSpan(_used - kept.Length));
        return number;
    }

    /// <summary>The name of a number.</summary>
    internal ReadOnlySpan<byte> this[int number]
    {
        get
        {
            ReadOnlySpan<byte> rest = _blocks[number >> BlockBits].AsSpan(number & (BlockSize - 1));
            return rest.Slice(1, rest[0]);
        }
    }

    /// <summary>The number behind the given one, the first behind -1.</summary>
    internal int After(int number)
    {
        if (number < 0)
            return 0;
        int next = number + 1 + this[number].Length;
        byte[] block = _blocks[number >> BlockBits];
        // A block ends with a name that would be empty, or with its last octet.
        return (next & (BlockSize - 1)) == 0 || next >> BlockBits != number >> BlockBits || block[next & (BlockSize - 1)] == 0
            ? ((number >> BlockBits) + 1) << BlockBits
            : next;
    }

    private int Reserve(int length)
    {
        if (_used + 1 + length > BlockSize)
        {
            _blocks.Add(new byte[BlockSize]);
            _used = 0;
        }
        int number = ((_blocks.Count - 1) << BlockBits) | _used;
        _blocks[^1][_used] = (byte)length;
        _used += 1 + length;
        Count++;
        return number;
    }
}
