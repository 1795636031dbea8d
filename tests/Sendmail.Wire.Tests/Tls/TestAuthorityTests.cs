using System.Diagnostics;
using Sendmail.TestKit;
using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Tests.Tls;

public sealed class TestAuthorityTests
{
    [Theory]
    [InlineData("/C=XX/O=Lab/OU=CA dept/CN=Lab Test  CA")]
    [InlineData("/CN=a")]
    public void Hash_names_are_those_of_openssl(string subject)
    {
        TestAuthority authority = TestAuthority.Create(subject);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, authority.Own.CertificatePem);
            using Process openssl = Process.Start(new ProcessStartInfo("openssl", ["x509", "-noout", "-hash", "-in", path]) { RedirectStandardOutput = true })!;
            Assert.Equal(openssl.StandardOutput.ReadToEnd().Trim(), TestAuthority.SubjectHash(authority.Own.Certificate));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Names_are_shown_in_the_order_of_the_certificate()
    {
        TestCertificate certificate = TestAuthority.SelfSigned(new TestCertificateRequest("/C=XX/O=Lab/OU=Client (test) <x>/CN=client.lab.test"));
        Assert.Equal("/C=XX/O=Lab/OU=Client+20+28test+29+20+3Cx+3E/CN=client.lab.test", CertificateNames.OneLine(certificate.Certificate.SubjectName));
        Assert.Equal("client.lab.test", CertificateNames.CommonName(certificate.Certificate.SubjectName));
    }
}
