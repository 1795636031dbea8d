using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;
using Sendmail.Posix;

namespace Sendmail.Modes;

/// <summary>
/// What systemd and the daemon tell each other (sd_notify(3), sd_listen_fds(3)): ready, reloading, stopping, a line of
/// status, signs of life, and sockets that are open already. Without systemd nothing happens.
/// </summary>
internal sealed class ServiceManager
{
    private const int FirstDescriptor = 3;
    private const string Descriptors = "LISTEN_FDS", DescriptorsOf = "LISTEN_PID", ExecutedProcess = "SYSTEMD_EXEC_PID", Watchdog = "WATCHDOG_USEC";
    /// <summary>Names the process that must give signs of life.</summary>
    internal const string WatchdogOf = "WATCHDOG_PID";
    private readonly SystemdNotifier _notifier = new();

    /// <summary>Whether somebody listens.</summary>
    internal bool IsPresent => _notifier.IsEnabled || ParentLink.HasManager;

    /// <summary>Whether systemd started this process as a service, so that it need not leave a terminal.</summary>
    // The parent cannot be looked at from a service that is not shown the processes of others; systemd names its own (systemd.exec(5)).
    internal static bool IsService => IsOurs(ExecutedProcess, false) || SystemdHelpers.IsSystemdService();

    /// <summary>Ports are bound.</summary>
    internal void Ready() => Tell("READY=1");

    /// <summary>SIGHUP: the program starts again.</summary>
    internal void Reloading() =>
        Tell("RELOADING=1\nMONOTONIC_USEC=" + (Environment.TickCount64 * 1000).ToString(CultureInfo.InvariantCulture));

    /// <summary>Another process is the service from now on.</summary>
    internal void HandOver(int process) => Tell("MAINPID=" + process.ToString(CultureInfo.InvariantCulture) + "\nREADY=1");

    /// <summary>SIGTERM: sessions and deliveries are being finished.</summary>
    internal void Stopping() => Tell("STOPPING=1");

    /// <summary>The line of <c>systemctl status</c>.</summary>
    internal void Status(string text) => Tell("STATUS=" + text);

    /// <summary>A sign of life, where a watchdog waits for one.</summary>
    internal void Alive()
    {
        if (long.TryParse(Environment.GetEnvironmentVariable(Watchdog), out long period) && period > 0 && IsOurs(WatchdogOf, true))
            Tell("WATCHDOG=1");
    }

    /// <summary>The listening sockets of socket activation.</summary>
    internal static IReadOnlyList<Socket> Sockets()
    {
        var result = new List<Socket>();
        if (!IsOurs(DescriptorsOf, false) || !int.TryParse(Environment.GetEnvironmentVariable(Descriptors), out int count))
            return result;
        for (int descriptor = FirstDescriptor; descriptor < FirstDescriptor + count; descriptor++)
        {
            if (SocketOf(descriptor) is { } socket)
                result.Add(socket);
        }
        return result;
    }

    /// <summary>An open descriptor as a socket that programs started from here do not get; null when it is something else.</summary>
    internal static Socket? SocketOf(int descriptor)
    {
        Descriptor.KeepOnExecute(descriptor, false);
        try
        {
            return new Socket(new SafeSocketHandle(descriptor, true));
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static bool IsOurs(string variable, bool orAbsent) =>
        Environment.GetEnvironmentVariable(variable) is { } given ? given == Environment.ProcessId.ToString(CultureInfo.InvariantCulture) : orAbsent;

    /// <summary>Passes on what a child that serves connections has to tell.</summary>
    internal void Tell(string text)
    {
        if (ParentLink.HasManager)
            ParentLink.Tell(text);
        else if (_notifier.IsEnabled)
            _notifier.Notify(new ServiceState(text));
    }
}
