using System.Buffers.Binary;
using System.Globalization;
using Sendmail.Core;
using Sendmail.Maps.BerkeleyDb;
using Sendmail.Posix;

namespace Sendmail.Tools;

/// <summary>Who was answered when, in the format of vacation(1): a hash database of addresses with the time in eight octets.</summary>
internal sealed class VacationDatabase
{
    private const string IntervalKey = "__VACATION__INTERVAL__TIMER__\0";
    private const long Week = 7 * 86400;
    private const int Mode = 0x1A0;
    private readonly SortedDictionary<string, long> _times = new(StringComparer.Ordinal);
    private readonly string _path;

    /// <summary>Reads the database at <paramref name="path"/> (with .db), empty when there is none or <paramref name="anew"/>.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal VacationDatabase(string path, bool anew)
    {
        _path = path;
        if (anew || Files.Facts(path) is not { Size: > 0 })
            return;
        using DatabaseReader reader = DatabaseReader.Open(path);
        foreach ((byte[] key, byte[] value) in reader.All())
        {
            if (value.Length == sizeof(long))
                _times[Latin1.ToString(key)] = BinaryPrimitives.ReadInt64LittleEndian(value);
        }
    }

    /// <summary>Sets how long an address is not answered again.</summary>
    internal long Interval
    {
        get => _times.GetValueOrDefault(IntervalKey, Week);
        set => _times[IntervalKey] = value;
    }

    /// <summary>Whether an address gets no answer at <paramref name="now"/> (seconds of Unix time).</summary>
    internal bool IsQuiet(string address, long now)
    {
        string bare = address.Trim('<', '>');
        if (bare.LastIndexOf('@') is var at and >= 0 && _times.TryGetValue(bare[at..], out long domain) && domain == 0)
            return true;
        if (!_times.TryGetValue(address, out long last))
            return false;
        return last == 0 || Interval == 0 || last + Interval > now;
    }

    /// <summary>Notes an answer; time 0 for who never gets one.</summary>
    internal void Set(string address, long time) => _times[address] = time;

    /// <summary>Writes it, complete, in place of the old one.</summary>
    /// <exception cref="IOException">That is not possible.</exception>
    internal void Save()
    {
        var writer = new DatabaseWriter(true);
        foreach ((string address, long time) in _times)
        {
            byte[] value = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(value, time);
            writer.Set(Latin1.ToBytes(address), value);
        }
        string temporary = _path + "." + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using (FileStream file = Files.CreateNew(temporary, Files.Facts(_path) is { } old ? (int)old.Permissions : Mode))
        {
            using var buffered = new BufferedStream(file, 1 << 16);
            writer.WriteTo(buffered);
            buffered.Flush();
        }
        File.Move(temporary, _path, true);
    }

    /// <summary>Lists addresses and times as -l does.</summary>
    internal void List(TextWriter output)
    {
        foreach ((string address, long time) in _times)
        {
            if (address == IntervalKey)
                continue;
            DateTimeOffset when = DateTimeOffset.FromUnixTimeSeconds(time).ToLocalTime();
            output.Write(string.Create(CultureInfo.InvariantCulture, $"{address,-40} "));
            output.WriteLine(time == 0 ? "(exclusion)" : string.Create(CultureInfo.InvariantCulture, $"{when:ddd MMM} {when.Day,2} {when:HH:mm:ss yyyy}"));
        }
    }
}
