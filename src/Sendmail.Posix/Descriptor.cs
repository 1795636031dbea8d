namespace Sendmail.Posix;

/// <summary>Flags of open descriptors.</summary>
public static class Descriptor
{
    private const int SetFlags = 2;
    private const int CloseOnExecute = 1;

    /// <summary>Whether a program started by execve(2) finds the descriptor open.</summary>
    public static void KeepOnExecute(int descriptor, bool keep) => _ = LibC.Fcntl(descriptor, SetFlags, keep ? 0 : CloseOnExecute);

    /// <summary>Whether the number stands for an open file.</summary>
    public static bool IsOpen(int descriptor) => LibC.Fcntl(descriptor, 1, 0) >= 0;
}
