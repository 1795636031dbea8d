using System.Globalization;
using System.IO.Enumeration;
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
public sealed partial class QueueStore
{
    private readonly Configuration _configuration;
    private readonly IMailLog _log;
    private readonly QueueIds _ids;
    private readonly int _mode;
    private readonly char _superSafe;
    private readonly bool _syncDirectories;
    private readonly Lazy<List<QueuePlace>> _places;

    private sealed record QueuePlace(string Group, string Root, string Control, string Data, string Transcript);

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

    /// <summary>Whether this process writes one message after the other, and waits for the disk itself.</summary>
    public bool IsAlone { get; init; }

    /// <summary>A new queue id.</summary>
    public string NewId() => _ids.Next();

    /// <summary>The queue directories with the group they belong to.</summary>
    public IEnumerable<(string Group, string Directory)> Directories => _places.Value.Select(p => (p.Group, p.Root));

    /// <summary>Why the queue directories cannot be used, in the reference's words; null when they can.</summary>
    /// <param name="systemError">Whether the system had something to say, which makes it a temporary failure for clients.</param>
    public string? Problem(out bool systemError)
    {
        systemError = true;
        string main = _configuration.Options.Get(OptionTable.QueueDirectory);
        if (main.Length == 0)
            main = DefaultDirectory;
        bool wild = main.EndsWith('*');
        systemError = !wild || main[0] == '/';
        if (!systemError)
            return "QueueDirectory: can not wildcard relative path \"" + main + "\"";
        string parent = wild ? main[..(main.LastIndexOf('/') + 1)] : main.TrimEnd('/') + "/";
        if (Files.Facts(parent + ".", true, out int errno) is not { IsDirectory: true })
            return "can not chdir(" + CfText.SevenBit(parent) + "): " + Files.ErrorText(errno == 0 ? NotDirectory : errno);
        foreach (QueueGroup group in _configuration.QueueGroups)
        {
            // The first group is looked at before the system had anything to say.
            string reason = group.Name.Equals(MainGroup, StringComparison.OrdinalIgnoreCase) ? "" : ": " + Files.ErrorText(NoEntry);
            string path = group.Path.Length == 0 ? main : group.Path;
            systemError = reason.Length > 0;
            if (path != main && path[0] != '/')
                return "QueuePath " + path + " not absolute" + reason;
            if (!(path + "/").StartsWith(parent, StringComparison.Ordinal) && path != main)
                return "QueuePath " + path + " not subpath of QueueDirectory " + parent + reason;
            if (path.EndsWith('*') ? Matches(path).Count > 0 : path == main)
                continue;
            systemError = true;
            string directory = path.TrimEnd('*');
            if (Files.Facts(directory.TrimEnd('/') + "/.", true, out errno) is not { IsDirectory: true })
                return "can not opendir(" + directory + "): " + Files.ErrorText(errno == 0 ? NotDirectory : errno);
        }
        return null;
    }

    private const string MainGroup = "mqueue";
    private const string DefaultDirectory = "mqueue";
    private const int NoEntry = 2;
    private const int NotDirectory = 20;

    // The directories that a path with an asterisk at its end means.
    private static List<string> Matches(string path)
    {
        int slash = path.LastIndexOf('/');
        string parent = slash <= 0 ? "/" : path[..slash];
        return Directory.Exists(parent) ? [.. Directory.EnumerateDirectories(parent, path[(slash + 1)..]).Order(StringComparer.Ordinal)] : [];
    }

    private List<QueuePlace> FindPlaces()
    {
        var places = new List<QueuePlace>();
        foreach (QueueGroup group in _configuration.QueueGroups)
        {
            string path = group.Path;
            List<string> directories = path.EndsWith('*') ? Matches(path) : [];
            // Without directories of such names the one they would be in is meant.
            if (directories.Count == 0)
                directories = [path.EndsWith('*') ? path.TrimEnd('*').TrimEnd('/') : path];
            foreach (string directory in directories)
            {
                string Sub(string name) => Directory.Exists(directory + "/" + name) ? directory + "/" + name : directory;
                places.Add(new QueuePlace(group.Name, directory, Sub("qf"), Sub("df"), Sub("xf")));
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
            // A process of the same number before a restart may have left this id.
            if (attempt < 100 && (File.Exists(place.Control + "/qf" + envelope.Id) || File.Exists(place.Control + "/hf" + envelope.Id)))
            {
                envelope.Id = NewId();
                continue;
            }
            try
            {
                FileStream file = Files.CreateNew(path, _mode);
                envelope.DataFile = path;
                return file;
            }
            catch (IOException) when (File.Exists(path) && attempt < 100)
            {
                envelope.Id = NewId();
            }
        }
    }

    /// <summary>Makes a message that has no control file yet one of another group; its body goes into a directory of that.</summary>
    /// <exception cref="IOException">The body cannot be moved.</exception>
    internal void MoveTo(Envelope envelope, string group)
    {
        if (envelope.QueueGroup == group)
            return;
        envelope.QueueGroup = group;
        envelope.QueueDirectory = null;
        QueuePlace place = PlaceOf(envelope);
        string path = place.Data + "/df" + envelope.Id;
        if (envelope.DataFile is not { } old || old == path)
            return;
        ulong? device = Files.Facts(old)?.Device;
        File.Move(old, path);
        envelope.DataFile = path;
        // On another file system it is a copy, which the descriptor of the old one does not sync.
        if (Files.Facts(path)?.Device == device)
            return;
        using FileStream copy = Files.Open(path, FileAccess.ReadWrite);
        Files.Sync(copy.SafeFileHandle);
    }

    /// <summary>
    /// Writes the control file for the first time. When this returns, data and control file and their names are on disk
    /// (unless SuperSafe says otherwise) and the message is ours; the control file stays locked.
    /// </summary>
    /// <param name="withFailed">Whether recipients that failed, and of whom nobody was told, are part of the promise.</param>
    /// <exception cref="IOException">Nothing was accepted; files made so far are removed.</exception>
    /// <param name="held">Whether it is kept for a queue run before anybody has looked at who gets it with whom.</param>
    public async ValueTask CommitAsync(Envelope envelope, FileStream? data, bool withFailed = false, bool held = false)
    {
        QueuePlace place = PlaceOf(envelope);
        bool sync = _superSafe is 't' or 'p' || (_superSafe == 'i' && envelope.DeliveryMode != 'i');
        // Which queue group it belongs to is known; of a report that is seen to only when it stays.
        if (envelope.QuarantineReason is null && !held && !envelope.Has(EnvelopeFlags.Response))
            envelope.Flags |= EnvelopeFlags.Split;
        try
        {
            Task dataSynced = sync && data is not null ? SyncFileAsync(data.SafeFileHandle) : Task.CompletedTask;
            FileStream control = WriteTemporary(envelope, place, withFailed);
            Task controlSynced = sync ? SyncFileAsync(control.SafeFileHandle) : Task.CompletedTask;
            await Task.WhenAll(dataSynced, controlSynced).ConfigureAwait(false);
            Rename(envelope, place);
            await SyncNamesAsync(place, sync, true).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Discard(envelope);
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Writes the control file again after an attempt: complete and synced under another name, then renamed.</summary>
    /// <exception cref="IOException">The old control file stays.</exception>
    public async ValueTask RewriteAsync(Envelope envelope)
    {
        QueuePlace place = PlaceOf(envelope);
        bool sync = _superSafe != 'f';
        IDisposable? old = envelope.Lock;
        if (envelope.QuarantineReason is null)
            envelope.Flags |= EnvelopeFlags.Split;
        try
        {
            FileStream control = WriteTemporary(envelope, place, true);
            if (sync)
                await SyncFileAsync(control.SafeFileHandle).ConfigureAwait(false);
            Rename(envelope, place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!ReferenceEquals(envelope.Lock, old))
                envelope.Lock?.Dispose();
            envelope.Lock = old;
            Delete(place.Control + "/tf" + envelope.Id);
            throw new IOException(e.Message, e);
        }
        string other = place.Control + (envelope.QuarantineReason is null ? "/hf" : "/qf") + envelope.Id;
        if (File.Exists(other))
            Delete(other);
        await SyncNamesAsync(place, sync, false).ConfigureAwait(false);
        old?.Dispose();
    }

    private Task SyncNamesAsync(QueuePlace place, bool sync, bool both)
    {
        if (!sync || !_syncDirectories)
            return Task.CompletedTask;
        Task control = SyncDirectoryAsync(place.Control);
        return both && place.Data != place.Control ? Task.WhenAll(control, SyncDirectoryAsync(place.Data)) : control;
    }

    private Task SyncFileAsync(SafeFileHandle file)
    {
        if (!IsAlone)
            return DiskSync.FileAsync(file);
        Files.Sync(file);
        return Task.CompletedTask;
    }

    private Task SyncDirectoryAsync(string path)
    {
        if (!IsAlone)
            return DiskSync.DirectoryAsync(path);
        Files.SyncDirectory(path);
        return Task.CompletedTask;
    }

    private FileStream WriteTemporary(Envelope envelope, QueuePlace place, bool withFailed)
    {
        // Where the body is on disk is told of messages that a queue run takes up, and of reports.
        string text = ControlFileWriter.Write(envelope, (envelope.IsFromQueue || envelope.Has(EnvelopeFlags.Response)) && envelope.DataFile is { } data ? Files.Facts(data) : null,
            _configuration.Options.Get(OptionTable.DefaultUser), withFailed);
        envelope.HasQueuedFailures = withFailed && envelope.Recipients.Exists(static r => r.State == RecipientState.Bad);
        string temporary = place.Control + "/tf" + envelope.Id;
        File.Delete(temporary);
        FileStream file = Files.CreateNew(temporary, _mode);
        try
        {
            // The lock is taken before the name exists, so no queue runner can come between.
            FileLock.TryLockExclusive(file.SafeFileHandle);
            file.Write(Latin1.ToBytes(text));
        }
        catch
        {
            file.Dispose();
            File.Delete(temporary);
            throw;
        }
        envelope.Lock = file;
        return file;
    }

    private static void Rename(Envelope envelope, QueuePlace place) =>
        File.Move(place.Control + "/tf" + envelope.Id, ControlPath(envelope, place.Control), true);

    private static string ControlPath(Envelope envelope, string directory) =>
        directory + "/" + (envelope.QuarantineReason is null ? "qf" : "hf") + envelope.Id;

    /// <summary>Where the message's control file is.</summary>
    public string ControlPath(Envelope envelope) => ControlPath(envelope, PlaceOf(envelope).Control);

    /// <summary>
    /// Ends a message: control file first, so that a crash in between leaves only a body without an owner. A control file that
    /// cannot be removed keeps its body: a message that is sent again is better than an empty one.
    /// </summary>
    public void Remove(Envelope envelope)
    {
        if (envelope.Id is null)
            return;
        if (Delete(ControlPath(envelope)) && envelope.DataFile is not null)
            Delete(envelope.DataFile);
        envelope.Lock?.Dispose();
        envelope.Lock = null;
    }

    /// <summary>Sets a message aside for people as Qf, with its body, when nobody can be told about it.</summary>
    public void Lose(Envelope envelope, string reason)
    {
        if (envelope.Id is null)
            return;
        string path = ControlPath(envelope);
        if (File.Exists(path))
            Lose(new QueueEntry(envelope.Id, path, 'q'), reason);
        envelope.DataFile = null;
    }

    /// <summary>Throws away what a refused or broken-off message left.</summary>
    public void Discard(Envelope envelope)
    {
        if (envelope.Id is null)
            return;
        Delete(PlaceOf(envelope).Control + "/tf" + envelope.Id);
        if (Delete(ControlPath(envelope)) && envelope.DataFile is not null)
            Delete(envelope.DataFile);
        envelope.Lock?.Dispose();
        envelope.Lock = null;
        envelope.DataFile = null;
    }

    // Whether there is no such file any more.
    private bool Delete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Write(1, LogPriority.Critical, null, "SYSERR(root): cannot remove " + path + ": " + Files.ErrorText(e));
            return !File.Exists(path);
        }
    }

    /// <summary>Messages in all queues; kinds: q normal, h quarantined, Q lost.</summary>
    public IEnumerable<QueueEntry> List(string kinds = "q")
    {
        foreach (QueuePlace place in _places.Value)
        {
            QueueNames names = Names(place.Root, kinds);
            for (int i = 0, name = -1; i < names.Count; i++)
            {
                name = names.After(name);
                yield return QueueWork.Entry(place.Control, names[name]);
            }
        }
    }

    /// <summary>How many messages are in all queues.</summary>
    public int Count() => _places.Value.Sum(place => Names(place.Root, "q").Count);

    /// <summary>Where the control files of a queue directory are.</summary>
    internal string ControlDirectory(string directory) => _places.Value.Find(p => p.Root == directory)?.Control ?? directory;

    /// <summary>Where the bodies of a directory of control files are.</summary>
    internal string DataDirectory(string control) => _places.Value.Find(p => p.Control == control)?.Data ?? control;

    /// <summary>Control files in one queue directory, in the order of the directory; none, and a line of the log, when it cannot be read.</summary>
    /// <param name="directory">One of <see cref="Directories"/>.</param>
    /// <param name="kinds">q normal, h quarantined, Q lost.</param>
    /// <param name="tell">Shows a person why it cannot be read; null for the log alone.</param>
    internal QueueNames Names(string directory, string kinds, Action<string>? tell = null)
    {
        var names = new QueueNames();
        string control = ControlDirectory(directory);
        try
        {
            if (!Directory.Exists(control))
                return names;
            // Nothing is made of the other half of the files, the bodies.
            var files = new FileSystemEnumerable<int>(control, (ref FileSystemEntry file) => names.Add(file.FileName), new EnumerationOptions { AttributesToSkip = 0 })
            {
                ShouldIncludePredicate = (ref FileSystemEntry file) =>
                    file.FileName is [_, 'f', ..] name && name.Length > 8 && kinds.Contains(name[0], StringComparison.Ordinal) && !file.IsDirectory,
            };
            foreach (int _ in files)
            {
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unreadable(control, e, tell);
        }
        return names;
    }

    private string[] FilesIn(string directory, Action<string>? tell)
    {
        try
        {
            return Directory.Exists(directory) ? Directory.GetFiles(directory) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unreadable(directory, e, tell);
            return [];
        }
    }

    private void Unreadable(string directory, Exception reason, Action<string>? tell)
    {
        string text = "gatherq: cannot open \"" + directory + "\": " + Files.ErrorText(reason);
        tell?.Invoke(text);
        _log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(root): " + text);
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

    /// <summary>
    /// Removes what crashed processes left: temporary control files and transcripts after a day, bodies that no control
    /// file goes with after five.
    /// </summary>
    public void CleanUp(DateTimeOffset now)
    {
        foreach (QueuePlace place in _places.Value)
        {
            foreach (string directory in new HashSet<string> { place.Control, place.Data, place.Transcript })
            {
                foreach (string path in FilesIn(directory, null))
                {
                    string name = Path.GetFileName(path);
                    if (name.Length <= 8 || name[1] != 'f' || name[0] is not ('t' or 'x' or 'd'))
                        continue;
                    if (File.GetLastWriteTimeUtc(path) < now.UtcDateTime.AddDays(name[0] == 'd' ? -5 : -1) && !IsOwned(place, name))
                        Delete(path);
                }
            }
        }
    }

    private static bool IsOwned(QueuePlace place, string name) =>
        name[0] == 'd' && "qhQ".Any(kind => File.Exists(place.Control + "/" + kind + "f" + name[2..]));
}
