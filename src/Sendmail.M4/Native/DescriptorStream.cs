namespace Sendmail.M4.Native;

/// <summary>
/// Standard input, output or errors, or a file opened for reading. A FileStream writes where it believes the end to be, which is
/// wrong when two descriptors share a file, and costs more to make than the small files of the library take to read; the console's
/// stream hides that nobody reads any more.
/// </summary>
/// <param name="descriptor">The open descriptor.</param>
/// <param name="writes">It is written to.</param>
/// <param name="owned">It is closed with the stream.</param>
internal sealed class DescriptorStream(int descriptor, bool writes, bool owned = false) : Stream
{
    private bool _open = owned;

    public override bool CanRead => !writes;

    public override bool CanSeek => false;

    public override bool CanWrite => writes;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => CLibrary.Read(descriptor, buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
            buffer = buffer[CLibrary.Write(descriptor, buffer)..];
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is held back.
    }

    protected override void Dispose(bool disposing)
    {
        if (_open)
            CLibrary.CloseFile(descriptor);
        _open = false;
        base.Dispose(disposing);
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
