namespace Sendmail.Wire.Tls;

/// <summary>
/// What a handshake found out, in sendmail's words and encoding: <see cref="Verify"/> is OK, NO, FAIL or NOT;
/// names and certificates are for the macros <c>${cert_subject}</c> and so on.
/// </summary>
public sealed record TlsFacts
{
    /// <summary><c>${verify}</c>.</summary>
    public required string Verify { get; init; }
    /// <summary>Why verification failed in OpenSSL's words, "ok" when it did not.</summary>
    public required string VerifyMessage { get; init; }
    /// <summary><c>${tls_version}</c>: TLSv1.2, TLSv1.3.</summary>
    public required string Version { get; init; }
    /// <summary><c>${cipher}</c> by OpenSSL's name.</summary>
    public required string Cipher { get; init; }
    /// <summary><c>${cipher_bits}</c>.</summary>
    public required int Bits { get; init; }
    /// <summary><c>${alg_bits}</c>.</summary>
    public required int AlgorithmBits { get; init; }
    /// <summary><c>${cert_subject}</c>, empty without a certificate.</summary>
    public string CertSubject { get; init; } = "";
    /// <summary><c>${cert_issuer}</c>.</summary>
    public string CertIssuer { get; init; } = "";
    /// <summary><c>${cn_subject}</c>.</summary>
    public string CnSubject { get; init; } = "";
    /// <summary><c>${cn_issuer}</c>.</summary>
    public string CnIssuer { get; init; } = "";
    /// <summary><c>${cert_md5}</c> or the fingerprint by CertFingerprintAlgorithm.</summary>
    public string Fingerprint { get; init; } = "";
    /// <summary>For the log line <c>STARTTLS: TLS cert verify: …</c>: depth, subject, state and reason; empty without a certificate.</summary>
    public string VerifyTrace { get; init; } = "";
}

/// <summary>
/// Result of a handshake: the facts, or why it failed in OpenSSL's words. <see cref="TimedOut"/>: the peer was too slow.
/// </summary>
public sealed record TlsOutcome(TlsFacts? Facts, string? Problem, bool TimedOut = false)
{
    /// <summary>What the log says behind <c>error: accept </c> or <c>error: connect </c>.</summary>
    public string LogText => TimedOut
        ? "failed=1, reason=unknown, SSL_error=2, errno=0, retry=0"
        : "failed=-1, reason=" + Problem + ", SSL_error=1, errno=0, retry=-1";
}
