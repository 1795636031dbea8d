using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.TestKit;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Tls;

namespace Sendmail.Wire.Tests.Tls;

/// <summary>An authority, files for a server and a client, and a pair of connected sockets.</summary>
internal sealed class TlsLab : IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly Lazy<TestAuthority> _authority = new(() => TestAuthority.Create("/C=XX/O=Lab/OU=CA dept/CN=Lab Test CA"));

    internal TlsLab()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("tls").FullName;
        File.WriteAllText(Path("ca.crt"), Authority.Own.CertificatePem);
        System.IO.Directory.CreateDirectory(Path("capath"));
        Issue("server", "/C=XX/O=Lab/CN=mail.lab.test/emailAddress=postmaster@lab.test", TestKey.P256);
        Issue("client", "/C=XX/O=Lab/OU=Client (test) <x>/CN=client.lab.test", TestKey.P256);
        Set(OptionTable.ServerCertFile, Path("server.crt"));
        Set(OptionTable.ServerKeyFile, Path("server.key"));
        Set(OptionTable.CACertFile, Path("ca.crt"));
        Set(OptionTable.CACertPath, Path("capath"));
        Set(OptionTable.DontBlameSendmail, new HashSet<string> { "TrustStickyBit" });
    }

    internal TestAuthority Authority => _authority.Value;
    internal string Directory { get; }
    internal OptionValues Options { get; } = new(400);
    internal ListLog Log { get; } = new(9);

    internal string Path(string name) => System.IO.Path.Combine(Directory, name);

    internal void Set<T>(Option<T> option, T value) => Options.Set(option, value);

    internal TestCertificate Issue(string name, string subject, TestKey key = TestKey.P256)
    {
        TestCertificate made = Authority.Issue(new TestCertificateRequest(subject) { Key = key });
        made.Write(Directory, name);
        return made;
    }

    internal void UseClient(string name)
    {
        Set(OptionTable.ClientCertFile, Path(name + ".crt"));
        Set(OptionTable.ClientKeyFile, Path(name + ".key"));
    }

    internal TlsSettings Server() => TlsSettings.Create(Options, true);

    internal TlsSettings Client() => TlsSettings.Create(Options, false);

    internal static async Task<(Connection Server, Connection Client)> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        return (Connection.FromSocket(await listener.AcceptAsync()), Connection.FromSocket(client));
    }

    internal TlsContext ServerContext(IMailLog? log = null, TimeProvider? clock = null) => TlsContext.Create(Server(), log ?? Log, clock ?? TimeProvider.System)!;

    internal TlsContext ClientContext() => TlsContext.Create(Client(), Log, TimeProvider.System)!;

    internal async Task<(TlsOutcome Server, TlsOutcome Client)> HandshakeAsync()
    {
        (Connection server, Connection client) = await ConnectAsync();
        await using (server)
        await using (client)
            return await HandshakeAsync(ServerContext(), ClientContext(), server, client);
    }

    internal static Task<TlsOutcome> AcceptAsync(TlsContext context, Connection server, TlsFeatures? features = null, TimeSpan? patience = null) =>
        server.StartTlsAsync(context.Open(features ?? TlsFeatures.None, null)!, patience ?? Patience, CancellationToken.None).AsTask();

    internal static async Task<(TlsOutcome Server, TlsOutcome Client)> HandshakeAsync(TlsContext serverContext, TlsContext clientContext, Connection server, Connection client, TlsFeatures? features = null)
    {
        Task<TlsOutcome> accept = AcceptAsync(serverContext, server, features);
        TlsOutcome connected = await client.StartTlsAsync(clientContext.Open(TlsFeatures.None, "mail.lab.test")!, Patience, CancellationToken.None);
        if (connected.Facts is null)
            await client.DisposeAsync();
        return (await accept, connected);
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, true);
}
