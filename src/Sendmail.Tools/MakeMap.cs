using System.Globalization;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Maps.BerkeleyDb;
using Sendmail.Posix;

namespace Sendmail.Tools;

/// <summary>makemap(8): makes a database map from text on standard input, or prints one (-u).</summary>
internal static class MakeMap
{
    private const string Usage = "Usage: makemap [-C cffile] [-N] [-c cachesize] [-D commentchar]\n"
        + "               [-d] [-e] [-f] [-i type] [-l] [-o] [-r] [-s] [-t delimiter]\n               [-u] [-v] type mapname";
    // What isspace(3) means in the C locale, the line feed apart: a carriage return separates as well, and stays in a value.
    private const string Blanks = " \t\r\v\f";
    private const int ProgressEvery = 100_000;

    private sealed class Settings
    {
        internal bool IncludeNull { get; set; }
        internal bool Duplicates { get; set; }
        internal bool AllowEmpty { get; set; }
        internal bool KeepCase { get; set; }
        internal bool Append { get; set; }
        internal bool Replace { get; set; }
        internal bool Print { get; set; }
        internal bool Verbose { get; set; }
        internal char Comment { get; set; } = '#';
        internal char Delimiter { get; set; }
        internal string ConfigurationFile { get; set; } = CfScan.DefaultPath;
        internal int Owner { get; set; } = -1;
    }

    /// <summary>Runs the program; the exit code is sysexits'.</summary>
    internal static int Run(string[] arguments, Stream input, TextWriter output, TextWriter errors)
    {
        var line = new OptionReader(arguments, "C:Nc:D:defi:lorst:uv");
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
        var settings = new Settings();
        foreach ((char letter, string value) in line.Options)
            Set(settings, letter, value, errors);
        if (line.Words.Count != 2)
        {
            errors.WriteLine(Usage);
            return 64;
        }
        if (CfScan.Read(settings.ConfigurationFile, "makemap", errors) is not { } cf)
            return 66;
        (string kind, string map) = (line.Words[0], line.Words[1]);
        settings.Owner = MapFile.TrustedUser(cf, errors);
        if (MapFile.TypeProblem("makemap", kind, map) is { } problem)
        {
            errors.WriteLine(problem);
            return 73;
        }
        string path = MapFile.PathOf(map);
        MapFile.WarnOfDirectory(path, errors);
        if (MapFile.Refusal(path, settings.Owner) is { } reason)
        {
            errors.WriteLine(MapFile.Problem("makemap", kind, map, reason));
            return 73;
        }
        try
        {
            return settings.Print ? Print(settings, path, kind, output) : new Maker(settings, kind, map, errors, output).Run(input, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(MapFile.Problem("makemap", kind, map, MapFile.Reason(e)));
            return 73;
        }
    }

    // -c (a cache that is not needed), -s (checks that were never made) and -i (what to use where a type is not built in, and
    // all are) change nothing for the reference either.
    private static void Set(Settings settings, char letter, string value, TextWriter errors)
    {
        switch (letter)
        {
            case 'C': settings.ConfigurationFile = value; break;
            case 'N': settings.IncludeNull = true; break;
            case 'D': settings.Comment = value.Length > 0 ? value[0] : '\0'; break;
            case 'd': settings.Duplicates = true; break;
            case 'e': settings.AllowEmpty = true; break;
            case 'f': settings.KeepCase = true; break;
            case 'o': settings.Append = true; break;
            case 'r': settings.Replace = true; break;
            case 't':
                if (value.Length > 0)
                    settings.Delimiter = value[0];
                else
                    errors.WriteLine("Invalid separator");
                break;
            case 'u': settings.Print = true; break;
            case 'v': settings.Verbose = true; break;
            default: break;
        }
    }

    private static int Print(Settings settings, string path, string type, TextWriter output)
    {
        using DatabaseReader reader = MapFile.Open(path, type);
        char between = settings.Delimiter == '\0' ? '\t' : settings.Delimiter;
        foreach ((byte[] key, byte[] value) in reader.All())
            output.Write(Latin1.ToString(Bare(key)) + between + Latin1.ToString(Bare(value)) + "\n");
        output.Flush();
        return 0;
    }

    private static ReadOnlySpan<byte> Bare(byte[] octets) => octets.AsSpan(0, octets.Length > 0 && octets[^1] == 0 ? octets.Length - 1 : octets.Length);

    // One run over the input.
    private sealed class Maker(Settings settings, string type, string map, TextWriter errors, TextWriter output)
    {
        private readonly DatabaseWriter _writer = new(type != "btree", expected: MapFile.ExpectedPairs);
        private readonly bool _progress = Files.IsTerminal(2);
        private int _number;

        internal int Run(Stream input, string path)
        {
            if (settings.Append)
            {
                using DatabaseReader old = MapFile.Open(path, type);
                foreach ((byte[] key, byte[] value) in old.All())
                    _writer.AddDuplicate(key, value);
            }
            else if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            {
                throw new DirectoryNotFoundException();
            }
            int exit = 0;
            foreach ((string line, bool whole) in MapSourceLines.Read(input))
            {
                _number++;
                if (Add(line, whole) is var code and not 0)
                    exit = code;
                if (_progress && _number % ProgressEvery == 0)
                    errors.Write(string.Create(CultureInfo.InvariantCulture, $"\rmakemap: {map}: {_number} lines"));
            }
            if (_progress && _number >= ProgressEvery)
                errors.Write("\r\x1b[K");
            MapFile.Write(path, _writer, settings.Owner);
            return exit;
        }

        private int Complain(string what)
        {
            errors.WriteLine("makemap: " + map + ": line " + _number.ToString(CultureInfo.InvariantCulture) + ": " + what);
            return 65;
        }

        private int Add(string line, bool whole)
        {
            if (!whole)
                return Complain("line too long (" + MapSourceLines.MaxLine.ToString(CultureInfo.InvariantCulture) + " bytes max)");
            if (line.Length == 0 || (settings.Comment != '\0' && line[0] == settings.Comment))
                return 0;
            if (settings.Delimiter == '\0' && Blanks.Contains(line[0], StringComparison.Ordinal))
                return Complain("syntax error (leading space)");
            int end = settings.Delimiter != '\0' ? line.IndexOf(settings.Delimiter, StringComparison.Ordinal) : line.AsSpan().IndexOfAny(Blanks);
            string key = end < 0 ? line : line[..end];
            string value = end < 0 ? "" : settings.Delimiter != '\0' ? line[(end + 1)..] : line[end..].AsSpan().TrimStart(Blanks).ToString();
            if (value.Length == 0 && !settings.AllowEmpty)
                return Complain("no RHS for LHS " + key);
            if (!settings.KeepCase)
                key = AddressParser.AsciiLower(key);
            return Store(key, value);
        }

        private int Store(string key, string value)
        {
            byte[] keyOctets = Octets(key);
            byte[] valueOctets = Octets(value);
            if (settings.Verbose)
                output.WriteLine("key=`" + key + "', val=`" + value + "'");
            if (settings.Duplicates)
                _writer.AddDuplicate(keyOctets, valueOctets);
            else if (!settings.Replace && _writer.Find(keyOctets) is not null)
                return Complain("key " + key + ": duplicate key");
            else
                _writer.Set(keyOctets, valueOctets);
            return 0;
        }

        private byte[] Octets(string text) => settings.IncludeNull ? [.. Latin1.ToBytes(text), 0] : Latin1.ToBytes(text);
    }
}
