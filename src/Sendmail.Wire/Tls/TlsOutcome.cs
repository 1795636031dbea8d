using System.Globalization;

namespace Sendmail.Wire.Tls;

/// <summary>
/// Result of a handshake: the facts, or how it failed. <see cref="Log"/> has the lines that arose on the way, to be written
/// before the line about the result.
/// </summary>
public sealed record TlsOutcome
{
    /// <summary>What was found out, null when the handshake failed.</summary>
    public TlsFacts? Facts { get; init; }
    /// <summary>Why it failed in OpenSSL's words; "unknown" when it has none.</summary>
    public string Problem { get; init; } = "unknown";
    /// <summary>The peer was too slow.</summary>
    public bool TimedOut { get; init; }
    /// <summary>SSL_get_error: 1 protocol, 2 wants more, 5 the connection broke.</summary>
    public int SslError { get; init; }
    /// <summary>errno when the connection broke.</summary>
    public int Errno { get; init; }
    /// <summary>OpenSSL's own error lines, oldest first, for the log at level 10.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];
    /// <summary>Lines about verification.</summary>
    public IReadOnlyList<TlsLogLine> Log { get; init; } = [];

    /// <summary>What the log says behind <c>error: accept </c> or <c>error: connect </c>.</summary>
    public string LogText => TimedOut && !IsClient ? "failed=-2, reason=none, SSL_error=-1, errno=0, retry=0" : string.Create(CultureInfo.InvariantCulture,
        $"failed=-1, reason={Problem}, SSL_error={SslError}, errno={Errno}, retry={(TimedOut ? 0 : -1)}");

    /// <summary>Whether we were the client.</summary>
    public bool IsClient { get; init; }
}
