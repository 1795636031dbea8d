using System.Runtime.InteropServices;
using System.Text;

namespace Sendmail.Posix;

/// <summary>What a daemon does to leave the terminal that started it.</summary>
public static class Background
{
    private const int ReadWrite = 2;

    /// <summary>
    /// Starts a session of its own and gives the standard descriptors to /dev/null, so that whoever waits for the end of our
    /// output need not wait for the end of the daemon.
    /// </summary>
    /// <param name="first">The first of them: a process that its parent talks to by the others gives up standard error alone.</param>
    public static void Leave(int first = 0)
    {
        _ = LibC.SetSid();
        PointStandardDescriptors(first);
    }

    /// <summary>Opens what is closed of the standard descriptors, so that no file of ours gets their numbers.</summary>
    public static void EnsureStandardDescriptors()
    {
        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            if (!Descriptor.IsOpen(descriptor))
                PointStandardDescriptors(descriptor, descriptor);
        }
    }

    private static void PointStandardDescriptors(int first, int last = 2)
    {
        int nothing = LibC.Open("/dev/null", ReadWrite, 0);
        if (nothing < 0)
            return;
        for (int descriptor = first; descriptor <= last; descriptor++)
        {
            if (nothing != descriptor)
                _ = LibC.Duplicate(nothing, descriptor);
        }
        if (nothing > 2)
            _ = LibC.Close(nothing);
    }

    /// <summary>The machine's name as gethostname(2) tells it, with its domain when it has one.</summary>
    public static unsafe string HostName()
    {
        byte* name = stackalloc byte[256];
        return LibC.GetHostName(name, 255) == 0 ? Marshal.PtrToStringUTF8((nint)name) ?? "localhost" : Environment.MachineName;
    }

    /// <summary>The words that this process was started with, argv[0] first.</summary>
    public static string[] CommandLine()
    {
        try
        {
            return Encoding.Latin1.GetString(Files.ReadAll("/proc/self/cmdline")).TrimEnd('\0').Split('\0');
        }
        catch (IOException)
        {
            return Environment.GetCommandLineArgs();
        }
    }
}
