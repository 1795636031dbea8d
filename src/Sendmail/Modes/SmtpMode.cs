using Sendmail.Core.Cf;
using Sendmail.Core.Replies;
using Sendmail.Mta.Daemon;
using Sendmail.Posix;
using Sendmail.Wire.Connections;
using Sendmail.Wire.Tls;

namespace Sendmail.Modes;

/// <summary>-bs: SMTP on standard input and output.</summary>
internal static class SmtpMode
{
    internal static async Task<int> RunAsync(ModeContext context)
    {
        // What the configuration had to complain of stands before the greeting.
        Console.Out.Flush();
        Stream input = StandardStream.Input();
        Connection connection = Connection.FromStreams(input, StandardStream.Output(), () => Posix.Polling.HasInput(0));
        var tls = new Lazy<TlsContext?>(() => ServerTls.Make(context));
        var session = new SessionContext(context.Services, () => tls.Value, (envelope, services, verbose) => context.DeliverAsync(envelope, services, null, true, verbose));
        var server = new SmtpServerSession(session, connection, new DaemonPort { Name = "stdin" }, CancellationToken.None);
        await server.RunAsync().ConfigureAwait(false);
        if (context.Cache.IsValueCreated)
            await context.Cache.Value.CloseIdleAsync(true).ConfigureAwait(false);
        return server.Exit == SysExit.TempFail ? 0 : (int)server.Exit;
    }
}

/// <summary>The TLS side of servers, with its log lines.</summary>
internal static class ServerTls
{
    internal static TlsContext? Make(ModeContext context) => TlsContext.Create(TlsSettings.ForServer(context.Configuration, context.TlsOptions), context.Log, TimeProvider.System);
}
