using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sendmail.TlsDoctor;

/// <summary>A fresh key: ECDSA on P-256, or RSA when bits are asked for.</summary>
internal sealed class NewKey : IDisposable
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;

    private NewKey(RSA? rsa, ECDsa? ec)
    {
        _rsa = rsa;
        _ec = ec;
    }

    internal bool IsRsa => _rsa is not null;

    /// <summary>PKCS #8.</summary>
    internal string Pem => (_rsa?.ExportPkcs8PrivateKeyPem() ?? _ec!.ExportPkcs8PrivateKeyPem()) + "\n";

    internal static NewKey Create(int rsaBits) => rsaBits > 0 ? new NewKey(RSA.Create(rsaBits), null) : new NewKey(null, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    internal CertificateRequest Request(X500DistinguishedName name) => _rsa is not null
        ? new CertificateRequest(name, _rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : new CertificateRequest(name, _ec!, HashAlgorithmName.SHA256);

    public void Dispose()
    {
        _rsa?.Dispose();
        _ec?.Dispose();
    }
}
