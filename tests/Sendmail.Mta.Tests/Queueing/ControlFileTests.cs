using System.Text;
using Sendmail.Core.Addressing;
using Sendmail.Core.Envelopes;
using Sendmail.Core.Headers;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Queueing;
using Sendmail.Posix;

namespace Sendmail.Mta.Tests.Queueing;

/// <summary>Control files: those recorded from sendmail 8.18.2 survive reading and writing octet by octet.</summary>
public sealed class ControlFileTests
{
    private const string Name = "./qf6ANF00B0000001";

    public static TheoryData<string> Recorded()
    {
        var data = new TheoryData<string>();
        foreach (string path in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Queueing", "Recorded")).Order(StringComparer.Ordinal))
            data.Add(Path.GetFileName(path));
        return data;
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void RecordedFileIsWrittenAgainAsItWas(string name)
    {
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Queueing", "Recorded", name)));
        Envelope envelope = ControlFileReader.Read(text, "./" + name, new MacroScope(), out IReadOnlyList<string> warnings);
        Assert.Empty(warnings);
        string written = ControlFileWriter.Write(envelope, Inode(text));
        // Whoever is read from the queue is a primary recipient when it is written again.
        string expected = text.Replace("\nRFD:", "\nRPFD:", StringComparison.Ordinal);
        if (name[0] == 'h')
            Assert.Equal(expected.Split('\n').Order(StringComparer.Ordinal), written.Split('\n').Order(StringComparer.Ordinal));
        else
            Assert.Equal(expected, written);
    }

    [Fact]
    public void RecipientWithAnAnswerOfItsOwnKeepsIt()
    {
        const string text = "V8\nT1795469100\nK1795469100\nN1\nP150014\nMUser unknown\nFs\n${daemon_flags}c u\nSalice\nRPFD:tempfail\nMDeferred: 450 4.1.1 sink says no to r450\nRPFD:r450@sink.test\n"
            + "MDeferred: 452 4.1.1 sink says no to r452\nRPFD:r452@sink.test\nRPFD:joe@refused.test\nH??Subject: x\n.\n";
        Envelope envelope = Read(text);
        Assert.Equal("User unknown", envelope.StatusMessage);
        Assert.Equal([null, "Deferred: 450 4.1.1 sink says no to r450", "Deferred: 452 4.1.1 sink says no to r452", null], envelope.Recipients.Select(r => r.OwnMessage));
        Assert.Equal(text, ControlFileWriter.Write(envelope));
    }

    private static FileFacts? Inode(string text)
    {
        string? line = text.Split('\n').FirstOrDefault(l => l.StartsWith('I'));
        if (line is null)
            return null;
        ulong[] parts = [.. line[1..].Split('/').Select(ulong.Parse)];
        return new FileFacts(0, 0, 0x8180, parts[2], (parts[0] << 8) | parts[1], 0, 0, 0, 1);
    }

    private static Envelope Read(string text) => ControlFileReader.Read(text, Name, new MacroScope(), out _);

    private static string Item(string items) => "V8\nT1795469100\nK0\nN0\nP30000\n" + items + "H??Subject: x\n.\n";

    [Theory]
    [InlineData("T1795469100\nK0\nN0\nP30000\nSroot\nRalice\nHSubject: v0\n.\n", "alice")]
    [InlineData("V1\nSroot\nRalice\nHSubject: v1\n.\n", "")]
    [InlineData("V2\nSroot\nRalice\nRPF:bob\nHSubject: v2\n.\n", "bob")]
    [InlineData("V3\nSroot\nRalice\nHSubject: v3\n.\n", "")]
    [InlineData("V4\nFs\n$_root@localhost\nSroot\nRPFD:alice\nHSubject: v4\nH?D?Date: x\n.\n", "alice")]
    public void OldVersionsAreRead(string text, string recipients)
    {
        Envelope envelope = Read(text);
        Assert.Equal(recipients, string.Join(',', envelope.Recipients.Select(r => r.Text)));
        Assert.Equal("Subject", envelope.Headers[0].Name);
    }

    [Theory]
    [InlineData("Xfoo\nSroot\nRPFD:alice\n", "readqf: ./qf6ANF00B0000001: line 6: bad line \"Xfoo\"", "unrecognized line")]
    [InlineData("Sroot\n\nRPFD:alice\n", "readqf: ./qf6ANF00B0000001: line 7: bad line \"\"", "unrecognized line")]
    [InlineData("Sroot\nYfoo\nRPFD:alice\n", "readqf: ./qf6ANF00B0000001: line 7: bad line \"Yfoo\"", "unrecognized line")]
    [InlineData("i\nSroot\nRPFD:alice\n", "readqf: ./qf6ANF00B0000001: line 6: bad line \"i\"", "unrecognized line")]
    [InlineData("d/nonexist/queue\nSroot\n", "", "bogus queue file directory")]
    public void WhatIsNoItemLosesTheFile(string items, string message, string loss)
    {
        var e = Assert.Throws<ControlFileException>(() => Read(Item(items)));
        Assert.Equal(message, e.Message);
        Assert.Equal(loss, e.Loss);
    }

    [Fact]
    public void LaterVersionLosesTheFile()
    {
        var e = Assert.Throws<ControlFileException>(() => Read("V9\nT1\n.\n"));
        Assert.Equal("Version number in queue file (9) greater than max (8)", e.Message);
        Assert.Equal("unsupported queue file version", e.Loss);
    }

    [Fact]
    public void TextBehindTheDotLosesTheFile()
    {
        var e = Assert.Throws<ControlFileException>(() => Read(Item("Sroot\nRPFD:alice\n") + "RPFD:bob\n"));
        Assert.Equal("SECURITY ALERT: extra or bogus data in queue file: RPFD:bob", e.Message);
        Assert.Equal("bogus queue line", e.Loss);
    }

    [Theory]
    [InlineData("V8\nT1\nK0\nN0\nP30000\nSroot\nRPFD:alice\nH??Subject: truncated\n")]
    [InlineData("V8\nT1\nSroot\nRPFD:alice")]
    [InlineData("")]
    public void IncompleteFileIsKept(string text)
    {
        var e = Assert.Throws<ControlFileException>(() => Read(text));
        Assert.Equal("readqf: ./qf6ANF00B0000001: incomplete queue file read", e.Message);
        Assert.Null(e.Loss);
    }

    [Fact]
    public void LastLineNeedsNoLineEnd() => Assert.Equal("alice", Read("V8\nSroot\nRPFD:alice\n.").Recipients[0].Text);

    [Fact]
    public void BadHeadersAreLeftOut()
    {
        Envelope envelope = ControlFileReader.Read("V8\nT1\nSroot\nRPFD:alice\nH?foo bar\nHnocolon\n.\n", Name, new MacroScope(), out IReadOnlyList<string> warnings);
        Assert.Equal(["header syntax error, line \"?foo bar\"", "header syntax error, line \"nocolon\""], warnings);
        Assert.Empty(envelope.Headers);
    }

    [Fact]
    public void IgnoredItemsDoNoHarm()
    {
        Envelope envelope = Read(Item("I254/0/1\nEjoe@x.test\nDdf6ANF00B0000001\nFrwbdn8sQZ\nSroot\nRPFDX:alice\n"));
        Assert.Equal("alice", envelope.Recipients[0].Text);
        Assert.True(envelope.Has(EnvelopeFlags.Response | EnvelopeFlags.WarningSent | EnvelopeFlags.DeleteBcc | EnvelopeFlags.HasReturn
            | EnvelopeFlags.NoBodyReturn | EnvelopeFlags.Has8Bit | EnvelopeFlags.Split));
    }

    [Theory]
    [InlineData("Cbob:1002:1002:bob", "bob", 1002, "bob")]
    [InlineData("C::include:/etc/mail/list", null, -1, ":include:/etc/mail/list")]
    [InlineData("C:bob", null, -1, "bob")]
    public void ControllingUserIsRead(string line, string? user, int uid, string text)
    {
        Address recipient = Read(Item("Sroot\n" + line + "\nRPFD:joe@refused.test\n")).Recipients[0];
        Assert.Equal(user, recipient.RunAsName);
        Assert.Equal(uid, recipient.UserId);
        Assert.Equal(text, recipient.Controller!.Text);
    }

    // Recorded: Subject: a 81 g b 82 c ff d 80 e 9f, sent to 8.18.2, is in its control file with ff before each of them.
    [Fact]
    public void OctetsThatLookLikeMacrosAreQuoted()
    {
        const string Value = " a\x81g b\x82 c\xff d\x80 e\x9f f$g \xe9";
        Envelope envelope = Read(Item("Sroot\nRPFD:alice\n"));
        envelope.Headers.Add(new Header { Name = "X-A", Value = Value });
        string text = ControlFileWriter.Write(envelope);
        Assert.Contains("\nH??X-A: a\xff\x81g b\xff\x82 c\xff\xff d\xff\x80 e\xff\x9f f$g \xe9\n", text, StringComparison.Ordinal);
        Assert.Equal(Value, Read(text).Headers[^1].Value);
    }

    // A client's text must never become an item of its own.
    [Theory]
    [InlineData("a\nRPFD:evil")]
    [InlineData("a\r\n.\nRPFD:evil")]
    [InlineData("a\0b")]
    public void LineEndsInValuesAddNoItems(string value)
    {
        Envelope envelope = Read(Item("Sroot\nRPFD:alice\n"));
        envelope.StatusMessage = value;
        envelope.EnvelopeId = value;
        envelope.AuthSender = value;
        envelope.Recipients[0].OriginalRecipient = value;
        envelope.Recipients[0].Text = value;
        envelope.Macros["s"] = value;
        envelope.Headers.Add(new Header { Name = "X", Value = " " + value });
        Envelope again = Read(ControlFileWriter.Write(envelope));
        Assert.Single(again.Recipients);
        Assert.Equal(2, again.Headers.Count);
    }
}
