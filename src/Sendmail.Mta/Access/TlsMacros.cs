using System.Globalization;
using Sendmail.Core.Rewriting;
using Sendmail.Wire.Tls;

namespace Sendmail.Mta.Access;

/// <summary>The macros about TLS (op 5.2), the same for both sides.</summary>
public static class TlsMacros
{
    /// <summary>Their names.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["verify", "tls_version", "cipher", "cipher_bits", "alg_bits", "cert_subject", "cert_issuer", "cn_subject", "cn_issuer", "cert_md5", "cert_fp", "cert_altnames"];

    /// <summary>
    /// Sets them; <paramref name="facts"/> null means in clear with this <paramref name="verify"/> (null: nothing was tried).
    /// With an algorithm of its own the fingerprint is <c>${cert_fp}</c>, else <c>${cert_md5}</c>.
    /// </summary>
    public static void Set(MacroScope scope, string? verify, TlsFacts? facts, bool fingerprintIsMd5)
    {
        ArgumentNullException.ThrowIfNull(scope);
        scope["verify"] = verify;
        scope["tls_version"] = facts?.Version;
        scope["cipher"] = facts?.Cipher;
        scope["cipher_bits"] = facts is null ? null : facts.Bits.ToString(CultureInfo.InvariantCulture);
        scope["alg_bits"] = facts is null ? null : facts.AlgorithmBits.ToString(CultureInfo.InvariantCulture);
        scope["cert_subject"] = facts?.CertSubject;
        scope["cert_issuer"] = facts?.CertIssuer;
        scope["cn_subject"] = facts?.CnSubject;
        scope["cn_issuer"] = facts?.CnIssuer;
        scope["cert_md5"] = fingerprintIsMd5 ? facts?.Fingerprint : null;
        scope["cert_fp"] = fingerprintIsMd5 ? null : facts?.Fingerprint;
        scope["cert_altnames"] = facts is { AlternativeNames.Count: > 0 } ? facts.AlternativeNames[0] : null;
    }
}
