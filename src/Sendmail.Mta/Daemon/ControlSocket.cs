using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Posix;
using Sendmail.Wire.Connections;

namespace Sendmail.Mta.Daemon;

/// <summary>
/// The socket of ControlSocketName: whoever may open it asks the daemon one thing per connection. Only its owner and group
/// may, and the directories above must be safe (op 5.6).
/// </summary>
public sealed class ControlSocket : IDisposable
{
    private const int Backlog = 8;
    private const int LongestCommand = 2048;
    private const uint AnyExecute = 0x49;
    private static readonly TimeSpan WriteTime = TimeSpan.FromSeconds(10);
    private readonly MtaServices _services;
    private readonly DaemonOrders _orders;
    private readonly Func<IReadOnlyList<string>> _tasks;
    private readonly Socket _socket;
    private readonly string _path;
    private readonly FileFacts? _made;

    private static readonly Dictionary<string, Func<ControlSocket, string>> Commands = new(StringComparer.OrdinalIgnoreCase)
    {
        ["help"] = static c => c.Help(),
        ["restart"] = static _ => "OK\r\n",
        ["shutdown"] = static _ => "OK\r\n",
        ["status"] = static c => c.Status(),
        ["mstat"] = static c => c.MachineStatus(),
        ["memdump"] = static _ => "Memory dump unavailable.\r\nTo fix, run sendmail with -dsm_check_heap.4\r\n",
    };

    private ControlSocket(MtaServices services, DaemonOrders orders, Func<IReadOnlyList<string>> tasks, Socket socket, string path)
    {
        (_services, _orders, _tasks, _socket, _path) = (services, orders, tasks, socket, path);
        _made = Files.Facts(path, false, out _);
    }

    /// <summary>Listens, when the option names a path; a path that cannot be used is logged, and the daemon goes on without.</summary>
    /// <param name="tasks">What the daemon itself does, first, then each session and queue run, in the words of the process list.</param>
    public static ControlSocket? Open(MtaServices services, DaemonOrders orders, Func<IReadOnlyList<string>> tasks)
    {
        string path = services.Configuration.Options.Get(OptionTable.ControlSocketName);
        if (path.Length == 0)
            return null;
        string problem;
        try
        {
            if (Unsafe(path) is not { } found)
                return new ControlSocket(services, orders, tasks, Listen(path, services.Configuration.Options.Get(OptionTable.TrustedUser)), path);
            problem = found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = Files.ErrorText(e);
        }
        catch (SocketException e)
        {
            problem = Files.ErrorText(e.NativeErrorCode);
        }
        services.Log.Write(0, LogPriority.Warning, null, "daemon could not open control socket " + path + ": " + problem);
        return null;
    }

    private static string? Unsafe(string path)
    {
        SafeFileResult safe = SafeFile.Check(path, new SafeFileRequest());
        if (!safe.Ok && safe.UnsafePath != path)
            return safe.Reason;
        if (Files.Facts(path, false, out _) is not { } facts)
            return null;
        return facts.IsLink ? "Symbolic links not allowed" : (facts.Mode & AnyExecute) != 0 ? "Executable files not allowed" : null;
    }

    private static Socket Listen(string path, RunAs owner)
    {
        File.Delete(path);
        int mask = Files.Umask(0x4F);
        Socket? socket = null;
        try
        {
            socket = UnixListener.Bind(path);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
            if (owner.UserId > 0)
                Files.ChangeLinkOwner(path, owner.UserId, -1);
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
        finally
        {
            _ = Files.Umask(mask);
        }
    }

    /// <summary>Answers until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                Socket client = await _socket.AcceptAsync(stop).ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(client, stop), CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                _services.Log.Write(1, LogPriority.Error, "NOQUEUE", "control socket: accept: " + e.Message);
                await Task.Delay(200, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        await using Connection connection = Connection.FromSocket(client);
        try
        {
            LineResult line = await connection.ReadLineAsync(LongestCommand, _services.Configuration.Options.Get(OptionTable.TimeoutControl), stop).ConfigureAwait(false);
            if (line.Kind == LineKind.Timeout)
            {
                _services.Log.Write(1, LogPriority.Notice, "NOQUEUE", "timeout waiting for input during control command");
                return;
            }
            if (line.Kind == LineKind.EndOfFile && line.Text.Length == 0)
                return;
            string text = line.Text.TrimStart();
            int end = text.IndexOfAny([' ', '\t', '\r']);
            string command = end < 0 ? text : text[..end];
            string answer = Commands.TryGetValue(command, out Func<ControlSocket, string>? make) ? make(this) : "Bad command (" + command + ")\r\n";
            await connection.WriteAsync(Latin1.ToBytes(answer), WriteTime, stop).ConfigureAwait(false);
            Act(command);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            _services.Log.Write(12, LogPriority.Debug, "NOQUEUE", "control socket: " + e.Message);
        }
    }

    // Behind the answer: it would not reach anybody any more.
    private void Act(string command)
    {
        if (command.Equals("restart", StringComparison.OrdinalIgnoreCase))
            _orders.Restart(false);
        else if (command.Equals("shutdown", StringComparison.OrdinalIgnoreCase))
            _orders.Shutdown(false);
    }

    private string Help()
    {
        const string topic = "control";
        Configuration configuration = _services.Configuration;
        List<string>? lines = HelpText.Find(configuration.Options.Get(OptionTable.HelpFile), topic, configuration.Macros, _services.Log, "NOQUEUE");
        var reply = lines switch
        {
            null => new[] { "502 5.3.0 Sendmail " + configuration.Macros["v"] + " -- HELP not implemented" },
            { Count: 0 } => ["504 5.3.0 HELP topic \"" + topic + "\" unknown"],
            _ => [.. lines.Select(l => "214-2.0.0 " + l), "214 2.0.0 End of HELP info"],
        };
        const int code = 10;
        var text = new StringBuilder();
        foreach (string line in reply)
        {
            _services.Log.Write(SmtpServerSession.DialogueLevel, LogPriority.Info, "NOQUEUE", "--- " + line);
            text.Append(line, code, line.Length - code).Append('\n');
        }
        return text.ToString();
    }

    // The last line is for who asks; processes are all this one.
    private IEnumerable<string> Processes(IReadOnlyList<string> tasks) => tasks.Append("console socket child").Select(t => Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + " " + t);

    private int Most => _services.Configuration.Options.Get(OptionTable.MaxDaemonChildren);

    private string Status()
    {
        IReadOnlyList<string> tasks = _tasks();
        return string.Create(CultureInfo.InvariantCulture, $"{tasks.Count - 1}/{Most}/{FreeKilobytes}/{LoadAverage.Current()}\r\n") + string.Concat(Processes(tasks).Select(p => p + "\r\n"));
    }

    private string MachineStatus()
    {
        IReadOnlyList<string> tasks = _tasks();
        string directory = _services.Queue.Space?.Directory ?? "";
        string place = _services.Configuration.QueueGroups is [{ Path: ['/', .., '*'] }, ..] ? Path.GetFileName(directory) : ".";
        return string.Create(CultureInfo.InvariantCulture, $"C:{tasks.Count - 1}\r\nM:{Most}\r\nL:{LoadAverage.Current()}\r\nQ:NOTCONFIGURED:-1\r\nD:0/{place}/{FreeKilobytes}\r\n")
            + string.Concat(Processes(tasks).Select(p => "P:" + p + "\r\n"));
    }

    private long FreeKilobytes => _services.Queue.Space is { } space && Files.FreeSpace(space.Directory) is { } free ? free.Blocks * (free.BlockSize / 512) / 2 : -1;

    /// <summary>Removes the socket, unless another daemon has put its own in its place.</summary>
    public void Remove()
    {
        if (_made is { } made && Files.Facts(_path, false, out _) is { } facts && facts.Inode == made.Inode && facts.Device == made.Device)
            File.Delete(_path);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
