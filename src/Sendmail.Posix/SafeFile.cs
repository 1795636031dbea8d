namespace Sendmail.Posix;

/// <summary>What a file must be like to be trusted. <see cref="UserId"/> is whose file it may be besides root's.</summary>
public sealed record SafeFileRequest
{
    /// <summary>The user the file is read for; -1 for the current one.</summary>
    public int UserId { get; init; } = -1;
    /// <summary>Group-writable files are unsafe.</summary>
    public bool NoGroupWritable { get; init; } = true;
    /// <summary>World-writable files are unsafe.</summary>
    public bool NoWorldWritable { get; init; } = true;
    /// <summary>Group-readable files are unsafe (keys).</summary>
    public bool NoGroupReadable { get; init; }
    /// <summary>World-readable files are unsafe (keys).</summary>
    public bool NoWorldReadable { get; init; }
    /// <summary>Every directory above must be safe.</summary>
    public bool SafeDirectories { get; init; } = true;
    /// <summary>Symbolic links are refused.</summary>
    public bool NoLinks { get; init; }
    /// <summary>The owner must be root or <see cref="UserId"/>.</summary>
    public bool OwnerMatters { get; init; }
    /// <summary>Group-writable directories are safe (DontBlameSendmail GroupWritableDirPathSafe).</summary>
    public bool GroupWritableDirectoriesSafe { get; init; }
    /// <summary>Sticky world-writable directories are safe (DontBlameSendmail TrustStickyBit).</summary>
    public bool StickyDirectoriesSafe { get; init; }
    /// <summary>It need not be a regular file: the socket of a mail filter.</summary>
    public bool MayBeSocket { get; init; }
    /// <summary>A directory is wanted rather than a file.</summary>
    public bool IsDirectory { get; init; }

    /// <summary>A map or alias database.</summary>
    public static readonly SafeFileRequest Map = new() { NoGroupWritable = false, NoWorldWritable = false, SafeDirectories = false };
    /// <summary>A private key.</summary>
    public static readonly SafeFileRequest Key = new() { NoGroupReadable = true, NoWorldReadable = true, OwnerMatters = true };
    /// <summary>A certificate.</summary>
    public static readonly SafeFileRequest Certificate = new();
}

/// <summary>Whether a file can be trusted, and if not why, in sendmail's words; <see cref="UnsafePath"/> is the component to blame.</summary>
public sealed record SafeFileResult(bool Ok, string? Reason, string? UnsafePath)
{
    /// <summary>Safe.</summary>
    public static readonly SafeFileResult Safe = new(true, null, null);
}

/// <summary>sendmail's checks of files and the directories above them (op 4.6).</summary>
public static class SafeFile
{
    private const uint GroupWrite = 0x10;
    private const uint WorldWrite = 0x2;
    private const uint GroupRead = 0x20;
    private const uint WorldRead = 0x4;
    private const uint Sticky = 0x200;

    /// <summary>Checks <paramref name="path"/>.</summary>
    public static SafeFileResult Check(string path, SafeFileRequest request)
    {
        int user = request.UserId < 0 ? Users.EffectiveUserId : request.UserId;
        if (request.SafeDirectories && CheckDirectories(path, request, user) is { } unsafeDirectory)
            return unsafeDirectory;
        if (Files.Facts(path, false, out int errno) is not { } link)
            return new SafeFileResult(false, Files.ErrorText(errno), path);
        if (link.IsLink && request.NoLinks)
            return new SafeFileResult(false, "Symbolic link", path);
        if (Files.Facts(path, true, out errno) is not { } facts)
            return new SafeFileResult(false, Files.ErrorText(errno), path);
        if (request.IsDirectory)
            return facts.IsDirectory ? SafeFileResult.Safe : new SafeFileResult(false, "Not a directory", path);
        if (!facts.IsRegular && !request.MayBeSocket)
            return new SafeFileResult(false, "Regular files only", path);
        if (request.NoGroupWritable && (facts.Mode & GroupWrite) != 0)
            return new SafeFileResult(false, "Group writable file", path);
        if (request.NoWorldWritable && (facts.Mode & WorldWrite) != 0)
            return new SafeFileResult(false, "World writable file", path);
        if (request.NoGroupReadable && (facts.Mode & GroupRead) != 0)
            return new SafeFileResult(false, "Group readable file", path);
        if (request.NoWorldReadable && (facts.Mode & WorldRead) != 0)
            return new SafeFileResult(false, "World readable file", path);
        if (request.OwnerMatters && facts.UserId != 0 && facts.UserId != user)
            return new SafeFileResult(false, "Permission denied", path);
        return SafeFileResult.Safe;
    }

    /// <summary>Whether the permission bits let a user read the file, whatever we may do ourselves.</summary>
    public static bool CanRead(string path, int user, int group)
    {
        if (user == 0 || Files.Facts(path) is not { } facts)
            return true;
        if (facts.UserId == user)
            return (facts.Mode & 0x100) != 0;
        bool member = facts.GroupId == group || (Users.FindById(user) is { } record && Users.GroupsOf(record.Name, record.GroupId).Contains(facts.GroupId));
        return (facts.Mode & (member ? GroupRead : WorldRead)) != 0;
    }

    private static SafeFileResult? CheckDirectories(string path, SafeFileRequest request, int user)
    {
        string? directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path));
        for (; !string.IsNullOrEmpty(directory); directory = System.IO.Path.GetDirectoryName(directory))
        {
            if (Files.Facts(directory, true, out int errno) is not { } facts)
                return new SafeFileResult(false, Files.ErrorText(errno), directory);
            bool sticky = request.StickyDirectoriesSafe && (facts.Mode & Sticky) != 0;
            if ((facts.Mode & GroupWrite) != 0 && !request.GroupWritableDirectoriesSafe && !sticky)
                return new SafeFileResult(false, (facts.Mode & WorldWrite) != 0 ? "World writable directory" : "Group writable directory", directory);
            if ((facts.Mode & WorldWrite) != 0 && !sticky)
                return new SafeFileResult(false, "World writable directory", directory);
            if (facts.UserId != 0 && facts.UserId != user && user != 0 && (facts.Mode & 0x80) != 0 && request.OwnerMatters)
                return new SafeFileResult(false, "Permission denied", directory);
        }
        return null;
    }
}
