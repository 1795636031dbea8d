using Microsoft.Win32.SafeHandles;

namespace Sendmail.Posix;

/// <summary>Whole-file locks by flock(2), the kind sendmail uses on queue and map files.</summary>
public static class FileLock
{
    /// <summary>Takes the exclusive lock if nobody has it; false when somebody does.</summary>
    public static bool TryLockExclusive(SafeFileHandle file) =>
        LibC.Flock((int)file.DangerousGetHandle(), LibC.LockExclusive | LibC.LockNonBlocking) == 0;

    /// <summary>Takes a shared lock if nobody has the exclusive one.</summary>
    public static bool TryLockShared(SafeFileHandle file) =>
        LibC.Flock((int)file.DangerousGetHandle(), LibC.LockShared | LibC.LockNonBlocking) == 0;

    /// <summary>Waits for the exclusive lock.</summary>
    public static bool LockExclusive(SafeFileHandle file) =>
        LibC.Flock((int)file.DangerousGetHandle(), LibC.LockExclusive) == 0;

    /// <summary>Waits for a shared lock or, with <paramref name="exclusive"/>, for the exclusive one.</summary>
    public static bool LockShared(SafeFileHandle file, bool exclusive) =>
        LibC.Flock((int)file.DangerousGetHandle(), exclusive ? LibC.LockExclusive : LibC.LockShared) == 0;

    /// <summary>Gives the lock back.</summary>
    public static void Unlock(SafeFileHandle file) => _ = LibC.Flock((int)file.DangerousGetHandle(), LibC.LockUnlock);
}
