using System.Globalization;
using Sendmail.Core;

namespace Sendmail.Tools;

/// <summary>A message as mail.local stores it: a From_ line, the header with the length of its body, the body and an empty line.</summary>
internal sealed class LocalMailMessage
{
    private readonly MemoryStream _header = new();
    private readonly MemoryStream _body = new();
    private bool _inBody;
    private bool _inLength;
    private bool _any;

    /// <summary>Takes a line without its end.</summary>
    internal void Add(ReadOnlySpan<byte> line)
    {
        if (line.Length > 0 && line[^1] == '\r')
            line = line[..^1];
        bool first = !_any;
        _any = true;
        if (_inBody)
        {
            Put(_body, line);
            return;
        }
        if (line.Length == 0)
        {
            _inBody = true;
            return;
        }
        // Its own is the only one that is right, with the lines that go on with it.
        bool continues = line[0] is (byte)' ' or (byte)'\t';
        _inLength = continues ? _inLength : Latin1.ToString(line).StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase);
        if (_inLength)
            return;
        if (first && line.StartsWith("From "u8))
            _header.WriteByte((byte)'>');
        Put(_header, line);
    }

    private static void Put(MemoryStream stream, ReadOnlySpan<byte> line)
    {
        stream.Write(line);
        stream.WriteByte((byte)'\n');
    }

    /// <summary>All of it, with the From_ line.</summary>
    internal byte[] Store(string sender, DateTimeOffset now)
    {
        var all = new MemoryStream();
        all.Write(Latin1.ToBytes(string.Create(CultureInfo.InvariantCulture, $"From {sender} {now:ddd MMM} {now.Day,2} {now:HH:mm:ss yyyy}\n")));
        _header.WriteTo(all);
        if (!_any)
            all.WriteByte((byte)'\n');
        all.Write(Latin1.ToBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {_body.Length}\n\n")));
        _body.WriteTo(all);
        if (_body.Length > 0)
            all.WriteByte((byte)'\n');
        return all.ToArray();
    }
}
