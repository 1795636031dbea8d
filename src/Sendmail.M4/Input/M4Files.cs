using System.Text;
using Sendmail.M4.Native;
using Sendmail.Posix;

namespace Sendmail.M4.Input;

/// <summary>Opening files by names that are octets, with the C library's reasons when it fails.</summary>
internal static class M4Files
{
    private const int NoSuchFile = 2;
    private const int IsDirectory = 21;

    /// <summary>A path of the framework for a name of octets: .NET spells paths in UTF-8.</summary>
    internal static string PathOf(string name) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(name));

    /// <summary>Octets for a string of the framework, the reverse.</summary>
    internal static string NameOf(string path) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(path));

    /// <summary>Opens a file for reading; null with the reason when it cannot be, or is a directory.</summary>
    internal static Stream? OpenRead(string name, out string error)
    {
        int errno = NoSuchFile;
        int descriptor = name.Contains('\0') ? -1 : CLibrary.OpenFile(name, out errno);
        if (descriptor >= 0 && Files.Facts(descriptor) is { IsDirectory: true })
        {
            CLibrary.CloseFile(descriptor);
            descriptor = -1;
            errno = IsDirectory;
        }
        error = descriptor < 0 ? CLibrary.Reason(errno) : "";
        return descriptor < 0 ? null : new DescriptorStream(descriptor, false, true);
    }

    internal static FileStream? Open(string name, FileMode mode, FileAccess access, out string error)
    {
        error = "";
        string path = PathOf(name);
        try
        {
            // Buffering is the reader's own.
            return new FileStream(path, mode, access, FileShare.ReadWrite | FileShare.Delete, 0);
        }
        catch (UnauthorizedAccessException)
        {
            error = Directory.Exists(path) ? "Is a directory" : "Permission denied";
        }
        catch (PathTooLongException)
        {
            error = "File name too long";
        }
        catch (ArgumentException)
        {
            error = "No such file or directory";
        }
        catch (IOException e)
        {
            error = e is FileNotFoundException or DirectoryNotFoundException ? "No such file or directory" : Reason(e);
        }
        return null;
    }

    // On Unix the framework keeps errno there; its own message repeats the path.
    private static string Reason(IOException e) => e.HResult is > 0 and < 200 ? CLibrary.Reason(e.HResult) : e.Message;
}
