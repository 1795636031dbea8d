using System.Globalization;
using System.Text;
using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Maps.BerkeleyDb;

namespace Sendmail.Tools;

/// <summary>makemap(8): makes a database map from text on standard input, or prints one (-u).</summary>
internal static class MakeMap
{
    private const string Usage = "Usage: makemap [-C cffile] [-N] [-c cachesize] [-D commentchar]\n"
        + "       [-d] [-e] [-f] [-i type] [-l] [-o] [-r] [-s] [-t delimiter]\n       [-u] [-v] type mapname";

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
    }

    /// <summary>Runs the program; the exit code is sysexits'.</summary>
    internal static int Run(string[] arguments, Stream input, TextWriter output, TextWriter errors)
    {
        var settings = new Settings();
        var words = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (argument.Length < 2 || argument[0] != '-')
            {
                words.Add(argument);
                continue;
            }
            for (int at = 1; at < argument.Length; at++)
            {
                char letter = argument[at];
                if ("CcDit".Contains(letter, StringComparison.Ordinal))
                {
                    string value = at + 1 < argument.Length ? argument[(at + 1)..] : ++i < arguments.Length ? arguments[i] : "";
                    if (letter == 'D' && value.Length > 0)
                        settings.Comment = value[0];
                    else if (letter == 't' && value.Length > 0)
                        settings.Delimiter = value[0];
                    break;
                }
                if (letter == 'l')
                {
                    foreach (string type in (string[])["btree", "hash"])
                        output.WriteLine(type);
                    return 0;
                }
                if (!Set(settings, letter))
                {
                    errors.WriteLine("makemap: invalid option -- '" + letter + "'");
                    errors.WriteLine(Usage);
                    return 64;
                }
            }
        }
        if (words.Count != 2)
        {
            errors.WriteLine(Usage);
            return 64;
        }
        if (words[0] is not ("hash" or "btree"))
        {
            errors.WriteLine("makemap: Unknown database type " + words[0]);
            return 64;
        }
        return settings.Print ? Print(settings, words[1], output, errors) : Make(settings, words[0], words[1], input, errors, output);
    }

    private static bool Set(Settings settings, char letter)
    {
        switch (letter)
        {
            case 'N': settings.IncludeNull = true; return true;
            case 'd': settings.Duplicates = true; return true;
            case 'e': settings.AllowEmpty = true; return true;
            case 'f': settings.KeepCase = true; return true;
            case 'o': settings.Append = true; return true;
            case 'r': settings.Replace = true; return true;
            case 'u': settings.Print = true; return true;
            case 'v': settings.Verbose = true; return true;
            case 's': return true;
            default: return false;
        }
    }

    private static int Print(Settings settings, string map, TextWriter output, TextWriter errors)
    {
        string path = MapFile.PathOf(map);
        try
        {
            using DatabaseReader reader = DatabaseReader.Open(path);
            char between = settings.Delimiter == '\0' ? '\t' : settings.Delimiter;
            foreach ((byte[] key, byte[] value) in reader.All())
                output.Write(Latin1.ToString(Bare(key)) + between + Latin1.ToString(Bare(value)) + "\n");
            output.Flush();
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine("makemap: error opening type hash map " + map + ": " + Reason(e));
            return 73;
        }
    }

    private static ReadOnlySpan<byte> Bare(byte[] octets) => octets.AsSpan(0, octets.Length > 0 && octets[^1] == 0 ? octets.Length - 1 : octets.Length);

    private static string Reason(Exception e) => e is FileNotFoundException or DirectoryNotFoundException ? "No such file or directory"
        : e is UnauthorizedAccessException ? "Permission denied" : e.Message;

    private static int Make(Settings settings, string type, string map, Stream input, TextWriter errors, TextWriter output)
    {
        string path = MapFile.PathOf(map);
        var writer = new DatabaseWriter(type == "hash");
        int exit = 0;
        try
        {
            if (settings.Append && File.Exists(path))
            {
                using DatabaseReader old = DatabaseReader.Open(path);
                foreach ((byte[] key, byte[] value) in old.All())
                    writer.Set(key, value);
            }
            int number = 0;
            foreach ((string line, bool whole) in MapSourceLines.Read(input))
            {
                number++;
                if (Add(settings, writer, line, whole, Place(map, number), errors, output) is var code and not 0)
                    exit = code;
            }
            MapFile.Write(path, writer);
            return exit;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine("makemap: error opening type " + type + " map " + map + ": " + Reason(e));
            return 73;
        }
    }

    // What isspace(3) means in the C locale, the line feed apart: a carriage return separates as well, and stays in a value.
    private const string Blanks = " \t\r\v\f";

    private static string Place(string map, int number) => "makemap: " + map + ": line " + number.ToString(CultureInfo.InvariantCulture) + ": ";

    private static int Add(Settings settings, DatabaseWriter writer, string line, bool whole, string place, TextWriter errors, TextWriter output)
    {
        if (!whole)
        {
            errors.WriteLine(place + "line too long (" + MapSourceLines.MaxLine.ToString(CultureInfo.InvariantCulture) + " bytes max)");
            return 65;
        }
        if (line.Length == 0 || line[0] == settings.Comment)
            return 0;
        if (settings.Delimiter == '\0' && Blanks.Contains(line[0]))
        {
            errors.WriteLine(place + "syntax error (leading space)");
            return 65;
        }
        int end = settings.Delimiter != '\0' ? line.IndexOf(settings.Delimiter) : line.AsSpan().IndexOfAny(Blanks);
        string key = end < 0 ? line : line[..end];
        string value = end < 0 ? "" : settings.Delimiter != '\0' ? line[(end + 1)..] : line[end..].AsSpan().TrimStart(Blanks).ToString();
        if (value.Length == 0 && !settings.AllowEmpty)
        {
            errors.WriteLine(place + "no RHS for LHS " + key);
            return 65;
        }
        if (!settings.KeepCase)
            key = AddressParser.AsciiLower(key);
        byte[] keyOctets = Octets(key, settings.IncludeNull);
        byte[] valueOctets = Octets(value, settings.IncludeNull);
        if (settings.Verbose)
            output.WriteLine("key=`" + key + "', val=`" + value + "'");
        if (settings.Duplicates)
        {
            writer.AddDuplicate(keyOctets, valueOctets);
            return 0;
        }
        if (!settings.Replace && writer.Find(keyOctets) is not null)
        {
            errors.WriteLine(place + "key " + key + ": duplicate key");
            return 65;
        }
        writer.Set(keyOctets, valueOctets);
        return 0;
    }

    private static byte[] Octets(string text, bool withNull) => withNull ? [.. Latin1.ToBytes(text), 0] : Latin1.ToBytes(text);
}
