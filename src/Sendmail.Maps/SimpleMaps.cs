using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Cf;
using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Maps;

/// <summary>Class null: finds nothing.</summary>
public sealed class NullMap(string name, MapFlags flags) : MapBase(name, flags)
{
    /// <inheritdoc/>
    protected override ValueTask<MapResult> FindAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation) =>
        ValueTask.FromResult(MapResult.Missing(SysExit.NoHost));
}

/// <summary>Class dequote: takes the quotes off a quoted string.</summary>
public sealed class DequoteMap(string name, MapFlags flags) : IMap
{
    /// <inheritdoc/>
    public string Name => name;
    /// <inheritdoc/>
    public MapUse Use => new() { KeepsQuotes = true };

    /// <inheritdoc/>
    public ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        string blank = flags.Others.LastOrDefault(o => o.Key == 's').Value ?? "";
        var plain = new StringBuilder(key.Length);
        bool quoted = false, found = false;
        int angles = 0, parentheses = 0;
        for (int i = 0; i < key.Length; i++)
        {
            char c = key[i];
            switch (c)
            {
                case '\\' when i + 1 == key.Length:
                    return ValueTask.FromResult(MapResult.NotFound);
                case '\\':
                    plain.Append(c).Append(key[++i]);
                    continue;
                // Quotes in a comment are part of it.
                case '"' when parentheses == 0:
                    quoted = !quoted;
                    found = true;
                    continue;
                // A blank that nothing replaces would make two words of one.
                case '\t' or ' ' when blank.Length == 0 || c == '\t':
                    return ValueTask.FromResult(MapResult.NotFound);
                case ' ': c = blank[0]; break;
                case '(': parentheses++; break;
                case ')': parentheses--; break;
                case '<' when parentheses == 0: angles++; break;
                case '>' when parentheses == 0: angles--; break;
                default: break;
            }
            if (angles < 0 || parentheses < 0)
                return ValueTask.FromResult(MapResult.NotFound);
            plain.Append(c);
        }
        bool whole = found && !quoted && angles == 0 && parentheses == 0;
        return ValueTask.FromResult(whole ? MapResult.Found(plain + flags.Append) : MapResult.NotFound);
    }
}

/// <summary>Class macro: <c>$(name {macro} $@ value $)</c> sets a macro, without a value it is cleared.</summary>
public sealed class MacroMap(string name) : IMap
{
    /// <inheritdoc/>
    public string Name => name;
    /// <inheritdoc/>
    public MapUse Use => new() { KeepsQuotes = true };

    /// <inheritdoc/>
    public ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        if (arguments.Count > 0)
            scope[CfText.Name(key)] = arguments[0];
        else
            scope.Forget(CfText.Name(key));
        return ValueTask.FromResult(MapResult.Found(""));
    }
}

/// <summary>Class arith: <c>$(name op $@ a $@ b $)</c> with + - * / % &amp; | l = r.</summary>
public sealed class ArithMap(string name, MapFlags flags) : IMap
{
    /// <inheritdoc/>
    public string Name => name;
    /// <inheritdoc/>
    public MapUse Use => new() { KeepsQuotes = true };

    /// <inheritdoc/>
    public ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        if (arguments.Count < 2 || key.Length == 0)
            return ValueTask.FromResult(MapResult.Missing(SysExit.Config));
        long a = Number(arguments[0], 0);
        long b = Number(arguments[1], 0);
        string? value = key[0] switch
        {
            '+' => Text(unchecked(a + b)),
            '-' => Text(unchecked(a - b)),
            '*' => Text(unchecked(a * b)),
            '/' => b == 0 ? null : Text(b == -1 ? unchecked(-a) : a / b),
            '%' => b == 0 ? null : Text(b == -1 ? 0 : a % b),
            '&' => Text(a & b),
            '|' => Text(a | b),
            'l' => a < b ? "TRUE" : "FALSE",
            '=' => a == b ? "TRUE" : "FALSE",
            'r' => b >= a ? Text(Random.Shared.NextInt64(a, b == long.MaxValue ? b : b + 1)) : null,
            _ => null,
        };
        return ValueTask.FromResult(value is null ? MapResult.Missing(SysExit.Config) : MapResult.Found(value + flags.Append));
    }

    // Longest result, in octets: what is longer is cut.
    private const int MaxDigits = 15;

    private static string Text(long number)
    {
        string text = number.ToString(CultureInfo.InvariantCulture);
        return text.Length <= MaxDigits ? text : text[..MaxDigits];
    }

    /// <summary>The number at the start of a text as strtol(3) reads it, 0 when there is none; base 0 knows 0x and 0.</summary>
    internal static long Number(string text, int radix)
    {
        ReadOnlySpan<char> rest = text.AsSpan().TrimStart(" \t");
        bool minus = rest.StartsWith("-");
        if (minus || rest.StartsWith("+"))
            rest = rest[1..];
        if (radix == 0)
        {
            radix = !rest.StartsWith("0") ? 10 : rest.Length > 2 && rest[1] is 'x' or 'X' && char.IsAsciiHexDigit(rest[2]) ? 16 : 8;
            rest = radix == 16 ? rest[2..] : rest;
        }
        Int128 number = 0;
        foreach (char c in rest)
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix || number > long.MaxValue)
                break;
            number = number * radix + digit;
        }
        return (long)Int128.Clamp(minus ? -number : number, long.MinValue, long.MaxValue);
    }
}

/// <summary>Class text: a file with one entry a line; -k, -v columns (from 0), -z delimiter.</summary>
public sealed class TextMap(string name, MapFlags flags, IMailLog log) : MapBase(name, flags)
{
    /// <inheritdoc/>
    protected override bool FoldsCase => false;

    /// <inheritdoc/>
    protected override ValueTask<MapResult> FindAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        if (!Usable())
            return ValueTask.FromResult(Flags.Optional ? MapResult.Missing(SysExit.NoHost) : MapResult.TempFail);
        int keyColumn = Column(Flags.KeyColumn);
        int valueColumn = Column(Flags.ValueColumn);
        try
        {
            foreach (string line in File.ReadLines(Flags.FileName, Encoding.Latin1))
            {
                string? found = Part(line, keyColumn);
                if (found is null || !found.Equals(key, Flags.KeepCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase))
                    continue;
                return ValueTask.FromResult(Part(line, valueColumn) is { } value ? MapResult.Found(value) : MapResult.Missing(SysExit.NoHost));
            }
            return ValueTask.FromResult(MapResult.Missing(SysExit.NoHost));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.SystemError("text map \"" + Name + "\": file " + Flags.FileName + ": " + e.Message);
            return ValueTask.FromResult(MapResult.TempFail);
        }
    }

    /// <inheritdoc/>
    public override bool IsOpen => Usable() || !Flags.Optional;

    // Decided once, when the map is first used.
    private bool Usable()
    {
        if (_usable is null)
        {
            string? problem = ProblemOf(Flags);
            _usable = problem is null;
            if (problem is { Length: > 0 })
                log.SystemError("text map \"" + Name + problem, ExitOf(problem));
        }
        return _usable.Value;
    }

    private bool? _usable;

    /// <summary>What keeps the map from being opened, as it follows its name; empty for a file that may be missing.</summary>
    internal static string? ProblemOf(MapFlags flags) =>
        !flags.FileName.StartsWith('/') ? "\": file name must be fully qualified"
        : !SafeFile.Check(flags.FileName, SafeFileRequest.Map).Ok ? flags.Optional ? "" : "\": unsafe map file " + flags.FileName + (HasFolder(flags.FileName) ? "" : NoFolder)
        : NoColumn(flags.KeyColumn) ? "\", file " + flags.FileName + ": -k should specify a number, not " + flags.KeyColumn
        : NoColumn(flags.ValueColumn) ? "\", file " + flags.FileName + ": -v should specify a number, not " + flags.ValueColumn
        : null;

    // The system's word about a folder that is not there, which makes it an error of the system.
    private static readonly string NoFolder = ": " + Files.ErrorText(2);

    private static bool HasFolder(string path) => Files.Facts(path[..Math.Max(1, path.LastIndexOf('/'))]) is not null;

    /// <summary>What a program ends with because of the problem.</summary>
    internal static SysExit ExitOf(string problem) => problem.EndsWith(NoFolder, StringComparison.Ordinal) ? SysExit.OsError : SysExit.Software;

    private static bool NoColumn(string? text) => text is not null && !(text.Length > 0 && char.IsAsciiDigit(text[0]));

    private static int Column(string? text) => text is null ? 0 : (int)ArithMap.Number(text, 10);

    // Without -z white space separates, however much; behind trailing white space there is an empty column.
    private string? Part(string line, int column)
    {
        if (Flags.Delimiter is { Length: > 0 } delimiter)
        {
            string[] parts = line.Split(delimiter[0]);
            return column < parts.Length ? parts[column] : null;
        }
        ReadOnlySpan<char> rest = line.AsSpan().TrimStart(" \t");
        while (true)
        {
            int end = rest.IndexOfAny(' ', '\t');
            if (column-- == 0)
                return (end < 0 ? rest : rest[..end]).ToString();
            if (end < 0)
                return null;
            rest = rest[end..].TrimStart(" \t");
        }
    }
}

/// <summary>Class user: fields of the password file; -v names or numbers the field.</summary>
public sealed class UserMap(string name, MapFlags flags) : MapBase(name, flags)
{
    /// <summary>What <c>-v</c> may name: fields of the password file, by word or by number.</summary>
    internal static readonly string[] Columns = ["name", "1", "passwd", "2", "uid", "3", "gid", "4", "gecos", "5", "dir", "6", "shell", "7"];

    /// <inheritdoc/>
    protected override ValueTask<MapResult> FindAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        if (Users.FindByName(key) is not { } user)
            return ValueTask.FromResult(MapResult.Missing(SysExit.NoUser));
        string? value = (Flags.ValueColumn ?? "name").ToLowerInvariant() switch
        {
            "name" or "1" => user.Name,
            "passwd" or "2" => "x",
            "uid" or "3" => user.UserId.ToString(CultureInfo.InvariantCulture),
            "gid" or "4" => user.GroupId.ToString(CultureInfo.InvariantCulture),
            "gecos" or "5" => user.Gecos,
            "dir" or "6" => user.Home,
            "shell" or "7" => user.Shell,
            _ => null,
        };
        return ValueTask.FromResult(value is null ? MapResult.Missing(SysExit.NoUser) : MapResult.Found(value));
    }
}

/// <summary>Classes sequence and switch: the first member map that knows the key.</summary>
public sealed class SequenceMap(string name, IReadOnlyList<IMap> members) : IMap
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        MapResult last = MapResult.Missing(SysExit.NoHost);
        foreach (IMap member in members)
        {
            if (!member.IsOpen)
                continue;
            MapResult result = await member.LookupAsync(key, arguments, scope, cancellation).ConfigureAwait(false);
            if (result.Value is not null)
                return result;
            if (result.Status == SysExit.TempFail || last.Status == SysExit.Ok)
                last = result;
        }
        return last;
    }
}

/// <summary>Class program: runs a program with the key as last argument; its first line is the value.</summary>
public sealed class ProgramMap(string name, MapFlags flags) : MapBase(name, flags)
{
    /// <inheritdoc/>
    protected override bool FoldsCase => false;

    /// <inheritdoc/>
    protected override async ValueTask<MapResult> FindAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        string[] words = Flags.Rest.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        try
        {
            var start = new ProcessStartInfo(words[0], [.. words[1..], key])
            {
                RedirectStandardOutput = true, UseShellExecute = false, StandardOutputEncoding = Encoding.Latin1, WorkingDirectory = "/",
            };
            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync(cancellation).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            string line = output.Split('\n')[0].TrimEnd('\r');
            return process.ExitCode switch
            {
                0 when line.Length > 0 => MapResult.Found(line),
                (int)SysExit.TempFail or (int)SysExit.OsError or (int)SysExit.IoError => MapResult.TempFail,
                _ => MapResult.Missing((SysExit)process.ExitCode),
            };
        }
        // What cannot be started is a program that ends at once with this code.
        catch (System.ComponentModel.Win32Exception)
        {
            return MapResult.Missing(SysExit.Config);
        }
        catch (Exception e) when (e is IOException or IndexOutOfRangeException)
        {
            return MapResult.TempFail;
        }
    }
}

/// <summary>Class syslog: writes the key to the log; -L level. Gives an empty value.</summary>
public sealed class SyslogMap(string name, MapFlags flags, IMailLog log) : IMap
{
    /// <inheritdoc/>
    public string Name => name;
    /// <inheritdoc/>
    public MapUse Use => flags.Use;

    /// <inheritdoc/>
    public ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        string? level = flags.Others.LastOrDefault(o => o.Key == 'L').Value;
        log.Write(0, level is null ? LogPriority.Info : PriorityOf(level) ?? LogPriority.Info, scope["i"], key);
        return ValueTask.FromResult(MapResult.Found(""));
    }

    /// <summary>The name of a priority without the prefix that it may have.</summary>
    internal static string BareName(string name) => name.StartsWith("LOG_", StringComparison.OrdinalIgnoreCase) ? name[4..] : name;

    /// <summary>The priority that -L names, null when it is none.</summary>
    internal static LogPriority? PriorityOf(string name) => BareName(name).ToUpperInvariant() switch
    {
        "EMERG" or "ALERT" => LogPriority.Alert,
        "CRIT" => LogPriority.Critical,
        "ERR" => LogPriority.Error,
        "WARNING" => LogPriority.Warning,
        "NOTICE" => LogPriority.Notice,
        "INFO" => LogPriority.Info,
        "DEBUG" => LogPriority.Debug,
        _ => null,
    };
}

/// <summary>Class stab: a table of names in memory that nothing ever fills here.</summary>
public sealed class StabMap(string name) : IMap
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation) =>
        ValueTask.FromResult(MapResult.TempFail);
}

/// <summary>A map whose declaration is wrong: it exists, but cannot be opened.</summary>
public sealed class ClosedMap(string name) : IMap
{
    /// <inheritdoc/>
    public string Name => name;
    /// <inheritdoc/>
    public bool IsOpen => false;

    /// <inheritdoc/>
    public ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation) =>
        ValueTask.FromResult(MapResult.NotFound);
}

/// <summary>Class arpa: an address with its parts in the order of the domain in-addr.arpa or ip6.arpa.</summary>
public sealed class ArpaMap(string name, MapFlags flags) : MapBase(name, flags)
{
    private const string Six = "IPv6:";

    /// <inheritdoc/>
    protected override bool MatchesOnly => false;

    /// <inheritdoc/>
    protected override bool FoldsCase => false;

    /// <inheritdoc/>
    protected override ValueTask<MapResult> FindAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        bool six = key.StartsWith(Six, StringComparison.OrdinalIgnoreCase);
        string text = six ? key[Six.Length..] : key;
        if (!IPAddress.TryParse(text, out IPAddress? address) || address.AddressFamily != (six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork) || (!six && text.Count(c => c == '.') != 3))
            return ValueTask.FromResult(MapResult.Missing(SysExit.DataError));
        IEnumerable<byte> octets = address.GetAddressBytes().Reverse();
        return ValueTask.FromResult(MapResult.Found(string.Join('.', six
            ? octets.SelectMany(o => new[] { o & 15, o >> 4 }).Select(n => n.ToString("x", CultureInfo.InvariantCulture))
            : octets.Select(o => o.ToString(CultureInfo.InvariantCulture)))));
    }
}
