using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Maps;
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
        internal bool IsAgeTold { get; set; }
        internal bool IsTold { get; set; }
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
            if ((await LookUpAsync(file, key, scope, cancellation).ConfigureAwait(false)).Value is { } value)
                return value.Trim();
        }
        return null;
    }

    private async ValueTask<MapResult> LookUpAsync(AliasFile file, string key, MacroScope scope, CancellationToken cancellation)
    {
        if (!file.IsDatabase || IsUsable(file))
            return await file.Map.LookupAsync(AddressParser.StripQuotes(key), [], scope, cancellation).ConfigureAwait(false);
        return FromText(file) is not { } entries ? MapResult.TempFail : entries.TryGetValue(key, out string? value) ? MapResult.Found(value) : MapResult.NotFound;
    }

    /// <summary>Is told, the first time, of an alias file whose text stands in for its database; the text is null when it cannot be read either.</summary>
    public Func<string, string?, ValueTask>? ReadsText { get; set; }

    private async ValueTask OpenAsync(AliasFile file)
    {
        if (ReadsText is not { } tell || file.Class != "implicit" || file.IsTold || IsUsable(file))
            return;
        file.IsTold = true;
        string? text = null;
        try
        {
            text = await File.ReadAllTextAsync(file.Path, Encoding.Latin1).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is nothing to show.
        }
        await tell(file.Path, text).ConfigureAwait(false);
    }

    /// <summary>
    /// The aliases as address test mode names them: <c>aliases</c> and <c>aliases.files</c> for all, <c>Alias0</c> for the first file
    /// and so on; null when there is no such.
    /// </summary>
    public IMap? Map(string name)
    {
        if (name.Equals("aliases", StringComparison.OrdinalIgnoreCase) || name.Equals("aliases.files", StringComparison.OrdinalIgnoreCase))
            return new AliasMap(name, this, _files);
        const string numbered = "Alias";
        return name.StartsWith(numbered, StringComparison.OrdinalIgnoreCase) && int.TryParse(name.AsSpan(numbered.Length), out int index) && index >= 0 && index < _files.Count
            ? _files[index].IsDatabase ? new AliasMap(name, this, [_files[index]]) : _files[index].Map : null;
    }

    /// <summary>Opens the map of one alias file, which may say something; that of all opens when it is asked.</summary>
    public async ValueTask OpenAsync(IMap map)
    {
        if (map is AliasMap { Files: [var file] } aliases && !aliases.IsSequence)
            await OpenAsync(file).ConfigureAwait(false);
    }

    // Several files are asked one after another; when one of them cannot answer, that the others have nothing says nothing.
    private sealed class AliasMap(string name, AliasDatabase aliases, IReadOnlyList<AliasFile> files) : IMap
    {
        internal IReadOnlyList<AliasFile> Files => files;
        internal bool IsSequence => ReferenceEquals(files, aliases._files);
        public string Name => name;

        public async ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
        {
            bool later = false;
            foreach (AliasFile file in files)
            {
                await aliases.OpenAsync(file).ConfigureAwait(false);
                MapResult result = await aliases.LookUpAsync(file, AddressParser.AsciiLower(key), scope, cancellation).ConfigureAwait(false);
                if (result.IsMatch || !IsSequence)
                    return result;
                later |= result.Status == Core.Replies.SysExit.TempFail;
            }
            return later ? MapResult.TempFail : MapResult.Missing(Core.Replies.SysExit.NoHost);
        }
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
                        entries[AddressParser.AsciiLower(entry.Name.Trim('"'))] = entry.Value;
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

    // The text stands in for a database that is missing or that others could have written; one that is older is used but told of.
    private bool IsUsable(AliasFile file)
    {
        string path = file.Path + ".db";
        if (Files.Facts(path) is not { } database || !SafeFile.Check(path, SafeFileRequest.Map).Ok)
            return false;
        if (!file.IsAgeTold && Files.Facts(file.Path) is { } text && text.ModifiedSeconds > database.ModifiedSeconds)
        {
            file.IsAgeTold = true;
            _log.Write(4, LogPriority.Info, null, "alias database " + path + " out of date");
        }
        return true;
    }

    /// <summary>The files that newaliases makes databases of, with their class and the flags of their maps.</summary>
    internal IEnumerable<(string Path, string Class)> Databases => _files.Where(f => f.IsDatabase).Select(f => (f.Path, f.Class));
}
