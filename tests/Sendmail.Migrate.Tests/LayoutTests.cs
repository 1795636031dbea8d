namespace Sendmail.Migrate.Tests;

/// <summary>What is found on systems as they are laid out.</summary>
public sealed class LayoutTests : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    private SiteFinding One(string kind) => _site.Examine().Findings.Single(f => f.Kind == kind);

    [Fact]
    public void Hp_ux_with_its_dbm_maps_and_old_places()
    {
        _site.Write("/etc/rc.config.d/mailservs", "export SENDMAIL_SERVER=1\n");
        _site.Write("/sbin/init.d/sendmail", "/usr/sbin/sendmail -bd -q30m && echo sendmail\n");
        _site.Write("/etc/mail/sendmail.cf", Site.Base + "O AliasFile=/etc/mail/aliases\nKmailertable dbm -o /etc/mail/mailertable\nKvirtuser hash /etc/mail/virtusertable\n");
        _site.Write("/etc/mail/aliases", "postmaster: root\n");
        _site.Write("/etc/mail/aliases.pag", "");
        _site.Write("/etc/mail/virtusertable", "a@b.test c\n");
        _site.Write("/etc/mail/virtusertable.dir", "");
        (_, List<SiteFinding> findings) = _site.Examine();
        Assert.Contains("HP-UX", findings.Single(f => f.Kind == "layout").Text, StringComparison.Ordinal);
        Assert.Equal($"/etc/mail/sendmail.cf: line {Site.Line(2)}", findings.Single(f => f.Kind == "map-class").Subject);
        Assert.Equal(2, findings.Count(f => f.Kind == "map-dbm"));
        Assert.Equal("service: /usr/sbin/sendmail -bd -q30m: as before", findings.Single(f => f.Kind == "service").Text);
        Assert.Equal("made by the configuration library of 8.13.3, level 10", findings.Single(f => f.Kind == "cf-version").Text);
    }

    [Fact]
    public void Freebsd_with_its_wrapper_and_its_database_library()
    {
        _site.Write("/etc/mail/mailer.conf", "# names of programs\nsendmail\t/usr/libexec/sendmail/sendmail\nmailq\t/usr/libexec/sendmail/sendmail\n");
        _site.Write("/etc/mail/host.example.mc", "OSTYPE(`linux')dnl\nMAILER(`local')dnl\n");
        _site.Write("/etc/mail/sendmail.cf", Site.Base + "O AliasFile=/etc/mail/aliases\n");
        _site.Write("/etc/mail/aliases", "postmaster: root\n");
        File.WriteAllBytes(_site.At("/etc/mail/aliases.db"), [0x61, 0x15, 0x06, 0, .. new byte[600]]);
        (_, List<SiteFinding> findings) = _site.Examine();
        Assert.Equal(2, findings.Count(f => f.Kind == "caller-wrapper"));
        Assert.EndsWith("is a file of Berkeley DB 1.85, the library of FreeBSD's base system", findings.Single(f => f.Kind == "map-foreign").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rhel_with_its_settings_and_debian_with_its_cron_job()
    {
        _site.Write("/etc/sysconfig/sendmail", "DAEMON=yes\nQUEUE=1h\n");
        _site.Write("/etc/cron.d/sendmail", "*/20 * * * * smmsp test -x /etc/init.d/sendmail && /usr/sbin/sendmail -qf\n");
        _site.Write("/lib/systemd/system/sendmail.service", "[Service]\nExecStart=/usr/sbin/sendmail -bd -q1h\n");
        _site.Link("/usr/lib/systemd", "/lib/systemd");
        Assert.Equal(["ok /etc/cron.d/sendmail: line 1 | cron: /usr/sbin/sendmail -qf: as before"], _site.Kind("caller"));
        // Two names lead to the unit: it is told of once.
        Assert.Equal(["ok /lib/systemd/system/sendmail.service: line 2 | service: /usr/sbin/sendmail -bd -q1h: as before"], _site.Kind("service"));
        Assert.Contains("RHEL", One("layout").Text, StringComparison.Ordinal);
    }
}
