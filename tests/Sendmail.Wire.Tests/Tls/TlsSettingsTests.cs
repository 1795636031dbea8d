using Sendmail.Core.Cf;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Tests.Tls;

// Log lines of the real sendmail (at LogLevel 8) for each way a file can be wrong.
public sealed class TlsSettingsTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static string[] Problems(TlsLab lab) => Problems(lab.Server());

    private static string[] Problems(TlsSettings settings) => [.. settings.Log.Where(l => l.Level <= 8 && !settings.IsUsable).Select(l => l.Text)];

    private static string[] Warnings(TlsSettings settings) => [.. settings.Log.Where(l => l is { Level: <= 10, Until: > 10 }).Select(l => l.Text)];

    [Fact]
    public void Without_certificate_or_authorities_TLS_is_off()
    {
        using var lab = new TlsLab();
        Assert.Empty(Problems(lab));
        lab.Set(OptionTable.CACertPath, "");
        TlsSettings settings = lab.Server();
        Assert.True(settings.IsOff);
        Assert.False(settings.IsUsable);
        Assert.Equal(["STARTTLS: CACertPath missing"], settings.Log.Select(l => l.Text));
    }

    [Fact]
    public void The_directory_of_authorities_need_not_exist()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.CACertPath, "/nonexistent");
        Assert.Empty(Problems(lab));
    }

    [Fact]
    public void Files_must_exist()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.ServerKeyFile, "/nonexistent.key");
        Assert.Equal(["STARTTLS=server: file /nonexistent.key unsafe: No such file or directory"], Problems(lab));
    }

    [Fact]
    public void The_authorities_file_must_exist()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.CACertFile, "/nonexistent");
        Assert.Equal(["STARTTLS=server: file /nonexistent unsafe: No such file or directory"], Problems(lab));
    }

    [Fact]
    public void Keys_readable_by_the_group_are_unsafe_unless_allowed()
    {
        using var lab = new TlsLab();
        File.SetUnixFileMode(lab.Path("server.key"), Private | UnixFileMode.GroupRead);
        Assert.Equal(["STARTTLS=server: file " + lab.Path("server.key") + " unsafe: Group readable file"], Problems(lab));
        lab.Set(OptionTable.DontBlameSendmail, new HashSet<string> { "TrustStickyBit", "GroupReadableKeyFile" });
        Assert.Empty(Problems(lab));
    }

    [Fact]
    public void Certificates_writable_by_others_are_unsafe()
    {
        using var lab = new TlsLab();
        File.SetUnixFileMode(lab.Path("server.crt"), Private | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        Assert.Equal(["STARTTLS=server: file " + lab.Path("server.crt") + " unsafe: Group writable file"], Problems(lab));
    }

    [Fact]
    public void Directories_writable_by_all_are_unsafe()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.DontBlameSendmail, new HashSet<string>());
        Assert.Contains("STARTTLS=server: file " + lab.Path("server.crt") + " unsafe: World writable directory", Problems(lab));
    }

    [Theory]
    [InlineData("server.key", "SSL_CTX_use_PrivateKey_file({0}) failed")]
    [InlineData("server.crt", "SSL_CTX_use_certificate_file({0}) failed")]
    [InlineData("ca.crt", "load verify locs {1}, {0} failed: 0")]
    public void Garbage_is_named_by_the_call_that_refuses_it(string name, string text)
    {
        using var lab = new TlsLab();
        File.WriteAllText(lab.Path(name), "garbage\n");
        Assert.Equal(["STARTTLS=server, error: " + string.Format(text, lab.Path(name), lab.Path("capath"))], Problems(lab));
    }

    [Fact]
    public void Keys_must_belong_to_their_certificate()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.ServerKeyFile, lab.Path("client.key"));
        Assert.Equal(["STARTTLS=server, error: SSL_CTX_check_private_key failed(" + lab.Path("client.key") + "): 0"], Problems(lab));
    }

    [Fact]
    public void Revocation_lists_that_cannot_be_used_are_warnings()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.CRLFile, lab.Path("missing"));
        TlsSettings settings = lab.Server();
        Assert.Empty(Problems(settings));
        Assert.Equal(
            ["STARTTLS=server: file " + lab.Path("missing") + " unsafe: No such file or directory", "STARTTLS=server, error: PEM_read_bio_X509_CRL(" + lab.Path("missing") + ")=failed"],
            Warnings(settings));
        File.WriteAllText(lab.Path("garbage"), "garbage\n");
        lab.Set(OptionTable.CRLFile, lab.Path("garbage"));
        Assert.Equal(["STARTTLS=server, error: PEM_read_bio_X509_CRL(" + lab.Path("garbage") + ")=failed"], Warnings(lab.Server()));
    }

    [Fact]
    public void Unknown_fingerprint_algorithms_switch_TLS_off()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.CertFingerprintAlgorithm, "foo");
        Assert.Equal(["STARTTLS=init, CertFingerprintAlgorithm=foo, status=invalid"], Problems(lab));
    }

    [Fact]
    public async Task Session_features_change_what_they_name()
    {
        using var lab = new TlsLab();
        TlsContext context = lab.ServerContext();
        Assert.Null(context.Open(TlsFeatures.Parse("cipherlist=NOSUCHCIPHER", "", "", [])!, null));
        Assert.Equal(["STARTTLS=server, error: SSL_set_cipher_list(NOSUCHCIPHER) failed"], lab.Log.Lines);
        TlsFeatures features = TlsFeatures.Parse("CertFile=" + lab.Path("client.crt") + "; KeyFile=" + lab.Path("client.key") + ";Options=SSL_OP_NO_TLSv1_3", "", "", [])!;
        (Connection server, Connection client) = await TlsLab.ConnectAsync();
        await using (server)
        await using (client)
        {
            TlsFacts facts = (await TlsLab.HandshakeAsync(context, lab.ClientContext(), server, client, features)).Client.Facts!;
            Assert.Equal(("client.lab.test", "TLSv1.2"), (facts.CnSubject, facts.Version));
        }
    }

    [Fact]
    public void What_is_unsafe_is_explained_at_the_default_level_only()
    {
        using var lab = new TlsLab();
        File.SetUnixFileMode(lab.Path("server.key"), Private | UnixFileMode.GroupRead);
        var normal = new ListLog(9);
        Assert.Null(TlsContext.Create(lab.Server(), normal, TimeProvider.System));
        Assert.Equal("STARTTLS=server: file " + lab.Path("server.key") + " unsafe: Group readable file", normal.Lines[0]);
        Assert.Contains(lab.Path("server.key") + " has mode 0640 and owner ", normal.Lines[1], StringComparison.Ordinal);
        Assert.EndsWith("chmod 600, or DontBlameSendmail=GroupReadableKeyFile", normal.Lines[1], StringComparison.Ordinal);
        var detailed = new ListLog(10);
        TlsContext.Create(lab.Server(), detailed, TimeProvider.System);
        Assert.Single(detailed.Lines);
    }

    // Words of TLSSrvOptions, and whether the client is asked for a certificate then.
    [Theory]
    [InlineData("V", false)]
    [InlineData("VC", false)]
    [InlineData("C V", false)]
    [InlineData("V,C", false)]
    [InlineData("CV", true)]
    [InlineData("v", true)]
    public void The_first_letter_of_each_word_counts(string value, bool asks)
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.TLSSrvOptions, value);
        Assert.Equal(asks, lab.Server().AsksForCertificate);
    }

    [Fact]
    public void Keys_are_a_list_only_when_certificates_are()
    {
        using var lab = new TlsLab();
        string key = lab.Path("server.key") + "," + lab.Path("client.key");
        lab.Set(OptionTable.ServerKeyFile, key);
        Assert.Equal(["STARTTLS=server: file " + key + " unsafe: No such file or directory"], Problems(lab));
    }

    [Fact]
    public void Links_that_lead_to_themselves_are_unsafe()
    {
        using var lab = new TlsLab();
        File.Delete(lab.Path("server.key"));
        File.CreateSymbolicLink(lab.Path("server.key"), lab.Path("server.key"));
        Assert.Equal(["STARTTLS=server: file " + lab.Path("server.key") + " unsafe: Too many levels of symbolic links"], Problems(lab));
    }

    [Fact]
    public void Files_that_their_owner_may_not_read_are_not_read()
    {
        using var lab = new TlsLab();
        File.SetUnixFileMode(lab.Path("server.key"), UnixFileMode.None);
        Assert.Equal(["STARTTLS=server: file " + lab.Path("server.key") + " unsafe: Permission denied"], Problems(lab));
    }

    [Fact]
    public void Lists_need_an_absolute_name()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.CRLFile, "relative.crl");
        TlsSettings settings = lab.Server();
        Assert.Empty(Problems(settings));
        Assert.Equal(["STARTTLS=server, error: PEM_read_bio_X509_CRL(relative.crl)=failed"], Warnings(settings));
    }

    [Theory]
    [InlineData("SSL_OP_NO_TLSv1_3 SSL_OP_FOO", "SSL_OP_FOO")]
    [InlineData("-SSL_OP_ALL +SSL_OP_NO_TICKET 0x10", null)]
    public void Unknown_option_names_are_found(string text, string? unknown) => Assert.Equal((unknown is null, unknown), (SslOptionSet.TryParse(text, 0, out _, out _, out string? found), found));
}
