namespace Sendmail.Wire.Tls;

/// <summary>
/// What a handshake found out, in sendmail's words and encoding: <see cref="Verify"/> is OK, NO, FAIL, NOT, or by TLSA records TRUSTED or DANE_FAIL;
/// names and certificates are for the macros <c>${cert_subject}</c> and so on.
/// </summary>
public sealed record TlsFacts
{
    /// <summary><c>${verify}</c>.</summary>
    public required string Verify { get; init; }
    /// <summary>Why verification failed in OpenSSL's words, "ok" when it did not.</summary>
    public required string VerifyMessage { get; init; }
    /// <summary>OpenSSL's number of that reason (X509_V_ERR_…), 0 for "ok".</summary>
    public int VerifyCode { get; init; }
    /// <summary>At which certificate verification failed: 0 is the peer's own, 1 its issuer.</summary>
    public int VerifyDepth { get; init; }
    /// <summary>The name of that certificate.</summary>
    public string VerifySubject { get; init; } = "";
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
    /// <summary>Why there is no usable common name of the subject, null when there is one.</summary>
    public string? SubjectProblem { get; init; }
    /// <summary>The same for the issuer.</summary>
    public string? IssuerProblem { get; init; }
    /// <summary><c>${cert_md5}</c>, or <c>${cert_fp}</c> by CertFingerprintAlgorithm.</summary>
    public string Fingerprint { get; init; } = "";
    /// <summary>DNS names of the certificate, only with SetCertAltnames.</summary>
    public IReadOnlyList<string> AlternativeNames { get; init; } = [];
    /// <summary>The peer's certificates in DER, its own first; empty without.</summary>
    public IReadOnlyList<byte[]> PeerChain { get; init; } = [];
}
