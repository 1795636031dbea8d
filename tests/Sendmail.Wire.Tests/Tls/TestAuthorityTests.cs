using System.Diagnostics;
using Sendmail.TestKit;

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
}
