using System.Globalization;
using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Maps;
using Sendmail.Posix;

namespace Sendmail.Mta.Aliasing;

/// <summary>The alias files of option AliasFile: databases made by newaliases, or the text itself where there is none.</summary>
public sealed class AliasDatabase
{
    private const string Implicit = "implicit", OldName = "aliases", MapName = "Alias", Suffix = ".db";
    private readonly List<AliasFile> _files = [];
    private readonly IMailLog _log;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _wait;

    private sealed class AliasFile
    {
        internal required string Class { get; init; }
        internal required string Path { get; init; }
        internal required IMap Map { get; init; }
        internal Dictionary<string, string>? Text { get; set; }
        internal (ulong Inode, long Seconds, long Nanoseconds) Stamp { get; set; }
        internal (ulong Inode, long Seconds, long Nanoseconds, long Size) Examined { get; set; }
        internal bool IsTold { get; set; }
        internal bool IsDatabase => Class is "hash" or "btree" or Implicit;
    }

    /// <summary>The alias files of a configuration.</summary>
    public AliasDatabase(Configuration configuration, MapRegistry maps, IMailLog log, TimeProvider clock)
    {
        (_log, _clock) = (log, clock);
        _wait = configuration.Options.Get(OptionTable.AliasWait);
        string value = configuration.Options.Get(OptionTable.AliasFile);
        // The option without a value is the file of old.
        if (value.Trim().Length == 0 && configuration.Options.IsSet(OptionTable.AliasFile))
            value = OldName;
        foreach (string spec in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (spec[0] != '/' && maps.Find(spec) is { } declared)
            {
                _files.Add(new AliasFile { Class = "map", Path = spec, Map = declared });
                continue;
            }
            int colon = spec.IndexOf(':', StringComparison.Ordinal);
            (string type, string arguments) = colon > 0 && MapClassTable.Find(spec[..colon]) is { } row ? (row.Name, spec[(colon + 1)..]) : (Implicit, spec);
            var declaration = new MapDeclaration(MapName + _files.Count.ToString(CultureInfo.InvariantCulture), type, arguments, default);
            _files.Add(new AliasFile { Class = type, Path = MapFlags.Parse(arguments).FileName, Map = maps.Make(declaration)! });
        }
    }

    /// <summary>Paths of the alias files, for newaliases.</summary>
    public IEnumerable<string> Paths => _files.Select(f => f.Path);

    /// <summary>What an alias stands for; a temporary failure when a file that may know it cannot be read.</summary>
    /// <param name="readsText">Is told, the first time, of an alias file whose text stands in for its database.</param>
    /// <param name="warns">Is told of a database that is older than its text.</param>
    public async ValueTask<MapResult> FindAsync(string name, MacroScope scope, CancellationToken cancellation, TextReading? readsText = null, Action<string>? warns = null)
    {
        string key = AddressParser.AsciiLower(name);
        foreach (AliasFile file in _files)
        {
            await OpenAsync(file, readsText).ConfigureAwait(false);
            MapResult result = await LookUpAsync(file, key, scope, warns, cancellation).ConfigureAwait(false);
            if (result.IsMatch)
                return MapResult.Found(result.Value!.Trim());
            if (result.Status == SysExit.TempFail)
                return result;
        }
        return MapResult.NotFound;
    }

    /// <summary>Is told of the text of an alias file that stands in for its database; the text is null when it cannot be read either.</summary>
    public delegate ValueTask TextReading(string path, string? text);

    private async ValueTask<MapResult> LookUpAsync(AliasFile file, string key, MacroScope scope, Action<string>? warns, CancellationToken cancellation)
    {
        if (file.Class != Implicit || IsUsable(file))
        {
            await ExamineAsync(file, scope, warns, cancellation).ConfigureAwait(false);
            return await file.Map.LookupAsync(AddressParser.StripQuotes(key), [], scope, cancellation).ConfigureAwait(false);
        }
        return FromText(file) is not { } entries ? MapResult.TempFail : entries.TryGetValue(key, out string? value) ? MapResult.Found(value) : MapResult.NotFound;
    }

    /// <summary>Who is told, where nobody is named, of an alias file whose text stands in for its database.</summary>
    public TextReading? ReadsText { get; set; }

    private async ValueTask OpenAsync(AliasFile file, TextReading? readsText)
    {
        if ((readsText ?? ReadsText) is not { } tell || file.Class != Implicit || file.IsTold || IsUsable(file))
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
        return name.StartsWith(MapName, StringComparison.OrdinalIgnoreCase) && int.TryParse(name.AsSpan(MapName.Length), out int index) && index >= 0 && index < _files.Count
            ? _files[index].IsDatabase ? new AliasMap(name, this, [_files[index]]) : _files[index].Map : null;
    }

    /// <summary>Opens the map of one alias file, which may say something; that of all opens when it is asked.</summary>
    public async ValueTask OpenAsync(IMap map)
    {
        if (map is AliasMap { Files: [var file] } aliases && !aliases.IsSequence)
            await OpenAsync(file, null).ConfigureAwait(false);
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
                await aliases.OpenAsync(file, null).ConfigureAwait(false);
                MapResult result = await aliases.LookUpAsync(file, AddressParser.AsciiLower(key), scope, null, cancellation).ConfigureAwait(false);
                if (result.IsMatch || !IsSequence)
                    return result;
                later |= result.Status == SysExit.TempFail;
            }
            return later ? MapResult.TempFail : MapResult.Missing(SysExit.NoHost);
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
                return null;
            }
            file.Text = entries;
            file.Stamp = stamp;
        }
        return file.Text;
    }

    // The text stands in for a database that is missing, damaged, or that others could have written.
    private static bool IsUsable(AliasFile file) => (file.Map as DatabaseMap)?.CanOpen == true;

    private static readonly TimeSpan _firstWait = TimeSpan.FromSeconds(2);

    // Once for each state of a database: newaliases marks one that is complete, and is waited for (AliasWait); one that is
    // older than its text is used but told of.
    private async ValueTask ExamineAsync(AliasFile file, MacroScope scope, Action<string>? warns, CancellationToken cancellation)
    {
        if (!file.IsDatabase || IsExamined(file))
            return;
        bool complete = _wait <= TimeSpan.Zero;
        TimeSpan waited = TimeSpan.Zero;
        for (TimeSpan next = _firstWait; !complete && !(complete = await IsCompleteAsync(file, scope, cancellation).ConfigureAwait(false)) && waited < _wait; next *= 2)
        {
            await Task.Delay(next, _clock, cancellation).ConfigureAwait(false);
            waited += next;
        }
        bool isFirst = !IsExamined(file);
        if (Files.Facts(file.Path + Suffix) is not { } database)
            return;
        file.Examined = (database.Inode, database.ModifiedSeconds, database.ModifiedNanoseconds, database.Size);
        if (!isFirst || Files.Facts(file.Path) is not { } text || (complete && text.ModifiedSeconds <= database.ModifiedSeconds))
            return;
        string old = "alias database " + file.Path + Suffix + " out of date";
        warns?.Invoke("Warning: " + old);
        _log.Write(4, LogPriority.Info, null, old);
    }

    private static bool IsExamined(AliasFile file) =>
        Files.Facts(file.Path + Suffix) is not { } facts || file.Examined == (facts.Inode, facts.ModifiedSeconds, facts.ModifiedNanoseconds, facts.Size);

    private static async ValueTask<bool> IsCompleteAsync(AliasFile file, MacroScope scope, CancellationToken cancellation)
    {
        MapResult mark = await file.Map.LookupAsync("@", [], scope, cancellation).ConfigureAwait(false);
        return mark.IsMatch || mark.Status == SysExit.TempFail;
    }

    /// <summary>The files that newaliases makes databases of, with their class and the flags of their maps.</summary>
    internal IEnumerable<(string Path, string Class)> Databases => _files.Where(f => f.IsDatabase).Select(f => (f.Path, f.Class));
}
