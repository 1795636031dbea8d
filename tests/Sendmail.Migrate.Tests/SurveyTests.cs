using Sendmail.Maps.BerkeleyDb;

namespace Sendmail.Migrate.Tests;

public sealed class SurveyTests : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public void Options_without_effect_unknown_ones_and_map_classes_are_named_with_their_lines()
    {
        _site.Write("/etc/mail/sendmail.cf", Site.Base + "O SoftBounce=True\nO NoSuchThing=1\nKusers nis -o passwd.byname\nO ConfVerify=off\n");
        (int exit, List<SiteFinding> findings) = _site.Examine();
        Assert.Equal(2, exit);
        Assert.Equal(new SiteFinding("option-no-effect", "warning", $"/etc/mail/sendmail.cf: line {Site.Line(1)}", "option SoftBounce (Make all errors temporary) has no effect here"), findings.Single(f => f.Kind == "option-no-effect"));
        Assert.Equal(new SiteFinding("cf-error", "error", $"/etc/mail/sendmail.cf: line {Site.Line(2)}", "readcf: unknown option name NoSuchThing"), findings.Single(f => f.Kind == "cf-error"));
        Assert.Equal(new SiteFinding("map-class", "error", $"/etc/mail/sendmail.cf: line {Site.Line(3)}", "readcf: map users: class nis not available"), findings.Single(f => f.Kind == "map-class"));
        Assert.Contains(findings, f => f.Kind == "cf-version" && f.Text.Contains("8.13.3", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Kind == "difference" && f.Subject == $"/etc/mail/sendmail.cf: line {Site.Line(4)}" && f.Text.StartsWith("`ConfVerify` is an option", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Kind == "difference" && f.Subject == $"/etc/mail/sendmail.cf: line {Site.Line(3)}" && f.Text.StartsWith("Maps of class ldap", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, f => f.Text.StartsWith("DANE", StringComparison.Ordinal));
    }

    [Fact]
    public void Flags_of_mailers_without_effect_and_unknown_ones_are_named()
    {
        _site.Write("/etc/mail/sendmail.cf", Site.Base + "Muucp, P=/bin/true, F=lp~g, A=x\nH?g?X-Flag: 1\n");
        Assert.Equal([$"info /etc/mail/sendmail.cf: line {Site.Line(1)} | flag p of mailer uucp (The sender in the envelope is a return route) has no effect here"], _site.Kind("mailer-flag-no-effect"));
        Assert.Equal([$"info /etc/mail/sendmail.cf: line {Site.Line(1)} | flag ~ of mailer uucp means nothing here, nor to 8.18.2 unless it was built for it"], _site.Kind("mailer-flag"));
    }

    [Fact]
    public void Options_at_their_defaults_are_nothing_to_tell_of()
    {
        _site.Write("/etc/mail/sendmail.cf", Site.Base + "O SoftBounce=False\n");
        Assert.Empty(_site.Kind("option-no-effect"));
    }

    [Fact]
    public void Maps_are_told_by_what_their_files_are()
    {
        _site.Write("/etc/mail/sendmail.cf", Site.Base + "Kgood hash /etc/mail/good\nKgone hash /etc/mail/gone\nKmaybe hash -o /etc/mail/maybe\nKcut hash /etc/mail/cut\nKold hash /etc/mail/old\n" +
            "Knd hash /etc/mail/nd\nKtext text /etc/mail/text\nKgnu btree /etc/mail/gnu\n");
        Database("/etc/mail/good.db", 2);
        File.WriteAllBytes(_site.At("/etc/mail/cut.db"), File.ReadAllBytes(_site.At("/etc/mail/good.db"))[..700]);
        // Magic numbers: hash of Berkeley DB 1.85 in network order, GDBM.
        File.WriteAllBytes(_site.At("/etc/mail/old.db"), [0, 6, 0x15, 0x61, .. new byte[600]]);
        File.WriteAllBytes(_site.At("/etc/mail/gnu.db"), [0xCE, 0x9A, 0x57, 0x13, .. new byte[600]]);
        _site.Write("/etc/mail/nd.pag", "");
        _site.Write("/etc/mail/text", "a b\nc d\n");
        (_, List<SiteFinding> findings) = _site.Examine();
        SiteFinding Of(int line) => findings.Single(f => f.Subject == $"/etc/mail/sendmail.cf: line {Site.Line(line)}");
        Assert.Equal(("map-native", "map good: /etc/mail/good.db is a Berkeley DB hash file, 2 entries: read as it is"), (Of(1).Kind, Of(1).Text));
        Assert.Equal(("map-missing", "error"), (Of(2).Kind, Of(2).Level));
        Assert.Equal(("map-absent", "info"), (Of(3).Kind, Of(3).Level));
        Assert.Equal(("map-damaged", "error"), (Of(4).Kind, Of(4).Level));
        Assert.Equal(("map-foreign", "map old: /etc/mail/old.db is a file of Berkeley DB 1.85, the library of FreeBSD's base system"), (Of(5).Kind, Of(5).Text));
        Assert.Equal("map-dbm", Of(6).Kind);
        Assert.Equal(("map-native", "map text: /etc/mail/text is a text of 2 lines: read as it is"), (Of(7).Kind, Of(7).Text));
        Assert.Equal("map gnu: /etc/mail/gnu.db is a file of GDBM", Of(8).Text);
    }

    private void Database(string path, byte entries)
    {
        _site.Write(path, "");
        var writer = new DatabaseWriter(true);
        for (byte i = 0; i < entries; i++)
            writer.Set([i], [i]);
        using FileStream file = File.Create(_site.At(path));
        writer.WriteTo(file);
    }

    [Fact]
    public void A_text_newer_than_its_database_and_one_that_anybody_can_write_are_warned_of()
    {
        _site.Write("/etc/mail/sendmail.cf", Site.Base + "Kaccess hash /etc/mail/access\n");
        Database("/etc/mail/access.db", 0);
        _site.Write("/etc/mail/access", "x OK\n");
        File.SetLastWriteTimeUtc(_site.At("/etc/mail/access.db"), new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetUnixFileMode(_site.At("/etc/mail/access.db"), (UnixFileMode)0x1B6);
        Assert.Single(_site.Kind("map-stale"));
        Assert.Contains("mode 666", Assert.Single(_site.Kind("map-unsafe")), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_stay_within_the_root_and_loops_end()
    {
        _site.Write("/etc/mail/real.cf", Site.Base + "O SoftBounce=True\nFR/etc/mail/round\n");
        _site.Link("/etc/mail/sendmail.cf", "/etc/mail/../../../../../etc/mail/real.cf");
        _site.Link("/etc/mail/round", "/etc/mail/about");
        _site.Link("/etc/mail/about", "round");
        _site.Link("/etc/mail/submit.cf", "submit.cf");
        (int exit, List<SiteFinding> findings) = _site.Examine();
        Assert.Equal(2, exit);
        Assert.Contains(findings, f => f.Kind == "option-no-effect" && f.Subject == $"/etc/mail/sendmail.cf: line {Site.Line(1)}");
        Assert.Contains(findings, f => f.Kind == "cf-error" && f.Subject == $"/etc/mail/sendmail.cf: line {Site.Line(2)}");
        // What leads nowhere is no configuration in the usual places, but one that was asked for is missed.
        Assert.Contains("Too many levels of symbolic links", Assert.Single(_site.Kind("cf-unreadable", "-C", "/etc/mail/submit.cf")), StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_are_read_line_by_line()
    {
        _site.Write("/etc/mail/sendmail.cf", Site.Base + "O AliasFile=/etc/mail/aliases\n");
        _site.Write("/etc/mail/aliases", "root: joe\nlist: :include:/etc/mail/list\nbad line\n  continued: x\n\n stray\ndown: \"|/usr/bin/prog -x\"\n");
        Assert.Equal(["error /etc/mail/aliases: line 6 | Non-continuation line starts with space"], _site.Kind("alias-line"));
        Assert.Equal(["warning /etc/mail/aliases: line 2 | list /etc/mail/list does not exist"], _site.Kind("alias-list"));
        Assert.Equal(["warning /etc/mail/aliases: line 7 | program /usr/bin/prog does not exist"], _site.Kind("alias-program"));
        Assert.Contains("ok /etc/mail/aliases | 4 aliases are read as 8.18.2 reads them", _site.Kind("same"));
    }

    [Fact]
    public void Queues_are_counted_and_what_cannot_be_read_is_named()
    {
        const string queue = "/var/spool/mqueue";
        _site.Write("/etc/mail/sendmail.cf", Site.Base + "O QueueDirectory=" + queue + "\n");
        string good = "V8\nT1700000000\nK0\nN0\nP30000\nS<a@example.test>\nrRFC822; b@example.test\nRPFD:<b@example.test>\nH?D?Date: now\n.\n";
        _site.Write(queue + "/qfaaaaaa000001", good);
        _site.Write(queue + "/dfaaaaaa000001", "text\n");
        _site.Write(queue + "/hfaaaaaa000002", good);
        _site.Write(queue + "/qfaaaaaa000003", good.Replace("V8", "V99", StringComparison.Ordinal));
        _site.Write(queue + "/qfaaaaaa000004", good[..40]);
        _site.Write(queue + "/Qfaaaaaa000005", good);
        _site.Write(queue + "/dfaaaaaa000006", "text\n");
        Assert.Equal(["warning " + queue + " | 1 messages wait, 1 are quarantined, 1 are set aside (Qf), 2 cannot be read, the oldest of 2023-11-14 22:13 UTC"], _site.Kind("queue"));
        Assert.Equal(["error " + queue + "/qfaaaaaa000003", "error " + queue + "/qfaaaaaa000004"], _site.Kind("queue-unreadable").Select(f => f.Split(" | ")[0]));
        Assert.StartsWith("warning " + queue + "/hfaaaaaa000002", Assert.Single(_site.Kind("queue-no-body")), StringComparison.Ordinal);
        Assert.StartsWith("info " + queue + " | 1 bodies", Assert.Single(_site.Kind("queue-bodies")), StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_of_classes_are_not_run()
    {
        string mark = _site.At("/mark");
        _site.Write("/tool", "#!/bin/sh\ntouch " + mark + "\n");
        File.SetUnixFileMode(_site.At("/tool"), (UnixFileMode)0x1ED);
        _site.Write("/etc/mail/sendmail.cf", Site.Base + "FP|" + _site.At("/tool") + "\n");
        Assert.Single(_site.Kind("class-program"));
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public void Nothing_of_the_site_is_changed()
    {
        _site.Write("/etc/mail/sendmail.cf", Site.Base);
        _site.Write("/etc/mail/sendmail.mc", "OSTYPE(`linux')dnl\nMAILER(`local')dnl\n");
        Dictionary<string, DateTime> before = Stamps();
        _site.Examine();
        Assert.Equal(before, Stamps());
    }

    private Dictionary<string, DateTime> Stamps() => Directory.EnumerateFileSystemEntries(_site.Root, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc);

    [Theory]
    [InlineData("/etc/debian_version", "Debian")]
    [InlineData("/etc/sysconfig/sendmail", "RHEL")]
    [InlineData("/etc/mail/mailer.conf", "FreeBSD")]
    [InlineData("/etc/rc.config.d/mailservs", "HP-UX")]
    public void The_system_is_known_by_its_files(string sign, string name)
    {
        _site.Write(sign, "");
        Assert.Contains("laid out as " + name, Assert.Single(_site.Kind("layout")), StringComparison.Ordinal);
        Assert.Single(_site.Kind("cf-missing"));
    }
}
