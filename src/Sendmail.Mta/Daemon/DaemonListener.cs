using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Mta.Access;
using Sendmail.Posix;
using Sendmail.Wire.Connections;

namespace Sendmail.Mta.Daemon;

/// <summary>Accepts connections at the sockets of DaemonPortOptions and runs a session for each.</summary>
public sealed partial class DaemonListener(SessionContext context, DaemonSockets sockets) : IDisposable
{
    private readonly ClientHistory _history = new(context.Services.Configuration.Options.Get(OptionTable.ConnectionRateWindowSize), context.Services.Clock);
    private readonly CancellationTokenSource _sessionStop = new();
    private readonly ConcurrentDictionary<Socket, string> _clients = new();
    private int _sessions;

    /// <summary>Sessions that are open.</summary>
    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>What it does, and its sessions, in the words of the reference's list of processes.</summary>
    public IEnumerable<string> Tasks => _clients.Values.Select(static c => "SMTP server child for " + c).Prepend(_title);

    /// <summary>Accepts until told to stop.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(sockets.Open.Select(s => AcceptAsync(s.Socket, s.Port, stop, _sessionStop.Token)));

    /// <summary>Waits for the sessions to end by themselves, and when in a hurry only a little for them to be ended.</summary>
    public async Task DrainAsync(CancellationToken hurry)
    {
        for (int i = 0; i < 50 && Sessions > 0; i += hurry.IsCancellationRequested ? 1 : 0)
        {
            if (hurry.IsCancellationRequested)
                await _sessionStop.CancelAsync().ConfigureAwait(false);
            await Task.Delay(100, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task AcceptAsync(Socket socket, DaemonPort port, CancellationToken stop, CancellationToken sessionStop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await RefuseAsync(socket, port, stop).ConfigureAwait(false);
                await ThrottleAsync(port, stop).ConfigureAwait(false);
                if (await NextAsync(socket, port, stop).ConfigureAwait(false) is not { } client)
                    continue;
                Interlocked.Increment(ref _sessions);
                _ = Task.Run(() => ServeAsync(client, port, sessionStop), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Too many open files and the like pass; a busy loop would not help.
                context.Services.Log.Write(1, LogPriority.Error, "NOQUEUE", "daemon " + port.Name + ": accept: " + e.Message);
                await Task.Delay(200, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private readonly Lock _rateGate = new();
    private long _second;
    private int _acceptedThisSecond;

    // ConnectionRateThrottle: the rest of a second's connections wait in the system's queue until the next one.
    private async Task ThrottleAsync(DaemonPort port, CancellationToken stop)
    {
        int most = context.Services.Configuration.Options.Get(OptionTable.ConnectionRateThrottle);
        if (most <= 0)
            return;
        bool told = false;
        while (true)
        {
            long now = context.Services.Clock.GetUtcNow().ToUnixTimeMilliseconds();
            lock (_rateGate)
            {
                if (now / 1000 != _second)
                    (_second, _acceptedThisSecond) = (now / 1000, 0);
                if (_acceptedThisSecond < most)
                {
                    _acceptedThisSecond++;
                    return;
                }
            }
            if (!told)
                context.Services.Log.Write(8, LogPriority.Info, null, string.Create(CultureInfo.InvariantCulture, $"deferring connections on daemon {port.Name}: {most} per second"));
            told = true;
            await Task.Delay(TimeSpan.FromMilliseconds(1000 - now % 1000), context.Services.Clock, stop).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(Socket client, DaemonPort port, CancellationToken stop)
    {
        try
        {
            Connection connection = Connection.FromSocket(client);
            IPAddress? address = connection.Peer?.Address;
            _clients[client] = address?.ToString() ?? "localhost";
            ClientLoad? load = address is null ? null : _history.Enter(address);
            try
            {
                await new SmtpServerSession(context, connection, port, stop, load).RunAsync().ConfigureAwait(false);
            }
            finally
            {
                if (address is not null)
                    _history.Leave(address);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            client.Dispose();
        }
        finally
        {
            _clients.TryRemove(client, out _);
            Interlocked.Decrement(ref _sessions);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sessionStop.Dispose();
}
