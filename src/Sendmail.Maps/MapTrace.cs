using Sendmail.Core.Logging;
using Sendmail.Core.Replies;
using Sendmail.Core.Rewriting;
using Sendmail.Posix;

namespace Sendmail.Maps;

/// <summary>A map whose opening (<c>-d38.2</c>, <c>-d38.4</c>), lookups (<c>-d38.20</c>) and end (<c>-d38.5</c>) are told.</summary>
internal sealed class MapTrace(IMap map, Core.Cf.MapDeclaration declaration, DebugTrace debug) : IMap
{
    internal const int Category = 38;
    // Maps that are nothing but code need no opening.
    private static readonly string[] _neverOpened = ["dequote", "macro", "arith", "regex", "null"];
    private readonly MapFlags _flags = MapFlags.Parse(declaration.Arguments);
    private bool _opened;

    private bool IsUsable { get; set; }

    /// <inheritdoc/>
    public string Name => map.Name;
    /// <inheritdoc/>
    public MapUse Use => map.Use;

    /// <inheritdoc/>
    public bool IsOpen
    {
        get
        {
            if (_opened || _neverOpened.Contains(declaration.Class))
                return map.IsOpen;
            _opened = true;
            return Open();
        }
    }

    private string File => declaration.Class is "hash" or "btree" or "implicit" or "text" ? _flags.FileName : declaration.Class is "program" or "stab" ? _flags.Rest : "NULL";

    private bool Open()
    {
        string what = declaration.Name + ", " + File + ", 0)";
        switch (declaration.Class)
        {
            case "hash": debug.Line(Category, 2, "hash_map_open(" + what); break;
            case "btree": debug.Line(Category, 2, "bt_map_open(" + what); break;
            case "implicit":
                debug.Line(Category, 2, "impl_map_open(" + what);
                debug.Line(Category, 2, "hash_map_open(" + what);
                break;
            case "text": debug.Line(Category, 2, "text_map_open(" + what); break;
            case "stab": debug.Line(Category, 2, "stab_map_open(" + what); break;
            case "user": debug.Line(Category, 2, "user_map_open(" + declaration.Name + ", 0)"); break;
            case "dns": debug.Line(Category, 2, "dns_map_open(" + declaration.Name + ", 0)"); break;
            default: break;
        }
        string? missing = declaration.Class == "stab" ? "No such file or directory" : declaration.Class is "hash" or "btree" or "implicit" ? Missing() : null;
        bool unsafeText = declaration.Class == "text" && !SafeFile.Check(File, SafeFileRequest.Map).Ok;
        if (declaration.Class == "text" && !unsafeText)
            debug.Line(Category, 2, "text_map_open(" + declaration.Name + ", " + File + "): delimiter = " + (_flags.Delimiter is { Length: > 0 } delimiter ? delimiter : "(white space)"));
        else if (unsafeText)
            debug.Line(Category, 2, "\tunsafe map file: " + (Files.Facts(File, true, out int errno) is null ? errno : 0));
        bool open = IsUsable = map.IsOpen;
        // Where the complaint went to the log already, no reason is given again.
        string reason = missing is not null && (_flags.Optional || declaration.Class is "implicit" or "stab") ? ": " + missing : "";
        debug.Line(Category, 4, "openmap()\t" + declaration.Class + ":" + declaration.Name + " " + File + ": " + (missing is null && !unsafeText ? "valid" : "invalid" + reason));
        return open;
    }

    private string? Missing(bool tell = true)
    {
        string path = File.EndsWith(".db", StringComparison.Ordinal) ? File : File + ".db";
        if (Files.Facts(path, true, out int errno) is not null)
            return null;
        string reason = Files.ErrorText(errno);
        if (tell)
            debug.Line(Category, 2, "\tmissing map file " + path + ": " + reason);
        return reason;
    }

    /// <inheritdoc/>
    public async ValueTask<MapResult> LookupAsync(string key, IReadOnlyList<string> arguments, MacroScope scope, CancellationToken cancellation)
    {
        _ = IsOpen;
        if (!debug.Has(Category, 20) || (declaration.Class is "hash" or "btree" or "implicit" && Missing(false) is not null))
            return await map.LookupAsync(key, arguments, scope, cancellation).ConfigureAwait(false);
        switch (declaration.Class)
        {
            case "hash" or "btree" or "implicit": debug.Output.WriteLine("db_map_lookup(" + Name + ", " + key + ")"); break;
            case "text": debug.Output.WriteLine("text_map_lookup(" + Name + ", " + key + ")"); break;
            case "sequence": debug.Output.WriteLine("seq_map_lookup(" + Name + ", " + key + ")"); break;
            case "user": debug.Output.WriteLine("user_map_lookup(" + Name + ", " + key + ")"); break;
            case "dns": debug.Output.WriteLine("dns_map_lookup(" + Name + ", " + key + ")"); break;
            case "program": debug.Output.WriteLine("prog_map_lookup(" + Name + ", " + key + ") " + File); break;
            case "host": debug.Output.WriteLine("getcanonname(" + key + "), trying dns"); break;
            default: break;
        }
        MapResult result = await map.LookupAsync(key, arguments, scope, cancellation).ConfigureAwait(false);
        if (declaration.Class == "host" && result.IsMatch)
        {
            debug.Output.WriteLine("getcanonname(" + result.Value!.TrimEnd('.') + "), found, ad=0");
        }
        else if (declaration.Class == "host")
        {
            debug.Output.WriteLine("getcanonname(" + key + "), trying files");
            debug.Output.WriteLine("text_getcanonname(" + key + ")");
            debug.Output.WriteLine("getcanonname(" + key + "), failed, stat=" + (int)(result.Status == SysExit.Ok ? SysExit.NoHost : result.Status));
        }
        return result;
    }

    internal void TellClosing()
    {
        if (_opened && IsUsable)
            debug.Line(Category, 5, "closemaps: closing " + Name + " (" + File + ")");
    }
}
