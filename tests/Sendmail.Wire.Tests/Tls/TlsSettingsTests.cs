using Sendmail.Core.Cf;
using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Tests.Tls;

// Log lines of the real sendmail for each way a file can be wrong.
public sealed class TlsSettingsTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void Without_certificate_or_authorities_TLS_is_off()
    {
        using var lab = new TlsLab();
        Assert.Empty(lab.Server().Problems);
        lab.Set(OptionTable.CACertPath, "");
        Assert.True(lab.Server().IsOff);
        Assert.NotEmpty(lab.Server().Problems);
    }

    [Fact]
    public void The_directory_of_authorities_need_not_exist()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.CACertPath, "/nonexistent");
        Assert.Empty(lab.Server().Problems);
    }

    [Fact]
    public void Files_must_exist()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.ServerKeyFile, "/nonexistent.key");
        Assert.Equal(["STARTTLS=server: file /nonexistent.key unsafe: No such file or directory"], lab.Server().Problems);
    }

    [Fact]
    public void The_authorities_file_must_exist()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.CACertFile, "/nonexistent");
        Assert.Equal(["STARTTLS=server: file /nonexistent unsafe: No such file or directory"], lab.Server().Problems);
    }

    [Fact]
    public void Keys_readable_by_the_group_are_unsafe_unless_allowed()
    {
        using var lab = new TlsLab();
        File.SetUnixFileMode(lab.Path("server.key"), Private | UnixFileMode.GroupRead);
        Assert.Equal(["STARTTLS=server: file " + lab.Path("server.key") + " unsafe: Group readable file"], lab.Server().Problems);
        lab.Set(OptionTable.DontBlameSendmail, new HashSet<string> { "TrustStickyBit", "GroupReadableKeyFile" });
        Assert.Empty(lab.Server().Problems);
    }

    [Fact]
    public void Certificates_writable_by_others_are_unsafe()
    {
        using var lab = new TlsLab();
        File.SetUnixFileMode(lab.Path("server.crt"), Private | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        Assert.Equal(["STARTTLS=server: file " + lab.Path("server.crt") + " unsafe: Group writable file"], lab.Server().Problems);
    }

    [Fact]
    public void Directories_writable_by_all_are_unsafe()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.DontBlameSendmail, new HashSet<string>());
        Assert.Contains("STARTTLS=server: file " + lab.Path("server.crt") + " unsafe: World writable directory", lab.Server().Problems);
    }

    [Theory]
    [InlineData("server.key", "SSL_CTX_use_PrivateKey_file({0}) failed")]
    [InlineData("server.crt", "SSL_CTX_use_certificate_file({0}) failed")]
    [InlineData("ca.crt", "load verify locs {1}, {0} failed: 0")]
    public void Garbage_is_named_by_the_call_that_refuses_it(string name, string text)
    {
        using var lab = new TlsLab();
        File.WriteAllText(lab.Path(name), "garbage\n");
        Assert.Equal(["STARTTLS=server, error: " + string.Format(text, lab.Path(name), lab.Path("capath"))], lab.Server().Problems);
    }

    [Fact]
    public void Keys_must_belong_to_their_certificate()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.ServerKeyFile, lab.Path("client.key"));
        Assert.Equal(["STARTTLS=server, error: SSL_CTX_check_private_key failed(" + lab.Path("client.key") + "): 0"], lab.Server().Problems);
    }

    [Fact]
    public void Revocation_lists_that_cannot_be_used_are_warnings()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.CRLFile, lab.Path("missing"));
        TlsSettings settings = lab.Server();
        Assert.Empty(settings.Problems);
        Assert.Equal(
            ["STARTTLS=server: file " + lab.Path("missing") + " unsafe: No such file or directory", "STARTTLS=server, error: PEM_read_bio_X509_CRL(" + lab.Path("missing") + ")=failed"],
            settings.Warnings);
        File.WriteAllText(lab.Path("garbage"), "garbage\n");
        lab.Set(OptionTable.CRLFile, lab.Path("garbage"));
        Assert.Equal(["STARTTLS=server, error: PEM_read_bio_X509_CRL(" + lab.Path("garbage") + ")=failed"], lab.Server().Warnings);
    }

    [Fact]
    public void Unknown_fingerprint_algorithms_switch_TLS_off()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.CertFingerprintAlgorithm, "foo");
        Assert.Equal(["STARTTLS=init, CertFingerprintAlgorithm=foo, status=invalid"], lab.Server().Problems);
    }

    [Fact]
    public void Session_features_change_what_they_name()
    {
        using var lab = new TlsLab();
        var context = new TlsServerContext(lab.Server());
        Assert.Equal((null, "unknown_option, opt=Foo"), TlsFeatures.Parse("Foo=bar"));
        (TlsServerContext? special, string? problem) = context.With(TlsFeatures.Parse("cipherlist=NOSUCHCIPHER").Features!);
        Assert.Null(special);
        Assert.Equal("STARTTLS=server, error: SSL_set_cipher_list(NOSUCHCIPHER) failed", problem);
        (special, problem) = context.With(TlsFeatures.Parse("CertFile=" + lab.Path("client.crt") + ";KeyFile=" + lab.Path("client.key")).Features!);
        Assert.Null(problem);
        Assert.Equal("client.lab.test", CertificateNames.CommonName(special!.Settings.Certificate!.SubjectName));
    }

    [Theory]
    [InlineData("SSL_OP_NO_TLSv1_3 SSL_OP_FOO", "SSL_OP_FOO")]
    [InlineData("-SSL_OP_ALL +SSL_OP_NO_TICKET 0x10", null)]
    public void Unknown_option_names_are_found(string text, string? unknown) => Assert.Equal(unknown, SslOptionSet.Parse(text, out _));
}
