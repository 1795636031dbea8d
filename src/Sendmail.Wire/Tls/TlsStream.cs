using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sendmail.Wire.Tls;

/// <summary>
/// TLS over another stream. libssl works on two memory buffers under a lock and never waits; waiting is done here, so that
/// no thread is held by a slow peer. One reader and one writer may be active at the same time.
/// </summary>
internal sealed class TlsStream : Stream
{
    private const int RecordSize = 16384 + 512;
    private const int WritePiece = 16384;
    private readonly Stream _inner;
    private readonly SslHandle _ssl;
    private readonly GCHandle _verification;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private bool _ended;
    private bool _broken;
    private int _disposed;

    /// <summary>Takes the session over: disposing the stream frees it.</summary>
    internal TlsStream(Stream inner, SslHandle ssl, GCHandle verification)
    {
        _inner = inner;
        _ssl = ssl;
        _verification = verification;
    }

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The native session, for the facts.</summary>
    internal SslHandle Ssl => _ssl;

    /// <summary>Runs the handshake to its end.</summary>
    /// <returns>Zero, or SSL_get_error with OpenSSL's error lines, the last reason, and errno when the peer could not even be told.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    internal async ValueTask<(int Error, List<string> Lines, string? Reason, int Errno)> HandshakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            int error;
            int errno = 0;
            List<string> lines = [];
            string? reason = null;
            lock (_gate)
            {
                LibCrypto.ERR_clear_error();
                PeerVerification.Running = _verification.Target as PeerVerification;
                int result = LibSsl.SSL_do_handshake(_ssl);
                PeerVerification.Running = null;
                error = result == 1 ? 0 : LibSsl.SSL_get_error(_ssl, result);
                if (error is not (0 or LibSsl.ErrorWantRead))
                {
                    _broken = true;
                    lines = OpenSslErrors.Take(out reason);
                }
            }
            try
            {
                await SendPendingAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (error is not (0 or LibSsl.ErrorWantRead) && e is IOException or SocketException or ObjectDisposedException)
            {
                // The alert about what went wrong does not get through: what went wrong is more important.
                errno = TlsSession.Errno(e);
            }
            if (error != LibSsl.ErrorWantRead)
                return (error, lines, reason, errno);
            await ReceiveAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            int got = TakeDecrypted(buffer.Span, out bool needsMore);
            if (!needsMore)
                return got;
            // A writer whose peer does not read must not keep the reader from reading: it sends what is pending when it can.
            if (HasPending() && _sending.Wait(0, CancellationToken.None))
                await SendAndReleaseAsync(cancellationToken).ConfigureAwait(false);
            // Whoever only waits holds no buffer meanwhile.
            if (buffer.IsEmpty)
                await _inner.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private unsafe int TakeDecrypted(Span<byte> target, out bool needsMore)
    {
        needsMore = false;
        lock (_gate)
        {
            ThrowIfUnusable();
            if (_ended)
                return 0;
            LibCrypto.ERR_clear_error();
            int result;
            byte one;
            fixed (byte* start = target)
                result = target.IsEmpty ? LibSsl.SSL_peek(_ssl, &one, 1) : LibSsl.SSL_read(_ssl, start, target.Length);
            if (result > 0)
                return target.IsEmpty ? 0 : result;
            switch (LibSsl.SSL_get_error(_ssl, result))
            {
                case LibSsl.ErrorWantRead:
                    needsMore = true;
                    return 0;
                case LibSsl.ErrorZeroReturn:
                    _ended = true;
                    return 0;
                default:
                    _broken = true;
                    OpenSslErrors.Take(out string? reason);
                    _ended = true;
                    // Without a good-bye it is an end all the same; whoever needs more looks for the final dot.
                    if (reason == "unexpected eof while reading")
                        return 0;
                    throw new IOException("TLS: " + (reason ?? "read failed"));
            }
        }
    }

    // One piece from the peer into libssl's buffer.
    private async ValueTask ReceiveAsync(CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(RecordSize);
        try
        {
            int read = await _inner.ReadAsync(buffer.AsMemory(0, RecordSize), cancellation).ConfigureAwait(false);
            lock (_gate)
            {
                ThrowIfUnusable();
                if (read == 0)
                    LibCrypto.BIO_ctrl(_ssl.Input, LibCrypto.BioSetMemoryEofReturn, 0, 0);
                else
                    Put(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private unsafe void Put(ReadOnlySpan<byte> octets)
    {
        fixed (byte* start = octets)
        {
            if (LibCrypto.BIO_write(_ssl.Input, start, octets.Length) != octets.Length)
                throw new IOException("TLS: no memory");
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            ReadOnlyMemory<byte> piece = buffer[..Math.Min(buffer.Length, WritePiece)];
            Encrypt(piece.Span);
            await SendPendingAsync(cancellationToken).ConfigureAwait(false);
            buffer = buffer[piece.Length..];
        }
    }

    private unsafe void Encrypt(ReadOnlySpan<byte> octets)
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            LibCrypto.ERR_clear_error();
            int result;
            fixed (byte* start = octets)
                result = LibSsl.SSL_write(_ssl, start, octets.Length);
            if (result == octets.Length)
                return;
            OpenSslErrors.Take(out string? reason);
            _broken = true;
            throw new IOException("TLS: " + (reason ?? "write failed"));
        }
    }

    // Records leave in the order in which libssl made them, whoever sends them.
    private async ValueTask SendPendingAsync(CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        await SendAndReleaseAsync(cancellation).ConfigureAwait(false);
    }

    private async ValueTask SendAndReleaseAsync(CancellationToken cancellation)
    {
        try
        {
            while (TakePending() is { } rented)
            {
                try
                {
                    await _inner.WriteAsync(rented.Buffer.AsMemory(0, rented.Count), cancellation).ConfigureAwait(false);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(rented.Buffer);
                }
            }
            await _inner.FlushAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    private bool HasPending()
    {
        lock (_gate)
            return _disposed == 0 && LibCrypto.BIO_ctrl(_ssl.Output, LibCrypto.BioPending, 0, 0) > 0;
    }

    private unsafe (byte[] Buffer, int Count)? TakePending()
    {
        lock (_gate)
        {
            if (_disposed != 0)
                return null;
            int pending = (int)LibCrypto.BIO_ctrl(_ssl.Output, LibCrypto.BioPending, 0, 0);
            if (pending <= 0)
                return null;
            byte[] buffer = ArrayPool<byte>.Shared.Rent(pending);
            fixed (byte* start = buffer)
                return (buffer, LibCrypto.BIO_read(_ssl.Output, start, pending));
        }
    }

    /// <summary>Tells the peer that nothing more comes (RFC 8446 6.1).</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    internal async ValueTask ShutdownAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_broken || _disposed != 0)
                return;
            LibCrypto.ERR_clear_error();
            LibSsl.SSL_shutdown(_ssl);
            LibCrypto.ERR_clear_error();
        }
        // Most peers that said QUIT are gone by now: no exception is made for each of them.
        if (!TrySendGoodbye())
            await SendPendingAsync(cancellation).ConfigureAwait(false);
    }

    // Sends what is pending without waiting and without exceptions; false when somebody else sends or there is no room.
    private bool TrySendGoodbye()
    {
        if (_inner is not NetworkStream { Socket: { } socket } || !_sending.Wait(0, CancellationToken.None))
            return false;
        try
        {
            if (!socket.Poll(0, SelectMode.SelectWrite))
                return false;
            if (TakePending() is { } rented)
            {
                socket.Send(rented.Buffer, 0, rented.Count, SocketFlags.None, out SocketError _);
                ArrayPool<byte>.Shared.Return(rented.Buffer);
            }
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
        finally
        {
            _sending.Release();
        }
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (_broken && !_ended)
            throw new IOException("TLS: session is broken");
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // Everything written is on its way already.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Release())
            _inner.Dispose();
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        if (Release())
            await _inner.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the session and leaves the connection below open.</summary>
    internal void Detach() => Release();

    private bool Release()
    {
        lock (_gate)
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0)
                return false;
            _ssl.Dispose();
            _verification.Free();
            return true;
        }
    }
}
