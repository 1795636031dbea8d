namespace Sendmail.Posix;

/// <summary>Flags of open descriptors.</summary>
public static class Descriptor
{
    private const int SetFlags = 2;
    private const int CloseOnExecute = 1;
    private const int LocalFamily = 1, StreamType = 1, CloseOnExecuteType = 0x80000;

    /// <summary>Whether a program started by execve(2) finds the descriptor open.</summary>
    public static void KeepOnExecute(int descriptor, bool keep) => _ = LibC.Fcntl(descriptor, SetFlags, keep ? 0 : CloseOnExecute);

    /// <summary>Two sockets that are joined to each other; programs started from here get neither.</summary>
    /// <exception cref="IOException">There is no descriptor left.</exception>
    public static unsafe (int First, int Second) SocketPair()
    {
        int* pair = stackalloc int[2];
        if (LibC.SocketPair(LocalFamily, StreamType | CloseOnExecuteType, 0, pair) != 0)
            throw new IOException(Files.ErrorText(System.Runtime.InteropServices.Marshal.GetLastPInvokeError()));
        return (pair[0], pair[1]);
    }

    /// <summary>Closes it.</summary>
    public static void Close(int descriptor) => _ = LibC.Close(descriptor);

    /// <summary>Whether the number stands for an open file.</summary>
    public static bool IsOpen(int descriptor) => LibC.Fcntl(descriptor, 1, 0) >= 0;
}
