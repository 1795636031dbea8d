using Sendmail.Core.Cf;
using Sendmail.TestKit;
using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Tests.Tls;

// Words of the real sendmail for common names that cannot be used.
public sealed class CertificateNameTests
{
    [Theory]
    [InlineData("/O=Nameless", "BadCertificateUnknown", "failed to extract CN")]
    [InlineData("/CN=good.lab.test", "good.lab.test", null)]
    [InlineData("/CN=first.lab.test/O=Lab/CN=second.lab.test", "first.lab.test", null)]
    [InlineData("/CN=a b+c", "a+20b+2Bc", null)]
    public async Task Common_names_are_encoded_or_replaced(string subject, string name, string? problem)
    {
        using var lab = new TlsLab();
        lab.Issue("client", subject);
        lab.UseClient("client");
        TlsFacts facts = (await lab.HandshakeAsync()).Server.Facts!;
        Assert.Equal((name, problem), (facts.CnSubject, facts.SubjectProblem));
        Assert.Equal(("Lab+20Test+20CA", null), (facts.CnIssuer, facts.IssuerProblem));
    }

    [Fact]
    public async Task Alternative_names_are_there_when_asked_for()
    {
        using var lab = new TlsLab();
        lab.Authority.Issue(new TestCertificateRequest("/CN=x") { DnsNames = ["a.lab.test", "192.0.2.1", "*.b.lab.test"] }).Write(lab.Directory, "client");
        lab.UseClient("client");
        Assert.Empty((await lab.HandshakeAsync()).Server.Facts!.AlternativeNames);
        lab.Set(OptionTable.SetCertAltnames, true);
        Assert.Equal(["a.lab.test", "*.b.lab.test"], (await lab.HandshakeAsync()).Server.Facts!.AlternativeNames);
    }

    [Fact]
    public async Task The_fingerprint_is_that_of_openssl_with_any_hash_it_knows()
    {
        using var lab = new TlsLab();
        lab.UseClient("client");
        lab.Set(OptionTable.CertFingerprintAlgorithm, "sha256");
        string fingerprint = (await lab.HandshakeAsync()).Server.Facts!.Fingerprint;
        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(lab.Path("client.crt"));
        Assert.Equal(string.Join(':', System.Security.Cryptography.SHA256.HashData(certificate.RawData).Select(b => b.ToString("X2", null))), fingerprint);
        lab.Set(OptionTable.CertFingerprintAlgorithm, "sha3-512");
        Assert.Equal(64 * 3 - 1, (await lab.HandshakeAsync()).Server.Facts!.Fingerprint.Length);
    }
}
