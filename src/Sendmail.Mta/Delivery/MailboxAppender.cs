using Sendmail.Core.Replies;
using Sendmail.Posix;

namespace Sendmail.Mta.Delivery;

/// <summary>Appends a message and an empty line to a mailbox file, all of it or nothing (op 5.4, [FILE]).</summary>
public static class MailboxAppender
{
    /// <summary>First argument that makes our binary append its standard input, see <see cref="FileAgent"/>.</summary>
    public const string AppletName = "append-to";
    private const uint AnyExecute = 0x49;

    /// <summary>
    /// Appends as the user that we are. A new file gets <paramref name="mode"/>; links, programs, directories and devices other
    /// than /dev/null are refused.
    /// </summary>
    /// <returns>Ok, CannotCreate for a file that may not be written, IoError when the disk did not take it or the file cannot be locked.</returns>
    public static SysExit Append(string path, Stream message, int mode)
    {
        try
        {
            if (!IsUsable(path, mode))
                return SysExit.CannotCreate;
            using FileStream file = Files.Open(path, FileAccess.Write);
            // Without the lock another delivery may be writing over the very place.
            if (!FileLock.LockExclusive(file.SafeFileHandle))
                return SysExit.IoError;
            bool device = path == "/dev/null";
            long length = device ? 0 : file.Seek(0, SeekOrigin.End);
            try
            {
                message.CopyTo(file);
                file.Write("\n"u8);
                if (!device)
                    Files.Sync(file.SafeFileHandle);
            }
            catch (IOException) when (!device)
            {
                file.SetLength(length);
                return SysExit.IoError;
            }
            return SysExit.Ok;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return SysExit.CannotCreate;
        }
    }

    private static bool IsUsable(string path, int mode)
    {
        if (path == "/dev/null")
            return true;
        if (Files.Facts(path, false, out _) is { } facts)
            return facts.IsRegular && (facts.Mode & AnyExecute) == 0 && facts.Links == 1;
        try
        {
            Files.CreateNew(path, mode).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            return IsUsable(path, mode);
        }
        return true;
    }
}
