using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sendmail.Wire.Tls;

/// <summary>One session that is set up and waits for its handshake: what a features ruleset asked for is in force already.</summary>
public sealed class TlsSession : IDisposable
{
    private readonly SslHandle _ssl;
    private readonly PeerVerification _verification;
    private readonly TlsSettings _settings;
    private readonly bool _asks;
    private GCHandle _handle;
    private bool _given;
    private DaneState _dane;

    private TlsSession(SslHandle ssl, PeerVerification verification, TlsSettings settings, bool asks)
    {
        _ssl = ssl;
        _verification = verification;
        _settings = settings;
        _asks = asks;
        _handle = GCHandle.Alloc(verification);
        PeerVerification.Attach(ssl, _handle);
    }

    // Unusable: there are records, but OpenSSL takes none of them.
    private enum DaneState
    {
        Off,
        Binding,
        Unusable,
    }

    private TlsFacts Judge(SslHandle ssl)
    {
        TlsFacts facts = PeerFacts.Of(ssl, _verification, _settings, _asks);
        if (_dane == DaneState.Off)
            return facts;
        TlsLogLine? match = _dane == DaneState.Binding && facts.Verify == "OK" ? DaneVerification.Match(ssl) : null;
        if (match is { } line)
            _verification.Log.Add(line);
        return facts with { Verify = match is null ? "DANE_FAIL" : "TRUSTED" };
    }

    /// <summary>Sets a session up.</summary>
    /// <param name="settings">Settings with a context.</param>
    /// <param name="features">What differs from them in this session.</param>
    /// <param name="host">As a client: the name to ask for (SNI), null for none.</param>
    /// <param name="log">Why it cannot be set up.</param>
    /// <returns>Null when a feature cannot be had.</returns>
    internal static TlsSession? Open(TlsSettings settings, TlsFeatures features, string? host, List<TlsLogLine> log)
    {
        var ssl = new SslHandle(settings.Context!);
        if (!SessionFeatures.Apply(ssl, settings, features, log))
        {
            ssl.Dispose();
            return null;
        }
        var verification = new PeerVerification { RequiresList = features.Flags.Contains('R', StringComparison.Ordinal) };
        DaneState dane = DaneState.Off;
        if (features.Dane is { IsBinding: true } policy)
        {
            if (!settings.KnowsDane)
            {
                ssl.Dispose();
                return null;
            }
            dane = DaneVerification.Enable(ssl, policy, verification.Log) ? DaneState.Binding : DaneState.Unusable;
        }
        bool asks = settings.AsksForCertificate && !features.NoClientCertificate;
        if (settings.IsServer)
        {
            LibSsl.SSL_set_verify(ssl, asks ? LibSsl.VerifyPeer : LibSsl.VerifyNone, 0);
            LibSsl.SSL_set_accept_state(ssl);
        }
        else
        {
            LibSsl.SSL_set_connect_state(ssl);
            // RFC 6066 3: an address is no server name.
            if (!string.IsNullOrEmpty(host) && !System.Net.IPAddress.TryParse(host.Trim('[', ']'), out _))
                LibSsl.SSL_ctrl(ssl, LibSsl.ControlServerName, 0, host.TrimEnd('.'));
        }
        return new TlsSession(ssl, verification, settings, asks) { _dane = dane };
    }

    /// <summary>Runs the handshake over <paramref name="inner"/>. Every way it can fail is a value.</summary>
    /// <param name="inner">The connection; it is left open when the handshake fails.</param>
    /// <param name="timeout">How long the peer may take; zero for ever.</param>
    /// <param name="cancellation">Ends it with an exception.</param>
    public async ValueTask<(TlsOutcome Outcome, Stream? Stream)> HandshakeAsync(Stream inner, TimeSpan timeout, CancellationToken cancellation)
    {
        _given = true;
        var stream = new TlsStream(inner, _ssl, _handle);
        TlsOutcome outcome = await RunAsync(stream, timeout, cancellation).ConfigureAwait(false);
        outcome = outcome with { Log = _verification.Log, IsClient = !_settings.IsServer };
        if (outcome.Facts is not null)
            return (outcome, stream);
        stream.Detach();
        return (outcome, null);
    }

    private async ValueTask<TlsOutcome> RunAsync(TlsStream stream, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (timeout > TimeSpan.Zero)
            limit.CancelAfter(timeout);
        try
        {
            (int error, List<string> lines, string? reason, int errno) = await stream.HandshakeAsync(limit.Token).ConfigureAwait(false);
            return error == 0 ? new TlsOutcome { Facts = Judge(stream.Ssl) }
                : new TlsOutcome { SslError = error, Errors = lines, Problem = reason ?? "unknown", Errno = errno };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new TlsOutcome { TimedOut = true, SslError = LibSsl.ErrorWantRead, Errno = WouldBlock };
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return new TlsOutcome { SslError = LibSsl.ErrorSystemCall, Errno = Errno(e) };
        }
        catch
        {
            stream.Detach();
            throw;
        }
    }

    private const int WouldBlock = 11;
    private const int BrokenPipe = 32;
    private const int ConnectionReset = 104;

    /// <summary>The number of the system's error behind an exception, 0 for one that has none.</summary>
    internal static int Errno(Exception e) => (e as SocketException ?? e.InnerException as SocketException)?.SocketErrorCode switch
    {
        SocketError.ConnectionReset => ConnectionReset,
        SocketError.Shutdown or SocketError.ConnectionAborted => BrokenPipe,
        _ => 0,
    };

    /// <summary>Frees a session that had no handshake.</summary>
    public void Dispose()
    {
        if (_given)
            return;
        _given = true;
        _ssl.Dispose();
        _handle.Free();
    }
}
