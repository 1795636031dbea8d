using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Logging;
using Sendmail.Posix;

namespace Sendmail.Mta.Queueing;

/// <summary>Finding, locking and reading messages, and setting damaged ones aside.</summary>
public sealed partial class QueueStore
{
    /// <summary>Reads a message whose body is missing as a run would, for a list: problems are logged without an id, a damaged control file is set aside.</summary>
    /// <returns>The problems.</returns>
    internal List<string> Inspect(QueueEntry entry, Core.Rewriting.MacroScope globals)
    {
        var problems = new List<string>();
        string? loss = null;
        try
        {
            byte[] octets = File.ReadAllBytes(entry.ControlPath);
            if (octets.Length == 0)
                return problems;
            Envelope envelope = ControlFileReader.Read(Latin1.ToString(octets), RelativeName(entry), globals, out IReadOnlyList<string> warnings);
            problems.AddRange(warnings);
            if (envelope.DataDirectory is null || !File.Exists(DataPath(entry, envelope.DataDirectory)))
                problems.Add("readqf: cannot open ./df" + entry.Id + ": No such file or directory");
        }
        catch (ControlFileException e)
        {
            if (e.Message.Length > 0)
                problems.Add(e.Message);
            loss = e.Loss;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It went away meanwhile.
        }
        foreach (string problem in problems)
            _log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(root): " + problem);
        if (loss is not null)
            Lose(entry, loss);
        return problems;
    }

    /// <summary>Locks a message and reads it; null when that was not possible, see <see cref="TryLoad"/>.</summary>
    public Envelope? LockAndLoad(QueueEntry entry, Core.Rewriting.MacroScope globals) =>
        TryLoad(entry, globals, null, out Envelope? envelope) == LoadOutcome.Loaded ? envelope : null;

    /// <summary>
    /// Locks a message and reads it. A damaged control file is renamed to Qf and logged; one that is not complete stays. A
    /// missing body is logged and delivered as an empty one.
    /// </summary>
    /// <param name="entry">The message.</param>
    /// <param name="globals">Scope behind its macros.</param>
    /// <param name="tell">Shows errors to people, null for the log alone.</param>
    /// <param name="envelope">The message, with its lock; null unless loaded.</param>
    public LoadOutcome TryLoad(QueueEntry entry, Core.Rewriting.MacroScope globals, Action<string>? tell, out Envelope? envelope)
    {
        envelope = null;
        FileStream file;
        try
        {
            file = Files.Open(entry.ControlPath, FileAccess.ReadWrite);
        }
        catch (FileNotFoundException)
        {
            return LoadOutcome.Gone;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SystemError(entry, "readqf: cannot open " + RelativeName(entry) + ": " + e.Message, tell);
            return LoadOutcome.Failed;
        }
        if (!FileLock.TryLockExclusive(file.SafeFileHandle))
        {
            file.Dispose();
            return LoadOutcome.Locked;
        }
        if (!IsStill(entry.ControlPath, file.SafeFileHandle) || file.Length == 0)
        {
            file.Dispose();
            return LoadOutcome.Gone;
        }
        try
        {
            if (Bogus(file) is { } bogus)
            {
                _log.Write(0, LogPriority.Alert, entry.Id, bogus);
                Lose(entry, "bogus file uid/gid in mqueue");
                file.Dispose();
                return LoadOutcome.Gone;
            }
            else
            {
                byte[] octets = new byte[file.Length];
                file.ReadExactly(octets);
                Envelope read = ControlFileReader.Read(Latin1.ToString(octets), RelativeName(entry), globals, out IReadOnlyList<string> warnings);
                foreach (string warning in warnings)
                    SystemError(entry, warning, tell);
                Attach(read, entry);
                if (read.DataFile is null)
                    SystemError(entry, "readqf: cannot open ./df" + entry.Id + ": No such file or directory", tell);
                read.Lock = file;
                read.IsFromQueue = true;
                envelope = read;
                return LoadOutcome.Loaded;
            }
        }
        catch (ControlFileException e)
        {
            if (e.Message.Length > 0)
                SystemError(entry, e.Message, tell);
            if (e.Loss is not null)
                Lose(entry, e.Loss);
        }
        catch (IOException e)
        {
            SystemError(entry, "readqf: " + RelativeName(entry) + ": " + e.Message, tell);
        }
        file.Dispose();
        return LoadOutcome.Failed;
    }

    private static string RelativeName(QueueEntry entry) => "./" + Path.GetFileName(entry.ControlPath);

    private void SystemError(QueueEntry entry, string text, Action<string>? tell)
    {
        tell?.Invoke(text);
        _log.Write(0, LogPriority.Critical, entry.Id, "SYSERR(root): " + text);
    }

    // Whoever could write the file may have named other recipients or programs.
    private string? Bogus(FileStream file)
    {
        const uint othersWrite = 0x12;
        if (Files.Facts("/proc/self/fd/" + file.SafeFileHandle.DangerousGetHandle()) is not { } facts)
            return null;
        if (facts.IsRegular && (facts.Permissions & othersWrite & ~(uint)_mode) == 0)
            return null;
        return string.Create(CultureInfo.InvariantCulture, $"bogus queue file, uid={facts.UserId}, gid={facts.GroupId}, mode={Convert.ToString(facts.Mode, 8)}");
    }

    private void Lose(QueueEntry entry, string reason)
    {
        try
        {
            File.Move(entry.ControlPath, Path.GetDirectoryName(entry.ControlPath) + "/Qf" + entry.Id, true);
            _log.Write(0, LogPriority.Alert, entry.Id, "Losing " + RelativeName(entry) + ": " + reason);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Write(0, LogPriority.Critical, entry.Id, "SYSERR(root): cannot rename(" + RelativeName(entry) + ", ./Qf" + entry.Id + "), uid=" + Users.EffectiveUserId.ToString(CultureInfo.InvariantCulture) + ": " + e.Message);
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
            Envelope envelope = ControlFileReader.Read(Latin1.ToString(File.ReadAllBytes(entry.ControlPath)), RelativeName(entry), globals, out _);
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
        string data = DataPath(entry, envelope.DataDirectory);
        envelope.DataFile = File.Exists(data) ? data : null;
    }

    /// <summary>Where the body of a message is.</summary>
    internal string DataPath(QueueEntry entry, string? directory = null) =>
        (directory ?? DataDirectory(Path.GetDirectoryName(entry.ControlPath)!)) + "/df" + entry.Id;

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

    /// <summary>Directory of the queue, its free blocks and the least that must stay free (MinFreeBlocks), null when not known.</summary>
    public (string Directory, long Free, long Least)? Space
    {
        get
        {
            if (_places.Value.Count == 0 || Files.FreeSpace(_places.Value[0].Control) is not { } space)
                return null;
            _ = long.TryParse(_configuration.Options.Get(OptionTable.MinFreeBlocks).Split('/')[0], out long least);
            return (_places.Value[0].Control, space.Blocks, least);
        }
    }
}
