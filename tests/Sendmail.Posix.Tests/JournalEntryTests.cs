using System.Text;

namespace Sendmail.Posix.Tests;

/// <summary>Entries of the journal as systemd's "Native Journal Protocol" and systemd.journal-fields(7) describe them.</summary>
public sealed class JournalEntryTests
{
    [Fact]
    public void AFieldALine()
    {
        string entry = Encoding.Latin1.GetString(JournalEntry.Write(6, 2, "sendmail", "5ALBqxyz000123: from=<a@b>, size=1", [("QUEUE_ID", "5ALBqxyz000123")]));
        Assert.Equal($"PRIORITY=6\nSYSLOG_FACILITY=2\nSYSLOG_IDENTIFIER=sendmail\nSYSLOG_PID={Environment.ProcessId}\nQUEUE_ID=5ALBqxyz000123\nMESSAGE=5ALBqxyz000123: from=<a@b>, size=1\n", entry);
    }

    [Fact]
    public void AValueOfSeveralLinesHasItsLengthInFront()
    {
        byte[] entry = JournalEntry.Write(3, 2, "x", "one\ntwo", []);
        byte[] end = [.. "MESSAGE\n"u8, 7, 0, 0, 0, 0, 0, 0, 0, .. "one\ntwo\n"u8];
        Assert.Equal(end, entry[^end.Length..]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1:1")]
    [InlineData("no stream")]
    public void OthersStreamsAreNotOurs(string? stream)
    {
        Environment.SetEnvironmentVariable("JOURNAL_STREAM", stream);
        Assert.False(JournalEntry.IsWanted);
    }

    [Fact]
    public void TheKernelKnowsTheLoadAsItsFileDoes()
    {
        double file = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(LoadAverage.OfKernel() ?? -1, Math.Max(0, file - 1), file + 1);
    }
}
