namespace Sendmail.Posix;

/// <summary>
/// A file that is opened by a name in octets, to be read once; nothing is made on the heap, for it is meant for a hundred thousand
/// files in a row. The name ends with a NUL.
/// </summary>
public readonly ref struct OctetFile
{
    private const int Interrupted = 4;
    private readonly int _descriptor;

    /// <summary>Opens a file for reading; see <see cref="IsOpen"/>.</summary>
    public unsafe OctetFile(ReadOnlySpan<byte> path)
    {
        fixed (byte* name = path)
        {
            do
                _descriptor = LibC.Open(name, LibC.OpenCloseOnExec, 0);
            while (_descriptor < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == Interrupted);
        }
    }

    /// <summary>Whether it could be opened.</summary>
    public bool IsOpen => _descriptor >= 0;

    /// <summary>When it was changed, in nanoseconds since 1970; 0 when that is not known.</summary>
    public long Modified => Files.Facts(_descriptor) is { } facts ? facts.ModifiedSeconds * 1_000_000_000 + facts.ModifiedNanoseconds : 0;

    /// <summary>Whether somebody has locked it (flock(2)) for himself alone right now.</summary>
    public bool IsLocked()
    {
        if (LibC.Flock(_descriptor, LibC.LockShared | LibC.LockNonBlocking) != 0)
            return true;
        _ = LibC.Flock(_descriptor, LibC.LockUnlock);
        return false;
    }

    /// <summary>Reads on until there is no room or no more.</summary>
    /// <returns>The number of octets, -1 when it cannot be read.</returns>
    public unsafe int Read(Span<byte> room)
    {
        int length = 0;
        fixed (byte* start = room)
        {
            while (length < room.Length)
            {
                nint count = LibC.Read(_descriptor, start + length, room.Length - length);
                if (count < 0)
                    return -1;
                if (count == 0)
                    break;
                length += (int)count;
            }
        }
        return length;
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        if (_descriptor >= 0)
            _ = LibC.Close(_descriptor);
    }

    /// <summary>The size of the regular file of a name, -1 when there is none.</summary>
    public static unsafe long Size(ReadOnlySpan<byte> path)
    {
        fixed (byte* name = path)
            return LibC.Statx(LibC.AtCurrentDirectory, name, 0, LibC.StatXBasic, out LibC.StatX x) == 0 && !Files.From(x).IsDirectory ? (long)x.Size : -1;
    }
}
