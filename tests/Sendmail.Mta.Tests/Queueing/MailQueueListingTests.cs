using Sendmail.Mta.Queueing;

namespace Sendmail.Mta.Tests.Queueing;

/// <summary>mailq in the words and columns recorded from 8.18.2.</summary>
public sealed class MailQueueListingTests : IDisposable
{
    private const string Head = "-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n";
    private const string VerboseHead = "-----Q-ID----- --Size-- -Priority- ---Q-Time--- --------Sender/Recipient--------\n";
    private readonly QueueFixture _queue = new();

    public MailQueueListingTests() => _queue.Clock.SetLocalTimeZone(TimeZoneInfo.Utc);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void EmptyQueue() => Assert.Equal(_queue.Queue + " is empty\n\t\tTotal requests: 0\n", _queue.Listing());

    [Fact]
    public void DeferredMessage()
    {
        _queue.Put("qf6ANGRnwF016340", "V8\nT1795451269\nK1795451269\nN1\nP90014\nMDeferred: Connection refused by refused.test.\nFs\nSroot\nRPFD:bob@refused.test\nRPFD:joe@sink.test\nH??Subject: x\n.\n", "b\n");
        Assert.Equal("\t\t" + _queue.Queue + " (1 request)\n" + Head
            + "6ANGRnwF016340        2 Mon Nov 23 16:27 root\n                 (Deferred: Connection refused by refused.test.)\n"
            + "\t\t\t\t\t bob@refused.test\n\t\t\t\t\t joe@sink.test\n\t\tTotal requests: 1\n", _queue.Listing());
        Assert.Equal("\t\t" + _queue.Queue + " (1 request)\n" + VerboseHead
            + "6ANGRnwF016340        2      90014 Nov 23 16:27 root\n                 (Deferred: Connection refused by refused.test.)\n"
            + "\t\t\t\t\t\tbob@refused.test\n\t\t\t\t\t\tjoe@sink.test\n\t\tTotal requests: 1\n", _queue.Listing(true));
    }

    [Fact]
    public void WhatBecameOfOneRecipientIsShownWithIt()
    {
        _queue.Put("qf6ANGRnwF016340", "V8\nT1795451269\nK1795451269\nN1\nP120014\nMI/O error\nFs\nSalice\nRPFD:tempfail\nMDeferred: 450 4.1.1 sink says no to r450\nRPFD:r450@mt.test\nH??Subject: x\n.\n", "b\n");
        Assert.Equal("\t\t" + _queue.Queue + " (1 request)\n" + Head
            + "6ANGRnwF016340        2 Mon Nov 23 16:27 alice\n                 (I/O error)\n\t\t\t\t\t tempfail\n\t\t\t\t\t r450@mt.test\n\t\tTotal requests: 1\n", _queue.Listing());
        Assert.Equal("\t\t" + _queue.Queue + " (1 request)\n" + VerboseHead
            + "6ANGRnwF016340        2     120014 Nov 23 16:27 alice\n                 (I/O error)\n\t\t\t\t\t\ttempfail\n\t\t\t\t\t\tr450@mt.test\n"
            + "\t\t (Deferred: 450 4.1.1 sink says no to r450)\n\t\tTotal requests: 1\n", _queue.Listing(true));
    }

    [Fact]
    public void JsonHasOneObjectALine()
    {
        _queue.Put("qf6ANGRnwF016340", "V8\nT1795451269\nK1795451269\nN1\nP90014\nMDeferred: \"x\"\nFws\nSroot\nRPFD:bob@refused.test\nCalice:1001:1001:list\nRPFD:\xc3\xa9@sink.test\nH??Subject: x\n.\n", "b\n");
        _queue.Put("hf6ANGRnwF016341", "V8\nT1795451269\nK0\nN0\nP1\nqno reason\nFs\nS<>\nRPFD:\xe9@sink.test\n.\n");
        string[] lines = _queue.Json(QueueSelection.All with { Kinds = "qh" }).Split('\n');
        Assert.Equal(3, lines.Length);
        using var first = System.Text.Json.JsonDocument.Parse(lines.Single(l => l.Contains("016340", StringComparison.Ordinal)));
        using var second = System.Text.Json.JsonDocument.Parse(lines.Single(l => l.Contains("016341", StringComparison.Ordinal)));
        string? Of(string name) => first.RootElement.GetProperty(name).ToString();
        Assert.Equal(("6ANGRnwF016340", "waiting", "2", "90014", "1", "True"), (Of("id"), Of("state"), Of("size"), Of("priority"), Of("attempts"), Of("warned")));
        Assert.Equal(("2026-11-23T16:27:49Z", "2026-11-23T16:27:49Z", "root", "Deferred: \"x\""), (Of("arrival"), Of("last_attempt"), Of("sender"), Of("reason")));
        Assert.Equal("[{\"address\":\"bob@refused.test\"},{\"address\":\"\u00e9@sink.test\",\"controlling_user\":\"alice:1001:1001:list\"}]", Of("recipients"));
        Assert.Equal(("quarantined", "no reason", ""), (second.RootElement.GetProperty("state").GetString(), second.RootElement.GetProperty("quarantine").GetString(), second.RootElement.GetProperty("last_attempt").ToString()));
        Assert.Equal("\u00e9@sink.test", second.RootElement.GetProperty("recipients")[0].GetProperty("address").GetString());
    }

    [Fact]
    public void LongTextsAreCut()
    {
        string l = new('x', 100);
        _queue.Put("qf6ANF00C0000001", $"V8\nT1795451269\nK1\nN3\nP123456789012\nB7BIT\nqquar {l}\nMmsg {l}\nF8s\n$_a\nS<{l}@example.test>\nCalice:1001:1001:aliasname{l}\nRPFD:<{l}@lab.test>\nC\nRPFD:bob\nH??Subject: x\n.\n");
        Assert.Equal("\t\t" + _queue.Queue + " (1 request)\n" + Head
            + "6ANF00C0000001        5 Mon Nov 23 16:27 <" + l[..38] + "\n     QUARANTINE: quar " + l[..55] + "\n          7BIT   (msg " + l[..56] + ")\n\t\t\t\t\t <" + l[..37] + "\n\t\t\t\t\t bob\n"
            + "\t\tTotal requests: 1\n", _queue.Listing());
        Assert.Equal("\t\t" + _queue.Queue + " (1 request)\n" + VerboseHead
            + "6ANF00C0000001        5 123456789012 Nov 23 16:27 <" + l[..77] + "\n     QUARANTINE: quar " + l[..95] + "\n          7BIT   (msg " + l[..96] + ")\n"
            + "\t\t\t\t\t\t(---alice:1001:1001:aliasname" + l[..39] + "---)\n\t\t\t\t\t\t<" + l[..70] + "\n\t\t\t\t\t\t(------)\n\t\t\t\t\t\tbob\n"
            + "\t\tTotal requests: 1\n", _queue.Listing(true));
    }

    [Fact]
    public void OddOctetsAreShownInOctal()
    {
        _queue.Put("qf6ANF00C2000001", "V8\nT1795451269\nP1\nS\"a b\"\x81@x\nRPFD:\xe9\x9f\a\n.\n");
        Assert.Contains("Nov 23 16:27 \"a b\"\\201@x\n\t\t\t\t\t \\351\\237\\007\n", _queue.Listing(), StringComparison.Ordinal);
    }

    [Fact]
    public void BodyTypeAloneHasItsLine()
    {
        _queue.Put("qf6ANGRrxn016377", "V8\nT1795451269\nK0\nN0\nP198372\nB8BITMIME\nF8bdns\nS<joe@example.test>\nRPNSD:<alice@lab.test>\n.\n", new string('y', 19));
        Assert.Contains("6ANGRrxn016377       19     198372 Nov 23 16:27 <joe@example.test>\n      8BITMIME\n\t\t\t\t\t\t<alice@lab.test>\n", _queue.Listing(true), StringComparison.Ordinal);
    }

    [Fact]
    public void LostAndYoungMessagesAreMarked()
    {
        using var queue = new QueueFixture("MinQueueAge=1h");
        queue.Clock.SetLocalTimeZone(TimeZoneInfo.Utc);
        queue.Put("Qf6ANF00C3000001", "V8\nT1795451269\nK1795451269\nN1\nP30000\nSroot\nRPFD:lost\n.\n");
        queue.Put("qf6ANF00C4000001", "V8\nT1795451269\nK" + (queue.Clock.GetUtcNow().ToUnixTimeSeconds() - 10) + "\nN1\nP30000\nSroot\nRPFD:young\n.\n");
        Assert.Contains("\n6ANF00C3000001?       5 Mon Nov 23 16:27 root\n\t\t\t\t\t lost\n", queue.Listing(false, new QueueSelection { Kinds = "Q" }), StringComparison.Ordinal);
        Assert.Contains("\n6ANF00C4000001-       5 Mon Nov 23 16:27 root\n\t\t\t\t\t young\n", queue.Listing(), StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedFilesDoNotStopTheList()
    {
        _queue.Put("qf6ANF00AA000001", "V8\nT1795446000\nK0\nN0\nP30000\nFs\n$_localhost\nSroot\nRPFD:alice\nH??Subject: no df\n.\n", null);
        _queue.Put("qf6ANF00AC000001", "garbage\n", null);
        _queue.Put("qf6ANF00AD000001", "", null);
        _queue.Put("qf6ANF00AG000001", "V9\nT1795446000\n.\n", null);
        string list = _queue.Listing();
        Assert.StartsWith("\t\t" + _queue.Queue + " (4 requests)\n" + Head
            + "6ANF00AA000001readqf: cannot open ./df6ANF00AA000001: No such file or directory\n       -1 Mon Nov 23 15:00 root\n\t\t\t\t\t alice\n", list, StringComparison.Ordinal);
        Assert.Contains("\n6ANF00AC000001readqf: ./qf6ANF00AC000001: line 1: bad line \"garbage\"\n  (no control file)\n", list, StringComparison.Ordinal);
        Assert.Contains("\n6ANF00AD000001  (no control file)\n", list, StringComparison.Ordinal);
        Assert.Contains("\n6ANF00AG000001Version number in queue file (9) greater than max (8)\n \n", list, StringComparison.Ordinal);
        Assert.Contains("NOQUEUE: SYSERR(root): readqf: ./qf6ANF00AC000001: line 1: bad line \"garbage\"", _queue.Log.Lines);
        Assert.Equal(["Qf6ANF00AC000001", "Qf6ANF00AG000001", "qf6ANF00AA000001", "qf6ANF00AD000001"], _queue.Names());
    }

    private string[] Ids(QueueSelection? selection = null) =>
        [.. _queue.Listing(false, selection).Split('\n').Where(l => l.StartsWith("6A", StringComparison.Ordinal)).Select(l => l[4..7])];

    [Fact]
    public void OrderAndSelection()
    {
        _queue.Put("qf6ANF0A1000001", "V8\nT300\nP30\nS<root@x>\nRPFD:joe@Sink.test\n.\n");
        _queue.Put("qf6ANF0B2000001", "V8\nT100\nP20\nSalice\nRPFD:bob\nRPFD:joe@other.test\n.\n");
        _queue.Put("qf6ANF0C3000001", "V8\nT200\nP10\nS<ROOT>\nRPFD:carol\n.\n");
        Assert.Equal(["0C3", "0B2", "0A1"], Ids());
        static QueueSelection Only(params (char, string, bool)[] limits) => new() { Limits = limits };
        Assert.Equal(["0A1"], Ids(Only(('R', "SINK.TEST", false))));
        Assert.Equal(["0C3", "0A1"], Ids(Only(('S', "root", false))));
        Assert.Equal(["0B2"], Ids(Only(('S', "root", true))));
        Assert.Equal(["0A1"], Ids(Only(('S', "root", false), ('R', "joe", false))));
        Assert.Equal(["0C3", "0B2"], Ids(Only(('I', "0B2", false), ('I', "0C3", false))));
        Assert.Equal([], Ids(Only(('I', "nosuch", false))));
    }

    [Fact]
    public void RunSizeLimitsTheList()
    {
        using var queue = new QueueFixture("MaxQueueRunSize=1");
        queue.Put("qf6ANF0A1000001", "V8\nT300\nP30\nSroot\nRPFD:joe\n.\n");
        queue.Put("qf6ANF0B2000001", "V8\nT100\nP20\nSroot\nRPFD:bob\n.\n");
        Assert.Contains(" (2 requests, only 1 printed)\n", queue.Listing(), StringComparison.Ordinal);
        Assert.Equal(["WorkList for " + queue.Queue + " maxed out at 1"], queue.Log.Lines);
    }
}
