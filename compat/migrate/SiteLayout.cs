namespace Sendmail.Migrate;

/// <summary>Where systems keep what belongs to mail.</summary>
internal static class SiteLayout
{
    // A system is known by any of its files.
    private static readonly (string Name, string[] Signs)[] _systems =
    [
        ("Debian", ["/etc/debian_version", "/etc/mail/sendmail.conf"]),
        ("RHEL", ["/etc/redhat-release", "/etc/sysconfig/sendmail"]),
        ("FreeBSD", ["/bin/freebsd-version", "/etc/mail/mailer.conf", "/etc/mail/freebsd.mc"]),
        ("HP-UX", ["/etc/rc.config.d/mailservs", "/sbin/init.d/sendmail", "/usr/newconfig/etc/mail"]),
    ];

    /// <summary>Names of the systems whose files are there.</summary>
    internal static IReadOnlyList<string> Find(SiteFiles files) => [.. _systems.Where(s => s.Signs.Any(files.Exists)).Select(s => s.Name)];

    /// <summary>Configurations, as patterns.</summary>
    internal static readonly string[] Configurations =
        ["/etc/mail/sendmail.cf", "/etc/mail/submit.cf", "/etc/sendmail.cf", "/usr/lib/sendmail.cf", "/etc/mail/*.mc"];

    /// <summary>Files in which programs that call sendmail are named, as patterns; what they are goes into the report.</summary>
    internal static readonly (string Pattern, string What)[] Callers =
    [
        ("/etc/crontab", "cron"),
        ("/etc/cron.d/*", "cron"),
        ("/etc/cron.hourly/*", "cron"),
        ("/etc/cron.daily/*", "cron"),
        ("/etc/cron.weekly/*", "cron"),
        ("/etc/cron.monthly/*", "cron"),
        ("/var/spool/cron/crontabs/*", "cron"),
        ("/var/spool/cron/*", "cron"),
        ("/var/cron/tabs/*", "cron"),
        ("/etc/periodic/*/*", "cron"),
        ("/etc/anacrontab", "cron"),
        ("/etc/init.d/*", "service"),
        ("/sbin/init.d/*", "service"),
        ("/etc/rc.d/*", "service"),
        ("/etc/rc.d/init.d/*", "service"),
        ("/usr/local/etc/rc.d/*", "service"),
        ("/etc/rc.conf", "service"),
        ("/etc/rc.conf.local", "service"),
        ("/etc/defaults/rc.conf", "service"),
        ("/etc/rc.config.d/mailservs", "service"),
        ("/etc/sysconfig/sendmail", "service"),
        ("/etc/default/sendmail", "service"),
        ("/etc/mail/sendmail.conf", "service"),
        ("/etc/mail/mailer.conf", "mailwrapper"),
        ("/etc/systemd/system/*.service", "service"),
        ("/etc/systemd/system/*/*.service", "service"),
        ("/lib/systemd/system/*.service", "service"),
        ("/usr/lib/systemd/system/*.service", "service"),
        ("/etc/inetd.conf", "service"),
        ("/etc/xinetd.d/*", "service"),
        ("/etc/php.ini", "php"),
        ("/etc/php.d/*.ini", "php"),
        ("/etc/php/*/*/php.ini", "php"),
        ("/etc/php/*/*/conf.d/*.ini", "php"),
        ("/etc/php/*/fpm/pool.d/*.conf", "php"),
        ("/etc/php-fpm.d/*.conf", "php"),
        ("/usr/local/etc/php.ini", "php"),
        ("/usr/local/etc/php/*.ini", "php"),
        ("/etc/mail.rc", "mail program"),
        ("/etc/s-nail.rc", "mail program"),
        ("/etc/nail.rc", "mail program"),
        ("/etc/mailx.rc", "mail program"),
        ("/etc/Muttrc", "mail program"),
        ("/etc/Muttrc.d/*", "mail program"),
        ("/etc/neomuttrc", "mail program"),
        ("/etc/gitconfig", "program"),
        ("/etc/procmailrc", "program"),
        ("/etc/logcheck/logcheck.conf", "program"),
        ("/etc/logwatch/conf/*.conf", "program"),
        ("/etc/smartd.conf", "program"),
        ("/etc/mdadm/mdadm.conf", "program"),
        ("/etc/zabbix/*.conf", "program"),
        ("/etc/nagios/objects/commands.cfg", "program"),
        ("/etc/nagios*/commands.cfg", "program"),
        ("/etc/NetworkManager/dispatcher.d/*", "script"),
        ("/etc/network/if-up.d/*", "script"),
        ("/etc/ppp/ip-up.d/*", "script"),
        ("/etc/dhcp/dhclient-exit-hooks.d/*", "script"),
        ("/etc/mail/smrsh/*", "script"),
        ("/etc/smrsh/*", "script"),
        ("/usr/adm/sm.bin/*", "script"),
        ("/usr/local/bin/*", "script"),
        ("/usr/local/sbin/*", "script"),
        ("/usr/lib/cgi-bin/*", "script"),
        ("/var/www/cgi-bin/*", "script"),
        ("/root/bin/*", "script"),
        ("/home/*/bin/*", "script"),
        ("/home/*/.forward", "forward"),
        ("/root/.forward", "forward"),
        ("/opt/*/bin/*", "script"),
    ];
}
