using Microsoft.Win32.SafeHandles;

namespace Sendmail.Wire.Tls;

/// <summary>Owns an SSL_CTX.</summary>
internal sealed class SslContextHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>For a method of libssl.</summary>
    internal SslContextHandle(nint method) : base(true) => SetHandle(LibSsl.SSL_CTX_new(method));

    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_CTX_free(handle);
        return true;
    }
}
