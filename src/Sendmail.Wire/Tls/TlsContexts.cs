using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sendmail.Wire.Tls;

/// <summary>Makes TLS servers of connections. Files that change are read again with the next handshake.</summary>
public sealed class TlsServerContext
{
    private const int MostAnnounced = 100;
    private readonly ConcurrentDictionary<TlsFeatures, TlsServerContext> _special = new();
    private State _state;

    /// <summary>From settings without problems.</summary>
    public TlsServerContext(TlsSettings settings) => _state = new State(settings);

    /// <summary>The settings in force.</summary>
    public TlsSettings Settings => _state.Settings;

    /// <summary>This context with the features of one session, or the log line that says why they cannot be used.</summary>
    public (TlsServerContext? Context, string? Problem) With(TlsFeatures features)
    {
        if (features == TlsFeatures.None)
            return (this, null);
        if (_special.TryGetValue(features, out TlsServerContext? known))
            return (known, null);
        TlsSettings settings = _state.Settings.With(features);
        if (settings.Problems.Count > 0)
            return (null, settings.Problems[0]);
        return (_special.GetOrAdd(features, new TlsServerContext(settings)), null);
    }

    internal async ValueTask<(TlsOutcome Outcome, Stream? Stream)> HandshakeAsync(Stream inner, TimeSpan timeout, CancellationToken cancellation)
    {
        State state = Current();
        TlsSettings settings = state.Settings;
        var verifier = new PeerVerifier(settings, settings.AskForCertificate);
        return await TlsHandshake.RunAsync(
            inner,
            async (raw, stop) =>
            {
                SslStreamCertificateContext certificate = state.First;
                if (state.Ecdsa is not null && state.Other is not null)
                {
                    (byte[] first, bool acceptsEcdsa) = await ClientHello.PeekAsync(raw, stop).ConfigureAwait(false);
                    certificate = acceptsEcdsa ? state.Ecdsa : state.Other;
                    raw = new ReplayStream(first, raw);
                }
                var stream = new SslStream(raw, false);
                try
                {
                    await stream.AuthenticateAsServerAsync(Options(settings, certificate, verifier), stop).ConfigureAwait(false);
                    return stream;
                }
                catch
                {
                    await stream.DisposeAsync().ConfigureAwait(false);
                    throw;
                }
            },
            verifier, timeout, cancellation).ConfigureAwait(false);
    }

    private static SslServerAuthenticationOptions Options(TlsSettings settings, SslStreamCertificateContext certificate, PeerVerifier verifier) => new()
    {
        ServerCertificateContext = certificate,
        ClientCertificateRequired = settings.AskForCertificate,
        RemoteCertificateValidationCallback = verifier.Validate,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = verifier.Policy(),
        EnabledSslProtocols = settings.Protocols,
        CipherSuitesPolicy = settings.Ciphers,
        AllowRenegotiation = false,
    };

    private State Current()
    {
        State state = Volatile.Read(ref _state);
        TlsSettings settings = state.Settings.Current();
        if (ReferenceEquals(settings, state.Settings))
            return state;
        var fresh = new State(settings);
        Interlocked.CompareExchange(ref _state, fresh, state);
        return fresh;
    }

    // Session tickets belong to a certificate context: it lives as long as its files do not change.
    private sealed class State
    {
        internal State(TlsSettings settings)
        {
            Settings = settings;
            SslCertificateTrust? trust = settings.AskForCertificate && settings.Announced.Count is > 0 and <= MostAnnounced
                ? SslCertificateTrust.CreateForX509Collection(settings.Announced, true) : null;
            foreach (KeyPair pair in settings.Pairs)
            {
                SslStreamCertificateContext context = SslStreamCertificateContext.Create(pair.Certificate, pair.Intermediates, true, trust);
                First ??= context;
                if (pair.IsEcdsa)
                    Ecdsa ??= context;
                else
                    Other ??= context;
            }
        }

        internal TlsSettings Settings { get; }
        internal SslStreamCertificateContext First { get; } = null!;
        internal SslStreamCertificateContext? Ecdsa { get; }
        internal SslStreamCertificateContext? Other { get; }
    }
}

/// <summary>Makes TLS clients of connections. Files that change are read again with the next handshake.</summary>
public sealed class TlsClientContext
{
    private State _state;

    /// <summary>From settings without problems.</summary>
    public TlsClientContext(TlsSettings settings) => _state = new State(settings);

    /// <summary>The settings in force.</summary>
    public TlsSettings Settings => _state.Settings;

    /// <summary>This context with the features of one session, or the log line that says why they cannot be used.</summary>
    public (TlsClientContext? Context, string? Problem) With(TlsFeatures features)
    {
        if (features == TlsFeatures.None)
            return (this, null);
        TlsSettings settings = _state.Settings.With(features);
        return settings.Problems.Count > 0 ? (null, settings.Problems[0]) : (new TlsClientContext(settings), null);
    }

    internal async ValueTask<(TlsOutcome Outcome, Stream? Stream)> HandshakeAsync(Stream inner, string host, TimeSpan timeout, CancellationToken cancellation)
    {
        State state = Current();
        var verifier = new PeerVerifier(state.Settings, true);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host.TrimEnd('.'),
            ClientCertificateContext = state.Certificate,
            RemoteCertificateValidationCallback = verifier.Validate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = verifier.Policy(),
            EnabledSslProtocols = state.Settings.Protocols,
            CipherSuitesPolicy = state.Settings.Ciphers,
            AllowRenegotiation = false,
        };
        return await TlsHandshake.RunAsync(
            inner,
            async (raw, stop) =>
            {
                var stream = new SslStream(raw, false);
                try
                {
                    await stream.AuthenticateAsClientAsync(options, stop).ConfigureAwait(false);
                    return stream;
                }
                catch
                {
                    await stream.DisposeAsync().ConfigureAwait(false);
                    throw;
                }
            },
            verifier, timeout, cancellation).ConfigureAwait(false);
    }

    private State Current()
    {
        State state = Volatile.Read(ref _state);
        TlsSettings settings = state.Settings.Current();
        if (ReferenceEquals(settings, state.Settings))
            return state;
        var fresh = new State(settings);
        Interlocked.CompareExchange(ref _state, fresh, state);
        return fresh;
    }

    private sealed class State(TlsSettings settings)
    {
        internal TlsSettings Settings { get; } = settings;
        internal SslStreamCertificateContext? Certificate { get; } =
            settings.Pairs.Count == 0 ? null : SslStreamCertificateContext.Create(settings.Pairs[0].Certificate, settings.Pairs[0].Intermediates, true);
    }
}
