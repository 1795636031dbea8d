using System.Runtime.InteropServices;

namespace Sendmail.Posix;

/// <summary>The C library calls that .NET does not offer in the form needed here.</summary>
internal static partial class LibC
{
    private const string Name = "libc";

    internal const int LockShared = 1;
    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;
    internal const int LockUnlock = 8;
    internal const int OpenCreate = 0x40;
    internal const int OpenExclusive = 0x80;
    internal const int OpenDirectory = 0x10000;
    internal const int OpenCloseOnExec = 0x80000;

    [StructLayout(LayoutKind.Sequential)]
    internal struct PasswdEntry
    {
        internal nint Name;
        internal nint Password;
        internal uint UserId;
        internal uint GroupId;
        internal nint Gecos;
        internal nint Directory;
        internal nint Shell;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct GroupEntry
    {
        internal nint Name;
        internal nint Password;
        internal uint GroupId;
        internal nint Members;
    }

    /// <summary>struct statx, which is laid out the same on every architecture (statx(2)).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct StatX
    {
        [FieldOffset(0x10)] internal uint Links;
        [FieldOffset(0x14)] internal uint UserId;
        [FieldOffset(0x18)] internal uint GroupId;
        [FieldOffset(0x1C)] internal ushort Mode;
        [FieldOffset(0x20)] internal ulong Inode;
        [FieldOffset(0x28)] internal ulong Size;
        [FieldOffset(0x70)] internal long ModifiedSeconds;
        [FieldOffset(0x78)] internal uint ModifiedNanoseconds;
        [FieldOffset(0x88)] internal uint DeviceMajor;
        [FieldOffset(0x8C)] internal uint DeviceMinor;
    }

    /// <summary>struct statvfs of 64-bit systems: sizes and counts come first, in octets of eight.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileSystemFacts
    {
        [FieldOffset(0)] internal ulong BlockSize;
        [FieldOffset(32)] internal ulong AvailableBlocks;
    }

    /// <summary>struct sysinfo of 64-bit systems: how long it runs, then its load of one minute in parts of 65536.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    internal struct SystemFacts
    {
        [FieldOffset(8)] internal ulong Load;
    }

    [LibraryImport(Name, EntryPoint = "sysinfo")]
    internal static partial int SystemInformation(out SystemFacts facts);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        internal ulong Soft;
        internal ulong Hard;
    }

    private const int LimitOfDescriptors = 7;

    [LibraryImport(Name, EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport(Name, EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    /// <summary>Lowers the soft limit of open files; a process that is about to become another program only.</summary>
    internal static void LimitDescriptors(ulong most)
    {
        if (GetLimit(LimitOfDescriptors, out Limit limit) == 0 && limit.Soft > most)
        {
            limit.Soft = most;
            _ = SetLimit(LimitOfDescriptors, limit);
        }
    }

    internal const int AtCurrentDirectory = -100;
    internal const int AtNoFollow = 0x100;
    internal const int AtEmptyPath = 0x1000;
    internal const uint StatXBasic = 0x7FF;

    [LibraryImport(Name, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Statx(int directory, string path, int flags, uint mask, out StatX result);

    [LibraryImport(Name, EntryPoint = "statx", SetLastError = true)]
    internal static unsafe partial int Statx(int directory, byte* path, int flags, uint mask, out StatX result);

    [LibraryImport(Name, EntryPoint = "signal")]
    internal static partial nint Signal(int signal, nint handler);

    [LibraryImport(Name, EntryPoint = "getppid")]
    internal static partial int GetParentId();

    [LibraryImport(Name, EntryPoint = "getloadavg")]
    internal static partial int GetLoadAverage(out double load, int count);

    [LibraryImport(Name, EntryPoint = "statvfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int StatFileSystem(string path, FileSystemFacts* facts);

    [LibraryImport(Name, EntryPoint = "flock", SetLastError = true)]
    internal static partial int Flock(int descriptor, int operation);

    [LibraryImport(Name, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, uint mode);

    [LibraryImport(Name, EntryPoint = "open", SetLastError = true)]
    internal static unsafe partial int Open(byte* path, int flags, uint mode);

    [LibraryImport(Name, EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    internal static unsafe partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    internal static unsafe partial nint Write(int descriptor, byte* buffer, nint count);

    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Fcntl(int descriptor, int command, nint argument);

    [LibraryImport(Name, EntryPoint = "gethostname", SetLastError = true)]
    internal static unsafe partial int GetHostName(byte* name, nint size);

    [LibraryImport(Name, EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Name, EntryPoint = "connect", SetLastError = true)]
    internal static unsafe partial int Connect(int descriptor, byte* address, uint size);

    [LibraryImport(Name, EntryPoint = "bind", SetLastError = true)]
    internal static unsafe partial int Bind(int descriptor, byte* address, uint size);

    [LibraryImport(Name, EntryPoint = "send", SetLastError = true)]
    internal static unsafe partial nint Send(int descriptor, byte* buffer, nint count, int flags);

    [LibraryImport(Name, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Fsync(int descriptor);

    [LibraryImport(Name, EntryPoint = "umask")]
    internal static partial uint Umask(uint mask);

    [LibraryImport(Name, EntryPoint = "getuid")]
    internal static partial uint GetUid();

    [LibraryImport(Name, EntryPoint = "geteuid")]
    internal static partial uint GetEuid();

    [LibraryImport(Name, EntryPoint = "getgid")]
    internal static partial uint GetGid();

    [LibraryImport(Name, EntryPoint = "getegid")]
    internal static partial uint GetEgid();

    [LibraryImport(Name, EntryPoint = "setsid", SetLastError = true)]
    internal static partial int SetSid();

    [LibraryImport(Name, EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int GetPwNam(string name, PasswdEntry* entry, byte* buffer, nint size, PasswdEntry** result);

    [LibraryImport(Name, EntryPoint = "getpwuid_r")]
    internal static unsafe partial int GetPwUid(uint id, PasswdEntry* entry, byte* buffer, nint size, PasswdEntry** result);

    [LibraryImport(Name, EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int GetGrNam(string name, GroupEntry* entry, byte* buffer, nint size, GroupEntry** result);

    [LibraryImport(Name, EntryPoint = "getgrgid_r")]
    internal static unsafe partial int GetGrGid(uint id, GroupEntry* entry, byte* buffer, nint size, GroupEntry** result);

    [LibraryImport(Name, EntryPoint = "getgrouplist", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int GetGroupList(string user, uint group, uint* groups, int* count);

    [LibraryImport(Name, EntryPoint = "setgroups", SetLastError = true)]
    internal static unsafe partial int SetGroups(nint count, uint* groups);

    [LibraryImport(Name, EntryPoint = "setgid", SetLastError = true)]
    internal static partial int SetGid(uint id);

    [LibraryImport(Name, EntryPoint = "setresgid", SetLastError = true)]
    internal static partial int SetResGid(uint real, uint effective, uint saved);

    [LibraryImport(Name, EntryPoint = "setuid", SetLastError = true)]
    internal static partial int SetUid(uint id);

    [LibraryImport(Name, EntryPoint = "nice", SetLastError = true)]
    internal static partial int Nice(int increment);

    [LibraryImport(Name, EntryPoint = "chdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChangeDirectory(string path);

    [LibraryImport(Name, EntryPoint = "chroot", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChangeRoot(string path);

    [LibraryImport(Name, EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Access(string path, int mode);

    [LibraryImport(Name, EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int Execute(string path, byte** arguments, byte** environment);

    [LibraryImport(Name, EntryPoint = "fchown", SetLastError = true)]
    internal static partial int ChangeOwner(int descriptor, uint user, uint group);

    [LibraryImport(Name, EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChangeLinkOwner(string path, uint user, uint group);

    [LibraryImport(Name, EntryPoint = "isatty")]
    internal static partial int IsTerminal(int descriptor);

    [LibraryImport(Name, EntryPoint = "dup2", SetLastError = true)]
    internal static partial int Duplicate(int from, int to);

    [LibraryImport(Name, EntryPoint = "socketpair", SetLastError = true)]
    internal static unsafe partial int SocketPair(int family, int type, int protocol, int* pair);

    [LibraryImport(Name, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);

    [LibraryImport(Name, EntryPoint = "getsid", SetLastError = true)]
    internal static partial int GetSid(int process);
}
