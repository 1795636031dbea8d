using System.Text;
using Microsoft.Win32.SafeHandles;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>One message in a queue directory.</summary>
public sealed record QueueEntry(string Id, string ControlPath, char Kind);

/// <summary>
/// The queue directories: makes ids and data files, writes control files so that nothing answered with 250 is lost,
/// and finds and locks what is there. The states on disk are in README.md beside this file.
/// </summary>
public sealed class QueueStore
{
    private readonly Configuration _configuration;
    private readonly IMailLog _log;
    private readonly QueueIds _ids;
    private readonly int _mode;
    private readonly char _superSafe;
    private readonly bool _syncDirectories;
    private readonly Lazy<List<QueuePlace>> _places;

    private sealed record QueuePlace(string Group, string Control, string Data, string Transcript, DirectorySync Sync);

    /// <summary>The queue of one configuration.</summary>
    public QueueStore(Configuration configuration, IMailLog log, TimeProvider clock)
    {
        _configuration = configuration;
        _log = log;
        _ids = new QueueIds(clock);
        _mode = configuration.Options.Get(OptionTable.QueueFileMode);
        _superSafe = char.ToLowerInvariant(configuration.Options.Get(OptionTable.SuperSafe));
        _syncDirectories = configuration.Options.Get(OptionTable.RequiresDirfsync);
        _places = new Lazy<List<QueuePlace>>(FindPlaces);
    }

    /// <summary>A new queue id.</summary>
    public string NewId() => _ids.Next();

    /// <summary>The queue directories with the group they belong to.</summary>
    public IEnumerable<(string Group, string Directory)> Directories => _places.Value.Select(p => (p.Group, p.Control));

    private List<QueuePlace> FindPlaces()
    {
        var places = new List<QueuePlace>();
        foreach (QueueGroup group in _configuration.QueueGroups)
        {
            string path = group.Path.TrimEnd('/');
            IEnumerable<string> directories = [path];
            if (path.EndsWith('*'))
            {
                string parent = Path.GetDirectoryName(path) ?? "/";
                directories = Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, Path.GetFileName(path)).Order(StringComparer.Ordinal) : [];
            }
            foreach (string directory in directories)
            {
                string Sub(string name) => Directory.Exists(directory + "/" + name) ? directory + "/" + name : directory;
                places.Add(new QueuePlace(group.Name, Sub("qf"), Sub("df"), Sub("xf"), new DirectorySync(Sub("qf"))));
            }
        }
        return places;
    }

    private QueuePlace PlaceOf(Envelope envelope)
    {
        List<QueuePlace> places = _places.Value;
        if (envelope.QueueDirectory is { } known && places.Find(p => p.Control == known) is { } place)
            return place;
        List<QueuePlace> group = places.FindAll(p => p.Group == envelope.QueueGroup);
        if (group.Count == 0)
            group = places;
        if (group.Count == 0)
            throw new IOException("no queue directory");
        QueuePlace chosen = group.Count == 1 ? group[0] : group[Random.Shared.Next(group.Count)];
        envelope.QueueDirectory = chosen.Control;
        return chosen;
    }

    /// <summary>Gives the envelope an id if it has none and creates its data file.</summary>
    /// <exception cref="IOException">The file cannot be made (disk full, permissions).</exception>
    public FileStream OpenDataFile(Envelope envelope)
    {
        QueuePlace place = PlaceOf(envelope);
        for (int attempt = 0; ; attempt++)
        {
            envelope.Id ??= NewId();
            string path = place.Data + "/df" + envelope.Id;
            try
            {
                FileStream file = Files.CreateNew(path, _mode);
                envelope.DataFile = path;
                return file;
            }
            catch (IOException) when (File.Exists(path) && attempt < 10)
            {
                envelope.Id = NewId();
            }
        }
    }

    /// <summary>
    /// Writes the control file for the first time. When this returns, data and control file and their names are on disk
    /// (SuperSafe true or postmilter) and the message is ours; the control file stays locked.
    /// </summary>
    /// <exception cref="IOException">Nothing was accepted; files made so far are removed.</exception>
    public async ValueTask CommitAsync(Envelope envelope, FileStream? data)
    {
        QueuePlace place = PlaceOf(envelope);
        bool sync = _superSafe is 't' or 'p' || (_superSafe == 'i' && envelope.DeliveryMode != 'i');
        try
        {
            Task dataSynced = sync && data is not null ? Task.Run(() => Files.Sync(data.SafeFileHandle)) : Task.CompletedTask;
            string text = ControlFile.Write(envelope);
            Task control = Task.Run(() => Replace(envelope, place, text, sync));
            await Task.WhenAll(dataSynced, control).ConfigureAwait(false);
            Rename(envelope, place);
            if (sync && _syncDirectories)
                await place.Sync.WaitAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Discard(envelope);
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Writes the control file again after an attempt: complete and synced under another name, then renamed.</summary>
    public async ValueTask RewriteAsync(Envelope envelope)
    {
        QueuePlace place = PlaceOf(envelope);
        string text = ControlFile.Write(envelope);
        bool sync = _superSafe != 'f';
        IDisposable? old = envelope.Lock;
        await Task.Run(() => Replace(envelope, place, text, sync)).ConfigureAwait(false);
        Rename(envelope, place);
        if (sync && _syncDirectories)
            await place.Sync.WaitAsync().ConfigureAwait(false);
        old?.Dispose();
    }

    private void Replace(Envelope envelope, QueuePlace place, string text, bool sync)
    {
        string temporary = place.Control + "/tf" + envelope.Id;
        File.Delete(temporary);
        FileStream file = Files.CreateNew(temporary, _mode);
        try
        {
            // The lock is taken before the name exists, so no queue runner can come between.
            FileLock.TryLockExclusive(file.SafeFileHandle);
            file.Write(Latin1.ToBytes(text));
            if (sync)
                Files.Sync(file.SafeFileHandle);
        }
        catch
        {
            file.Dispose();
            File.Delete(temporary);
            throw;
        }
        envelope.Lock = file;
    }

    private static void Rename(Envelope envelope, QueuePlace place) =>
        File.Move(place.Control + "/tf" + envelope.Id, ControlPath(envelope, place.Control), true);

    private static string ControlPath(Envelope envelope, string directory) =>
        directory + "/" + (envelope.QuarantineReason is null ? "qf" : "hf") + envelope.Id;

    /// <summary>Where the message's control file is.</summary>
    public string ControlPath(Envelope envelope) => ControlPath(envelope, PlaceOf(envelope).Control);

    /// <summary>Ends a message: control file first, so that a crash in between leaves only a body without an owner.</summary>
    public void Remove(Envelope envelope)
    {
        if (envelope.Id is null)
            return;
        Delete(ControlPath(envelope));
        if (envelope.DataFile is not null)
            Delete(envelope.DataFile);
        envelope.Lock?.Dispose();
        envelope.Lock = null;
    }

    /// <summary>Throws away what a refused or broken-off message left.</summary>
    public void Discard(Envelope envelope)
    {
        if (envelope.Id is null)
            return;
        if (envelope.DataFile is not null)
            Delete(envelope.DataFile);
        Delete(PlaceOf(envelope).Control + "/tf" + envelope.Id);
        Delete(ControlPath(envelope));
        envelope.Lock?.Dispose();
        envelope.Lock = null;
        envelope.DataFile = null;
    }

    private void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Write(1, LogPriority.Critical, null, "SYSERR(root): cannot remove " + path + ": " + e.Message);
        }
    }

    /// <summary>Messages in all queues; kinds: q normal, h quarantined, Q lost.</summary>
    public IEnumerable<QueueEntry> List(string kinds = "q")
    {
        foreach (QueuePlace place in _places.Value)
        {
            if (!Directory.Exists(place.Control))
                continue;
            foreach (string path in Directory.EnumerateFiles(place.Control))
            {
                string name = Path.GetFileName(path);
                if (name.Length > 8 && name[1] == 'f' && kinds.Contains(name[0], StringComparison.Ordinal))
                    yield return new QueueEntry(name[2..], path, name[0]);
            }
        }
    }

    /// <summary>
    /// Locks a message and reads it. Null when somebody else has it, it is gone, or it cannot be read; a damaged control
    /// file is renamed to Qf and logged.
    /// </summary>
    public Envelope? LockAndLoad(QueueEntry entry, Core.Rewriting.MacroScope globals)
    {
        FileStream file;
        try
        {
            file = Files.Open(entry.ControlPath, FileAccess.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        if (!FileLock.TryLockExclusive(file.SafeFileHandle) || !IsStill(entry.ControlPath, file.SafeFileHandle))
        {
            file.Dispose();
            return null;
        }
        try
        {
            byte[] octets = new byte[file.Length];
            file.ReadExactly(octets);
            Envelope envelope = ControlFile.Read(Latin1.ToString(octets), globals);
            Attach(envelope, entry);
            envelope.Lock = file;
            return envelope;
        }
        catch (ControlFileException e)
        {
            string lost = Path.GetDirectoryName(entry.ControlPath) + "/Q" + Path.GetFileName(entry.ControlPath)[1..];
            _log.Write(0, LogPriority.Critical, entry.Id, "SYSERR(root): " + e.Message);
            File.Move(entry.ControlPath, lost, true);
            _log.Write(0, LogPriority.Alert, entry.Id, "Losing " + entry.ControlPath + ": " + e.Message);
            file.Dispose();
            return null;
        }
        catch (IOException e)
        {
            _log.Write(0, LogPriority.Critical, entry.Id, "SYSERR(root): readqf: " + entry.ControlPath + ": " + e.Message);
            file.Dispose();
            return null;
        }
    }

    // A message that was rewritten or removed between opening and locking is another file now.
    private static bool IsStill(string path, SafeFileHandle file)
    {
        long length = RandomAccess.GetLength(file);
        return Files.Facts(path) is { } now && now.Size == length && Files.Facts("/proc/self/fd/" + file.DangerousGetHandle()) is { } ours && ours.Inode == now.Inode;
    }

    /// <summary>Reads a message without locking it, for lists. Null when it is gone or damaged.</summary>
    public Envelope? Peek(QueueEntry entry, Core.Rewriting.MacroScope globals)
    {
        try
        {
            Envelope envelope = ControlFile.Read(Latin1.ToString(File.ReadAllBytes(entry.ControlPath)), globals);
            Attach(envelope, entry);
            return envelope;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Attach(Envelope envelope, QueueEntry entry)
    {
        envelope.Id = entry.Id;
        string control = Path.GetDirectoryName(entry.ControlPath)!;
        QueuePlace? place = _places.Value.Find(p => p.Control == control);
        envelope.QueueDirectory = control;
        envelope.QueueGroup = place?.Group ?? "mqueue";
        string data = (place?.Data ?? control) + "/df" + entry.Id;
        envelope.DataFile = File.Exists(data) ? data : null;
    }

    /// <summary>Whether somebody works on the message right now.</summary>
    public static bool IsLocked(QueueEntry entry)
    {
        try
        {
            using FileStream file = Files.Open(entry.ControlPath);
            return !FileLock.TryLockShared(file.SafeFileHandle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether the file system of the queue has room for a message (MinFreeBlocks) of this size.</summary>
    public bool HasRoom(long octets)
    {
        string option = _configuration.Options.Get(OptionTable.MinFreeBlocks);
        if (!long.TryParse(option.Split('/')[0], out long least) || _places.Value.Count == 0)
            return true;
        if (Files.FreeSpace(_places.Value[0].Control) is not { } space)
            return true;
        return space.Blocks - octets / Math.Max(1, space.BlockSize) > Math.Max(0, least) || (least <= 0 && space.Blocks > 0);
    }

    /// <summary>Removes what crashed processes left: temporary control files and bodies without a control file, older than a day.</summary>
    public void CleanUp(DateTimeOffset now)
    {
        foreach (QueuePlace place in _places.Value)
        {
            foreach (string directory in new HashSet<string> { place.Control, place.Data })
            {
                if (!Directory.Exists(directory))
                    continue;
                foreach (string path in Directory.EnumerateFiles(directory))
                {
                    string name = Path.GetFileName(path);
                    bool temporary = name.StartsWith("tf", StringComparison.Ordinal);
                    bool body = name.StartsWith("df", StringComparison.Ordinal);
                    if ((!temporary && !body) || name.Length <= 8 || File.GetLastWriteTimeUtc(path) > now.UtcDateTime.AddDays(-1))
                        continue;
                    string id = name[2..];
                    if (!"qhQ".Any(k => File.Exists(place.Control + "/" + k + "f" + id)))
                        Delete(path);
                }
            }
        }
    }
}
