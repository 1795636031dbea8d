using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Sendmail.TestKit;
using Sendmail.TlsDoctor;

namespace Sendmail.TlsDoctor.Tests;

public sealed class DoctorTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _directory = Directory.CreateTempSubdirectory("doctor").FullName;
    private readonly TestAuthority _authority = TestAuthority.Create("/O=Lab/CN=Lab CA");

    public void Dispose() => Directory.Delete(_directory, true);

    private string At(string name) => Path.Combine(_directory, name);

    private static (int Exit, string Output, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        return (Doctor.Run(arguments, output, errors), output.ToString(), errors.ToString());
    }

    private string Configure(params string[] lines)
    {
        File.WriteAllText(At("ca.crt"), _authority.Own.CertificatePem);
        Directory.CreateDirectory(At("capath"));
        string path = At("test.cf");
        File.WriteAllLines(path,
            ["V10/Berkeley", "O OperatorChars=.:%@!^/[]+", "O DontBlameSendmail=TrustStickyBit", "Djmail.lab.test", "O CACertFile=" + At("ca.crt"), "O CACertPath=" + At("capath"), .. lines,
                "Mlocal, P=/bin/true, A=true", "Mprog, P=/bin/true, A=true", "S3", "S0", "R$*\t$#local $: $1"]);
        return path;
    }

    private string[] Use(TestCertificate certificate, string name = "server")
    {
        (string file, string key) = certificate.Write(_directory, name);
        return ["O ServerCertFile=" + file, "O ServerKeyFile=" + key];
    }

    private static List<(string Level, string Subject, string Text, string Remedy)> Findings(string json) =>
        [.. JsonDocument.Parse(json).RootElement.GetProperty("findings").EnumerateArray().Select(f => (f.GetProperty("level").GetString()!,
            f.GetProperty("subject").GetString()!, f.GetProperty("text").GetString()!, f.TryGetProperty("remedy", out JsonElement r) ? r.GetString()! : ""))];

    [Fact]
    public void A_private_authority_and_its_certificates_verify_with_openssl_and_have_safe_modes()
    {
        string directory = At("certs");
        Assert.Equal(0, Run("make-ca", "-d", directory, "--name", "Test mail CA").Exit);
        Assert.Equal(0, Run("make-cert", "-d", directory, "mail.lab.test", "mx.lab.test", "192.0.2.1").Exit);
        Assert.Equal(0, Run("make-cert", "-d", directory, "--client", "--rsa", "2048", "client.lab.test").Exit);
        Assert.Equal(Private, File.GetUnixFileMode(Path.Combine(directory, "ca.key")));
        Assert.Equal(Private, File.GetUnixFileMode(Path.Combine(directory, "mail.lab.test.key")));
        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(Path.Combine(directory, "mail.lab.test.crt")) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
        Assert.Equal("OK", OpenSsl("verify", "-CApath", directory, "-purpose", "sslserver", Path.Combine(directory, "mail.lab.test.crt")));
        Assert.Equal("OK", OpenSsl("verify", "-CApath", directory, "-purpose", "sslclient", Path.Combine(directory, "client.lab.test.crt")));
        Assert.NotEqual("OK", OpenSsl("verify", "-CApath", directory, "-purpose", "sslserver", Path.Combine(directory, "client.lab.test.crt")));
        using X509Certificate2 made = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory, "mail.lab.test.crt"));
        Assert.True(made.MatchesHostname("mx.lab.test") && made.MatchesHostname("192.0.2.1"));
    }

    private static string OpenSsl(params string[] arguments)
    {
        using Process openssl = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        openssl.StandardError.ReadToEnd();
        return openssl.StandardOutput.ReadToEnd().Trim().Split(": ")[^1];
    }

    [Fact]
    public void A_mc_is_examined_as_the_cf_that_is_made_of_it()
    {
        string[] server = Use(_authority.Issue(new TestCertificateRequest("/CN=mail.lab.test") { DnsNames = ["mail.lab.test"] }));
        string cf = File.ReadAllText(Configure(server));
        File.WriteAllText(At("cf.m4"), "changecom`'dnl\n" + cf);
        File.WriteAllText(At("site.mc"), "include(`" + At("cf.m4") + "')");
        Assert.Equal(Findings(Run("check", "-C", At("test.cf"), "--json").Output), Findings(Run("check", "-C", At("site.mc"), "--json").Output));
    }

    [Fact]
    public void What_exists_is_not_written_over()
    {
        string directory = At("certs");
        Run("make-ca", "-d", directory);
        string key = File.ReadAllText(Path.Combine(directory, "ca.key"));
        (int exit, _, string errors) = Run("make-ca", "-d", directory);
        Assert.Equal(73, exit);
        Assert.Contains("ca.key", errors, StringComparison.Ordinal);
        Assert.Equal(key, File.ReadAllText(Path.Combine(directory, "ca.key")));
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("probe")]
    [InlineData("check", "--days", "many")]
    [InlineData("make-cert", "../../etc/passwd")]
    public void Wrong_use_is_exit_code_64(params string[] arguments)
    {
        (int exit, string output, string errors) = Run(arguments);
        Assert.Equal((64, ""), (exit, output));
        Assert.NotEqual("", errors);
    }

    [Fact]
    public void A_good_configuration_has_no_errors()
    {
        string cf = Configure(Use(_authority.Issue(new TestCertificateRequest("/CN=mail.lab.test") { DnsNames = ["mail.lab.test"] })));
        (int exit, string output, _) = Run("check", "-C", cf, "--json");
        Assert.DoesNotContain(Findings(output), f => f.Level is "error" or "warning");
        Assert.Equal(0, exit);
    }

    [Theory]
    [InlineData("CACertFile", "CACertPath counts only together with CACertFile")]
    [InlineData("CACertPath", "CACertFile counts only together with CACertPath")]
    public void One_of_CACertFile_and_CACertPath_alone_is_named(string unset, string sentence)
    {
        (int exit, string output, _) = Run("check", "-C", Configure("O " + unset + "="), "--json");
        Assert.Equal(1, exit);
        Assert.Contains(Findings(output), f => f.Level == "warning" && f.Text.Contains(sentence, StringComparison.Ordinal) && f.Remedy.Length > 0);
    }

    [Fact]
    public void Help_is_printed_when_it_is_asked_for()
    {
        (int exit, string output, string errors) = Run("--help");
        Assert.Equal((0, ""), (exit, errors));
        Assert.StartsWith("Usage: tlsdoctor check", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_certificates_files_and_links_are_named_with_a_remedy()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        string[] lines = Use(_authority.Issue(new TestCertificateRequest("/CN=other.lab.test") { NotBefore = now.AddDays(-20), NotAfter = now.AddDays(-1) }));
        string cf = Configure(lines);
        TestAuthority unlinked = TestAuthority.Create("/CN=Unlinked CA");
        File.WriteAllText(At("capath/unlinked.pem"), unlinked.Own.CertificatePem);
        (int exit, string output, _) = Run("check", "-C", cf, "--json");
        Assert.Equal(2, exit);
        Assert.Contains(Findings(output), f => f.Level == "error" && f.Text.StartsWith("expired on ", StringComparison.Ordinal));
        Assert.Contains(Findings(output), f => f.Level == "warning" && f.Text == "does not name this host, mail.lab.test");
        Assert.Contains(Findings(output), f => f.Text.StartsWith("hash link missing", StringComparison.Ordinal) && f.Remedy.Contains(TestAuthority.SubjectHash(unlinked.Own.Certificate) + ".0", StringComparison.Ordinal));
        File.SetUnixFileMode(At("server.key"), Private | UnixFileMode.GroupRead);
        Assert.Contains(Findings(Run("check", "-C", cf, "--json").Output), f => f.Level == "error" && f.Text.EndsWith("unsafe: Group readable file", StringComparison.Ordinal)
            && f.Remedy.Contains("mode 0640", StringComparison.Ordinal) && f.Remedy.Contains("DontBlameSendmail=GroupReadableKeyFile", StringComparison.Ordinal));
    }

    [Fact]
    public void Certificates_near_their_end_are_warned_of_from_thirty_days_before()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        string cf = Configure(Use(_authority.Issue(new TestCertificateRequest("/CN=mail.lab.test") { DnsNames = ["mail.lab.test"], NotAfter = now.AddDays(29.5) })));
        (int exit, string output, _) = Run("check", "-C", cf, "--json");
        Assert.Equal(1, exit);
        Assert.Contains(Findings(output), f => f.Level == "warning" && f.Text.StartsWith("expires in 29 days, on ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ours", "verify=OK", "")]
    [InlineData("other", "verify=FAIL", "missing intermediate or unknown CA")]
    [InlineData("unlinked", "verify=FAIL", "hash link missing")]
    [InlineData("intermediate", "verify=FAIL", "missing intermediate")]
    [InlineData("self", "verify=FAIL", "the certificate is self-signed")]
    [InlineData("expired", "verify=FAIL", "a certificate of the chain has expired")]
    [InlineData("revoked", "verify=FAIL", "the certificate was revoked")]
    [InlineData("chain", "verify=FAIL", "unknown CA: the chain ends at \"/CN=Middle CA\", whose issuer \"/CN=Other CA\"")]
    public async Task A_probe_says_in_one_sentence_why_it_fails(string kind, string verify, string sentence)
    {
        string cf = Configure("O CRLFile=" + At("list.pem"));
        var wanted = new TestCertificateRequest("/CN=localhost") { DnsNames = ["localhost"] };
        TestAuthority other = TestAuthority.Create("/CN=Other CA");
        TestAuthority middle = other.IssueAuthority("/CN=Middle CA");
        if (kind == "unlinked")
            File.WriteAllText(At("capath/other.pem"), other.Own.CertificatePem);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        TestCertificate made = kind switch
        {
            "ours" => _authority.Issue(wanted),
            "intermediate" => _authority.IssueAuthority("/CN=Middle CA").Issue(wanted),
            "self" => TestAuthority.SelfSigned(wanted),
            "chain" => middle.Issue(wanted),
            "revoked" => _authority.Issue(wanted),
            "expired" => _authority.Issue(wanted with { NotBefore = now.AddDays(-9), NotAfter = now.AddDays(-1) }),
            _ => other.Issue(wanted),
        };
        if (kind == "revoked")
            _authority.Revoke(made);
        File.WriteAllText(At("list.pem"), _authority.CrlPem());
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = ServeAsync(listener, made.Certificate, kind == "chain" ? [middle.Own.Certificate] : []);
        (int exit, string output, _) = await Task.Run(() => Run("probe", "-C", cf, "--json", "127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port));
        await serving;
        (string level, _, string text, string remedy) = Assert.Single(Findings(output), f => f.Subject == verify);
        Assert.Equal(verify == "verify=OK" ? "ok" : "error", level);
        Assert.StartsWith(sentence, text, StringComparison.Ordinal);
        Assert.Equal(verify == "verify=OK", remedy.Length == 0);
        Assert.Equal(verify == "verify=OK" ? 1 : 2, exit);
    }

    [Fact]
    public async Task A_probe_warns_of_a_certificate_for_another_name_and_tells_how_to_insist_on_the_name()
    {
        string cf = Configure();
        TestCertificate made = _authority.Issue(new TestCertificateRequest("/CN=mx.elsewhere.example") { DnsNames = ["mx.elsewhere.example"] });
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = ServeAsync(listener, made.Certificate, []);
        (int exit, string output, _) = await Task.Run(() => Run("probe", "-C", cf, "--json", "127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port));
        await serving;
        (string level, _, string text, string remedy) = Assert.Single(Findings(output), f => f.Text.StartsWith("name mismatch: ", StringComparison.Ordinal));
        Assert.Equal("warning", level);
        Assert.Contains("mx.elsewhere.example", text, StringComparison.Ordinal);
        Assert.EndsWith("+CN:mx.elsewhere.example", remedy, StringComparison.Ordinal);
        Assert.Equal(1, exit);
    }

    // Enough SMTP for a probe; the other end of TLS is .NET's own.
    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate, X509Certificate2Collection issuers)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        await stream.WriteAsync("220 test ESMTP\r\n"u8.ToArray());
        await reader.ReadLineAsync();
        await stream.WriteAsync("250-test\r\n250 STARTTLS\r\n"u8.ToArray());
        await reader.ReadLineAsync();
        await stream.WriteAsync("220 go\r\n"u8.ToArray());
        await using var tls = new SslStream(stream);
        var context = SslStreamCertificateContext.Create(certificate, issuers, offline: true);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context });
        await tls.CopyToAsync(Stream.Null);
    }
}
