using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Posix;

namespace Sendmail.Mta.Delivery;

/// <summary>
/// The directory of option HostStatusDirectory: a file for each host, mx1.sink.test in <c>test./sink./mx1</c>, that all
/// processes share, so that a dead host is not tried again within Timeout.hoststatus.
/// </summary>
public sealed class HostStatusStore(Configuration configuration, IMailLog log, TimeProvider clock)
{
    private const int FileMode = 0x1A4;
    private readonly string _root = configuration.Options.Get(OptionTable.HostStatusDirectory).TrimEnd('/');

    /// <summary>Whether there is such a directory.</summary>
    public bool IsUsed => _root.Length > 0;

    /// <summary>
    /// Why the directory cannot be used, as the system says it; null when it can or there is none. A relative one is in the
    /// queue's directory.
    /// </summary>
    public static string? Problem(OptionValues options)
    {
        string path = options.Get(OptionTable.HostStatusDirectory);
        if (path.Length == 0)
            return null;
        path = Path.Combine(options.Get(OptionTable.QueueDirectory), path);
        if (Files.Facts(path, true, out int errno) is not { } facts)
            return Files.ErrorText(errno);
        return !facts.IsDirectory ? Files.ErrorText(NotADirectory) : (facts.Permissions & WorldWritable) != 0 ? Files.ErrorText(PermissionDenied) : null;
    }

    // errno of Linux.
    private const int PermissionDenied = 13;
    private const int NotADirectory = 20;
    private const int WorldWritable = 2;

    /// <summary>What is known of a host and not too old; null when nothing is.</summary>
    public HostStatus? Find(string host) =>
        PathOf(host) is { } path && Read(path, Bare(host)) is { } status && clock.GetUtcNow() - status.Updated < Lifetime ? status : null;

    private TimeSpan Lifetime => configuration.Options.Get(OptionTable.TimeoutHoststatus);

    /// <summary>Remembers the result of an attempt.</summary>
    public void Put(string host, int systemError, int exit, string status, string reply)
    {
        if (PathOf(host) is not { } path)
            return;
        string text = string.Create(CultureInfo.InvariantCulture, $"V0\nE{systemError}\nH0\nS{exit}\n{(status.Length > 0 ? "D" + status + "\n" : "")}{(reply.Length > 0 ? "R" + reply.Replace('\n', ' ') + "\n" : "")}U{clock.GetUtcNow().ToUnixTimeSeconds()}\n.\n");
        string temporary = path + "," + Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "," + Environment.CurrentManagedThreadId.ToString(CultureInfo.InvariantCulture);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(temporary);
            using (FileStream file = Files.CreateNew(temporary, FileMode))
                file.Write(Latin1.ToBytes(text));
            File.Move(temporary, path, true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write(1, LogPriority.Error, "NOQUEUE", "SYSERR(root): mci_store: cannot write " + path + ": " + e.Message);
        }
    }

    /// <summary>All hosts, in the order of the directory.</summary>
    public IEnumerable<(string Path, HostStatus Status)> All() => IsUsed && Directory.Exists(_root) ? Below(_root, "") : [];

    private static IEnumerable<(string Path, HostStatus Status)> Below(string directory, string domain)
    {
        foreach (string path in Directory.EnumerateFileSystemEntries(directory))
        {
            string name = Path.GetFileName(path);
            if (name.EndsWith('.') && Directory.Exists(path))
            {
                foreach ((string Path, HostStatus Status) found in Below(path, "." + name[..^1] + domain))
                    yield return found;
            }
            else if (!name.Contains(',', StringComparison.Ordinal) && Read(path, name + domain) is { } status)
            {
                yield return (path, status);
            }
        }
    }

    /// <summary>Removes what is too old.</summary>
    public void Purge()
    {
        foreach ((string path, HostStatus status) in All().ToList())
        {
            if (clock.GetUtcNow() - status.Updated >= Lifetime)
                File.Delete(path);
        }
    }

    // A host that is named by its IPv4 address is a name of four labels.
    private static string Bare(string host) =>
        host.StartsWith('[') && host.EndsWith(']') && host.AsSpan(1, host.Length - 2).IndexOfAnyExcept("0123456789.") < 0 ? host[1..^1] : host.TrimEnd('.').ToLowerInvariant();

    // A name that could lead elsewhere has no file.
    private string? PathOf(string host)
    {
        string name = Bare(host);
        if (!IsUsed || name.Length == 0 || name.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-_.[]:") >= 0)
            return null;
        string[] labels = name.StartsWith('[') ? [name] : name.Split('.');
        if (labels.Any(static l => l.Length == 0))
            return null;
        Array.Reverse(labels);
        return _root + "/" + string.Concat(labels[..^1].Select(static l => l + "./")) + labels[^1];
    }

    private static HostStatus? Read(string path, string host)
    {
        var status = new HostStatus(host, 0, 0, "", "", default);
        try
        {
            bool whole = false;
            foreach (string line in File.ReadLines(path, Encoding.Latin1))
            {
                string rest = line.Length > 0 ? line[1..] : "";
                int number = (int)Math.Clamp(Queueing.ControlFileReader.Number(rest), int.MinValue, int.MaxValue);
                switch (line.Length > 0 ? line[0] : '\0')
                {
                    case 'E': status = status with { SystemError = number }; break;
                    case 'S': status = status with { Exit = number }; break;
                    case 'D': status = status with { Status = rest }; break;
                    case 'R': status = status with { Reply = rest }; break;
                    case 'U': status = status with { Updated = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(Queueing.ControlFileReader.Number(rest), 0, 253402300799)) }; break;
                    case '.': whole = true; break;
                    default: break;
                }
            }
            return whole ? status : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What lists say of a host.</summary>
    public static string Describe(HostStatus status) => status.Reply.Length > 0 ? status.Reply : status.SystemError > 0 ? "Deferred: " + Files.ErrorText(status.SystemError) : status.Exit == 0 ? "OK" : "Deferred";
}
