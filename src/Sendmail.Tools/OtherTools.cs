using Sendmail.Core;
using Sendmail.Maps.BerkeleyDb;

namespace Sendmail.Tools;

/// <summary>praliases(8): prints alias databases; -f names the file.</summary>
internal static class PrintAliases
{
    internal static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        string file = "/etc/mail/aliases";
        var keys = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is "-f" or "-C" && i + 1 < arguments.Length)
            {
                if (arguments[i++] == "-f")
                    file = arguments[i];
            }
            else
            {
                keys.Add(arguments[i]);
            }
        }
        try
        {
            using DatabaseReader reader = DatabaseReader.Open(MapFile.PathOf(file));
            foreach ((byte[] key, byte[] value) in reader.All())
            {
                string name = Latin1.ToString(key).TrimEnd('\0');
                if (keys.Count == 0 || keys.Contains(name))
                    output.WriteLine(name + ":" + Latin1.ToString(value).TrimEnd('\0'));
            }
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine("praliases: " + file + ": " + e.Message);
            return 73;
        }
    }
}

/// <summary>editmap(8): -q looks a key up, -u sets it, -x removes it.</summary>
internal static class EditMap
{
    private const string Usage = "Usage: editmap [-C cffile] [-N] [-f] [-q|-u|-x] maptype mapname key [ \"value ...\" ]";

    internal static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        char action = '\0';
        bool withNull = false;
        bool keepCase = false;
        var words = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "-q" or "-u" or "-x" when action == '\0' && words.Count == 0: action = arguments[i][1]; break;
                case "-N" when words.Count == 0: withNull = true; break;
                case "-f" when words.Count == 0: keepCase = true; break;
                case "-C" when words.Count == 0: i++; break;
                default: words.Add(arguments[i]); break;
            }
        }
        if (action == '\0' || words.Count != (action == 'u' ? 4 : 3) || words[0] is not ("hash" or "btree"))
        {
            errors.WriteLine(Usage);
            return 64;
        }
        string name = keepCase ? words[2] : words[2].ToLowerInvariant();
        byte[] key = withNull ? [.. Latin1.ToBytes(name), 0] : Latin1.ToBytes(name);
        string path = MapFile.PathOf(words[1]);
        try
        {
            var writer = new DatabaseWriter(words[0] == "hash");
            byte[]? found = null;
            using (DatabaseReader reader = DatabaseReader.Open(path))
            {
                foreach ((byte[] k, byte[] v) in reader.All())
                {
                    if (k.AsSpan().SequenceEqual(key))
                        found = v;
                    else
                        writer.Set(k, v);
                }
            }
            if (action == 'q')
            {
                if (found is null)
                {
                    errors.WriteLine("editmap: couldn't find key " + name + " in map " + words[1]);
                    return 69;
                }
                output.WriteLine(Latin1.ToString(found).TrimEnd('\0'));
                return 0;
            }
            if (action == 'u')
                writer.Set(key, withNull ? [.. Latin1.ToBytes(words[3]), 0] : Latin1.ToBytes(words[3]));
            else if (found is null)
            {
                errors.WriteLine("editmap: key " + name + " doesn't exist in map " + words[1]);
                return 69;
            }
            MapFile.Write(path, writer);
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine("editmap: error opening type " + words[0] + " map " + words[1] + ": " + e.Message);
            return 73;
        }
    }
}
