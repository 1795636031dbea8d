using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.X509.Extension;

namespace Sendmail.TestKit;

/// <summary>Kind of key of a test certificate.</summary>
public enum TestKey
{
    /// <summary>RSA of 2048 bits.</summary>
    Rsa,
    /// <summary>ECDSA on P-256.</summary>
    P256,
}

/// <summary>What a certificate is to say.</summary>
public sealed record TestCertificateRequest(string Subject)
{
    /// <summary>Names for subjectAltName.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];
    /// <summary>Kind of key.</summary>
    public TestKey Key { get; init; } = TestKey.P256;
    /// <summary>Start of validity; null for an hour ago.</summary>
    public DateTimeOffset? NotBefore { get; init; }
    /// <summary>End of validity; null for ten years ahead.</summary>
    public DateTimeOffset? NotAfter { get; init; }
    /// <summary>Whether it may sign others.</summary>
    public bool IsAuthority { get; init; }
}

/// <summary>A certificate with its key.</summary>
public sealed record TestCertificate(X509Certificate2 Certificate)
{
    /// <summary>The certificate as PEM.</summary>
    public string CertificatePem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>The key as PEM (PKCS #8).</summary>
    public string KeyPem => (Certificate.GetECDsaPrivateKey() is { } ec ? ec.ExportPkcs8PrivateKeyPem() : Certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem()) + "\n";

    /// <summary>Writes <c>NAME.crt</c> and <c>NAME.key</c> (mode 0600) below <paramref name="directory"/>.</summary>
    public (string CertificateFile, string KeyFile) Write(string directory, string name)
    {
        string certificate = Path.Combine(directory, name + ".crt");
        string key = Path.Combine(directory, name + ".key");
        File.WriteAllText(certificate, CertificatePem);
        File.Delete(key);
        using (var stream = new FileStream(key, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            stream.Write(Encoding.ASCII.GetBytes(KeyPem));
        File.SetUnixFileMode(certificate, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return (certificate, key);
    }
}

/// <summary>A certificate authority for tests: issues, revokes, and lays out the files that CACertFile, CACertPath and CRLFile name.</summary>
public sealed class TestAuthority
{
    private readonly CertificateRevocationListBuilder _revoked = new();

    private TestAuthority(TestCertificate own) => Own = own;

    /// <summary>The authority's own certificate.</summary>
    public TestCertificate Own { get; }

    /// <summary>A self-signed authority.</summary>
    public static TestAuthority Create(string subject, TestKey key = TestKey.P256) => new(SelfSigned(new TestCertificateRequest(subject) { Key = key, IsAuthority = true }));

    /// <summary>A certificate signed by its own key.</summary>
    public static TestCertificate SelfSigned(TestCertificateRequest wanted) => Make(wanted, null);

    /// <summary>A certificate signed by this authority.</summary>
    public TestCertificate Issue(TestCertificateRequest wanted) => Make(wanted, Own.Certificate);

    /// <summary>An authority below this one.</summary>
    public TestAuthority IssueAuthority(string subject) => new(Issue(new TestCertificateRequest(subject) { IsAuthority = true }));

    /// <summary>Puts a certificate on the revocation list.</summary>
    public void Revoke(TestCertificate certificate) => _revoked.AddEntry(certificate.Certificate);

    /// <summary>The revocation list as PEM.</summary>
    public string CrlPem(DateTimeOffset? nextUpdate = null)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        byte[] list = _revoked.Build(Own.Certificate, 1, nextUpdate ?? now.AddYears(1), HashAlgorithmName.SHA256, null, (nextUpdate ?? now).AddDays(-2) < now ? (nextUpdate ?? now).AddDays(-2) : now.AddDays(-1));
        return PemEncoding.WriteString("X509 CRL", list) + "\n";
    }

    /// <summary>Writes the authority into a directory under its hash name, as <c>openssl rehash</c> does.</summary>
    public string WriteHashLink(string directory)
    {
        for (int i = 0; ; i++)
        {
            string path = Path.Combine(directory, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{SubjectHash(Own.Certificate)}.{i}"));
            if (File.Exists(path))
                continue;
            File.WriteAllText(path, Own.CertificatePem);
            return path;
        }
    }

    /// <summary>
    /// OpenSSL's hash of a subject: the first four octets, least significant first, of SHA-1 over the canonical name.
    /// </summary>
    public static string SubjectHash(X509Certificate2 certificate)
    {
        var sets = new List<byte[]>();
        AsnReader names = new AsnReader(certificate.SubjectName.RawData, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            AsnReader set = names.ReadSetOf();
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSetOf())
            {
                while (set.HasData)
                {
                    AsnReader pair = set.ReadSequence();
                    string type = pair.ReadObjectIdentifier();
                    var tag = (UniversalTagNumber)pair.PeekTag().TagValue;
                    string value = pair.ReadCharacterString(tag);
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(type);
                        writer.WriteCharacterString(UniversalTagNumber.UTF8String, Fold(value));
                    }
                }
            }
            sets.Add(writer.Encode());
        }
        byte[] hash = SHA1.HashData([.. sets.SelectMany(s => s)]);
        return Convert.ToHexStringLower([hash[3], hash[2], hash[1], hash[0]]);
    }

    private static string Fold(string value)
    {
        var words = value.Split([' ', '\t', '\n', '\v', '\f', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(string.Join(' ', words).Select(c => char.IsAsciiLetterUpper(c) ? (char)(c | 32) : c));
    }

    private static TestCertificate Make(TestCertificateRequest wanted, X509Certificate2? issuer)
    {
        using RSA? rsa = wanted.Key == TestKey.Rsa ? RSA.Create(2048) : null;
        using ECDsa? ec = wanted.Key == TestKey.P256 ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        AsymmetricAlgorithm key = (AsymmetricAlgorithm?)rsa ?? ec!;
        AsymmetricAlgorithm signer = issuer is null ? key : (AsymmetricAlgorithm?)issuer.GetECDsaPrivateKey() ?? issuer.GetRSAPrivateKey()!;
        AsymmetricKeyParameter publicKey = PublicKeyFactory.CreateKey(key.ExportSubjectPublicKeyInfo());
        var generator = new X509V3CertificateGenerator();
        byte[] serial = RandomNumberGenerator.GetBytes(12);
        serial[0] = (byte)(serial[0] & 0x3f | 0x40);
        generator.SetSerialNumber(new BigInteger(1, serial));
        X509Name subject = Name(wanted.Subject);
        generator.SetSubjectDN(subject);
        generator.SetIssuerDN(issuer is null ? subject : X509Name.GetInstance(issuer.SubjectName.RawData));
        DateTimeOffset end = wanted.NotAfter ?? DateTimeOffset.UtcNow.AddYears(10);
        generator.SetNotBefore((wanted.NotBefore ?? DateTimeOffset.UtcNow.AddHours(-1)).UtcDateTime);
        generator.SetNotAfter((issuer is not null && end > issuer.NotAfter ? issuer.NotAfter : end).UtcDateTime);
        generator.SetPublicKey(publicKey);
        generator.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(wanted.IsAuthority));
        generator.AddExtension(X509Extensions.SubjectKeyIdentifier, false, X509ExtensionUtilities.CreateSubjectKeyIdentifier(publicKey));
        if (wanted.IsAuthority)
            generator.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
        if (issuer is not null)
            generator.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, X509ExtensionUtilities.CreateAuthorityKeyIdentifier(PublicKeyFactory.CreateKey(signer.ExportSubjectPublicKeyInfo())));
        if (wanted.DnsNames.Count > 0)
            generator.AddExtension(X509Extensions.SubjectAlternativeName, false, new GeneralNames(
                [.. wanted.DnsNames.Select(n => new GeneralName(IPAddress.TryParse(n, out _) ? GeneralName.IPAddress : GeneralName.DnsName, n))]));
        var signature = new Asn1SignatureFactory(signer is ECDsa ? "SHA256WITHECDSA" : "SHA256WITHRSA", PrivateKeyFactory.CreateKey(signer.ExportPkcs8PrivateKey()));
        X509Certificate2 made = X509CertificateLoader.LoadCertificate(generator.Generate(signature).GetEncoded());
        return new TestCertificate(rsa is not null ? made.CopyWithPrivateKey(rsa) : made.CopyWithPrivateKey(ec!));
    }

    // "/C=XX/O=Lab/CN=name", the form in which sendmail shows names.
    private static X509Name Name(string subject)
    {
        string[][] parts = [.. subject.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2))];
        return new X509Name([.. parts.Select(p => p[0] switch { "C" => X509Name.C, "O" => X509Name.O, "OU" => X509Name.OU, "emailAddress" => X509Name.EmailAddress, _ => X509Name.CN })],
            [.. parts.Select(p => p[1])]);
    }
}
