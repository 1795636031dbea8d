using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Sendmail.Core.Logging;
using Sendmail.Mta.Daemon;
using Sendmail.Posix;

namespace Sendmail.Modes;

/// <summary>
/// A daemon of root's with RunAsUser: it keeps the ports, the pid file and the right to start again at SIGHUP, and reads nothing
/// that comes from outside. A child serves the connections and runs the queue, as RunAsUser; it is started again when it dies.
/// </summary>
internal sealed class PrivilegedDaemon(ModeContext context, DaemonProcess process, DaemonSockets sockets)
{
    private static readonly TimeSpan _beforeNext = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _hungUp = new(0);
    private Process? _server;

    /// <summary>Serves until a signal ends it.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> RunAsync()
    {
        Signals.HearHangUp();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, s =>
        {
            s.Cancel = true;
            _hungUp.Release();
        });
        if (Start() is { } problem)
        {
            Console.Out.Write(problem);
            return process.ExitOfCopy;
        }
        process.Ready();
        Task hungUp = _hungUp.WaitAsync();
        Task exit = _server!.WaitForExitAsync();
        while (true)
        {
            await Task.WhenAny(exit, hungUp, _ended.Task).ConfigureAwait(false);
            if (_ended.Task.IsCompleted)
                return await StopAsync(exit).ConfigureAwait(false);
            if (exit.IsCompleted)
            {
                // It ends well only when somebody ends it.
                if (_server.ExitCode == 0 || !await StartAgainAsync().ConfigureAwait(false))
                    return await StopAsync(exit).ConfigureAwait(false);
                exit = _server.WaitForExitAsync();
                continue;
            }
            hungUp = _hungUp.WaitAsync();
            if (!process.HandsOver)
            {
                _server.StandardInput.Close();
                await exit.ConfigureAwait(false);
                return process.RestartInPlace(sockets.Sockets, "signal");
            }
            if (process.TryHandOver(sockets.Sockets))
                return await DrainAsync(exit).ConfigureAwait(false);
        }
    }

    private void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _ended.TrySetResult();
    }

    // What it said when it did not become ready.
    private string? Start()
    {
        _server?.Dispose();
        _server = process.StartServer(sockets.Sockets, out string output);
        if (_server is null)
            return output;
        _ = RelayAsync(_server.StandardOutput);
        return null;
    }

    // False when the daemon is ended before there is another.
    private async Task<bool> StartAgainAsync()
    {
        context.Log.Write(0, LogPriority.Critical, "NOQUEUE", string.Create(CultureInfo.InvariantCulture,
            $"SYSERR({context.UserName}): process {_server!.Id} that serves connections ended with {_server.ExitCode}: starting another"));
        do
        {
            await Task.WhenAny(Task.Delay(_beforeNext), _ended.Task).ConfigureAwait(false);
            if (_ended.Task.IsCompleted)
                return false;
            if (Start() is not { } problem)
                return true;
            foreach (string line in problem.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                context.Log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(" + context.UserName + "): cannot restart: " + line);
        }
        while (true);
    }

    private async Task<int> StopAsync(Task exit)
    {
        process.Manager.Stopping();
        sockets.Dispose();
        _server?.StandardInput.Close();
        await exit.ConfigureAwait(false);
        context.Log.Write(10, LogPriority.Info, "NOQUEUE", "stopping daemon, reason=signal");
        process.RemovePidFile();
        return 0;
    }

    // Another daemon has the ports; sessions of this one go on.
    private async Task<int> DrainAsync(Task exit)
    {
        sockets.Dispose();
        try
        {
            await _server!.StandardInput.WriteLineAsync(ParentLink.Drain).ConfigureAwait(false);
            await _server.StandardInput.FlushAsync().ConfigureAwait(false);
            await Task.WhenAny(exit, _ended.Task).ConfigureAwait(false);
            _server.StandardInput.Close();
        }
        catch (IOException)
        {
            // It died meanwhile, with its sessions.
        }
        await exit.ConfigureAwait(false);
        return 0;
    }

    // To the service manager what is for it, everything else to whoever started us.
    private async Task RelayAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (process.Manager.IsPresent)
                process.Manager.Tell(line);
            else
                Console.Out.WriteLine(line);
        }
    }
}
