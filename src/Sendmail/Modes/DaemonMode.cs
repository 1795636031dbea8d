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
        using var stop = new CancellationTokenSource();
        using var hurry = new CancellationTokenSource();
        var hungUp = new SemaphoreSlim(0);
        Signals.HearHangUp();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => Stop(s, stop, hurry));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, s => Stop(s, stop, hurry));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, s =>
        {
            s.Cancel = true;
            hungUp.Release();
        });
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
        if (!ParentLink.IsChild)
            LogSettings(context, process);
        // Keys are read by root; what follows is the work of messages.
        if (context.RunAsUser is not null)
            _ = context.ClientTls.Value;
        if (context.BecomeRunAsUser() is { } unable)
        {
            Console.Out.WriteLine(unable);
            context.Log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(" + context.UserName + "): " + unable);
            return (int)SysExit.OsError;
        }
        context.Services.Queue.CleanUp(context.Services.Clock.GetUtcNow());
        process.Ready();
        var tasks = new List<Task> { listener.RunAsync(stop.Token), SweepAsync(context, listener, process.Manager, stop.Token) };
        if (RunsQueue(context))
            tasks.Add(new QueueRunner(context.Services.ForSession()).RunPeriodicallyAsync(context.Line.QueueInterval, stop.Token));
        else if (context.Line.QueueRun)
            tasks.Add(new QueueRunner(context.Services.ForSession()).RunAsync(new QueueRunRequest(), stop.Token));
        using CancellationTokenRegistration ending = hurry.Token.Register(process.Manager.Stopping);
        Task<bool> handOver = ParentLink.IsChild ? Task.FromResult(false) : HandOverAsync(process, sockets, hungUp, stop);
        if (ParentLink.IsChild)
            ParentLink.Follow(stop, hurry);
        await Task.WhenAll(tasks).ConfigureAwait(false);
        bool restart = await handOver.ConfigureAwait(false);
        bool inPlace = restart && !process.HandsOver;
        if (inPlace)
            await hurry.CancelAsync().ConfigureAwait(false);
        else
            sockets.Dispose();
        await listener.DrainAsync(hurry.Token).ConfigureAwait(false);
        await FinishAsync(background).ConfigureAwait(false);
        if (context.Cache.IsValueCreated)
            await context.Cache.Value.CloseIdleAsync(true).ConfigureAwait(false);
        if (!restart && !ParentLink.IsChild)
            context.Log.Write(10, LogPriority.Info, "NOQUEUE", "stopping daemon, reason=signal");
        context.Services.Statistics.Save();
        if (inPlace)
            return process.RestartInPlace(sockets.Sockets);
        if (!restart && !ParentLink.IsChild)
            process.RemovePidFile();
        return 0;
    }

    // Deliveries have five seconds, all together: what they do not reach is in the queue.
    private static async Task FinishAsync(SemaphoreSlim background)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            for (int i = 0; i < BackgroundDeliveries; i++)
                await background.WaitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    // True when a copy, or the program in this one's place, is to go on; a configuration that cannot be used leaves this one at work.
    private static async Task<bool> HandOverAsync(DaemonProcess process, DaemonSockets sockets, SemaphoreSlim hungUp, CancellationTokenSource stop)
    {
        try
        {
            do
                await hungUp.WaitAsync(stop.Token).ConfigureAwait(false);
            while (process.HandsOver && !process.TryHandOver(sockets.Sockets));
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        await stop.CancelAsync().ConfigureAwait(false);
        return true;
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop, CancellationTokenSource hurry)
    {
        signal.Cancel = true;
        hurry.Cancel();
        stop.Cancel();
    }

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
