using Sendmail.Core;
using Sendmail.Core.Addressing;
using Sendmail.Maps.BerkeleyDb;

namespace Sendmail.Tools;

/// <summary>editmap(8): -q looks a key up, -u sets it, -x removes it.</summary>
internal static class EditMap
{
    private const string Usage = "Usage: editmap [-C cffile] [-N] [-f] [-q|-u|-x] maptype mapname key [ \"value ...\" ]";

    /// <summary>Runs the program; the exit code is sysexits'.</summary>
    internal static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        var line = new OptionReader(arguments, "C:Nfqux");
        List<char> actions = line.Options.FindAll(o => o.Letter is 'q' or 'u' or 'x').ConvertAll(o => o.Letter);
        List<string> words = line.Words;
        if (line.Problem is { } wrong)
            errors.WriteLine(Program.InvokedAs + ": " + wrong);
        if (line.Problem is not null || actions.Count != 1 || (actions[0] == 'u' ? words.Count < 4 : words.Count != 3))
        {
            errors.WriteLine(Usage);
            return 64;
        }
        if (CfScan.Read(line.Value('C') ?? CfScan.DefaultPath, "editmap", errors) is not { } cf)
            return 66;
        (string type, string map) = (words[0], words[1]);
        int owner = MapFile.TrustedUser(cf, errors);
        if (MapFile.TypeProblem("editmap", type, map) is { } problem)
        {
            errors.WriteLine(problem);
            return 73;
        }
        string path = MapFile.PathOf(map);
        MapFile.WarnOfDirectory(path, errors);
        if (MapFile.Refusal(path, owner) is { } reason)
        {
            errors.WriteLine(MapFile.Problem("editmap", type, map, reason));
            return 73;
        }
        byte[] Octets(string text) => line.Has('N') ? [.. Latin1.ToBytes(text), 0] : Latin1.ToBytes(text);
        string name = line.Has('f') ? words[2] : AddressParser.AsciiLower(words[2]);
        try
        {
            return actions[0] == 'q' ? Query(path, type, map, name, Octets(name), output, errors)
                : Change(path, type, map, name, Octets(name), actions[0] == 'u' ? Octets(string.Join(' ', words.Skip(3))) : null, owner, errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(MapFile.Problem("editmap", type, map, MapFile.Reason(e)));
            return 73;
        }
    }

    private static int Query(string path, string type, string map, string name, byte[] key, TextWriter output, TextWriter errors)
    {
        using DatabaseReader reader = MapFile.Open(path, type);
        if (reader.Find(key) is { } found)
        {
            output.WriteLine(Latin1.ToString(found).TrimEnd('\0'));
            return 0;
        }
        errors.WriteLine("editmap: couldn't find key " + name + " in map " + map);
        return 69;
    }

    // A map that does not exist is made.
    private static int Change(string path, string type, string map, string name, byte[] key, byte[]? value, int owner, TextWriter errors)
    {
        var writer = new DatabaseWriter(type != "btree", expected: MapFile.ExpectedPairs);
        bool found = false;
        if (File.Exists(path))
        {
            using DatabaseReader reader = MapFile.Open(path, type);
            foreach ((byte[] k, byte[] v) in reader.All())
            {
                if (k.AsSpan().SequenceEqual(key))
                    found = true;
                else
                    writer.AddDuplicate(k, v);
            }
        }
        if (value is not null)
            writer.Set(key, value);
        else if (!found)
            errors.WriteLine("editmap: key " + name + " doesn't exist in map " + map);
        if (value is not null || found || !File.Exists(path))
            MapFile.Write(path, writer, owner);
        return 0;
    }
}
