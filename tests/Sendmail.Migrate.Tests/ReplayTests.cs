using System.IO.Compression;
using System.Text;

namespace Sendmail.Migrate.Tests;

public sealed class ReplayTests : IDisposable
{
    private const string Log =
        "Nov 24 10:00:00 mail sm-mta[10]: 4AO9000000aa: from=<a@client.test>, size=5, class=0, nrcpts=1, proto=ESMTP, daemon=MTA, relay=host.client.test [192.0.2.7]\n" +
        "Nov 24 10:00:01 mail sm-mta[11]: 4AO9000000aa: to=<joe@example.test>, delay=00:00:01, mailer=esmtp, dsn=2.0.0, stat=Sent\n" +
        "Nov 24 10:00:01 mail sshd[11]: from=<x@y>, relay=evil [192.0.2.66]\n" +
        "Nov 24 10:00:02 mail sendmail[12]: 4AO9000000ab: ruleset=check_rcpt, arg1=<ann@other.test>, relay=[192.0.2.8], reject=550 5.7.1 <ann@other.test>... Relaying denied\n" +
        "Nov 24 10:00:03 mail sendmail[12]: 4AO9000000ab: from=<b@client.test>, size=0, class=0, nrcpts=0, proto=SMTP, daemon=MTA, relay=[192.0.2.8]\n" +
        "Nov 24 10:00:04 mail sendmail[13]: ruleset=check_relay, arg1=bad.test, arg2=192.0.2.9, relay=bad.test [192.0.2.9], reject=550 no\n";

    private readonly Site _site = new();

    public ReplayTests()
    {
        _site.Write("/log", Log);
        _site.Write("/old.cf", Site.Base);
    }

    public void Dispose() => _site.Dispose();

    private List<string> Differences(string rules, string log = "/log")
    {
        _site.Write("/new.cf", Site.Base + rules);
        return [.. _site.Kind("replay-difference", "--log", log, "--old", "/old.cf", "--new", "/new.cf").Select(f => f.Split(" | ")[1])];
    }

    [Fact]
    public void The_same_configuration_answers_the_same()
    {
        Assert.Empty(Differences(""));
        (int exit, List<SiteFinding> findings) = _site.Examine("--log", "/log", "--old", "/old.cf", "--new", "/new.cf");
        Assert.Equal(0, exit);
        // Three clients; two senders; two recipients, each asked of check_rcpt and of rulesets 3 and 0.
        Assert.StartsWith("5 lines of sendmail, 7 cases, 9 questions: 0 answers differ", findings.Single(f => f.Kind == "replay").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Connections_senders_and_recipients_that_get_another_answer_are_listed()
    {
        Assert.Equal(["check_relay bad.test [192.0.2.9]: old OK; new 550 5.7.1 no bad hosts"], Differences("Scheck_relay\nRbad.test $| $*\t$#error $@ 5.7.1 $: 550 no bad hosts\n"));
        Assert.Equal(["check_mail <b@client.test> from [192.0.2.8]: old OK; new 451 4.3.0 later"], Differences("Scheck_mail\nR< b @ $* >\t$#error $@ 4.3.0 $: 451 later\n"));
        Assert.Equal(["check_rcpt <ann@other.test> from [192.0.2.8], sender <b@client.test>: old OK; new discard"], Differences("Scheck_rcpt\nR$*\t$: $1 $| $&{client_addr} $| $&f\nR< ann @ $* > $| 192.0.2.8 $| < b @ $* >\t$#discard $: discard\n"));
        Assert.Equal(["3,0 <joe@example.test>: old mailer esmtp, host example.test, user joe@example.test; new mailer local, host , user joe@example.test"],
            Differences("S3\nR$* @ example.test\t$: $1 % example.test\n").Select(d => d.Replace("user joe%", "user joe@", StringComparison.Ordinal)));
    }

    [Fact]
    public void Authentication_and_encryption_of_a_session_are_what_rules_see()
    {
        _site.Write("/log", "Nov 24 10:00:00 m sendmail[9]: STARTTLS=server, relay=c.test [192.0.2.5], version=TLSv1.3, verify=OK, cipher=TLS_AES_256_GCM_SHA384, bits=256/256\n" +
            "Nov 24 10:00:00 m sendmail[9]: AUTH=server, relay=c.test [192.0.2.5], authid=joe, mech=PLAIN, bits=0\n" +
            "Nov 24 10:00:00 m sendmail[9]: 4AO9000000ac: from=<a@c.test>, size=5, class=0, nrcpts=1, proto=ESMTPSA, daemon=MTA, relay=c.test [192.0.2.5]\n");
        Assert.Equal(["check_mail <a@c.test> from c.test [192.0.2.5] (authenticated) (verify=OK): old OK; new 550 5.7.0 OK TLSv1.3 256 PLAIN joe"],
            Differences("Scheck_mail\nR$*\t$#error $@ 5.7.0 $: \"550 \" $&{verify} $&{tls_version} $&{cipher_bits} $&{auth_type} $&{auth_authen}\n"));
    }

    [Fact]
    public void Compressed_logs_are_read_and_broken_ones_are_errors()
    {
        using (var packed = new GZipStream(File.Create(_site.At("/log.gz")), CompressionLevel.Fastest))
            packed.Write(Encoding.ASCII.GetBytes(Log));
        Assert.Single(Differences("Scheck_relay\nRbad.test $| $*\t$#error $@ 5.7.1 $: 550 no\n", "/log.gz"));
        byte[] octets = File.ReadAllBytes(_site.At("/log.gz"));
        octets[20] ^= 0xff;
        File.WriteAllBytes(_site.At("/log.gz"), octets);
        Assert.True(_site.Examine("--log", "/log.gz", "--old", "/old.cf", "--new", "/new.cf").Exit is 1 or 2);
        _site.Write("/empty", "nothing of mail\n");
        Assert.Equal(["error /empty | has no line of sendmail"], _site.Kind("log-unreadable", "--log", "/empty", "--old", "/old.cf", "--new", "/new.cf"));
        Assert.Equal(["error /none | No such file or directory"], _site.Kind("log-unreadable", "--log", "/none", "--old", "/old.cf", "--new", "/new.cf"));
    }

    [Fact]
    public void Maps_are_those_of_the_site_and_programs_are_not_run()
    {
        _site.Write("/etc/mail/text", "joe@example.test elsewhere\n");
        string rules = "Kt text -k0 -v1 /etc/mail/text\nKp program /bin/touch " + _site.At("/mark") + "\nS0\nR$*\t$: $(t $1 $: $1 $) $(p x $: $)\nRelsewhere\t$#local $: found\n";
        _site.Write("/old.cf", Site.Base.Replace("S0\n", rules, StringComparison.Ordinal));
        Assert.Contains("3,0 <joe@example.test>: old mailer local, host , user found; new mailer esmtp, host example.test, user joe@example.test", Differences(""));
        Assert.False(File.Exists(_site.At("/mark")));
    }
}
