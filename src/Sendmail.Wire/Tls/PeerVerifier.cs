using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sendmail.Wire.Tls;

/// <summary>
/// Judges a peer's certificate by our own authorities and nothing else: no downloads, no online revocation. One instance
/// for each handshake; the handshake itself always goes on, what was found is for the rulesets.
/// </summary>
internal sealed class PeerVerifier(TlsSettings settings, bool asked)
{
    private X509Certificate2? _certificate;
    private string _message = "ok";
    private int _depth;
    private string _blamed = "";

    /// <summary>The rules for building chains; one for each handshake, since building changes it.</summary>
    internal X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(settings.Authorities);
        return policy;
    }

    internal bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return true;
        _certificate = new X509Certificate2(certificate);
        _blamed = CertificateNames.Plain(_certificate.SubjectName);
        if (chain is null || chain.ChainElements.Count == 0)
        {
            _message = "unable to get local issuer certificate";
            return true;
        }
        if (Explain(chain, _certificate) is { } reason)
        {
            _message = reason;
            _depth = Blame(chain);
        }
        else if (settings.Revoked?.Check([.. chain.ChainElements.Select(e => e.Certificate)], DateTime.UtcNow) is { } revoked)
        {
            (_depth, _message) = revoked;
        }
        _blamed = CertificateNames.Plain(chain.ChainElements[_depth].Certificate.SubjectName);
        return true;
    }

    // The order in which OpenSSL looks: trust, purpose and constraints, signatures and dates.
    private static string? Explain(X509Chain chain, X509Certificate2 certificate)
    {
        X509ChainStatusFlags all = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in chain.ChainStatus)
            all |= status.Status;
        if (all == X509ChainStatusFlags.NoError)
            return null;
        if ((all & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            return chain.ChainElements.Count == 1 && IsSelfIssued(certificate) ? "self-signed certificate"
                : IsSelfIssued(chain.ChainElements[^1].Certificate) ? "self-signed certificate in certificate chain"
                : "unable to get local issuer certificate";
        }
        if ((all & X509ChainStatusFlags.NotValidForUsage) != 0)
            return "unsuitable certificate purpose";
        if ((all & X509ChainStatusFlags.InvalidBasicConstraints) != 0)
            return "invalid CA certificate";
        if ((all & X509ChainStatusFlags.NotSignatureValid) != 0)
            return "certificate signature failure";
        if ((all & X509ChainStatusFlags.NotTimeValid) != 0)
            return chain.ChainElements.Any(e => e.Certificate.NotBefore.ToUniversalTime() > DateTime.UtcNow) ? "certificate is not yet valid" : "certificate has expired";
        return chain.ChainStatus[0].StatusInformation.Trim();
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static int Blame(X509Chain chain)
    {
        for (int i = 0; i < chain.ChainElements.Count; i++)
        {
            if (chain.ChainElements[i].ChainElementStatus.Length > 0)
                return i;
        }
        return 0;
    }

    internal TlsFacts Facts(SslStream stream)
    {
        (string cipher, int bits, int algorithmBits) = CipherNames.Of(stream.NegotiatedCipherSuite);
        var facts = new TlsFacts
        {
            Verify = !asked ? "NOT" : _certificate is null ? "NO" : _message == "ok" ? "OK" : "FAIL",
            VerifyMessage = _message,
            Version = stream.SslProtocol switch
            {
                SslProtocols.Tls13 => "TLSv1.3",
                SslProtocols.Tls12 => "TLSv1.2",
                _ => stream.SslProtocol.ToString(),
            },
            Cipher = cipher, Bits = bits, AlgorithmBits = algorithmBits,
        };
        if (_certificate is null)
            return facts;
        return facts with
        {
            CertSubject = CertificateNames.OneLine(_certificate.SubjectName), CertIssuer = CertificateNames.OneLine(_certificate.IssuerName),
            CnSubject = CertificateNames.CommonName(_certificate.SubjectName), CnIssuer = CertificateNames.CommonName(_certificate.IssuerName),
            Fingerprint = CertificateNames.Fingerprint(_certificate, settings.FingerprintAlgorithm),
            VerifyTrace = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"depth={_depth} {_blamed}, state={(_message == "ok" ? 1 : 0)}, reason={_message}"),
        };
    }
}
