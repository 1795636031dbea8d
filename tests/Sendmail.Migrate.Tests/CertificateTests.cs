using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sendmail.TestKit;

namespace Sendmail.Migrate.Tests;

public sealed class CertificateTests : IDisposable
{
    private readonly Site _site = new();
    private readonly TestAuthority _authority = TestAuthority.Create("/O=Lab/CN=Lab CA");

    public CertificateTests()
    {
        _site.Write("/etc/mail/certs/ca.crt", _authority.Own.CertificatePem);
        _site.Write("/etc/mail/sendmail.cf", Site.Base + "Djmail.lab.test\nO DontBlameSendmail=TrustStickyBit\nO CACertFile=/etc/mail/certs/ca.crt\nO CACertPath=/etc/mail/certs\n" +
            "O ServerCertFile=/etc/mail/certs/server.crt\nO ServerKeyFile=/etc/mail/certs/server.key\n");
    }

    public void Dispose() => _site.Dispose();

    private void Use(TestCertificate certificate) => certificate.Write(_site.At("/etc/mail/certs"), "server");

    private List<string> Found(string text) => [.. _site.Examine().Findings.Where(f => f.Text.Contains(text, StringComparison.Ordinal)).Select(f => f.Level)];

    [Fact]
    public void Certificates_that_are_good_are_told_to_be_good()
    {
        Use(_authority.Issue(new TestCertificateRequest("/CN=mail.lab.test") { DnsNames = ["mail.lab.test"] }));
        Assert.Equal(["ok"], Found("STARTTLS is offered"));
        Assert.Equal(["ok"], Found("names this host, mail.lab.test"));
        Assert.Equal(["info"], Found("ECDSA, 256 bits").Distinct());
    }

    [Fact]
    public void Certificates_that_expire_and_weak_keys_are_warned_of()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Use(_authority.Issue(new TestCertificateRequest("/CN=mail.lab.test") { NotBefore = now.AddDays(-20), NotAfter = now.AddDays(10).AddHours(1) }));
        Assert.Equal(["warning"], Found("expires in 10 days"));
        Use(_authority.Issue(new TestCertificateRequest("/CN=mail.lab.test") { NotBefore = now.AddDays(-20), NotAfter = now.AddDays(-1) }));
        Assert.Equal(["error"], Found("expired on "));
        using RSA key = RSA.Create(1024);
        var request = new CertificateRequest("CN=mail.lab.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Use(new TestCertificate(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(100))));
        Assert.Equal(["warning"], Found("RSA key of 1024 bits"));
    }

    [Fact]
    public void A_key_that_others_can_read_is_not_used()
    {
        Use(_authority.Issue(new TestCertificateRequest("/CN=mail.lab.test")));
        File.SetUnixFileMode(_site.At("/etc/mail/certs/server.key"), (UnixFileMode)0x1A4);
        Assert.Equal(["error"], Found("server.key unsafe").Distinct());
        Assert.Empty(Found("STARTTLS is offered"));
    }

    [Fact]
    public void A_key_that_is_missing_is_an_error_and_a_damaged_one_too()
    {
        Use(_authority.Issue(new TestCertificateRequest("/CN=mail.lab.test")));
        File.Delete(_site.At("/etc/mail/certs/server.key"));
        Assert.Contains("error", _site.Examine().Findings.Where(f => f.Text.Contains("server.key", StringComparison.Ordinal)).Select(f => f.Level));
        File.WriteAllBytes(_site.At("/etc/mail/certs/server.key"), RandomNumberGenerator.GetBytes(500));
        File.SetUnixFileMode(_site.At("/etc/mail/certs/server.key"), UnixFileMode.UserRead);
        (int exit, _) = _site.Examine();
        Assert.Equal(2, exit);
    }
}
