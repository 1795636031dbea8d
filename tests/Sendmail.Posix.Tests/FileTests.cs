using Microsoft.Win32.SafeHandles;

namespace Sendmail.Posix.Tests;

/// <summary>Files, locks and users as the system's manual pages describe them.</summary>
public sealed class FileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("posix-").FullName;

    private string Make(string name, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, "text");
        File.SetUnixFileMode(path, mode);
        return path;
    }

    [Fact]
    public void FactsTellTheLinkOrWhatItNames()
    {
        string path = Make("file"), link = Path.Combine(_directory, "link");
        File.CreateSymbolicLink(link, path);
        Assert.True(Files.Facts(link, true, out _) is { IsRegular: true, Size: 4, Permissions: 0x180 });
        Assert.True(Files.Facts(link, false, out _) is { IsLink: true });
        Assert.Null(Files.Facts(path + "x", true, out int errno));
        Assert.Equal(2, errno);
        Assert.Equal("No such file or directory", Files.ErrorText(errno));
    }

    // What the runtime finds by reading dozens of files.
    [Fact]
    public void TheInterfacesOfThisMachine()
    {
        var expected = System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus != System.Net.NetworkInformation.OperationalStatus.Down)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses.Select(u => (u.Address, i.NetworkInterfaceType == System.Net.NetworkInformation.NetworkInterfaceType.Loopback)))
            .Where(u => u.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork);
        Assert.Equal(expected.Order(Comparer<(System.Net.IPAddress, bool)>.Create(static (a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))),
            NetworkAddresses.List().Order(Comparer<(System.Net.IPAddress, bool)>.Create(static (a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))));
    }

    [Fact]
    public void ANewFileIsNeverAnOldOne()
    {
        using (FileStream made = Files.CreateNew(Path.Combine(_directory, "new"), 0x180))
            Assert.True(Files.Facts((int)made.SafeFileHandle.DangerousGetHandle()) is { Permissions: 0x180 });
        Assert.Throws<IOException>(() => Files.CreateNew(Path.Combine(_directory, "new"), 0x180));
    }

    [Fact]
    public void LocksBelongToAnOpenFile()
    {
        string path = Make("lock");
        using SafeFileHandle first = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using SafeFileHandle second = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Assert.True(FileLock.TryLockExclusive(first));
        Assert.False(FileLock.TryLockExclusive(second));
        Assert.False(FileLock.TryLockShared(second));
        FileLock.Unlock(first);
        Assert.True(FileLock.TryLockShared(first));
        Assert.True(FileLock.TryLockShared(second));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupWrite, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherWrite, false)]
    public void FilesThatOthersWriteAreNotSafe(UnixFileMode mode, bool safe) =>
        Assert.Equal(safe, SafeFile.Check(Make("file", mode), new SafeFileRequest { SafeDirectories = false }).Ok);

    [Theory]
    [InlineData(UnixFileMode.UserRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, false)]
    public void KeysAreForTheirOwner(UnixFileMode mode, bool safe) =>
        Assert.Equal(safe, SafeFile.Check(Make("key", mode), SafeFileRequest.Key with { SafeDirectories = false }).Ok);

    [Fact]
    public void UsersAreFoundByNameAndNumber()
    {
        Assert.True(Users.FindByName("root") is { UserId: 0, GroupId: 0 });
        Assert.Equal("root", Users.FindById(0)?.Name);
        Assert.Null(Users.FindByName("no-such-user"));
        Assert.Equal(0, Users.FindGroup("root")?.GroupId);
    }

    [Fact]
    public void TheHostNameIsTheKernels() => Assert.Equal(File.ReadAllText("/proc/sys/kernel/hostname").TrimEnd(), Background.HostName());

    [Fact]
    public void DescriptorsAreOpenOrNot()
    {
        using SafeFileHandle file = File.OpenHandle(Make("file"));
        Assert.True(Descriptor.IsOpen((int)file.DangerousGetHandle()));
        Assert.False(Descriptor.IsOpen(1 << 20));
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_directory, true);
}
