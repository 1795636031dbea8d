using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace Sendmail.Wire.Tls;

/// <summary>Runs a handshake and turns every way it can fail into a value.</summary>
internal static class TlsHandshake
{
    internal static async ValueTask<(TlsOutcome Outcome, Stream? Stream)> RunAsync(
        Stream inner, Func<Stream, CancellationToken, Task<SslStream>> authenticate, PeerVerifier verifier, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (timeout > TimeSpan.Zero)
            limit.CancelAfter(timeout);
        try
        {
            SslStream stream = await authenticate(inner, limit.Token).ConfigureAwait(false);
            return (new TlsOutcome(verifier.Facts(stream), null), stream);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (new TlsOutcome(null, "timeout", true), null);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or ObjectDisposedException or InvalidOperationException or CryptographicException
            or PlatformNotSupportedException)
        {
            return (new TlsOutcome(null, Reason(e)), null);
        }
    }

    // The innermost message is OpenSSL's: "error:0A0000C1:SSL routines::no shared cipher".
    private static string Reason(Exception e)
    {
        if (e is AuthenticationException && e.InnerException is null)
            return "wrong version number";
        Exception innermost = e;
        while (innermost.InnerException is not null)
            innermost = innermost.InnerException;
        string text = innermost.Message;
        if (text.Contains("EOF", StringComparison.Ordinal) || innermost is System.Net.Sockets.SocketException)
            return "unexpected eof while reading";
        int last = text.LastIndexOf("::", StringComparison.Ordinal);
        return last >= 0 ? text[(last + 2)..].Trim() : text;
    }
}
