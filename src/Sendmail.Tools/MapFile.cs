using System.Globalization;
using Sendmail.Maps.BerkeleyDb;
using Sendmail.Posix;

namespace Sendmail.Tools;

/// <summary>Opens and replaces database files with the checks that sendmail's own tools make of them.</summary>
internal static class MapFile
{
    private const uint GroupWrite = 0x10;
    private const uint WorldWrite = 0x2;
    private const int NewMode = 0x1A0;
    private const int NoSuchFile = 2;

    /// <summary>How many pairs the tools tell Berkeley DB to expect.</summary>
    internal const int ExpectedPairs = 4096;

    /// <summary>The types that are there, in the order of -l.</summary>
    internal static readonly string[] Types = ["hash", "btree", "implicit"];

    /// <summary>Why a database of this type cannot be had, in the words of the program; null when it can.</summary>
    internal static string? TypeProblem(string program, string type, string map) => type switch
    {
        "hash" or "btree" or "implicit" => null,
        "cdb" => program + ": Need to recompile with -DCDB for cdb support",
        "dbm" => program + ": Need to recompile with -DNDBM for dbm support",
        _ => Problem(program, type, map, "Unknown database type"),
    };

    /// <summary>The complaint about a file that cannot be opened.</summary>
    internal static string Problem(string program, string type, string map, string reason) => program + ": error opening type " + type + " map " + map + ": " + reason;

    /// <summary>FILE.db for FILE.</summary>
    internal static string PathOf(string map) => map.EndsWith(".db", StringComparison.Ordinal) ? map : map + ".db";

    /// <summary>What the system says about a file.</summary>
    internal static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => Files.ErrorText(NoSuchFile),
        UnauthorizedAccessException => "Permission denied",
        DatabaseFormatException => "Invalid argument",
        _ => e.Message,
    };

    /// <summary>Tells of directories that others can write in: whoever owns them owns the map.</summary>
    internal static void WarnOfDirectory(string path, TextWriter errors)
    {
        string name = Path.GetDirectoryName(path) is { Length: > 0 } directory ? directory : ".";
        for (string? at = name; !string.IsNullOrEmpty(at); at = at == "." ? null : Path.GetDirectoryName(at))
        {
            if (Files.Facts(at) is not { } facts || (facts.Mode & (GroupWrite | WorldWrite)) == 0)
                continue;
            string warning = "WARNING: " + ((facts.Mode & WorldWrite) != 0 ? "World" : "Group") + " writable directory " + at;
            // Once for the file and once for its lock, as ever.
            errors.WriteLine(warning);
            errors.WriteLine(warning);
            return;
        }
    }

    /// <summary>Why the file may not be used, null when it may; whether it exists does not matter.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trusted">User besides root and ourselves whose file it may be; -1 for nobody.</param>
    internal static string? Refusal(string path, int trusted)
    {
        if (Files.Facts(path, false, out _) is not { } facts)
            return null;
        if (facts.IsLink)
            return "Symbolic links not allowed";
        if (!facts.IsRegular)
            return "Regular files only";
        if (facts.Links > 1)
            return "Hard links not allowed";
        int user = Users.EffectiveUserId;
        return user == 0 && facts.UserId != 0 && facts.UserId != trusted ? "Permission denied" : null;
    }

    /// <summary>Opens a database that must be of this type.</summary>
    /// <exception cref="IOException">It cannot be read or is another kind of file.</exception>
    internal static DatabaseReader Open(string path, string type)
    {
        DatabaseReader reader = DatabaseReader.Open(path);
        if (reader.IsHash == (type != "btree"))
            return reader;
        reader.Dispose();
        throw new DatabaseFormatException("not a " + type + " file");
    }

    /// <summary>
    /// Replaces the file so that readers see the old one or the new one, never a part; mode and owner of an existing one stay.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="writer">What it is to hold.</param>
    /// <param name="owner">User who gets a new file, -1 for ourselves.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal static void Write(string path, DatabaseWriter writer, int owner = -1)
    {
        FileFacts? old = Files.Facts(path);
        string temporary = path + "." + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        int mask = Files.Umask(0);
        _ = Files.Umask(mask);
        try
        {
            using (FileStream file = Files.CreateNew(temporary, old is { } facts ? (int)facts.Permissions : NewMode & ~mask))
            {
                if (old is { } known)
                    Files.ChangeOwner(file.SafeFileHandle, known.UserId, known.GroupId);
                else if (owner >= 0 && Users.EffectiveUserId == 0)
                    Files.ChangeOwner(file.SafeFileHandle, owner, -1);
                using (var buffered = new BufferedStream(file, 1 << 18))
                {
                    writer.WriteTo(buffered);
                    buffered.Flush();
                    Files.Sync(file.SafeFileHandle);
                }
            }
            File.Move(temporary, path, true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>The user of option TrustedUser, -1 when there is none; an unknown one is told of.</summary>
    internal static int TrustedUser(CfScan cf, TextWriter errors)
    {
        string name = cf.Option("TrustedUser");
        if (name.Length == 0)
            return -1;
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            return id;
        if (Users.FindByName(name) is { } user)
            return user.UserId;
        errors.WriteLine("TrustedUser: unknown user " + name);
        return -1;
    }
}
