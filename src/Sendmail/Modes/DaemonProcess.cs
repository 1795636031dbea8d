using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Modes;

/// <summary>
/// The process of a daemon or queue runner: leaves the terminal, keeps the pid file, starts again at SIGHUP. As .NET cannot
/// fork, a copy of the program takes over: it gets the listening sockets that are open, and says when it is ready.
/// </summary>
internal sealed class DaemonProcess(ModeContext context)
{
    private const string DetachedVariable = "SENDMAIL_DETACHED", SocketsVariable = "SENDMAIL_SOCKETS";
    private const char CommandSeparator = '\x1f';
    private const int StandardError = 2;
    private readonly string[] _command = Environment.GetEnvironmentVariable(DetachedVariable) is { } given ? given.Split(CommandSeparator) : Background.CommandLine();

    /// <summary>Whether this is the copy that goes on by itself.</summary>
    internal static bool IsDetached => Environment.GetEnvironmentVariable(DetachedVariable) is not null;

    /// <summary>Who starts and watches us.</summary>
    internal ServiceManager Manager { get; } = new();

    /// <summary>
    /// Whether the program goes on in a copy, at its start and at SIGHUP. With -bD it stays the process that it is, unless a
    /// service manager can be told of another.
    /// </summary>
    internal bool LeavesTerminal => context.Line.Mode != 'D';

    /// <summary>Whether a copy takes over at SIGHUP; otherwise the program takes its own place.</summary>
    internal bool HandsOver => LeavesTerminal || Manager.IsPresent;

    /// <summary>Goes on in the background, and waits until the copy is ready or has said why not.</summary>
    /// <param name="mode">An argument that chooses the mode, as the name that may have done so is lost on the way.</param>
    internal int Detach(string? mode)
    {
        using Process? copy = StartCopy(mode is null ? [] : [mode], [], false, out string output);
        if (copy is null)
        {
            Console.Out.Write(output);
            return ExitOfCopy;
        }
        return 0;
    }

    /// <summary>What the last copy that did not become ready ended with.</summary>
    internal int ExitOfCopy { get; private set; }

    /// <summary>Starts the process that serves connections for this one, which stays root (<see cref="ParentLink"/>).</summary>
    /// <returns>It when it is ready; null, with what it said, when it ended instead.</returns>
    internal Process? StartServer(IReadOnlyList<Socket> sockets, out string output) => StartCopy(["-b" + context.Line.Mode], sockets, true, out output);

    /// <summary>The copy when it is ready; null with what it said when it ended instead.</summary>
    private Process? StartCopy(string[] first, IReadOnlyList<Socket> sockets, bool isServer, out string output)
    {
        string[] arguments = Environment.GetCommandLineArgs()[1..];
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. first.Except(arguments), .. arguments])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true,
        };
        start.Environment[DetachedVariable] = string.Join(CommandSeparator, _command);
        start.Environment.Remove(ServiceManager.WatchdogOf);
        if (isServer)
            ParentLink.Prepare(start.Environment, Manager.IsPresent);
        PassSockets(start.Environment, sockets, true);
        var said = new System.Text.StringBuilder();
        Process copy = Process.Start(start)!;
        PassSockets(start.Environment, sockets, false);
        if (!isServer)
            copy.StandardInput.Close();
        while (copy.StandardOutput.ReadLine() is { } line)
        {
            if (line == DetachedVariable)
            {
                output = "";
                return copy;
            }
            said.Append(line).Append('\n');
        }
        copy.WaitForExit();
        ExitOfCopy = copy.ExitCode;
        copy.Dispose();
        output = said.ToString();
        return null;
    }

    private static void PassSockets(IDictionary<string, string?> environment, IReadOnlyList<Socket> sockets, bool keep)
    {
        environment[SocketsVariable] = string.Join(',', sockets.Select(s => s.Handle.ToString(CultureInfo.InvariantCulture)));
        foreach (Socket socket in sockets)
            Descriptor.KeepOnExecute((int)socket.Handle, keep);
    }

    /// <summary>Sockets that listen already: a service manager's, or those of the process before this one.</summary>
    internal static IReadOnlyList<Socket> Inherited()
    {
        IReadOnlyList<Socket> result = [.. (Environment.GetEnvironmentVariable(SocketsVariable) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(d => ServiceManager.SocketOf(int.Parse(d, CultureInfo.InvariantCulture))).OfType<Socket>(), .. ServiceManager.Sockets()];
        Environment.SetEnvironmentVariable(SocketsVariable, null);
        return result;
    }

    /// <summary>Everything is open: the pid file is written, whoever waits is told.</summary>
    internal void Ready()
    {
        if (!ParentLink.IsChild)
            WritePidFile();
        if (IsDetached)
        {
            Console.Out.WriteLine(DetachedVariable);
            Console.Out.Flush();
            if (!ParentLink.IsChild)
                Background.Leave();
            else if (LeavesTerminal)
                Background.Leave(StandardError);
            Environment.SetEnvironmentVariable(DetachedVariable, null);
        }
        Manager.Ready();
    }

    /// <summary>
    /// SIGHUP or the control socket: starts a copy with the configuration as it is now. False when it could not start; then the reason is logged
    /// and this process goes on.
    /// </summary>
    internal bool TryHandOver(IReadOnlyList<Socket> sockets, string cause = "signal")
    {
        Manager.Reloading();
        LogRestart(cause);
        using Process? copy = StartCopy(context.Line.Mode is 'd' or 'D' ? ["-b" + context.Line.Mode] : [], sockets, false, out string output);
        if (copy is not null)
        {
            Manager.HandOver(copy.Id);
            return true;
        }
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            context.Log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(" + context.UserName + "): cannot restart: " + line);
        Manager.Ready();
        return false;
    }

    /// <summary>SIGHUP with -bD: the program takes its own place. Returns only when that fails.</summary>
    internal int RestartInPlace(IReadOnlyList<Socket> sockets, string cause)
    {
        LogRestart(cause);
        var environment = new Dictionary<string, string?>();
        PassSockets(environment, sockets, true);
        Environment.SetEnvironmentVariable(SocketsVariable, environment[SocketsVariable]);
        return ProcessSpawner.Become([ProcessSpawner.AppletName, "-1", "-1", "", "0", "", "", "-1", Environment.ProcessPath!, .. _command]);
    }

    /// <summary>The command that started the daemon, as the log shows it.</summary>
    internal string StartedAs => string.Join(' ', _command);

    private void LogRestart(string cause) =>
        context.Log.Write(1, LogPriority.Info, null, "restarting " + (_command[0].StartsWith('/') ? _command[0] : Environment.ProcessPath) + " due to " + cause);

    /// <summary>Warns of a start by a relative path. It works here, but other copies of sendmail do not survive it.</summary>
    internal void CheckPath()
    {
        if (!IsDetached && !_command[0].StartsWith('/'))
            context.Log.Write(0, LogPriority.Warning, null, "daemon invoked without full pathname; kill -1 won't work");
    }

    private string PidPath => MacroExpander.Expand(context.Configuration.Options.Get(OptionTable.PidFile), context.Configuration.Macros);

    private void WritePidFile()
    {
        string path = PidPath;
        if (path.Length == 0)
            return;
        try
        {
            File.Delete(path);
            using FileStream file = Files.CreateNew(path, 0x180);
            file.Write(Core.Latin1.ToBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n" + StartedAs + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Log.Write(0, LogPriority.Error, null, "unable to write pid to " + path + ": " + (e is UnauthorizedAccessException ? "Permission denied" : e.Message));
        }
    }

    /// <summary>The end of a daemon that nobody follows.</summary>
    internal void RemovePidFile()
    {
        try
        {
            if (PidPath is { Length: > 0 } path)
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Log.Write(0, LogPriority.Error, "NOQUEUE", "cannot remove pid file: " + e.Message);
        }
    }
}
