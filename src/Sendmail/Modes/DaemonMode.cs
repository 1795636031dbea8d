using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting.Systemd;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Daemon;
using Sendmail.Mta.Queueing;
using Sendmail.Posix;
using Sendmail.Wire.Tls;

namespace Sendmail.Modes;

/// <summary>-bd and -bD: listens on the configured ports, runs the queue beside it.</summary>
internal static class DaemonMode
{
    private const string DetachedVariable = "SENDMAIL_DETACHED";
    private const char CommandSeparator = '\x1f';
    private const int BackgroundDeliveries = 64;

    internal static async Task<int> RunAsync(ModeContext context)
    {
        if (!context.IsTrusted)
        {
            Console.Out.WriteLine("Permission denied (real uid not trusted)");
            context.Log.Write(0, LogPriority.Alert, null, "user " + Users.RealUserId.ToString(CultureInfo.InvariantCulture) + " attempted to run daemon");
            return (int)SysExit.Usage;
        }
        // Said though it works here too: sendmail's log has the line, and it warns of ways of starting that other copies do not survive.
        if (Environment.GetEnvironmentVariable(DetachedVariable) is null && !Background.CommandLine()[0].StartsWith('/'))
            context.Log.Write(0, LogPriority.Warning, null, "daemon invoked without full pathname; kill -1 won't work");
        if (context.Line.Mode == 'd' && Environment.GetEnvironmentVariable(DetachedVariable) is null && !SystemdHelpers.IsSystemdService())
            return Detach();
        return await ServeAsync(context).ConfigureAwait(false);
    }

    // .NET cannot fork: a second copy of this program goes on alone, and we wait until it listens or says why not.
    private static int Detach()
    {
        // The name that may have chosen this mode is lost on the way.
        string[] arguments = ["-bd", .. Environment.GetCommandLineArgs()[1..]];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = false };
        start.Environment[DetachedVariable] = string.Join('\0', Background.CommandLine()).Replace('\0', CommandSeparator);
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line == DetachedVariable)
                return 0;
            Console.Out.WriteLine(line);
        }
        process.WaitForExit();
        return process.ExitCode;
    }

    private static async Task<int> ServeAsync(ModeContext context)
    {
        ThreadPool.SetMinThreads(48, 16);
        string[] command = Environment.GetEnvironmentVariable(DetachedVariable) is { } given ? given.Split(CommandSeparator) : Background.CommandLine();
        using var stop = new CancellationTokenSource();
        bool restart = false;
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => Stop(s, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, s => Stop(s, stop));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, s =>
        {
            restart = true;
            Stop(s, stop);
        });
        var tls = new Lazy<TlsContext?>(() => ServerTls.Make(context));
        using var background = new SemaphoreSlim(BackgroundDeliveries);
        var session = new SessionContext(context.Services, () => tls.Value, (envelope, services) => context.DeliverAsync(envelope, services, background, true));
        using var listener = new DaemonListener(session);
        if (listener.Bind(out DaemonPort? failed) is { } problem)
        {
            Console.Out.WriteLine("451 4.0.0 " + problem);
            context.Log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(" + context.UserName + "): " + problem);
            context.Log.Write(0, LogPriority.Alert, null, "daemon " + failed?.Name + ": problem creating SMTP socket");
            return (int)SysExit.Unavailable;
        }
        string interval = context.Line.QueueRun && context.Line.QueueInterval > TimeSpan.Zero ? "+queueing@" + context.Line.QueueInterval.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture) : "";
        // A hash that is not known is the first thing that is noticed about TLS.
        if (!TlsSettings.CanFingerprint(context.Configuration))
            _ = tls.Value;
        context.Log.Write(1, LogPriority.Info, null, "starting daemon (" + context.Configuration.Macros["v"] + "): SMTP" + interval);
        _ = tls.Value;
        context.Log.Write(10, LogPriority.Info, null, "started as: " + string.Join(' ', Environment.GetCommandLineArgs()));
        // Explanations of ours belong to the default level: above it the log is the reference's, line for line.
        foreach (string notice in context.Log.Level <= TlsLogLine.DefaultLevel ? context.Configuration.Notices : [])
            context.Log.Write(9, LogPriority.Warning, null, context.Configuration.Path + ": " + notice);
        WritePidFile(context, command);
        context.Services.Queue.CleanUp(context.Services.Clock.GetUtcNow());
        Ready();
        var tasks = new List<Task> { listener.RunAsync(stop.Token), SweepAsync(context, stop.Token) };
        if (interval.Length > 0)
            tasks.Add(new QueueRunner(context.Services.ForSession()).RunPeriodicallyAsync(context.Line.QueueInterval, stop.Token));
        else if (context.Line.QueueRun)
            tasks.Add(new QueueRunner(context.Services.ForSession()).RunAsync(new QueueRunRequest(), stop.Token));
        await Task.WhenAll(tasks).ConfigureAwait(false);
        for (int i = 0; i < BackgroundDeliveries; i++)
            await background.WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        if (context.Cache.IsValueCreated)
            await context.Cache.Value.CloseIdleAsync(true).ConfigureAwait(false);
        if (restart)
            context.Log.Write(1, LogPriority.Info, null, "restarting " + (command[0].StartsWith('/') ? command[0] : Environment.ProcessPath) + " due to signal");
        else
            context.Log.Write(10, LogPriority.Info, "NOQUEUE", "stopping daemon, reason=signal");
        context.Services.Statistics.Save();
        RemovePidFile(context);
        if (restart)
            return Reexec.Run(string.Join(CommandSeparator, command));
        return 0;
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }

    // Closes idle connections of the cache.
    private static async Task SweepAsync(ModeContext context, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                context.Services.Statistics.Save();
                if (context.Cache.IsValueCreated)
                    await context.Cache.Value.CloseIdleAsync(false).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private static void Ready()
    {
        if (Environment.GetEnvironmentVariable(DetachedVariable) is not null)
        {
            Console.Out.WriteLine(DetachedVariable);
            Console.Out.Flush();
            Background.Leave();
            Environment.SetEnvironmentVariable(DetachedVariable, null);
        }
        if (SystemdHelpers.IsSystemdService())
            new SystemdNotifier().Notify(ServiceState.Ready);
    }

    private static string PidPath(ModeContext context) => MacroExpander.Expand(context.Configuration.Options.Get(OptionTable.PidFile), context.Configuration.Macros);

    private static void WritePidFile(ModeContext context, string[] command)
    {
        string path = PidPath(context);
        if (path.Length == 0)
            return;
        try
        {
            File.Delete(path);
            using FileStream file = Files.CreateNew(path, 0x180);
            file.Write(Core.Latin1.ToBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n" + string.Join(' ', command) + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Log.Write(0, LogPriority.Error, null, "unable to write pid to " + path + ": " + (e is UnauthorizedAccessException ? "Permission denied" : e.Message));
        }
    }

    private static void RemovePidFile(ModeContext context)
    {
        try
        {
            if (PidPath(context) is { Length: > 0 } path)
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Log.Write(0, LogPriority.Error, "NOQUEUE", "cannot remove pid file: " + e.Message);
        }
    }
}

/// <summary>Starts this program again in place of itself (SIGHUP).</summary>
internal static class Reexec
{
    internal static int Run(string command)
    {
        Environment.SetEnvironmentVariable("SENDMAIL_DETACHED", command);
        string path = Environment.ProcessPath!;
        return ProcessSpawner.Become([ProcessSpawner.AppletName, "-1", "-1", "", "0", "", "", path, .. Environment.GetCommandLineArgs()]);
    }
}
