using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sendmail.Posix;

/// <summary>What stat(2) says about a file.</summary>
public readonly record struct FileFacts(int UserId, int GroupId, uint Mode, ulong Inode, ulong Device, long Size, long ModifiedSeconds, long ModifiedNanoseconds, ulong Links)
{
    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (Mode & 0xF000) == 0x4000;
    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => (Mode & 0xF000) == 0x8000;
    /// <summary>Whether it is a symbolic link (lstat only).</summary>
    public bool IsLink => (Mode & 0xF000) == 0xA000;
    /// <summary>Permission bits.</summary>
    public uint Permissions => Mode & 0xFFF;
}

/// <summary>File calls that sendmail's queue needs to be exact about.</summary>
public static class Files
{
    /// <summary>stat or, with <paramref name="followLinks"/> false, lstat; null with <paramref name="errno"/> set on failure.</summary>
    public static FileFacts? Facts(string path, bool followLinks, out int errno)
    {
        if (LibC.Statx(LibC.AtCurrentDirectory, path, followLinks ? 0 : LibC.AtNoFollow, LibC.StatXBasic, out LibC.StatX x) != 0)
        {
            errno = Marshal.GetLastPInvokeError();
            return null;
        }
        errno = 0;
        return From(x);
    }

    internal static FileFacts From(in LibC.StatX x) => new((int)x.UserId, (int)x.GroupId, x.Mode, x.Inode, Device(x.DeviceMajor, x.DeviceMinor),
        (long)x.Size, x.ModifiedSeconds, x.ModifiedNanoseconds, x.Links);

    /// <summary>fstat; null when it is no open descriptor.</summary>
    public static FileFacts? Facts(int descriptor) =>
        LibC.Statx(descriptor, "", LibC.AtEmptyPath, LibC.StatXBasic, out LibC.StatX x) == 0 ? From(x) : null;

    // dev_t as glibc writes it (makedev(3)).
    private static ulong Device(ulong major, ulong minor) =>
        (minor & 0xFF) | ((major & 0xFFF) << 8) | ((minor & ~0xFFUL) << 12) | ((major & ~0xFFFUL) << 32);

    /// <summary>stat, null when that fails.</summary>
    public static FileFacts? Facts(string path) => Facts(path, true, out _);

    /// <summary>The system's text for an error number, as strerror(3).</summary>
    public static string ErrorText(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>The system's words for what the runtime's own file operations failed with; theirs name the path once more.</summary>
    public static string ErrorText(Exception exception) => (exception.InnerException ?? exception).HResult is > 0 and < 200 and var errno ? ErrorText(errno) : exception.Message;

    /// <summary>Creates a file that must not exist, with exactly these permission bits, whatever the file creation mask.</summary>
    /// <exception cref="IOException">It exists or cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission denied.</exception>
    public static FileStream CreateNew(string path, int mode, FileAccess access = FileAccess.ReadWrite)
    {
        FileStream file = OpenFlags(path, access, LibC.OpenCreate | LibC.OpenExclusive, mode, 0);
        if ((mode & 0x3F) != 0)
            File.SetUnixFileMode(file.SafeFileHandle, (UnixFileMode)mode);
        return file;
    }

    /// <summary>Opens an existing file. The runtime's own way of opening would take a flock(2), which is sendmail's kind of lock.</summary>
    /// <exception cref="IOException">It does not exist or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission denied.</exception>
    public static FileStream Open(string path, FileAccess access = FileAccess.Read, int buffer = 0) => OpenFlags(path, access, 0, 0, buffer);

    /// <summary>The content of a small file, for programs that are over in a few milliseconds: a FileStream takes longer to make.</summary>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public static unsafe byte[] ReadAll(string path)
    {
        const int interrupted = 4;
        int descriptor = LibC.Open(path, LibC.OpenCloseOnExec, 0);
        if (descriptor < 0)
            throw new IOException(path + ": " + ErrorText(Marshal.GetLastPInvokeError()));
        try
        {
            var content = new byte[1024];
            int length = 0;
            while (true)
            {
                if (length == content.Length)
                    Array.Resize(ref content, length * 4);
                nint count;
                fixed (byte* room = content)
                    count = LibC.Read(descriptor, room + length, content.Length - length);
                if (count == 0)
                    return content[..length];
                if (count > 0)
                    length += (int)count;
                else if (Marshal.GetLastPInvokeError() is var errno && errno != interrupted)
                    throw new IOException(path + ": " + ErrorText(errno));
            }
        }
        finally
        {
            LibC.Close(descriptor);
        }
    }

    private static FileStream OpenFlags(string path, FileAccess access, int flags, int mode, int buffer)
    {
        const int noEntry = 2;
        const int accessDenied = 13;
        const int interrupted = 4;
        int how = access switch { FileAccess.Read => 0, FileAccess.Write => 1, _ => 2 };
        int descriptor;
        int errno = 0;
        do
        {
            descriptor = LibC.Open(path, how | flags | LibC.OpenCloseOnExec, (uint)mode);
            if (descriptor < 0)
                errno = Marshal.GetLastPInvokeError();
        }
        while (descriptor < 0 && errno == interrupted);
        if (descriptor >= 0)
            return new FileStream(new SafeFileHandle(descriptor, true), access, buffer);
        string text = ErrorText(errno);
        throw errno switch
        {
            noEntry => new FileNotFoundException(text, path),
            accessDenied => new UnauthorizedAccessException(text),
            _ => new IOException(text),
        };
    }

    /// <summary>fsync of an open file.</summary>
    /// <exception cref="IOException">The disk did not take it.</exception>
    public static void Sync(SafeFileHandle file)
    {
        if (LibC.Fsync((int)file.DangerousGetHandle()) != 0)
            throw new IOException(ErrorText(Marshal.GetLastPInvokeError()));
    }

    /// <summary>fsync of a directory, so that names created in it survive a crash.</summary>
    /// <exception cref="IOException">The directory cannot be opened or synced.</exception>
    public static void SyncDirectory(string path)
    {
        int descriptor = LibC.Open(path, LibC.OpenDirectory | LibC.OpenCloseOnExec, 0);
        if (descriptor < 0)
            throw new IOException(path + ": " + ErrorText(Marshal.GetLastPInvokeError()));
        int result = LibC.Fsync(descriptor);
        int errno = Marshal.GetLastPInvokeError();
        LibC.Close(descriptor);
        if (result != 0)
            throw new IOException(path + ": " + ErrorText(errno));
    }

    /// <summary>Changes owner and group of an open file; false when the system refuses.</summary>
    public static bool ChangeOwner(SafeFileHandle file, int user, int group) =>
        LibC.ChangeOwner((int)file.DangerousGetHandle(), (uint)user, (uint)group) == 0;

    /// <summary>The same of a name, not of what it may link to; -1 leaves one of them as it is.</summary>
    public static bool ChangeLinkOwner(string path, int user, int group) => LibC.ChangeLinkOwner(path, (uint)user, (uint)group) == 0;

    /// <summary>Whether we may run it, by our real user and group.</summary>
    public static bool MayExecute(string path) => LibC.Access(path, 1) == 0;

    /// <summary>Sets the file creation mask and returns the old one.</summary>
    public static int Umask(int mask) => (int)LibC.Umask((uint)mask);

    /// <summary>Whether the descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => LibC.IsTerminal(descriptor) != 0;

    /// <summary>Free blocks for this user and the block size of the file system of <paramref name="path"/>; null when unknown.</summary>
    public static unsafe (long Blocks, long BlockSize)? FreeSpace(string path)
    {
        LibC.FileSystemFacts facts;
        return LibC.StatFileSystem(path, &facts) == 0 ? ((long)facts.AvailableBlocks, (long)facts.BlockSize) : null;
    }
}
