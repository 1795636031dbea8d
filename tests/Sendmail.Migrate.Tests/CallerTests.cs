namespace Sendmail.Migrate.Tests;

public sealed class CallerTests : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData("/usr/local/bin/report", "open(MAIL, \"|/usr/lib/sendmail -oi -t\") || die;", "ok", "script: /usr/lib/sendmail -oi -t: as before")]
    [InlineData("/etc/php.ini", "sendmail_path = \"/usr/sbin/sendmail -t -i -f www@example.test\"", "ok", "php: /usr/sbin/sendmail -t -i -f: as before")]
    [InlineData("/usr/local/bin/report", "subprocess.run([\"/usr/sbin/sendmail\", \"-t\", \"-oi\"], input=m)", "ok", "script: /usr/sbin/sendmail -t -oi: as before")]
    [InlineData("/etc/cron.d/x", "* * * * * root /usr/sbin/sendmail -qf | tee /x -U", "ok", "cron: /usr/sbin/sendmail -qf: as before")]
    [InlineData("/etc/cron.d/x", "* * * * * root test -x /usr/lib/sendmail && /usr/lib/sendmail -U -t <x", "warning", "cron: /usr/lib/sendmail -t: option -U is refused with exit code 64, as by 8.18.2")]
    [InlineData("/etc/mail/mailer.conf", "sendmail /usr/libexec/sendmail/sendmail", "warning", "mailwrapper(8) leads to /usr/libexec/sendmail/sendmail")]
    [InlineData("/usr/local/bin/report", "/usr/ucblib/sendmail -t", "warning", "script: /usr/ucblib/sendmail -t: no program of ours is installed by that name")]
    public void Calls_are_found_with_their_options(string file, string line, string level, string text)
    {
        _site.Write(file, "# /usr/sbin/sendmail in a comment\n" + line + "\n");
        Assert.Equal(new SiteFinding("", level, file + ": line 2", text), _site.Examine().Findings.Last(f => f.Subject == file + ": line 2") with { Kind = "" });
        Assert.DoesNotContain(_site.Examine().Findings, f => f.Subject == file + ": line 1");
    }

    [Fact]
    public void A_configuration_that_a_service_is_started_with_is_examined()
    {
        _site.Write("/etc/init.d/sendmail", "#!/bin/sh\n/usr/sbin/sendmail -bd -q15m -C /etc/mail/other.cf\n");
        _site.Write("/etc/mail/other.cf", Site.Base + "O SoftBounce=True\n");
        Assert.StartsWith($"warning /etc/mail/other.cf: line {Site.Line(1)} ", Assert.Single(_site.Kind("option-no-effect")), StringComparison.Ordinal);
        Assert.Equal(["ok /etc/init.d/sendmail: line 2 | service: /usr/sbin/sendmail -bd -q15m -C: as before"], _site.Kind("service"));
    }

    [Fact]
    public void Cron_tells_whom_it_mails()
    {
        _site.Write("/etc/crontab", "MAILTO=ops@example.test\n");
        Assert.Equal(["ok /etc/crontab: line 1 | cron mails what jobs print to ops@example.test"], _site.Kind("cron-mail"));
    }

    [Fact]
    public void More_directories_are_looked_at_when_asked_for()
    {
        _site.Write("/srv/app/lib/mail.sh", "/usr/sbin/sendmail -t\n");
        Assert.Empty(_site.Kind("caller"));
        Assert.Equal(["ok /srv/app/lib/mail.sh: line 1 | script: /usr/sbin/sendmail -t: as before"], _site.Kind("caller", "--scan", "/srv"));
    }
}
