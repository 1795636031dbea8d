using System.Text;
using System.Text.Json;
using Sendmail.Core.Addressing;
using Sendmail.Core.Cf;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Logging;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Delivery;

namespace Sendmail.Mta.Tests.Mime;

/// <summary>
/// Conversions between 8-bit and 7-bit MIME: messages in Recorded/conversions.jsonl and the octets that sendmail 8.18.2 handed on
/// for them (compat/mime.py --dump makes such recordings).
/// </summary>
public sealed class ConversionTests
{
    private sealed class NoMaps : IMapRegistry
    {
        public IMap? Find(string name) => null;
    }

    private sealed class NoLog : IMailLog
    {
        public int Level => 0;
        public void Write(int level, LogPriority priority, string? queueId, string text)
        {
            // Nobody reads it.
        }
    }

    public static TheoryData<string> Recordings()
    {
        var rows = new TheoryData<string>();
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Mime", "Recorded", "conversions.jsonl")))
            rows.Add(line);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task SameOctetsAsRecorded(string row)
    {
        using JsonDocument document = JsonDocument.Parse(row);
        JsonElement recorded = document.RootElement;
        string folder = Directory.CreateTempSubdirectory("mime").FullName;
        try
        {
            Configuration configuration = Read(folder, recorded);
            string[] message = recorded.GetProperty("message").GetString()!.Split("\n\n", 2);
            Envelope envelope = Fill(configuration, message[0], Path.Combine(folder, "df"), message[1]);
            using var output = new MemoryStream();
            var writer = new MessageWriter(new AddressParser(new Rewriter(configuration, new NoMaps(), new NoLog())));
            await writer.WriteAsync(envelope, configuration.FindMailer("plain")!, envelope.Macros, output, true, recorded.GetProperty("full").GetBoolean(), false, CancellationToken.None);
            Assert.Equal(recorded.GetProperty("octets").GetString(), Encoding.Latin1.GetString(output.ToArray()));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    // RFC 5321 2.3.8, 4.1.1.4: only CRLF ends a line, only CRLF.CRLF the message. Each text is base64 of a line, an end that some
    // would see, and another line.
    [Theory]
    [InlineData("a\r.\rb\n", "a\r\n..\r\nb\r\n\r\n")]
    [InlineData("a\n.\nb\n", "a\r\n..\r\nb\r\n\r\n")]
    [InlineData("a\r\n.\rb\n", "a\r\n..\r\nb\r\n\r\n")]
    [InlineData("a\r\n\0.\r\nb\n", "a\r\n..\r\nb\r\n\r\n")]
    [InlineData("a\r\n.\0\r\nb\n", "a\r\n..\r\nb\r\n\r\n")]
    public async Task DecodedTextEndsNoMessage(string text, string expected)
    {
        string row = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["message"] = "MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + Convert.ToBase64String(Encoding.Latin1.GetBytes(text)) + "\n",
            ["options"] = Array.Empty<string>(), ["lines"] = Array.Empty<string>(), ["flags"] = "9", ["full"] = true,
            ["octets"] = "MIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n"
                + "X-MIME-Autoconverted: from base64 to 8bit by relay.test.example id {QID}\r\n\r\n" + expected,
        });
        await SameOctetsAsRecorded(row);
    }

    private static Configuration Read(string folder, JsonElement recorded)
    {
        var text = new StringBuilder("V10/Test\nO QueueDirectory=" + folder + "\nO DefaultCharSet=iso-8859-9\nDjrelay.test.example\n");
        foreach (JsonElement option in recorded.GetProperty("options").EnumerateArray())
            text.Append("O ").Append(option.GetString()).Append('\n');
        foreach (JsonElement line in recorded.GetProperty("lines").EnumerateArray())
            text.Append(line.GetString()).Append('\n');
        text.Append("Mlocal, P=/bin/cat, F=ls, A=cat\nMprog, P=/bin/sh, F=ls, A=sh -c $u\nMplain, P=[IPC], F=mDFMuXa").Append(recorded.GetProperty("flags").GetString())
            .Append(", E=\\r\\n, L=990, A=TCP $h\nS3\nS4\nS0\nR$*\t$#plain $@ x $: $1\n");
        string cf = Path.Combine(folder, "test.cf");
        File.WriteAllBytes(cf, Encoding.Latin1.GetBytes(text.ToString()));
        File.SetUnixFileMode(cf, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        CfReadResult read = CfReader.Read(cf, new CfReadRequest { Host = new HostFacts("mail.lab.test", "mail", "lab.test", "mail", []) });
        return read.Configuration ?? throw new InvalidOperationException(string.Join('\n', read.Messages));
    }

    private static Envelope Fill(Configuration configuration, string header, string dataFile, string body)
    {
        var envelope = new Envelope(configuration.Macros) { Id = "{QID}", DataFile = dataFile, Sender = new Address { Text = "a@b.example" } };
        File.WriteAllBytes(dataFile, Encoding.Latin1.GetBytes(body));
        foreach (string field in header.Replace("\n\t", "\r\t", StringComparison.Ordinal).Split('\n'))
        {
            int colon = field.IndexOf(':', StringComparison.Ordinal);
            envelope.Headers.Add(new Header { Name = field[..colon], Value = field[(colon + 1)..].Replace("\r\t", "\n\t", StringComparison.Ordinal) });
        }
        if ((header + body).Any(c => c > '\x7F'))
            envelope.Flags |= EnvelopeFlags.Has8Bit;
        return envelope;
    }
}
