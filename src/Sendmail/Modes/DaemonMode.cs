using System.Globalization;
using System.Runtime.InteropServices;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Mta.Daemon;
using Sendmail.Mta.Queueing;
using Sendmail.Posix;
using Sendmail.Wire.Tls;

namespace Sendmail.Modes;

/// <summary>-bd and -bD: listens on the configured ports, runs the queue beside it.</summary>
internal static class DaemonMode
{
    private const int BackgroundDeliveries = 64;
    private const int QueueCountTicks = 12;

    internal static async Task<int> RunAsync(ModeContext context)
    {
        if (!DaemonProcess.IsDetached && MailQueueMode.Refuse(context) is { } refused)
            return refused;
        var process = new DaemonProcess(context);
        process.CheckPath();
        if (process.LeavesTerminal && !DaemonProcess.IsDetached && !ServiceManager.IsService)
            return process.Detach("-bd");
        using var sockets = new DaemonSockets(context.Configuration, context.Log);
        if (sockets.Bind(DaemonProcess.Inherited(), out DaemonPort? failed) is { } problem)
        {
            Console.Out.WriteLine("451 4.0.0 " + problem);
            context.Log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(" + context.UserName + "): " + problem);
            context.Log.Write(0, LogPriority.Alert, null, "daemon " + failed?.Name + ": problem creating SMTP socket");
            return (int)SysExit.Unavailable;
        }
        if (context.RunAsUser is null || ParentLink.IsChild)
            return await ServeAsync(context, process, sockets).ConfigureAwait(false);
        LogStart(context);
        LogSettings(context, process);
        return await new PrivilegedDaemon(context, process, sockets).RunAsync().ConfigureAwait(false);
    }

    private static bool RunsQueue(ModeContext context) => context.Line.QueueRun && context.Line.QueueInterval > TimeSpan.Zero;

    private static void LogStart(ModeContext context)
    {
        string interval = RunsQueue(context) ? "+queueing@" + context.Line.QueueInterval.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture) : "";
        context.Log.Write(1, LogPriority.Info, null, "starting daemon (" + context.Configuration.Macros["v"] + "): SMTP" + interval);
    }

    private static void LogSettings(ModeContext context, DaemonProcess process)
    {
        context.Log.Write(10, LogPriority.Info, null, "started as: " + process.StartedAs);
        // Explanations of ours belong to the default level: above it the log is the reference's, line for line.
        foreach (string notice in context.Log.Level <= TlsLogLine.DefaultLevel ? context.Configuration.Notices : [])
            context.Log.Write(9, LogPriority.Warning, null, context.Configuration.Path + ": " + notice);
    }

    private static async Task<int> ServeAsync(ModeContext context, DaemonProcess process, DaemonSockets sockets)
    {
        ThreadPool.SetMinThreads(48, 16);
        using var orders = new DaemonOrders();
        Signals.HearHangUp();
        using var term = Hear(PosixSignal.SIGTERM, () => orders.Shutdown(true));
        using var interrupt = Hear(PosixSignal.SIGINT, () => orders.Shutdown(true));
        using var hangUp = Hear(PosixSignal.SIGHUP, () => orders.Restart(true));
        var tls = new Lazy<TlsContext?>(() => ServerTls.Make(context));
        using var background = new SemaphoreSlim(BackgroundDeliveries);
        var session = new SessionContext(context.Services, () => tls.Value, (envelope, services, verbose) => context.DeliverAsync(envelope, services, background, true, verbose));
        using var listener = new DaemonListener(session, sockets);
        // A hash that is not known is the first thing that is noticed about TLS.
        if (!TlsSettings.CanFingerprint(context.Configuration))
            _ = tls.Value;
        if (!ParentLink.IsChild)
            LogStart(context);
        _ = tls.Value;
        // Keys are read by root; what follows is the work of messages.
        if (context.RunAsUser is not null)
            _ = context.ClientTls.Value;
        if (context.BecomeRunAsUser() is { } unable)
        {
            Console.Out.WriteLine(unable);
            context.Log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(" + context.UserName + "): " + unable);
            return (int)SysExit.OsError;
        }
        QueueRunner? runner = context.Line.QueueRun ? new QueueRunner(context.Services.ForSession()) : null;
        List<string> Tasks() => runner?.IsRunning == true ? [.. listener.Tasks, "Queue runner"] : [.. listener.Tasks];
        using ControlSocket? control = ControlSocket.Open(context.Services, orders, Tasks);
        using var userOne = Hear(Signals.UserOne, () => _ = StateDump.WriteAsync(context.Services, Tasks().Count - 1, context.Cache.IsValueCreated ? context.Cache.Value : null));
        if (!ParentLink.IsChild)
            LogSettings(context, process);
        context.Services.Queue.CleanUp(context.Services.Clock.GetUtcNow());
        process.Ready();
        var tasks = new List<Task> { listener.RunAsync(orders.Stop), SweepAsync(context, listener, process.Manager, orders.Stop) };
        if (RunsQueue(context))
            tasks.Add(runner!.RunPeriodicallyAsync(context.Line.QueueInterval, orders.Stop));
        else if (runner is not null)
            tasks.Add(runner.RunAsync(new QueueRunRequest(), orders.Stop));
        if (control is not null)
            tasks.Add(control.RunAsync(orders.Stop));
        using CancellationTokenRegistration ending = orders.Hurry.Register(process.Manager.Stopping);
        Task<bool> handOver = ParentLink.IsChild ? Task.FromResult(false) : HandOverAsync(process, sockets, orders);
        if (ParentLink.IsChild)
            ParentLink.Follow(orders);
        await Task.WhenAll(tasks).ConfigureAwait(false);
        bool restart = await handOver.ConfigureAwait(false);
        bool inPlace = restart && !process.HandsOver;
        if (inPlace)
            await orders.HurryAsync().ConfigureAwait(false);
        else
            sockets.Dispose();
        await listener.DrainAsync(orders.Hurry).ConfigureAwait(false);
        await FinishAsync(background, context.LastDelivery).ConfigureAwait(false);
        if (context.Cache.IsValueCreated)
            await context.Cache.Value.CloseIdleAsync(true).ConfigureAwait(false);
        if (!restart && !ParentLink.IsChild)
            context.Log.Write(10, LogPriority.Info, "NOQUEUE", "stopping daemon, reason=" + orders.Reason);
        context.Services.Statistics.Save();
        if (inPlace)
            return process.RestartInPlace(sockets.Sockets, orders.Reason);
        if (!restart)
            control?.Remove();
        if (!restart && !ParentLink.IsChild)
            process.RemovePidFile();
        return 0;
    }

    // Deliveries have five seconds, all together; then they write down who was reached: the others are in the queue.
    private static async Task FinishAsync(SemaphoreSlim background, CancellationTokenSource last)
    {
        TimeSpan patience = TimeSpan.FromSeconds(5);
        last.CancelAfter(patience);
        using var end = new CancellationTokenSource(2 * patience);
        try
        {
            for (int i = 0; i < BackgroundDeliveries; i++)
                await background.WaitAsync(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    // True when a copy, or the program in this one's place, is to go on; a configuration that cannot be used leaves this one at work.
    private static async Task<bool> HandOverAsync(DaemonProcess process, DaemonSockets sockets, DaemonOrders orders)
    {
        try
        {
            do
                await orders.NextRestartAsync().ConfigureAwait(false);
            while (process.HandsOver && !process.TryHandOver(sockets.Sockets, orders.Reason));
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        await orders.LeaveAsync().ConfigureAwait(false);
        return true;
    }

    private static PosixSignalRegistration Hear(PosixSignal signal, Action act) => PosixSignalRegistration.Create(signal, s =>
    {
        s.Cancel = true;
        act();
    });

    // Closes idle connections of the cache and tells the service manager how things are.
    private static async Task SweepAsync(ModeContext context, DaemonListener listener, ServiceManager manager, CancellationToken stop)
    {
        long ticks = 0;
        int queued = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                context.Services.Statistics.Save();
                manager.Alive();
                if (manager.IsPresent)
                {
                    if (ticks++ % QueueCountTicks == 0)
                        queued = context.Services.Queue.Count();
                    manager.Status(string.Create(CultureInfo.InvariantCulture, $"{listener.Sessions} sessions, {queued} messages queued"));
                }
                if (context.Cache.IsValueCreated)
                    await context.Cache.Value.CloseIdleAsync(false).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }
}
