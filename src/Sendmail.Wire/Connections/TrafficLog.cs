using System.Globalization;
using Sendmail.Core;

namespace Sendmail.Wire.Connections;

/// <summary>The log of all that goes in and out (-X): each line with the process id and a sign for the direction.</summary>
public sealed class TrafficLog(Stream output)
{
    private readonly Lock _gate = new();
    private readonly string _process = Environment.ProcessId.ToString("D5", CultureInfo.InvariantCulture);

    /// <summary>The log of this process, null when there is none.</summary>
    public static TrafficLog? Current { get; set; }

    /// <summary>A line that came in.</summary>
    public void In(string text) => Write("<<<", text);

    /// <summary>A line that went out.</summary>
    public void Out(string text) => Write(">>>", text);

    /// <summary>Something that happened.</summary>
    public void Note(string text) => Write("===", text);

    private void Write(string sign, string text)
    {
        lock (_gate)
        {
            output.Write(Latin1.ToBytes(_process + " " + sign + " " + text + "\n"));
            output.Flush();
        }
    }
}

/// <summary>Puts octets of one direction together to the lines of a <see cref="TrafficLog"/>.</summary>
/// <param name="line">Takes each line.</param>
/// <param name="asTheyAre">Whether a carriage return before the line end is shown: what came in is logged octet by octet.</param>
public sealed class TrafficLines(Action<string> line, bool asTheyAre)
{
    private readonly List<byte> _open = [];

    /// <summary>Octets as they come.</summary>
    public void Add(ReadOnlySpan<byte> octets)
    {
        foreach (byte octet in octets)
        {
            if (octet != (byte)'\n')
            {
                _open.Add(octet);
                continue;
            }
            if (!asTheyAre && _open.Count > 0 && _open[^1] == (byte)'\r')
                _open.RemoveAt(_open.Count - 1);
            line(Latin1.ToString([.. _open]));
            _open.Clear();
        }
    }

    /// <summary>There will be no more; the end is told in the line that is open.</summary>
    public void End() => Add("[EOF]\n"u8);
}
