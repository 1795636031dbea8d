using Sendmail.Mta.Daemon;
using Sendmail.Posix;

namespace Sendmail.Modes;

/// <summary>
/// What joins a daemon that stays root to its child, which serves connections as RunAsUser. The child's standard output carries
/// what the service manager is to know; its standard input one order, <c>drain</c>, and the end of it, which means stop.
/// </summary>
internal static class ParentLink
{
    /// <summary>The child is to finish its sessions and end, as another has taken over.</summary>
    internal const string Drain = "drain";
    private const string Variable = "SENDMAIL_SERVER", WithManager = "managed", Alone = "alone", NotifySocket = "NOTIFY_SOCKET";
    private static readonly string? _role = Environment.GetEnvironmentVariable(Variable);

    /// <summary>Whether this process is such a child.</summary>
    internal static bool IsChild => _role is not null;

    /// <summary>Whether the parent of this child has a service manager to tell.</summary>
    internal static bool HasManager => _role == WithManager;

    /// <summary>The environment of a child.</summary>
    internal static void Prepare(IDictionary<string, string?> environment, bool withManager)
    {
        environment[Variable] = withManager ? WithManager : Alone;
        environment.Remove(NotifySocket);
    }

    /// <summary>A line for the service manager, to the parent.</summary>
    internal static void Tell(string text)
    {
        Console.Out.WriteLine(text);
        Console.Out.Flush();
    }

    /// <summary>Follows the parent's orders, and hands on to it what others order here.</summary>
    internal static void Follow(DaemonOrders daemon)
    {
        daemon.HandOn = static restart => Signals.ToParent(restart ? Signals.HangUp : Signals.Terminate);
        var listening = new Thread(() =>
        {
            using var orders = new StreamReader(StandardStream.Input());
            while (orders.ReadLine() == Drain)
                _ = daemon.LeaveAsync();
            daemon.Shutdown(true);
        }) { IsBackground = true };
        listening.Start();
    }
}
