using Microsoft.Win32.SafeHandles;

namespace Sendmail.Wire.Tls;

/// <summary>Owns an SSL, the two memory buffers it reads from and writes to, and keeps its context alive.</summary>
internal sealed class SslHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly SslContextHandle _context;

    /// <exception cref="IOException">libssl has no memory left.</exception>
    internal SslHandle(SslContextHandle context) : base(true)
    {
        _context = context;
        SetHandle(LibSsl.SSL_new(context));
        if (IsInvalid)
            throw new IOException("SSL_new failed");
        // SSL_free frees both.
        Input = LibCrypto.BIO_new(LibCrypto.BIO_s_mem());
        Output = LibCrypto.BIO_new(LibCrypto.BIO_s_mem());
        LibCrypto.BIO_ctrl(Input, LibCrypto.BioSetMemoryEofReturn, -1, 0);
        LibSsl.SSL_set_bio(this, Input, Output);
    }

    /// <summary>What the peer sent is put here.</summary>
    internal nint Input { get; }
    /// <summary>What is to be sent to the peer is taken from here.</summary>
    internal nint Output { get; }

    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_free(handle);
        GC.KeepAlive(_context);
        return true;
    }
}
