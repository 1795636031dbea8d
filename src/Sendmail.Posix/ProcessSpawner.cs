using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Sendmail.Posix;

/// <summary>
/// Runs programs as other users. .NET cannot fork, so our own binary is started as an applet that sets group, user,
/// niceness and directory and then becomes the program (execve).
/// </summary>
public static class ProcessSpawner
{
    /// <summary>First argument that makes our binary the applet.</summary>
    public const string AppletName = "exec-as";
    private const int CannotExecute = 71;
    private const uint ProgramMask = 0x12;
    private const ulong ProgramDescriptors = 1024;

    /// <summary>Runs a program with <paramref name="input"/> writing its standard input, and waits for it.</summary>
    public static async Task<SpawnResult> RunAsync(SpawnRequest request, Func<Stream, Task> input, TimeSpan wait, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = Applet(request, -1) };
        try
        {
            Begin(process);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return new SpawnResult(CannotExecute, "", e.Message);
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (wait > TimeSpan.Zero)
            limit.CancelAfter(wait);
        var output = new MemoryStream();
        var gate = new Lock();
        Task reading = Task.WhenAll(CopyAsync(process.StandardOutput.BaseStream, output, gate), CopyAsync(process.StandardError.BaseStream, output, gate));
        try
        {
            try
            {
                await input(process.StandardInput.BaseStream).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The program did not want all of it; its exit code tells whether that is an error.
            }
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await reading.ConfigureAwait(false);
            return new SpawnResult(process.ExitCode, Encoding.Latin1.GetString(output.ToArray()), null);
        }
        catch (OperationCanceledException)
        {
            process.Kill(true);
            return new SpawnResult(75, Encoding.Latin1.GetString(output.ToArray()), "timeout");
        }
    }

    /// <summary>Starts a program that speaks over one socket, which is its standard input and output.</summary>
    /// <param name="problem">Why it could not be started.</param>
    public static SpawnedDialogue? Start(SpawnRequest request, out string? problem)
    {
        (int own, int other) = Descriptor.SocketPair();
        var process = new Process { StartInfo = Applet(request, other) };
        try
        {
            Begin(process, other);
            problem = null;
            return new SpawnedDialogue(process, own);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            problem = e.Message;
            process.Dispose();
            Descriptor.Close(own);
            return null;
        }
        finally
        {
            Descriptor.Close(other);
        }
    }

    private static readonly Lock _starting = new();

    // One after the other: no program gets a descriptor that is another's.
    private static void Begin(Process process, int dialogue = -1)
    {
        lock (_starting)
        {
            if (dialogue >= 0)
                Descriptor.KeepOnExecute(dialogue, true);
            process.Start();
            if (dialogue >= 0)
                Descriptor.KeepOnExecute(dialogue, false);
        }
    }

    private static ProcessStartInfo Applet(SpawnRequest request, int dialogue)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/",
        };
        foreach (string argument in AppletArguments(request, dialogue))
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach ((string name, string value) in request.Environment)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>Lowers the priority of this process by nice(2).</summary>
    public static void BeNice(int increment) => _ = LibC.Nice(increment);

    private static async Task CopyAsync(Stream from, MemoryStream to, Lock gate)
    {
        byte[] buffer = new byte[4096];
        int read;
        while ((read = await from.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            lock (gate)
            {
                if (to.Length < 1 << 20)
                    to.Write(buffer, 0, read);
            }
        }
    }

    private static IEnumerable<string> AppletArguments(SpawnRequest request, int dialogue)
    {
        yield return AppletName;
        yield return request.UserId.ToString(CultureInfo.InvariantCulture);
        yield return request.GroupId.ToString(CultureInfo.InvariantCulture);
        yield return request.GroupsOf ?? "";
        yield return request.Nice.ToString(CultureInfo.InvariantCulture);
        yield return request.RootDirectory ?? "";
        yield return string.Join(':', request.Directories);
        yield return dialogue.ToString(CultureInfo.InvariantCulture);
        yield return request.Path;
        foreach (string argument in request.Arguments)
            yield return argument;
    }

    /// <summary>The applet itself: never returns when the program could be started.</summary>
    /// <returns>An exit code when it could not.</returns>
    public static unsafe int Become(string[] arguments)
    {
        if (arguments.Length < 9)
            return 64;
        if (!Number(arguments[1], out int user) || !Number(arguments[2], out int group) || !Number(arguments[4], out int nice) || !Number(arguments[7], out int dialogue))
            return 64;
        if (nice != 0)
            _ = LibC.Nice(nice);
        if (arguments[5].Length > 0 && (LibC.ChangeRoot(arguments[5]) != 0 || LibC.ChangeDirectory("/") != 0))
            return Complain("cannot chroot(" + arguments[5] + ")");
        // Whoever starts the applet by hand gets nothing from the set-group-ID bit.
        if (LibC.GetEuid() != 0 && LibC.GetEgid() != LibC.GetGid() && LibC.SetGid(LibC.GetGid()) != 0)
            return Complain("cannot give up the group");
        if (LibC.GetEuid() == 0)
        {
            if (group >= 0)
            {
                uint[] groups = arguments[3].Length > 0 ? Array.ConvertAll(Users.GroupsOf(arguments[3], group), g => (uint)g) : [(uint)group];
                fixed (uint* at = groups)
                {
                    if (LibC.SetGroups(groups.Length, at) != 0)
                        return Complain("cannot set groups");
                }
                if (LibC.SetGid((uint)group) != 0)
                    return Complain("setgid(" + arguments[2] + ") failed");
            }
            if (user >= 0 && LibC.SetUid((uint)user) != 0)
                return Complain("setuid(" + arguments[1] + ") failed");
        }
        // What sendmail's programs always found, whatever the queue's mask and the runtime's need of descriptors are.
        _ = LibC.Umask(ProgramMask);
        LibC.LimitDescriptors(ProgramDescriptors);
        foreach (string directory in arguments[6].Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            if (LibC.ChangeDirectory(directory) == 0)
                break;
        }
        if (dialogue >= 0 && (LibC.Duplicate(dialogue, 0) < 0 || LibC.Duplicate(dialogue, 1) < 0 || LibC.Close(dialogue) != 0))
            return Complain("cannot use descriptor " + arguments[7]);
        byte** argv = Pointers(arguments[9..]);
        byte** envp = Pointers([.. EnvironmentLines()]);
        _ = LibC.Execute(arguments[8], argv, envp);
        return Complain("Cannot exec '" + arguments[8] + "' errno=" + Marshal.GetLastPInvokeError().ToString(CultureInfo.InvariantCulture));
    }

    private static bool Number(string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>
    /// Becomes another program (execve) with arguments and an environment of one octet per character. Comes back, with the
    /// reason, only when that is not possible.
    /// </summary>
    public static unsafe string Replace(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        _ = LibC.Execute(path, Octets(arguments), Octets(environment));
        return Files.ErrorText(Marshal.GetLastPInvokeError());
    }

    private static unsafe byte** Octets(IReadOnlyList<string> texts)
    {
        byte** result = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < texts.Count; i++)
        {
            result[i] = (byte*)NativeMemory.AllocZeroed((nuint)texts[i].Length + 1);
            for (int at = 0; at < texts[i].Length; at++)
                result[i][at] = (byte)texts[i][at];
        }
        return result;
    }

    private static IEnumerable<string> EnvironmentLines()
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            yield return variable.Key + "=" + variable.Value;
    }

    // Lives until execve replaces the process.
    private static unsafe byte** Pointers(string[] texts)
    {
        byte** result = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Length + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < texts.Length; i++)
            result[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        return result;
    }

    private static int Complain(string text)
    {
        Console.Error.WriteLine(text);
        return CannotExecute;
    }
}
