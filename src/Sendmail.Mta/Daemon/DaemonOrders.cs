namespace Sendmail.Mta.Daemon;

/// <summary>What a daemon is told by signals and by its control socket: to stop, or to start again; and by which of them, for the log.</summary>
public sealed class DaemonOrders : IDisposable
{
    private const string BySignal = "signal", ByControlSocket = "control socket";
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly SemaphoreSlim _restart = new(0);

    /// <summary>No new work is begun.</summary>
    public CancellationToken Stop => _stop.Token;
    /// <summary>What is under way ends soon.</summary>
    public CancellationToken Hurry => _hurry.Token;
    /// <summary>Who gave the last order.</summary>
    public string Reason { get; private set; } = BySignal;

    /// <summary>Who decides in place of this process, told whether to start again or to end; null when it decides itself.</summary>
    public Action<bool>? HandOn { get; set; }

    /// <summary>The daemon ends, and soon.</summary>
    public void Shutdown(bool bySignal)
    {
        if (!bySignal && HandOn is not null)
        {
            HandOn(false);
            return;
        }
        Reason = bySignal ? BySignal : ByControlSocket;
        _hurry.Cancel();
        _stop.Cancel();
    }

    /// <summary>The daemon starts again.</summary>
    public void Restart(bool bySignal)
    {
        if (!bySignal && HandOn is not null)
        {
            HandOn(true);
            return;
        }
        Reason = bySignal ? BySignal : ByControlSocket;
        _restart.Release();
    }

    /// <summary>Waits for the next order to start again.</summary>
    /// <exception cref="OperationCanceledException">The daemon is to stop instead.</exception>
    public Task NextRestartAsync() => _restart.WaitAsync(_stop.Token);

    /// <summary>Another process takes over: no new work here.</summary>
    public Task LeaveAsync() => _stop.CancelAsync();

    /// <summary>What is under way gets no more time than when the daemon ends.</summary>
    public Task HurryAsync() => _hurry.CancelAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _hurry.Dispose();
        _restart.Dispose();
    }
}
