using System.Text.Json;

namespace Sendmail.M4.Tests;

/// <summary>makecf --lint: what it finds, where, and that it is quiet about good files.</summary>
public sealed class LintTests
{
    private const string Start = "OSTYPE(`linux')dnl\n";
    private const string End = "MAILER(`local')dnl\nMAILER(`smtp')dnl\n";
    private static readonly string _library = Path.Combine(AppContext.BaseDirectory, "share/sendmail-net/cf");

    private static Run Lint(string text, params string[] options) => Run.Of("makecf", ["-I", _library, "--lint", .. options, "-"], text);

    [Fact]
    public void GoodFilesPass()
    {
        Run run = Lint("divert(-1)\nany text `quoted'\ndivert(0)dnl\nVERSIONID(`mine')dnl\n" + Start + "dnl FEATURE(`nosuch')\n# (a comment)\n"
            + "define(`confLOG_LEVEL', `9')dnl\ndefine(`MY_NAME', `x')dnl\n" + "FEATURE(`always_add_domain')dnl\n"
            + End + "LOCAL_CONFIG\nD{x}y\nLOCAL_RULESETS\nSTest\nR$*\t\t$: $1\n");
        Assert.Equal("stdin:9: warning: the library does not use MY_NAME\n", run.Output);
        Run quiet = Lint(Start + "FEATURE(`always_add_domain')dnl\n" + End);
        Assert.Equal((0, "", ""), (quiet.ExitCode, quiet.Output, quiet.Errors));
    }

    [Theory]
    [InlineData(Start + "FEATURE(`acess_db')dnl\n" + End, "stdin:2: error: there is no FEATURE(`acess_db'); did you mean access_db?", 2)]
    [InlineData("OSTYPE(`linx')dnl\n" + End, "stdin:1: error: there is no OSTYPE(`linx'); did you mean linux?", 2)]
    [InlineData(Start + "MAILER(`local')dnl\nMAILER(`smpt')dnl\n", "stdin:3: error: there is no MAILER(`smpt'); did you mean smtp?", 2)]
    [InlineData(Start + "define(`confLOG_LEVL', `9')dnl\n" + End, "stdin:2: error: nothing uses confLOG_LEVL; did you mean confLOG_LEVEL?", 2)]
    [InlineData(Start + "define(`SMRT_HOST', `x')dnl\n" + End, "stdin:2: warning: the library does not use SMRT_HOST; did you mean SMART_HOST?", 1)]
    [InlineData(Start + "FEATUR(`access_db')dnl\n" + End, "stdin:2: error: FEATUR is no macro: its text goes into the result; did you mean FEATURE?", 2)]
    [InlineData(Start + End + "FEATURE(`always_add_domain')dnl\n", "stdin:4: error: FEATURE(`always_add_domain') comes after MAILER: it belongs before the first MAILER (line 2)", 2)]
    [InlineData("FEATURE(`always_add_domain')dnl\n" + End, "stdin:1: error: no OSTYPE: it names the operating system and comes before FEATURE and MAILER", 2)]
    [InlineData(Start + "MAILER(`procmail')dnl\n" + End, "stdin:2: error: MAILER(`procmail') comes before MAILER(`local'): it belongs behind it", 2)]
    [InlineData(Start + End + "define(`LOCAL_MAILER_ARGS', `x')dnl\n", "stdin:4: error: LOCAL_MAILER_ARGS is defined after MAILER(`local') (line 2) and has no effect", 2)]
    [InlineData(Start + End + "MODIFY_MAILER_FLAGS(`LOCAL', `+z')dnl\n", "stdin:4: error: MODIFY_MAILER_FLAGS comes after MAILER(`local') and has no effect: it belongs before it", 2)]
    [InlineData(Start + "VERSIONID(`x')\n" + End, "stdin:2: note: no dnl behind VERSIONID: it leaves an empty line in the result", 0)]
    [InlineData(Start + "stray words\n" + End, "stdin:2: warning: text goes into the result as it is: stray words", 1)]
    [InlineData(Start + "FEATURE(`always_add_domain)dnl\n" + End, "stdin:2: error: the quote ` opened here is never closed", 2)]
    [InlineData(Start + "FEATURE(`always_add_domain'dnl\n" + End, "stdin:2: error: the parenthesis opened here is never closed", 2)]
    [InlineData(Start + "FEATURE(`promiscuous_relay')dnl\n" + End, "stdin:2: warning: FEATURE(`promiscuous_relay'): anybody may send mail to anybody through this server; it will be abused within hours", 1)]
    [InlineData(Start + "FEATURE(`dnsbl', `relays.ordb.org')dnl\n" + End, "stdin:2: warning: FEATURE(`dnsbl'): relays.ordb.org is no longer there: its answers delay or refuse mail", 1)]
    [InlineData(Start + "FEATURE(`blacklist_recipients')dnl\n" + End, "stdin:2: warning: FEATURE(`blacklist_recipients'): the name now is blocklist_recipients", 1)]
    [InlineData(Start + "define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe')dnl\n" + End, "stdin:2: warning: confDONT_BLAME_SENDMAIL: others than root may write what is trusted: GroupWritableDirPathSafe", 1)]
    [InlineData(Start + "define(`confSERVER_CERT', `/nowhere/cert.pem')dnl\n" + End, "stdin:2: warning: ServerCertFile: /nowhere/cert.pem does not exist", 1)]
    [InlineData(Start + "FEATURE(`mailertable', `hash /nowhere/table')dnl\n" + End, "stdin:2: warning: map mailertable: /nowhere/table does not exist; makemap makes it", 1)]
    [InlineData(Start + "syscmd(`true')dnl\n" + End, "stdin:2: error: syscmd: running commands is not allowed; makecf --allow-commands allows it", 2)]
    [InlineData(Start + "MAILER(`local')dnl\n" + End, "stdin:3: warning: MAILER(`local') a second time; the first is in line 2", 2)]
    [InlineData(Start + "DAEMON_OPTIONS(`Port=465, Name=S')dnl\n" + End, "stdin:2: warning: port 465 is for TLS from the first octet: it needs the modifier s (M=s)", 1)]
    [InlineData(Start + End + "LOCAL_CONFIG\nF{X}/nowhere/names\n", "stdin:5: warning: /nowhere/names does not exist; sendmail does not start without it", 1)]
    [InlineData(Start + "define(`confPRIVACY_FLAGS', `public')dnl\n" + End, "stdin:2: warning: confPRIVACY_FLAGS: public answers VRFY and EXPN to everybody", 1)]
    [InlineData(Start + "define(`confAUTH_MECHANISMS', `PLAIN ANONYMOUS')dnl\n" + End, "stdin:2: warning: confAUTH_MECHANISMS: ANONYMOUS lets everybody in", 1)]
    [InlineData(Start + "define(`confCIPHER_LIST', `ALL:RC4')dnl\n" + End, "stdin:2: warning: confCIPHER_LIST: it allows ciphers that are broken", 1)]
    [InlineData(Start + "FEATURE(`rbl')dnl\n" + End, "stdin:2: warning: FEATURE(`rbl'): it is obsolete; use dnsbl", 2)]
    [InlineData(Start + "FEATURE()dnl\n" + End, "stdin:2: error: FEATURE needs a name", 2)]
    [InlineData(Start, "stdin:1: error: no MAILER: nothing can be delivered; MAILER(`local') and MAILER(`smtp') are the usual ones", 2)]
    [InlineData(Start + "MAILER(`local')dnl\nMAILER(`procmail')dnl\nMAILER(`smtp')dnl\n", "stdin:3: error: MAILER(`procmail') comes before MAILER(`smtp'): it belongs behind it", 2)]
    public void Finds(string text, string finding, int exit)
    {
        Run run = Lint(text);
        Assert.Contains(finding, run.Output.Split('\n'));
        Assert.Equal(exit, run.ExitCode);
    }

    [Fact]
    public void KeysThatOthersReadAreFound()
    {
        string key = Path.GetTempFileName();
        try
        {
            string text = Start + "define(`confSERVER_KEY', `" + key + "')dnl\n" + End;
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Contains("stdin:2: warning: ServerKeyFile: " + key + " can be read by others than its owner", Lint(text).Output.Split('\n'));
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Assert.Equal((0, ""), (Lint(text).ExitCode, Lint(text).Output));
        }
        finally
        {
            File.Delete(key);
        }
    }

    [Fact]
    public void JsonIsOneObjectALine()
    {
        Run run = Lint("OSTYPE(`li\"nx')dnl\n" + End, "--json");
        using JsonDocument first = JsonDocument.Parse(run.Output.Split('\n')[0]);
        Assert.Equal("stdin", first.RootElement.GetProperty("file").GetString());
        Assert.Equal(1, first.RootElement.GetProperty("line").GetInt32());
        Assert.Equal("error", first.RootElement.GetProperty("severity").GetString());
        Assert.Equal(2, run.ExitCode);
    }
}
