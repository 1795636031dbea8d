using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sendmail.Posix;

/// <summary>An open descriptor of this process: its number, its flags as fcntl(2) gives them, what fstat(2) says.</summary>
public sealed record OpenDescriptor(int Number, int Flags, FileFacts Facts)
{
    private const string NotConnected = "Transport endpoint is not connected";
    private const uint Kind = 0xF000, SocketKind = 0xC000, CharacterKind = 0x2000, FifoKind = 0x1000;

    /// <summary>All of them, in order (Linux).</summary>
    public static IReadOnlyList<OpenDescriptor> All()
    {
        var found = new List<OpenDescriptor>();
        foreach (string path in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            int number = int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture);
            if (Files.Facts(number) is { } facts)
                found.Add(new OpenDescriptor(number, FlagsOf(number), facts));
        }
        found.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        return found;
    }

    private static int FlagsOf(int number)
    {
        const string mark = "flags:\t";
        try
        {
            string? line = File.ReadLines("/proc/self/fdinfo/" + number.ToString(CultureInfo.InvariantCulture)).FirstOrDefault(l => l.StartsWith(mark, StringComparison.Ordinal));
            // Octal, and with the flag of the descriptor itself, which fcntl tells of elsewhere.
            return line is null ? 0 : Convert.ToInt32(line[mark.Length..], 8) & ~LibC.OpenCloseOnExec;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>The word for what it is, "" for files.</summary>
    public string KindName => (Facts.Mode & Kind) switch { SocketKind => "SOCK", CharacterKind => "CHR: ", FifoKind => "FIFO: ", _ => "" };

    /// <summary>Whether it is a socket.</summary>
    public bool IsSocket => (Facts.Mode & Kind) == SocketKind;

    /// <summary>Both ends of a socket; null for an end that it does not have, with the system's word why.</summary>
    public (EndPoint? Local, EndPoint? Remote, string Reason) Ends()
    {
        try
        {
            using var socket = new Socket(new SafeSocketHandle(Number, false));
            try
            {
                return (socket.LocalEndPoint, socket.RemoteEndPoint, NotConnected);
            }
            catch (SocketException e)
            {
                return (socket.LocalEndPoint, null, e.SocketErrorCode == SocketError.NotConnected ? NotConnected : e.Message);
            }
        }
        catch (SocketException e)
        {
            return (null, null, e.Message);
        }
    }
}
