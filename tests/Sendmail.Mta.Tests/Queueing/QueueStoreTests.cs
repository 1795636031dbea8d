using Sendmail.Core.Envelopes;
using Sendmail.Core.Rewriting;
using Sendmail.Mta.Queueing;

namespace Sendmail.Mta.Tests.Queueing;

/// <summary>Which files are there when, and what becomes of damaged ones; texts recorded from 8.18.2.</summary>
public sealed class QueueStoreTests : IDisposable
{
    private readonly QueueFixture _queue = new();

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void IdTellsTheTimeAndTheProcess()
    {
        string id = _queue.Store.NewId();
        // 2026-11-23 16:27:47: years since 1900 modulo 60, month from 0, day, hour, minute, second in base 60.
        Assert.StartsWith("6ANGRl", id, StringComparison.Ordinal);
        Assert.Equal(Environment.ProcessId.ToString("D6", System.Globalization.CultureInfo.InvariantCulture), id[8..]);
    }

    [Fact]
    public void IdsOfOneSecondAreUnique()
    {
        var ids = new HashSet<string>();
        for (int i = 0; i < 10000; i++)
            Assert.True(ids.Add(_queue.Store.NewId()));
    }

    [Fact]
    public async Task AcceptedMessageIsTwoPrivateFiles()
    {
        Envelope envelope = await _queue.SubmitAsync();
        Assert.Equal(["df" + envelope.Id, "qf" + envelope.Id], _queue.Names());
        foreach (string name in _queue.Names())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_queue.Queue, name)));
        Assert.Equal("V8\nT1795451267\nK0\nN0\nP30014\nFs\n$_root@localhost\n${daemon_flags}c u\nSroot\nrRFC822; alice@mail.lab.test\nRPFD:alice\nH??Subject: x\n.\n",
            File.ReadAllText(Path.Combine(_queue.Queue, "qf" + envelope.Id)));
    }

    [Fact]
    public async Task MessageInWorkIsLockedForOthers()
    {
        Envelope envelope = _queue.Message("alice");
        using FileStream data = _queue.Store.OpenDataFile(envelope);
        await _queue.Store.CommitAsync(envelope, data);
        Assert.Equal(LoadOutcome.Locked, _queue.Load("qf" + envelope.Id, out _, out _));
        Assert.Contains(envelope.Id + "*       0 Mon Nov 23 16:27 root", _queue.Listing(), StringComparison.Ordinal);
        envelope.Lock!.Dispose();
        Assert.Equal(LoadOutcome.Loaded, _queue.Load("qf" + envelope.Id, out Envelope? again, out _));
        again!.Attempts = 1;
        await _queue.Store.RewriteAsync(again);
        Assert.Equal(LoadOutcome.Locked, _queue.Load("qf" + envelope.Id, out _, out _));
        _queue.Store.Remove(again);
        Assert.Empty(_queue.Names());
    }

    [Fact]
    public async Task ManyAtOnceAreAllThere()
    {
        Envelope[] all = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => _queue.SubmitAsync("user" + i))));
        Assert.Equal(200, all.Select(e => e.Id).Distinct().Count());
        Assert.Equal(200, _queue.Store.List().Count());
        Assert.All(all, e => Assert.Equal(LoadOutcome.Loaded, LoadAndRelease(e)));
    }

    private LoadOutcome LoadAndRelease(Envelope envelope)
    {
        LoadOutcome outcome = _queue.Load("qf" + envelope.Id, out Envelope? loaded, out _);
        loaded?.Lock?.Dispose();
        return outcome;
    }

    [Fact]
    public void RefusedMessageLeavesNothing()
    {
        Envelope envelope = _queue.Message("alice");
        using (FileStream data = _queue.Store.OpenDataFile(envelope))
            data.WriteByte((byte)'b');
        _queue.Store.Discard(envelope);
        Assert.Empty(_queue.Names());
    }

    [Fact]
    public async Task CommitThatFailsThrowsAndLeavesNothing()
    {
        Envelope envelope = _queue.Message("alice");
        using FileStream data = _queue.Store.OpenDataFile(envelope);
        Directory.CreateDirectory(Path.Combine(_queue.Queue, "qf" + envelope.Id));
        await Assert.ThrowsAsync<IOException>(() => _queue.Store.CommitAsync(envelope, data).AsTask());
        Assert.Empty(_queue.Names());
    }

    [Theory]
    [InlineData("garbage\n", "readqf: ./qf6ANF00AC000001: line 1: bad line \"garbage\"", "Losing ./qf6ANF00AC000001: unrecognized line")]
    [InlineData("V9\nT1795446000\n.\n", "Version number in queue file (9) greater than max (8)", "Losing ./qf6ANF00AC000001: unsupported queue file version")]
    public void DamagedFileIsSetAside(string text, string message, string loss)
    {
        _queue.Put("qf6ANF00AC000001", text);
        Assert.Equal(LoadOutcome.Failed, _queue.Load("qf6ANF00AC000001", out _, out List<string> told));
        Assert.Equal([message], told);
        Assert.Equal(["6ANF00AC000001: SYSERR(root): " + message, "6ANF00AC000001: " + loss], _queue.Log.Lines);
        Assert.Equal(["Qf6ANF00AC000001", "df6ANF00AC000001"], _queue.Names());
    }

    [Fact]
    public void IncompleteFileStays()
    {
        _queue.Put("qf6ANF00AH000001", "V8\nT1795446000\nK0\nN0\nP30000\nSroot\nRPFD:alice\nH??Subject: truncated\n");
        Assert.Equal(LoadOutcome.Failed, _queue.Load("qf6ANF00AH000001", out _, out List<string> told));
        Assert.Equal(["readqf: ./qf6ANF00AH000001: incomplete queue file read"], told);
        Assert.Equal(["df6ANF00AH000001", "qf6ANF00AH000001"], _queue.Names());
    }

    [Fact]
    public void EmptyFileIsLeftAlone()
    {
        _queue.Put("qf6ANF00AD000001", "");
        Assert.Equal(LoadOutcome.Gone, _queue.Load("qf6ANF00AD000001", out _, out List<string> told));
        Assert.Empty(told);
    }

    [Fact]
    public void MissingBodyIsReportedAndDeliveredAsEmpty()
    {
        _queue.Put("qf6ANF00AA000001", "V8\nT1795446000\nK0\nN0\nP30000\nFs\n$_localhost\nSroot\nRPFD:alice\nH??Subject: no df\n.\n", null);
        Assert.Equal(LoadOutcome.Loaded, _queue.Load("qf6ANF00AA000001", out Envelope? envelope, out List<string> told));
        Assert.Equal(["readqf: cannot open ./df6ANF00AA000001: No such file or directory"], told);
        Assert.Null(envelope!.DataFile);
        envelope.Lock!.Dispose();
    }

    [Fact]
    public async Task FileThatOthersCanWriteIsNotBelieved()
    {
        Envelope envelope = await _queue.SubmitAsync();
        string path = Path.Combine(_queue.Queue, "qf" + envelope.Id);
        File.SetUnixFileMode(path, (UnixFileMode)0x1B6);
        Assert.Equal(LoadOutcome.Gone, _queue.Load("qf" + envelope.Id, out _, out _));
        Assert.Matches("^" + envelope.Id + ": bogus queue file, uid=[0-9]+, gid=[0-9]+, mode=100666$", _queue.Log.Lines[0]);
        Assert.Equal(envelope.Id + ": Losing ./qf" + envelope.Id + ": bogus file uid/gid in mqueue", _queue.Log.Lines[1]);
        Assert.Equal(["Qf" + envelope.Id, "df" + envelope.Id], _queue.Names());
    }

    [Fact]
    public async Task SubdirectoriesAreUsed()
    {
        using var queue = new QueueFixture();
        foreach (string name in (string[])["qf", "df", "xf"])
            Directory.CreateDirectory(Path.Combine(queue.Queue, name));
        Envelope envelope = await queue.SubmitAsync();
        Assert.True(File.Exists(Path.Combine(queue.Queue, "qf", "qf" + envelope.Id)));
        Assert.True(File.Exists(Path.Combine(queue.Queue, "df", "df" + envelope.Id)));
        Assert.Contains(queue.Queue + " (1 request)", queue.Listing(), StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyOldLeftoversAreCleanedUp()
    {
        foreach (string name in (string[])["tf6ANF00AF000001", "df6ANF00AB000001", "xf6ANF00AE000001", "tfNEW0000000001", "other"])
            _queue.Put(name, "x", null);
        _queue.Put("qf6ANF00AG000001", "V8\nSroot\n.\n");
        DateTime old = _queue.Clock.GetUtcNow().UtcDateTime.AddDays(-6);
        foreach (string name in _queue.Names().Where(n => !n.StartsWith("tfNEW", StringComparison.Ordinal)).ToList())
            File.SetLastWriteTimeUtc(Path.Combine(_queue.Queue, name), old);
        File.SetLastWriteTimeUtc(Path.Combine(_queue.Queue, "tfNEW0000000001"), _queue.Clock.GetUtcNow().UtcDateTime);
        _queue.Store.CleanUp(_queue.Clock.GetUtcNow());
        Assert.Equal(["df6ANF00AG000001", "other", "qf6ANF00AG000001", "tfNEW0000000001"], _queue.Names());
    }

    [Fact]
    public async Task QuarantineRenamesAndBack()
    {
        Envelope envelope = await _queue.SubmitAsync();
        var told = new List<string>();
        var change = new QueueQuarantine(_queue.Configuration, _queue.Store, _queue.Log, _queue.Clock);
        var held = new QueueSelection { Kinds = "h" };
        change.Run("why not", QueueSelection.All, told.Add);
        Assert.Equal(["df" + envelope.Id, "hf" + envelope.Id], _queue.Names());
        Assert.Contains("\n${daemon_flags}c u\nqwhy not\nSroot\n", File.ReadAllText(Path.Combine(_queue.Queue, "hf" + envelope.Id)), StringComparison.Ordinal);
        Assert.Contains("\n     QUARANTINE: why not\n", _queue.Listing(false, held), StringComparison.Ordinal);
        change.Run("second", held, told.Add);
        change.Run("", held, told.Add);
        change.Run("", held, told.Add);
        Assert.Equal(
        [
            "Processing " + _queue.Queue + ":", envelope.Id + ": Quarantined with \"why not\"", "1 change",
            "Processing " + _queue.Queue + ":", envelope.Id + ": Quarantine changed from \"why not\" to \"second\"", "1 change",
            "Processing " + _queue.Queue + ":", envelope.Id + ": Removed quarantine of \"second\"", "1 change",
            _queue.Queue + ": no matches", "No changes",
        ], told);
        Assert.Equal([envelope.Id + ": quarantine=why not", envelope.Id + ": quarantine=second", envelope.Id + ": unquarantine"], _queue.Log.Lines);
        Assert.Equal(["df" + envelope.Id, "qf" + envelope.Id], _queue.Names());
        Assert.NotNull(_queue.Store.LockAndLoad(_queue.Store.List().Single(), new MacroScope()));
    }
}
