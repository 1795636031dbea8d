using System.Runtime.InteropServices;

namespace Sendmail.Posix;

/// <summary>
/// One of the standard descriptors, read and written by read(2) and write(2) alone. The runtime's console streams start a
/// thread for signals and look at the terminal, and its file streams keep an offset of their own, which a program that
/// shares the descriptor with us would not see.
/// </summary>
public sealed class StandardStream : Stream
{
    private const int Interrupted = 4;
    private const int BadDescriptor = 9;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;
    private readonly int _descriptor;
    private readonly bool _writes;

    private StandardStream(int descriptor, bool writes) => (_descriptor, _writes) = (descriptor, writes);

    /// <summary>Descriptor 0.</summary>
    public static Stream Input() => new StandardStream(0, writes: false);

    /// <summary>Descriptor 1.</summary>
    public static Stream Output() => new StandardStream(1, writes: true);

    /// <summary>Descriptor 2.</summary>
    public static Stream Errors() => new StandardStream(2, writes: true);

    /// <inheritdoc/>
    public override bool CanRead => !_writes;

    /// <inheritdoc/>
    public override bool CanWrite => _writes;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override unsafe int Read(Span<byte> buffer)
    {
        if (_writes)
            throw new NotSupportedException();
        fixed (byte* start = buffer)
        {
            nint count;
            while ((count = LibC.Read(_descriptor, start, buffer.Length)) < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                // A standard input that was closed is replaced for set-group-ID programs by something that cannot be read.
                if (error == BadDescriptor)
                    return 0;
                if (error == TryAgain)
                    Polling.Wait(_descriptor, forOutput: false);
                else if (error != Interrupted)
                    throw Failure();
            }
            return (int)count;
        }
    }

    /// <summary>Writes everything. A reader that has gone is not an error, as nobody is left to be told.</summary>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        if (!_writes)
            throw new NotSupportedException();
        fixed (byte* start = buffer)
        {
            for (int done = 0; done < buffer.Length;)
            {
                nint count = LibC.Write(_descriptor, start + done, buffer.Length - done);
                if (count >= 0)
                    done += (int)count;
                else if (Marshal.GetLastPInvokeError() is var error && error == BrokenPipe)
                    return;
                else if (error == TryAgain)
                    Polling.Wait(_descriptor, forOutput: true);
                else if (error != Interrupted)
                    throw Failure();
            }
        }
    }

    private IOException Failure() => new("descriptor " + _descriptor + ": " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is kept here.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
