using Sendmail.Core;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Maps.BerkeleyDb;
using Sendmail.Posix;

namespace Sendmail.Maps;

/// <summary>Classes hash and btree: a Berkeley DB file that is opened on first use and again whenever it has changed.</summary>
public sealed class DatabaseMap : MapBase
{
    private readonly string _path;
    private readonly string _class;
    private readonly IMailLog _log;
    private readonly Lock _lock = new();
    private volatile Opened? _opened;
    private bool _complained;

    private sealed record Opened(DatabaseReader Reader, ulong Inode, long Seconds, long Nanoseconds, long Size);

    /// <summary>A map over FILE.db; the suffix is added when the name has none.</summary>
    public DatabaseMap(string name, string type, MapFlags flags, IMailLog log)
        : base(name, flags)
    {
        _class = type;
        _log = log;
        _path = flags.FileName.EndsWith(".db", StringComparison.Ordinal) ? flags.FileName : flags.FileName + ".db";
    }

    /// <inheritdoc/>
    protected override ValueTask<MapResult> FindAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        try
        {
            DatabaseReader? reader = Current(true);
            if (reader is null)
                return ValueTask.FromResult(Flags.Optional ? MapResult.NotFound : MapResult.TempFail);
            byte[] octets = Latin1.ToBytes(key);
            byte[]? value = null;
            if (Flags.TryWithoutNull)
                value = reader.Find(octets);
            if (value is null && Flags.TryNull)
                value = reader.Find([.. octets, 0]);
            if (value is null)
                return ValueTask.FromResult(MapResult.NotFound);
            int length = value.Length > 0 && value[^1] == 0 ? value.Length - 1 : value.Length;
            return ValueTask.FromResult(MapResult.Found(Latin1.ToString(value.AsSpan(0, length))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or IndexOutOfRangeException or ObjectDisposedException)
        {
            Complain("Cannot open " + _class + " database " + _path + ": " + (e is UnauthorizedAccessException ? "Permission denied" : "Invalid argument"));
            return ValueTask.FromResult(MapResult.TempFail);
        }
    }

    /// <inheritdoc/>
    public override bool IsOpen
    {
        get
        {
            try
            {
                return Current(true) is not null || !Flags.Optional;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or IndexOutOfRangeException or ObjectDisposedException)
            {
                // The lookup tells of it.
                return true;
            }
        }
    }

    /// <summary>Whether there is a database that can be read. What is wrong with it is not told.</summary>
    public bool CanOpen
    {
        get
        {
            try
            {
                return Current(false) is not null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or IndexOutOfRangeException)
            {
                return false;
            }
        }
    }

    private DatabaseReader? Current(bool tells)
    {
        FileFacts? facts = Files.Facts(_path, true, out int errno);
        Opened? opened = _opened;
        if (facts is { } f)
        {
            if (opened is not null && opened.Inode == f.Inode && opened.Seconds == f.ModifiedSeconds && opened.Nanoseconds == f.ModifiedNanoseconds && opened.Size == f.Size)
                return opened.Reader;
            SafeFileResult safe = SafeFile.Check(_path, SafeFileRequest.Map);
            string? reason = !safe.Ok ? safe.Reason : SafeFile.CanRead(_path, Users.EffectiveUserId, Users.EffectiveGroupId) ? null : "Permission denied";
            if (reason is not null)
            {
                if (tells && !Flags.Optional)
                    Complain(_class + " map \"" + Name + "\": unsafe map file " + _path + ": " + reason);
                return null;
            }
            lock (_lock)
            {
                // Readers in use keep the old one; the garbage collector closes it.
                _opened = opened = new Opened(DatabaseReader.Open(_path), f.Inode, f.ModifiedSeconds, f.ModifiedNanoseconds, f.Size);
                _complained = false;
                return opened.Reader;
            }
        }
        // The reference keeps silent about a missing database of class implicit.
        if (tells && !Flags.Optional && _class != "implicit")
            Complain(_class + " map \"" + Name + "\": missing map file " + _path + ": " + Files.ErrorText(errno));
        return null;
    }

    private void Complain(string text)
    {
        if (_complained)
            return;
        _complained = true;
        _log.SystemError(text, SysExit.OsError);
    }
}
