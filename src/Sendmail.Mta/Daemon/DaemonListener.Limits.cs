using System.Globalization;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Posix;

namespace Sendmail.Mta.Daemon;

// MaxDaemonChildren and RefuseLA: nobody can connect for a while. DelayLA is told of here, sessions do the waiting.
public sealed partial class DaemonListener
{
    private static readonly TimeSpan _checkTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _loadTime = TimeSpan.FromSeconds(5);
    private const string Accepting = "accepting connections";
    private bool _delays;
    private volatile string _title = Accepting;

    // Why nobody may connect now; null when everybody may.
    private (LogPriority Priority, string Text)? Refusal(DaemonPort port)
    {
        OptionValues options = context.Services.Configuration.Options;
        int refuse = port.RefuseLoad ?? options.Get(OptionTable.RefuseLA);
        if (refuse > 0 && LoadAverage.Current() is var load && load >= refuse)
            return (LogPriority.Notice, string.Create(CultureInfo.InvariantCulture, $"rejecting connections on daemon {port.Name}: load average: {load}"));
        int most = port.Children ?? options.Get(OptionTable.MaxDaemonChildren);
        int sessions = Sessions;
        return most > 0 && sessions >= most
            ? (LogPriority.Info, string.Create(CultureInfo.InvariantCulture, $"rejecting connections on daemon {port.Name}: {sessions} children, max {most}")) : null;
    }

    // Clients are refused by the system, so that they try another server at once. The socket stays ours.
    private async Task RefuseAsync(Socket socket, DaemonPort port, CancellationToken stop)
    {
        if (Refusal(port) is not { } refusal)
            return;
        context.Services.Log.Write(9, refusal.Priority, null, refusal.Text);
        _title = refusal.Text;
        bool closes = socket.AddressFamily != AddressFamily.Unix;
        if (closes)
            socket.Shutdown(SocketShutdown.Receive);
        while (Refusal(port) is not null)
            await Task.Delay(_checkTime, context.Services.Clock, stop).ConfigureAwait(false);
        _title = Accepting;
        if (closes)
            socket.Listen(DaemonSockets.Backlog(port));
    }

    // The next connection; null when the load is to be looked at first.
    private async ValueTask<Socket?> NextAsync(Socket socket, DaemonPort port, CancellationToken stop)
    {
        OptionValues options = context.Services.Configuration.Options;
        int delay = port.DelayLoad ?? options.Get(OptionTable.DelayLA);
        int load = delay > 0 ? LoadAverage.Current() : 0;
        bool delays = delay > 0 && load >= delay;
        if (delays && !_delays)
            context.Services.Log.Write(8, LogPriority.Info, null, string.Create(CultureInfo.InvariantCulture, $"delaying connections on daemon {port.Name}: load average={load} >= {delay}"));
        _delays = delays;
        if ((port.RefuseLoad ?? options.Get(OptionTable.RefuseLA)) <= 0 && delay <= 0)
            return await socket.AcceptAsync(stop).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_loadTime);
        try
        {
            return await socket.AcceptAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }
}
