using System.Text;
using Sendmail.Core;
using Sendmail.Tools;
using Xunit;

namespace Sendmail.Tools.Tests;

/// <summary>smrsh, rmail, vacation and mail.local: what the real ones of 8.18.2 made of the same input, but for what DIFFERENCES.md lists.</summary>
public sealed class AgentTests
{
    private static RestrictedCommand Parse(string text) =>
        RestrictedCommand.Parse(text, "/bin.d", static p => Path.GetFileName(p) is "prog" or "true" ? null : Path.GetFileName(p) == "dir" ? "not a file" : Path.GetFileName(p) == "plain" ? "" : "stat failed");

    [Theory]
    [InlineData("prog a b", "/bin.d/prog a b")]
    [InlineData(" /x/../prog 'a b'\t*", "/bin.d/prog 'a b'\t*")]
    [InlineData("true && prog b", "/bin.d/true && /bin.d/prog b")]
    [InlineData("exec /usr/bin/prog || exit 75", "exec /bin.d/prog || exit 75")]
    [InlineData("echo a b", "echo a b")]
    [InlineData("exec exec prog", "exec exec prog")]
    [InlineData("true &&", "/bin.d/true &&")]
    public void RestrictedShellRunsWhatItMay(string text, string command) => Assert.Equal(command, Parse(text).Command?.Replace("  ", " ", StringComparison.Ordinal).TrimEnd());

    [Theory]
    [InlineData("nosuch", "\"nosuch\" not available for sendmail programs (stat failed)")]
    [InlineData("dir", "\"dir\" not available for sendmail programs (not a file)")]
    [InlineData("plain", "\"plain\" not available for sendmail programs")]
    [InlineData("true||prog x", "\"true||prog\" not available for sendmail programs (stat failed)")]
    [InlineData("\"prog\" a", "\"\"prog\"\" not available for sendmail programs (stat failed)")]
    [InlineData("exec", "\"exec\" not available for sendmail programs (stat failed)")]
    [InlineData("prog a & prog b", "cannot use & in command")]
    [InlineData("prog a |& true", "cannot use | in command")]
    [InlineData("prog a;b", "cannot use ; in command")]
    [InlineData("prog `x`", "cannot use ` in command")]
    [InlineData("prog $HOME", "cannot use $ in command")]
    [InlineData("prog a\nb", "cannot use \n in command")]
    public void RestrictedShellRefusesTheRest(string text, string problem) => Assert.Equal(problem, Parse(text).Problem);

    [Theory]
    [InlineData("From joe Mon Jan  1 00:00:00 2024\n", null, "joe")]
    [InlineData("From joe Mon remote from hosta\n", "hosta", "hosta!joe")]
    [InlineData("From joe Mon remote from hosta\n>From bill Mon remote from hostb\n", "hosta", "hosta!hostb!bill")]
    [InlineData("From a!b!joe Mon remote from hosta\n>From bill Mon\n", "hosta", "hosta!bill")]
    [InlineData("From a!joe x\n>From b x remote from q\n", "a", "a!q!b")]
    [InlineData("From joe x remote from q\n>From a!joe x\n", "q", "q!a!joe")]
    [InlineData("From a!b remote from a\n", "a", "a!a!b")]
    [InlineData("From joe Mon remote from \n", "", "!joe")]
    public void UucpLinesBecomeOnePath(string lines, string? host, string sender)
    {
        UucpEnvelope envelope = UucpEnvelope.Read(new MemoryStream(Latin1.ToBytes(lines + "Subject: x\n")), out byte[] next, out _)!;
        Assert.Equal((host, sender, "Subject: x\n"), (envelope.Host, envelope.Sender, Latin1.ToString(next)));
    }

    [Theory]
    [InlineData("Subject: x\n", "missing or empty From line: Subject: x")]
    [InlineData("", "no data")]
    [InlineData("From \n", "corrupted From line: From ")]
    [InlineData("From b!\n", "corrupted From line: From b")]
    [InlineData("From !b\n", "bang starts address: !b")]
    [InlineData("From a", "line too long")]
    public void UucpLinesThatAreNone(string lines, string problem)
    {
        Assert.Null(UucpEnvelope.Read(new MemoryStream(Latin1.ToBytes(lines)), out _, out string? said));
        Assert.Equal(problem, said);
    }

    [Theory]
    [InlineData("To: alice\n", true)]
    [InlineData("To: alicex, alice@x\n", true)]
    [InlineData("To: xalice\n", false)]
    [InlineData("Cc: Foo <ALICE@lab.test>\n", true)]
    [InlineData("To: a,\n  alice\n", true)]
    [InlineData("Bcc: alice\n", false)]
    [InlineData("Resent-To: alice\n", false)]
    public void VacationAnswersWhatNamesItsUser(string header, bool named) => Assert.Equal(named, Message(header).NamesUser);

    [Theory]
    [InlineData("Precedence: bulk", true)]
    [InlineData("precedence:  BULKY", true)]
    [InlineData("Precedence: first-class", false)]
    [InlineData("Auto-Submitted: no", false)]
    [InlineData("Auto-Submitted: auto-replied", true)]
    [InlineData("List-Id:", true)]
    public void VacationLeavesAutomaticMail(string field, bool automatic) => Assert.Equal(automatic, Message(field + "\n").IsAutomatic);

    [Fact]
    public void VacationKnowsSenderAndSubject()
    {
        VacationMessage message = Message("Subject: a\n  folded\nReturn-Path: z@z.test (x)\n");
        Assert.Equal(("z@z.test", "a"), (message.Sender, message.Subject));
        Assert.Equal("joe@x.test", Message("").Sender);
    }

    [Theory]
    [InlineData("owner-x@y", true)]
    [InlineData("POSTMASTER", true)]
    [InlineData("mailer-daemon@y", true)]
    [InlineData("x-request@y", true)]
    [InlineData("<>", true)]
    [InlineData("mailerx@y", false)]
    [InlineData("noreply@y", false)]
    public void VacationAnswersPeople(string sender, bool machine) => Assert.Equal(machine, VacationMessage.IsMachine(sender));

    private static VacationMessage Message(string header) =>
        VacationMessage.Read(new MemoryStream(Latin1.ToBytes("From joe@x.test Mon Jan  1 00:00:00 2024\n" + header + "\nb\n")), ["alice"]);

    [Theory]
    [InlineData("Subject: x\n\nFrom here\n\nFrom there\n", "Subject: x\nContent-Length: 22\n\nFrom here\n\nFrom there\n\n")]
    [InlineData("From old@x Mon\nSubject: x\n\nb\r\n", ">From old@x Mon\nSubject: x\nContent-Length: 2\n\nb\n\n")]
    [InlineData("Subject: x\nContent-Length: 99\n\nb\n", "Subject: x\nContent-Length: 2\n\nb\n\n")]
    [InlineData("Subject: x\n", "Subject: x\nContent-Length: 0\n\n")]
    [InlineData("", "\nContent-Length: 0\n\n")]
    public void LocalMailStoresWithItsLength(string message, string stored)
    {
        var mail = new LocalMailMessage();
        using var lines = new LineSource(new MemoryStream(Latin1.ToBytes(message)));
        while (lines.Next() is { } line)
            mail.Add(Latin1.ToBytes(line));
        Assert.Equal("From a@b Thu Jan  1 00:00:00 1970\n" + stored, Latin1.ToString(mail.Store("a@b", DateTimeOffset.UnixEpoch)));
    }

    [Fact]
    public void LocalMailSpeaksLmtp()
    {
        var output = new StringWriter();
        var input = new MemoryStream(Encoding.ASCII.GetBytes("EHLO x\nLHLO x\nMAIL FROM:<a@b>\nMAIL FROM:<c>\nRCPT TO:<no.such.user>\nRCPT alice\nDATA\nRSET\nNOOP\nVRFY x\nMAIL FROM:<x\nQUIT x\nQUIT\n"));
        new LocalMailSession(new LocalMailbox(null), input, output, true, false).Run();
        Assert.Equal(["500 5.5.2 Syntax error", "250-8BITMIME", "250-ENHANCEDSTATUSCODES", "250 PIPELINING", "250 2.5.0 Ok", "503 5.5.1 Nested MAIL command", "550 5.1.1 User unknown",
            "501 5.5.4 Syntax error in parameters", "503 5.5.1 No recipients", "250 2.0.0 Ok", "250 2.0.0 Ok", "252 2.3.3 Try RCPT to attempt delivery", "501 5.5.4 Syntax error in parameters", "500 5.5.2 Syntax error", "221 2.0.0 Bye"],
            output.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(static l => !l.Contains("LMTP ready", StringComparison.Ordinal) && !l.StartsWith("250-" + Environment.MachineName, StringComparison.Ordinal)));
    }
}
