using Sendmail.Core;
using Sendmail.Maps.BerkeleyDb;

namespace Sendmail.Tools;

/// <summary>praliases(8): prints the databases of option AliasFile, or the one of -f.</summary>
internal static class PrintAliases
{
    private const string Usage = "usage: praliases [-C cffile] [-f aliasfile] [key ...]";

    /// <summary>Runs the program; the exit code is sysexits', and 0 when a database cannot be opened.</summary>
    internal static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        var line = new OptionReader(arguments, "C:f:l");
        if (line.Problem is { } wrong)
        {
            errors.WriteLine(Program.InvokedAs + ": " + wrong);
            errors.WriteLine(Usage);
            return 64;
        }
        if (line.Has('l'))
        {
            foreach (string type in MapFile.Types)
                output.WriteLine(type);
            return 0;
        }
        // A database that is named needs no configuration.
        if (line.Value('f') is { } file)
        {
            Print("implicit", file, line.Words, output, errors);
            return 0;
        }
        if (CfScan.Read(line.Value('C') ?? CfScan.DefaultPath, "praliases", errors) is not { } cf)
            return 66;
        foreach (string spec in cf.Option("AliasFile", 'A').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            (string type, string path) = Split(spec);
            if (type is "hash" or "btree" or "implicit")
                Print(type, path, line.Words, output, errors);
            else
                errors.WriteLine("praliases: Skipping non-file based alias type " + type);
        }
        return 0;
    }

    // [class [flags]:] [flags] file
    private static (string Type, string Path) Split(string spec)
    {
        string type = "implicit";
        int colon = spec[0] == '/' ? -1 : spec.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0)
            (type, spec) = (spec[..colon].Split(' ')[0], spec[(colon + 1)..]);
        return (type, spec.Split(' ', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(w => w[0] != '-') ?? spec);
    }

    private static void Print(string type, string file, List<string> keys, TextWriter output, TextWriter errors)
    {
        string path = MapFile.PathOf(file);
        MapFile.WarnOfDirectory(path, errors);
        string? reason = MapFile.Refusal(path, -1);
        try
        {
            if (reason is null && !File.Exists(path))
                reason = type == "implicit" ? "Unknown database type" : "No such file or directory";
            if (reason is null)
            {
                using DatabaseReader reader = type == "implicit" ? DatabaseReader.Open(path) : MapFile.Open(path, type);
                PrintFrom(reader, keys, output);
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = MapFile.Reason(e);
        }
        errors.WriteLine("praliases: " + file + ": open: " + reason);
    }

    private static void PrintFrom(DatabaseReader reader, List<string> keys, TextWriter output)
    {
        static string Text(byte[] octets) => Latin1.ToString(octets).TrimEnd('\0');
        if (keys.Count == 0)
        {
            foreach ((byte[] key, byte[] value) in reader.All())
                output.WriteLine(Text(key) + ":" + Text(value));
            return;
        }
        foreach (string key in keys)
        {
            // newaliases stores the byte that ends a C string.
            byte[] bare = Latin1.ToBytes(key);
            byte[]? value = reader.Find([.. bare, 0]) ?? reader.Find(bare);
            output.WriteLine(value is null ? key + ": No such key" : key + ":" + Text(value));
        }
    }
}
