using Sendmail.Core;

namespace Sendmail.Tools;

/// <summary>What the From_ lines in front of a UUCP message say: the machines it came through, nearest first, and who wrote it.</summary>
internal sealed record UucpEnvelope(string Path, string User)
{
    private const string Remote = " remote from ";

    /// <summary>The machine that gave it to us: what stands first in the path, null when there is none.</summary>
    internal string? Host { get; private init; }
    /// <summary>The return path.</summary>
    internal string Sender => Path.Length > 0 ? Path + "!" + User : Host is null ? User : "!" + User;

    /// <summary>Reads the From_ lines. <paramref name="next"/> is the line behind them, empty at the end of the input.</summary>
    internal static UucpEnvelope? Read(Stream input, out byte[] next, out string? problem)
    {
        string? host = null;
        string path = "";
        string? user = null;
        while (true)
        {
            next = Line(input);
            string text = Latin1.ToString(next);
            int start = text.StartsWith("From ", StringComparison.Ordinal) ? 5 : text.StartsWith(">From ", StringComparison.Ordinal) ? 6 : 0;
            if (start == 0)
            {
                problem = user is not null ? null : text.Length == 0 ? "no data" : "missing or empty From line: " + text.TrimEnd('\n');
                return user is null ? null : new UucpEnvelope(path, user) { Host = host };
            }
            if (!text.EndsWith('\n'))
            {
                problem = "line too long";
                return null;
            }
            text = text[..^1];
            int end = text.AsSpan(start).IndexOfAny(' ', '\t') is var blank and >= 0 ? start + blank : text.Length;
            string address = text[start..end];
            int remote = text.IndexOf(Remote, StringComparison.Ordinal);
            string? machine = remote < 0 ? null : text[(remote + Remote.Length)..].Split(' ', '\t')[0];
            if (address.StartsWith('!'))
            {
                problem = "bang starts address: " + address;
                return null;
            }
            int bang = address.LastIndexOf('!');
            if (address.Length == 0 || bang == address.Length - 1)
            {
                problem = "corrupted From line: " + text[..start] + address.TrimEnd('!');
                return null;
            }
            // The machine it came from, or else the path of the address; behind a machine only the last address counts.
            string? way = machine ?? (bang < 0 ? null : address[..bang]);
            host ??= way;
            path = way is null ? path : path.Length == 0 ? way : path + "!" + way;
            user = machine is not null || bang < 0 ? address : address[(bang + 1)..];
        }
    }

    private static byte[] Line(Stream input)
    {
        var line = new MemoryStream();
        int octet;
        while ((octet = input.ReadByte()) >= 0)
        {
            line.WriteByte((byte)octet);
            if (octet == '\n')
                break;
        }
        return line.ToArray();
    }
}
