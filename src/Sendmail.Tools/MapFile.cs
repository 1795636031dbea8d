using Sendmail.Maps.BerkeleyDb;
using Sendmail.Posix;

namespace Sendmail.Tools;

/// <summary>Writes a database so that readers see the old file or the new one, never a part.</summary>
internal static class MapFile
{
    /// <summary>FILE.db for FILE.</summary>
    internal static string PathOf(string map) => map.EndsWith(".db", StringComparison.Ordinal) ? map : map + ".db";

    /// <summary>Replaces the file; mode and owner of an existing one stay.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal static void Write(string path, DatabaseWriter writer)
    {
        FileFacts? old = Files.Facts(path);
        string temporary = path + "." + Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            using (FileStream file = Files.CreateNew(temporary, old is { } facts ? (int)facts.Permissions : 0x1A0))
            {
                if (old is { } owner)
                    Files.ChangeOwner(file.SafeFileHandle, owner.UserId, owner.GroupId);
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
}
