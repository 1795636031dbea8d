using System.Globalization;
using Sendmail.Posix;

namespace Sendmail.Tools;

/// <summary>Appends to a user's mailbox as mail.local does: locked against readers by a lock file and flock(2), all of a message or nothing.</summary>
internal sealed class LocalMailbox(string? fileInHome)
{
    private const string Spool = "/var/mail/";
    private const int Mode = 0x180;
    private static readonly TimeSpan _stale = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private const int Attempts = 60;

    /// <summary>Whether there is such a mailbox owner.</summary>
    internal static UserRecord? Find(string name) => name.Length == 0 ? null : Users.FindByName(name);

    /// <summary>Appends; gives the reason when that is not possible, and whether another time may do.</summary>
    internal (string? Problem, bool ForNow) Append(UserRecord user, byte[] message)
    {
        string path = fileInHome is null ? Spool + user.Name : user.Home.TrimEnd('/') + "/" + fileInHome;
        string? held = fileInHome is null ? path + ".lock" : null;
        try
        {
            if (held is not null && !TakeLock(held))
                return ("lockmailbox " + path + " failed; error code 4", true);
            try
            {
                return AppendLocked(path, user, message);
            }
            finally
            {
                if (held is not null)
                    File.Delete(held);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (path + ": " + MapFile.Reason(e), true);
        }
    }

    private static bool TakeLock(string path)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                using FileStream file = Files.CreateNew(path, Mode);
                file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
                return true;
            }
            catch (IOException) when (File.Exists(path))
            {
                // Whoever made it is long gone; else it is looked at again, as nothing tells when another program's lock file goes.
                if (Files.Facts(path) is { } facts && DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(facts.ModifiedSeconds) > _stale)
                    File.Delete(path);
                else
                    Thread.Sleep(_pause);
            }
        }
        return false;
    }

    private static (string? Problem, bool ForNow) AppendLocked(string path, UserRecord user, byte[] message)
    {
        if (Files.Facts(path, false, out _) is null)
        {
            using FileStream made = Files.CreateNew(path, Mode);
            if (!Files.ChangeOwner(made.SafeFileHandle, user.UserId, user.GroupId))
            {
                File.Delete(path);
                return (string.Create(CultureInfo.InvariantCulture, $"chown {user.UserId}.{user.GroupId}: {user.Name}"), false);
            }
        }
        if (Files.Facts(path, false, out _) is not { } facts)
            return (path + ": cannot create", true);
        if (Fault(facts, user) is { } fault)
            return (path + ": " + fault, false);
        using FileStream file = Files.Open(path, FileAccess.Write);
        // What was opened must be what was looked at.
        if (Files.Facts((int)file.SafeFileHandle.DangerousGetHandle()) is not { } opened || opened.Inode != facts.Inode || opened.Device != facts.Device)
            return (path + ": file changed after open", false);
        FileLock.LockExclusive(file.SafeFileHandle);
        long length = file.Seek(0, SeekOrigin.End);
        try
        {
            file.Write(message);
            Files.Sync(file.SafeFileHandle);
            return (null, false);
        }
        catch (IOException e)
        {
            file.SetLength(length);
            return (path + ": " + e.Message, true);
        }
    }

    private static string? Fault(FileFacts facts, UserRecord user) =>
        facts.Links != 1 ? "too many links" : !facts.IsRegular ? "irregular file"
        : facts.UserId != user.UserId ? string.Create(CultureInfo.InvariantCulture, $"wrong ownership ({facts.UserId})") : null;
}
