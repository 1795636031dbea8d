using Sendmail.Core.Cf;
using Sendmail.TestKit;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Tests.Tls;

/// <summary>What changes on disk is in force with the next session of the same context.</summary>
public class RotationTests
{
    private static async Task<TlsFacts> NextAsync(TlsContext serverContext, TlsContext clientContext)
    {
        (Connection server, Connection client) = await TlsLab.ConnectAsync();
        await using (server)
        await using (client)
            return (await TlsLab.HandshakeAsync(serverContext, clientContext, server, client)).Server.Facts!;
    }

    [Fact]
    public async Task A_new_revocation_list_refuses_who_was_verified_before()
    {
        using var lab = new TlsLab();
        TestAuthority authority = TestAuthority.Create("/CN=Revoking CA");
        File.WriteAllText(lab.Path("ca.crt"), authority.Own.CertificatePem);
        TestCertificate made = authority.Issue(new TestCertificateRequest("/CN=client.lab.test"));
        made.Write(lab.Directory, "client");
        lab.UseClient("client");
        File.WriteAllText(lab.Path("list.pem"), authority.CrlPem());
        lab.Set(OptionTable.CRLFile, lab.Path("list.pem"));
        TlsContext server = lab.ServerContext();
        TlsContext client = lab.ClientContext();
        Assert.Equal("OK", (await NextAsync(server, client)).Verify);
        authority.Revoke(made);
        File.WriteAllText(lab.Path("list.pem"), authority.CrlPem());
        TlsFacts after = await NextAsync(server, client);
        Assert.Equal(("FAIL", "certificate revoked"), (after.Verify, after.VerifyMessage));
        Assert.Contains("STARTTLS=server, changed files are in force", lab.Log.Lines);
    }

    [Fact]
    public async Task A_new_authority_is_trusted_and_one_that_is_gone_is_not()
    {
        using var lab = new TlsLab();
        TestAuthority other = TestAuthority.Create("/CN=Other CA");
        other.Issue(new TestCertificateRequest("/CN=client.lab.test")).Write(lab.Directory, "client");
        lab.UseClient("client");
        TlsContext server = lab.ServerContext();
        TlsContext client = lab.ClientContext();
        string old = File.ReadAllText(lab.Path("ca.crt"));
        Assert.Equal("FAIL", (await NextAsync(server, client)).Verify);
        File.WriteAllText(lab.Path("ca.crt"), old + other.Own.CertificatePem);
        Assert.Equal("OK", (await NextAsync(server, client)).Verify);
        File.WriteAllText(lab.Path("ca.crt"), old);
        Assert.Equal("FAIL", (await NextAsync(server, client)).Verify);
    }

    [Fact]
    public async Task Settings_of_a_configuration_file_that_changes_are_in_force_unless_it_has_errors()
    {
        using var lab = new TlsLab();
        File.WriteAllText(lab.Path("test.cf"), "first");
        OptionValues? next = null;
        TlsContext server = TlsContext.Create(TlsSettings.Create(lab.Options, true, new TlsOptionSource(lab.Path("test.cf"), () => next)), lab.Log, TimeProvider.System)!;
        TlsContext client = lab.ClientContext();
        Assert.Equal("TLSv1.3", (await NextAsync(server, client)).Version);
        File.WriteAllText(lab.Path("test.cf"), "second, with errors");
        Assert.Equal("TLSv1.3", (await NextAsync(server, client)).Version);
        Assert.Contains("STARTTLS=server, error: " + lab.Path("test.cf") + " has errors, its old settings stay in force", lab.Log.Lines);
        using var wanted = new TlsLab();
        next = wanted.Options;
        wanted.Set(OptionTable.ServerSSLOptions, "SSL_OP_NO_TLSv1_3");
        wanted.Set(OptionTable.CipherList, "ECDHE-ECDSA-AES128-GCM-SHA256");
        File.WriteAllText(lab.Path("test.cf"), "third");
        TlsFacts after = await NextAsync(server, client);
        Assert.Equal(("TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"), (after.Version, after.Cipher));
    }
}
