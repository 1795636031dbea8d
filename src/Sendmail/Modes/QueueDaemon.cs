using System.Globalization;
using System.Runtime.InteropServices;
using Sendmail.Core.Logging;
using Sendmail.Mta.Queueing;
using Sendmail.Posix;

namespace Sendmail.Modes;

/// <summary>-q with a time and no -bd: a process in the background that runs the queue again and again.</summary>
internal static class QueueDaemon
{
    internal static async Task<int> RunAsync(ModeContext context, QueueRunner runner)
    {
        var process = new DaemonProcess(context);
        process.CheckPath();
        if (process.LeavesTerminal && !DaemonProcess.IsDetached && !ServiceManager.IsService)
            return process.Detach(null);
        using var stop = new CancellationTokenSource();
        bool handedOver = false;
        Signals.HearHangUp();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, s =>
        {
            s.Cancel = true;
            stop.Cancel();
        });
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, s =>
        {
            s.Cancel = true;
            if (!stop.IsCancellationRequested && process.TryHandOver([]))
            {
                handedOver = true;
                stop.Cancel();
            }
        });
        context.Log.Write(1, LogPriority.Info, null, "starting daemon (" + context.Configuration.Macros["v"] + "): " + (context.Line.Persistent ? "persistent-queueing@" : "queueing@") + context.Line.QueueInterval.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture));
        context.Log.Write(10, LogPriority.Info, null, "started as: " + process.StartedAs);
        process.Ready();
        await runner.RunPeriodicallyAsync(context.Line.QueueInterval, stop.Token).ConfigureAwait(false);
        if (handedOver)
            return 0;
        process.Manager.Stopping();
        context.Log.Write(10, LogPriority.Info, context.Services.Queue.NewId(), "stopping daemon, reason=signal");
        process.RemovePidFile();
        return 0;
    }
}
