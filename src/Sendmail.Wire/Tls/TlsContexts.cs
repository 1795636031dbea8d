using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sendmail.Wire.Tls;

/// <summary>Makes TLS servers of connections.</summary>
public sealed class TlsServerContext
{
    private readonly TlsSettings _settings;
    private readonly SslStreamCertificateContext _certificate;

    /// <summary>From settings without problems.</summary>
    public TlsServerContext(TlsSettings settings)
    {
        _settings = settings;
        _certificate = SslStreamCertificateContext.Create(settings.Certificate!, settings.Intermediates, true);
    }

    internal async ValueTask<(TlsOutcome Outcome, Stream? Stream)> HandshakeAsync(Stream inner, TimeSpan timeout, CancellationToken cancellation)
    {
        var verifier = new PeerVerifier(_settings.Authorities, _settings.FingerprintAlgorithm);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _certificate,
            ClientCertificateRequired = _settings.AskForCertificate,
            RemoteCertificateValidationCallback = verifier.Validate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = PeerVerifier.Policy(_settings.Authorities),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        return await TlsHandshake.RunAsync(inner, stream => stream.AuthenticateAsServerAsync(options, cancellation), verifier, timeout).ConfigureAwait(false);
    }
}

/// <summary>Makes TLS clients of connections.</summary>
public sealed class TlsClientContext(TlsSettings settings)
{
    internal async ValueTask<(TlsOutcome Outcome, Stream? Stream)> HandshakeAsync(Stream inner, string host, TimeSpan timeout, CancellationToken cancellation)
    {
        var verifier = new PeerVerifier(settings.Authorities, settings.FingerprintAlgorithm);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host.TrimEnd('.'),
            RemoteCertificateValidationCallback = verifier.Validate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = PeerVerifier.Policy(settings.Authorities),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (settings.Certificate is not null)
            options.ClientCertificateContext = SslStreamCertificateContext.Create(settings.Certificate, settings.Intermediates, true);
        return await TlsHandshake.RunAsync(inner, stream => stream.AuthenticateAsClientAsync(options, cancellation), verifier, timeout).ConfigureAwait(false);
    }
}

internal static class TlsHandshake
{
    internal static async ValueTask<(TlsOutcome Outcome, Stream? Stream)> RunAsync(Stream inner, Func<SslStream, Task> authenticate, PeerVerifier verifier, TimeSpan timeout)
    {
        var stream = new SslStream(inner, false);
        try
        {
            Task work = authenticate(stream);
            await (timeout > TimeSpan.Zero ? work.WaitAsync(timeout) : work).ConfigureAwait(false);
            return (new TlsOutcome(verifier.Facts(stream), null), stream);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or TimeoutException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            return (new TlsOutcome(null, Reason(e)), null);
        }
    }

    private static string Reason(Exception e)
    {
        if (e is TimeoutException)
            return "timeout";
        string text = (e.InnerException ?? e).Message;
        if (text.Contains("EOF", StringComparison.OrdinalIgnoreCase) || text.Contains("unexpected", StringComparison.OrdinalIgnoreCase))
            return "unexpected eof while reading";
        if (text.Contains("Cannot determine the frame size", StringComparison.Ordinal) || text.Contains("corrupted frame", StringComparison.Ordinal))
            return "wrong version number";
        int last = text.LastIndexOf(':');
        return last > 0 && last < text.Length - 2 ? text[(last + 1)..].Trim() : text;
    }
}
