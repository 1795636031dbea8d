using System.Text;

namespace Sendmail.Mta.Queueing;

/// <summary>Names of many files of one directory, one after the other in the same few octets.</summary>
internal sealed class OctetPath
{
    private readonly byte[] _octets;
    private readonly int _start;

    /// <summary>Names in a directory that begin alike.</summary>
    internal OctetPath(string directory, string beginning = "")
    {
        _start = Encoding.UTF8.GetByteCount(directory) + 1 + beginning.Length;
        _octets = new byte[_start + byte.MaxValue + 1];
        Encoding.UTF8.GetBytes(directory + "/" + beginning, _octets);
    }

    /// <summary>The path of a name (at most 255 octets), with a NUL behind it; good until the next one.</summary>
    internal ReadOnlySpan<byte> Of(ReadOnlySpan<byte> name)
    {
        name.CopyTo(_octets.AsSpan(_start));
        _octets[_start + name.Length] = 0;
        return _octets.AsSpan(0, _start + name.Length + 1);
    }
}
