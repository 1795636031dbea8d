using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Maps;
using Sendmail.Maps.BerkeleyDb;
using Sendmail.Posix;

namespace Sendmail.Mta.Aliasing;

/// <summary>The alias files of option AliasFile: databases made by newaliases, or the text itself where there is none.</summary>
public sealed class AliasDatabase
{
    private readonly List<AliasFile> _files = [];
    private readonly IMailLog _log;

    private sealed class AliasFile
    {
        internal required string Class { get; init; }
        internal required string Path { get; init; }
        internal required IMap Map { get; init; }
        internal Dictionary<string, string>? Text { get; set; }
        internal (ulong Inode, long Seconds, long Nanoseconds) Stamp { get; set; }
        internal bool IsDatabase => Class is "hash" or "btree" or "implicit";
    }

    /// <summary>The alias files of a configuration.</summary>
    public AliasDatabase(Configuration configuration, IMapRegistry maps, IMailLog log)
    {
        _log = log;
        foreach (string spec in configuration.Options.Get(OptionTable.AliasFile).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string type = "implicit";
            string path = spec;
            int colon = spec.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && spec[0] != '/')
                (type, path) = (spec[..colon].Trim(), spec[(colon + 1)..].Trim());
            string flags = "";
            int blank = type.IndexOf(' ', StringComparison.Ordinal);
            if (blank > 0)
                (type, flags) = (type[..blank], type[blank..]);
            if (maps.Find(path) is { } declared && path[0] != '/')
            {
                _files.Add(new AliasFile { Class = "map", Path = path, Map = declared });
                continue;
            }
            IMap map = new DatabaseMap("alias", type, MapFlags.Parse("-o " + flags + " " + path), log);
            _files.Add(new AliasFile { Class = type, Path = path, Map = map });
        }
    }

    /// <summary>Paths of the alias files, for newaliases.</summary>
    public IEnumerable<string> Paths => _files.Select(f => f.Path);

    /// <summary>What an alias stands for, null when there is no such alias.</summary>
    public async ValueTask<string?> FindAsync(string name, MacroScope scope, CancellationToken cancellation)
    {
        string key = AddressParser.AsciiLower(name);
        foreach (AliasFile file in _files)
        {
            string? value;
            if (file.IsDatabase && !File.Exists(file.Path + ".db"))
                value = FromText(file)?.GetValueOrDefault(key);
            else
                value = (await file.Map.LookupAsync(key, [], scope, cancellation).ConfigureAwait(false)).Value;
            if (value is not null)
                return value.Trim();
        }
        return null;
    }

    private Dictionary<string, string>? FromText(AliasFile file)
    {
        if (Files.Facts(file.Path) is not { } facts)
            return null;
        var stamp = (facts.Inode, facts.ModifiedSeconds, facts.ModifiedNanoseconds);
        if (file.Text is null || file.Stamp != stamp)
        {
            var entries = new Dictionary<string, string>(StringComparer.Ordinal);
            try
            {
                foreach (AliasEntry entry in AliasText.Read(File.ReadAllText(file.Path, Encoding.Latin1)))
                {
                    if (entry.Problem is null)
                        entries[AddressParser.AsciiLower(entry.Name)] = entry.Value;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(root): cannot open alias file " + file.Path + ": " + e.Message);
                return null;
            }
            file.Text = entries;
            file.Stamp = stamp;
        }
        return file.Text;
    }

    /// <summary>
    /// Makes the databases anew from the text files (newaliases, -bi). Messages go to <paramref name="output"/>.
    /// </summary>
    /// <returns>Whether every file could be made.</returns>
    public bool Rebuild(TextWriter output)
    {
        bool good = true;
        foreach (AliasFile file in _files.Where(f => f.IsDatabase))
            good &= Rebuild(file, output);
        return good;
    }

    private bool Rebuild(AliasFile file, TextWriter output)
    {
        string text;
        try
        {
            text = File.ReadAllText(file.Path, Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            output.WriteLine("WARNING: cannot open alias database " + file.Path);
            output.WriteLine("Cannot create database for alias file " + file.Path);
            _log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(root): Cannot create database for alias file " + file.Path);
            return false;
        }
        var writer = new DatabaseWriter(file.Class != "btree");
        long total = 0;
        int longest = 0;
        int count = 0;
        foreach (AliasEntry entry in AliasText.Read(text))
        {
            if (entry.Problem is not null)
            {
                output.WriteLine(file.Path + ": line " + entry.Line.ToString(CultureInfo.InvariantCulture) + ": " + entry.Name + "... " + entry.Problem);
                continue;
            }
            byte[] key = [.. Latin1.ToBytes(AddressParser.AsciiLower(entry.Name)), 0];
            if (writer.Find(key) is not null)
                output.WriteLine(file.Path + ": line " + entry.Line.ToString(CultureInfo.InvariantCulture) + ": Warning: duplicate alias name " + AddressParser.AsciiLower(entry.Name));
            writer.Set(key, [.. Latin1.ToBytes(entry.Value), 0]);
            count++;
            longest = Math.Max(longest, entry.Value.Length);
            total += entry.Name.Length + entry.Value.Length;
        }
        byte[] marker = [(byte)'@', 0];
        writer.Set(marker, marker);
        string target = file.Path + ".db";
        string temporary = target + "." + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        try
        {
            using (FileStream stream = Files.CreateNew(temporary, Files.Facts(target) is { } old ? (int)old.Permissions : 0x1A0))
            {
                using var buffered = new BufferedStream(stream, 1 << 16);
                writer.WriteTo(buffered);
                buffered.Flush();
                Files.Sync(stream.SafeFileHandle);
            }
            File.Move(temporary, target, true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            output.WriteLine("Cannot create database for alias file " + file.Path);
            _log.Write(0, LogPriority.Critical, "NOQUEUE", "SYSERR(root): Cannot create database for alias file " + file.Path + ": " + e.Message);
            return false;
        }
        string summary = string.Create(CultureInfo.InvariantCulture, $"{file.Path}: {count} aliases, longest {longest} bytes, {total} bytes total");
        output.WriteLine(summary);
        _log.Write(8, LogPriority.Notice, null, "alias database " + file.Path + " rebuilt by " + (Users.FindById(Users.RealUserId)?.Name ?? "unknown"));
        _log.Write(8, LogPriority.Info, null, summary);
        return true;
    }
}
