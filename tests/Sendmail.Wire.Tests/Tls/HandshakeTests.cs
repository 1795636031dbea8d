using System.Text;
using Sendmail.Core.Cf;
using Sendmail.TestKit;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Tests.Tls;

// Expected words: what the real sendmail logged with certificates of the same kinds.
public sealed class HandshakeTests
{
    [Fact]
    public async Task Without_a_client_certificate_verify_is_NO()
    {
        using var lab = new TlsLab();
        (TlsOutcome server, TlsOutcome client) = await lab.HandshakeAsync();
        Assert.Equal(("NO", "ok", "TLSv1.3", "TLS_AES_256_GCM_SHA384", 256, 256), (server.Facts!.Verify, server.Facts.VerifyMessage, server.Facts.Version, server.Facts.Cipher, server.Facts.Bits, server.Facts.AlgorithmBits));
        Assert.Equal(("", "", ""), (server.Facts.CertSubject, server.Facts.CnIssuer, server.Facts.Fingerprint));
        Assert.Equal(("OK", "ok"), (client.Facts!.Verify, client.Facts.VerifyMessage));
        Assert.Equal("/C=XX/O=Lab/CN=mail.lab.test/emailAddress=postmaster@lab.test", client.Facts.CertSubject);
    }

    [Fact]
    public async Task Client_certificate_of_our_authority_is_OK_and_its_names_are_encoded()
    {
        using var lab = new TlsLab();
        lab.UseClient("client");
        TlsFacts facts = (await lab.HandshakeAsync()).Server.Facts!;
        Assert.Equal(("OK", "ok"), (facts.Verify, facts.VerifyMessage));
        Assert.Equal("/C=XX/O=Lab/OU=Client+20+28test+29+20+3Cx+3E/CN=client.lab.test", facts.CertSubject);
        Assert.Equal("/C=XX/O=Lab/OU=CA+20dept/CN=Lab+20Test+20CA", facts.CertIssuer);
        Assert.Equal(("client.lab.test", "Lab+20Test+20CA"), (facts.CnSubject, facts.CnIssuer));
        Assert.Matches("^([0-9A-F]{2}:){15}[0-9A-F]{2}$", facts.Fingerprint);
        Assert.Equal((0, "/C=XX/O=Lab/OU=Client (test) <x>/CN=client.lab.test"), (facts.VerifyDepth, facts.VerifySubject));
    }

    [Theory]
    [InlineData("expired", "certificate has expired")]
    [InlineData("future", "certificate is not yet valid")]
    [InlineData("self", "self-signed certificate")]
    [InlineData("rogue", "unable to get local issuer certificate")]
    public async Task Bad_client_certificates_are_FAIL_with_the_reason_of_openssl(string kind, string reason)
    {
        using var lab = new TlsLab();
        var wanted = new TestCertificateRequest("/CN=" + kind + ".lab.test");
        DateTimeOffset now = DateTimeOffset.UtcNow;
        TestCertificate made = kind switch
        {
            "expired" => lab.Authority.Issue(wanted with { NotBefore = now.AddYears(-2), NotAfter = now.AddYears(-1) }),
            "future" => lab.Authority.Issue(wanted with { NotBefore = now.AddYears(2), NotAfter = now.AddYears(3) }),
            "self" => TestAuthority.SelfSigned(wanted),
            _ => TestAuthority.Create("/C=XX/O=Lab/OU=CA dept/CN=Other CA").Issue(wanted),
        };
        made.Write(lab.Directory, kind);
        lab.UseClient(kind);
        TlsOutcome outcome = (await lab.HandshakeAsync()).Server;
        Assert.Equal("FAIL", outcome.Facts!.Verify);
        // Newer releases of OpenSSL add to the words about time.
        Assert.StartsWith(reason, outcome.Facts.VerifyMessage, StringComparison.Ordinal);
        Assert.Equal(["STARTTLS: TLS cert verify: depth=0 /CN=" + kind + ".lab.test, state=0, reason=" + outcome.Facts.VerifyMessage], outcome.Log.Select(l => l.Text));
    }

    [Fact]
    public async Task Intermediate_certificates_of_the_file_are_sent()
    {
        using var lab = new TlsLab();
        TestAuthority middle = lab.Authority.IssueAuthority("/CN=middle");
        TestCertificate leaf = middle.Issue(new TestCertificateRequest("/CN=leaf"));
        leaf.Write(lab.Directory, "leaf");
        File.AppendAllText(lab.Path("leaf.crt"), middle.Own.CertificatePem);
        lab.UseClient("leaf");
        Assert.Equal("OK", (await lab.HandshakeAsync()).Server.Facts!.Verify);
    }

    [Fact]
    public async Task Authorities_are_found_by_hash_name()
    {
        using var lab = new TlsLab();
        TestAuthority other = TestAuthority.Create("/CN=Other CA");
        other.WriteHashLink(lab.Path("capath"));
        other.Issue(new TestCertificateRequest("/CN=x")).Write(lab.Directory, "x");
        lab.UseClient("x");
        Assert.Equal("OK", (await lab.HandshakeAsync()).Server.Facts!.Verify);
    }

    [Fact]
    public async Task Revoked_certificates_are_FAIL_and_lists_of_other_authorities_do_not_matter()
    {
        using var lab = new TlsLab();
        TestAuthority authority = TestAuthority.Create("/CN=CA");
        TestAuthority other = TestAuthority.Create("/CN=Other");
        TestCertificate bad = authority.Issue(new TestCertificateRequest("/CN=revoked"));
        bad.Write(lab.Directory, "bad");
        authority.Issue(new TestCertificateRequest("/CN=good")).Write(lab.Directory, "good");
        other.Issue(new TestCertificateRequest("/CN=other")).Write(lab.Directory, "other");
        authority.Revoke(bad);
        File.WriteAllText(lab.Path("ca.crt"), authority.Own.CertificatePem + other.Own.CertificatePem);
        File.WriteAllText(lab.Path("crl.pem"), authority.CrlPem());
        lab.Set(OptionTable.CRLFile, lab.Path("crl.pem"));
        lab.UseClient("bad");
        TlsSettings settings = lab.Server();
        Assert.True(settings.IsUsable);
        TlsFacts facts = (await lab.HandshakeAsync()).Server.Facts!;
        Assert.Equal(("FAIL", "certificate revoked"), (facts.Verify, facts.VerifyMessage));
        lab.UseClient("good");
        Assert.Equal("OK", (await lab.HandshakeAsync()).Server.Facts!.Verify);
        lab.UseClient("other");
        Assert.Equal("OK", (await lab.HandshakeAsync()).Server.Facts!.Verify);
    }

    [Fact]
    public async Task TLSSrvOptions_V_asks_for_no_certificate()
    {
        using var lab = new TlsLab();
        lab.UseClient("client");
        lab.Set(OptionTable.TLSSrvOptions, "V");
        TlsFacts facts = (await lab.HandshakeAsync()).Server.Facts!;
        Assert.Equal(("NOT", ""), (facts.Verify, facts.CertSubject));
    }

    [Theory]
    [InlineData("SSL_OP_NO_TLSv1_3", "", "TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384", 256)]
    [InlineData("0x20000000", "ECDHE-ECDSA-AES128-GCM-SHA256", "TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256", 128)]
    [InlineData("-SSL_OP_NO_TLSv1_3 +SSL_OP_CIPHER_SERVER_PREFERENCE", "", "TLSv1.3", "TLS_AES_256_GCM_SHA384", 256)]
    public async Task Options_choose_versions_and_ciphers(string options, string ciphers, string version, string cipher, int bits)
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.ServerSSLOptions, options);
        lab.Set(OptionTable.CipherList, ciphers);
        TlsFacts facts = (await lab.HandshakeAsync()).Server.Facts!;
        Assert.Equal((version, cipher, bits, bits), (facts.Version, facts.Cipher, facts.Bits, facts.AlgorithmBits));
    }

    [Fact]
    public void A_cipher_list_that_openssl_does_not_take_is_ignored()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.CipherList, "NOSUCH");
        TlsSettings settings = lab.Server();
        Assert.True(settings.IsUsable);
        Assert.Contains(settings.Log, l => l is { Level: 8, Text: "STARTTLS=server, error: SSL_CTX_set_cipher_list(NOSUCH) failed, list ignored" });
    }

    [Fact]
    public async Task No_shared_cipher_is_a_value_with_the_reason()
    {
        using var lab = new TlsLab();
        lab.Set(OptionTable.ServerSSLOptions, "SSL_OP_NO_TLSv1_3");
        lab.Set(OptionTable.CipherList, "ECDHE-ECDSA-AES128-GCM-SHA256");
        var serverContext = lab.ServerContext();
        lab.Set(OptionTable.CipherList, "ECDHE-ECDSA-AES256-GCM-SHA384");
        lab.Set(OptionTable.ClientSSLOptions, "SSL_OP_NO_TLSv1_3");
        (Connection server, Connection client) = await TlsLab.ConnectAsync();
        await using (server)
        await using (client)
        {
            (TlsOutcome accepted, TlsOutcome connected) = await TlsLab.HandshakeAsync(serverContext, lab.ClientContext(), server, client);
            Assert.Equal("failed=-1, reason=no shared cipher, SSL_error=1, errno=0, retry=-1", accepted.LogText);
            Assert.Null(accepted.Facts);
            Assert.Null(connected.Facts);
        }
    }

    [Theory]
    [InlineData("this is not a TLS hello at all.......\r\n", "wrong version number")]
    [InlineData("", "unexpected eof while reading")]
    public async Task Garbage_and_end_of_file_have_the_reasons_of_openssl(string sent, string reason)
    {
        using var lab = new TlsLab();
        (Connection server, Connection client) = await TlsLab.ConnectAsync();
        await using (server)
        {
            Task<TlsOutcome> accept = TlsLab.AcceptAsync(lab.ServerContext(), server);
            if (sent.Length > 0)
                await client.WriteAsync(Encoding.ASCII.GetBytes(sent), TlsLab.Patience, CancellationToken.None);
            else
                await client.DisposeAsync();
            Assert.Equal("failed=-1, reason=" + reason + ", SSL_error=1, errno=0, retry=-1", (await accept).LogText);
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_silent_peer_runs_into_the_timeout()
    {
        using var lab = new TlsLab();
        (Connection server, Connection client) = await TlsLab.ConnectAsync();
        await using (server)
        await using (client)
        {
            TlsOutcome outcome = await TlsLab.AcceptAsync(lab.ServerContext(), server, null, TimeSpan.FromMilliseconds(50));
            Assert.Equal("failed=-2, reason=none, SSL_error=-1, errno=0, retry=0", outcome.LogText);
        }
    }

    [Theory]
    [InlineData("", "TLSv1.3", "1.2.840.10045.2.1")]
    [InlineData("ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2", "1.2.840.113549.1.1.1")]
    [InlineData("ECDHE-ECDSA-AES128-GCM-SHA256", "TLSv1.2", "1.2.840.10045.2.1")]
    public async Task Of_two_certificates_the_one_that_the_client_can_use_is_sent(string clientCiphers, string version, string key)
    {
        using var lab = new TlsLab();
        lab.Issue("rsa", "/CN=rsa", TestKey.Rsa);
        lab.Set(OptionTable.ServerCertFile, lab.Path("rsa.crt") + "," + lab.Path("server.crt"));
        lab.Set(OptionTable.ServerKeyFile, lab.Path("rsa.key") + "," + lab.Path("server.key"));
        TlsSettings settings = lab.Server();
        Assert.True(settings.IsUsable);
        lab.Set(OptionTable.CipherList, clientCiphers);
        if (version == "TLSv1.2")
            lab.Set(OptionTable.ClientSSLOptions, "SSL_OP_NO_TLSv1_3");
        (Connection server, Connection client) = await TlsLab.ConnectAsync();
        await using (server)
        await using (client)
        {
            (_, TlsOutcome connected) = await TlsLab.HandshakeAsync(lab.ServerContext(), lab.ClientContext(), server, client);
            Assert.Equal(version, connected.Facts!.Version);
            Assert.Equal(key == "1.2.840.10045.2.1" ? "mail.lab.test" : "rsa", connected.Facts.CnSubject);
        }
    }

    [Fact]
    public async Task Files_that_change_are_read_again()
    {
        using var lab = new TlsLab();
        var context = lab.ServerContext();
        lab.Issue("server", "/CN=new.lab.test", TestKey.P256);
        File.SetLastWriteTimeUtc(lab.Path("server.crt"), DateTime.UtcNow.AddMinutes(1));
        (Connection server, Connection client) = await TlsLab.ConnectAsync();
        await using (server)
        await using (client)
        {
            (_, TlsOutcome connected) = await TlsLab.HandshakeAsync(context, lab.ClientContext(), server, client);
            Assert.Equal("new.lab.test", connected.Facts!.CnSubject);
        }
        File.WriteAllText(lab.Path("server.crt"), "garbage");
        (server, client) = await TlsLab.ConnectAsync();
        await using (server)
        await using (client)
        {
            (_, TlsOutcome connected) = await TlsLab.HandshakeAsync(context, lab.ClientContext(), server, client);
            Assert.Equal("new.lab.test", connected.Facts!.CnSubject);
        }
        Assert.Equal(
            ["STARTTLS=server, changed files are in force", "STARTTLS=server, error: SSL_CTX_use_certificate_file(" + lab.Path("server.crt") + ") failed",
                "STARTTLS=server, changed files cannot be used, the old ones stay in force"],
            lab.Log.Lines);
    }

    [Fact]
    public async Task Nothing_sent_in_clear_survives_the_switch()
    {
        using var lab = new TlsLab();
        (Connection server, Connection client) = await TlsLab.ConnectAsync();
        await using (server)
        await using (client)
        {
            await client.WriteAsync(Encoding.ASCII.GetBytes("STARTTLS\r\nNOOP injected\r\n"), TlsLab.Patience, CancellationToken.None);
            Assert.Equal("STARTTLS", (await server.ReadLineAsync(100, TlsLab.Patience, CancellationToken.None)).Text);
            Assert.True(server.HasBufferedInput);
            await TlsLab.HandshakeAsync(lab.ServerContext(), lab.ClientContext(), server, client);
            await client.WriteAsync(Encoding.ASCII.GetBytes("EHLO x\r\n"), TlsLab.Patience, CancellationToken.None);
            Assert.Equal("EHLO x", (await server.ReadLineAsync(100, TlsLab.Patience, CancellationToken.None)).Text);
        }
    }
}
