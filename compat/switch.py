#!/usr/bin/env python3
"""From a running sendmail of Debian to a running Sendmail.Net and back, in a system of its own. Prints what was checked, how
long each switch took, and `N passed, M failed`."""
import argparse, os, shutil, subprocess, sys, threading, time
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "switch"), os.path.join(HERE, "..", "tests", "system")]
import kit, load, site_of_debian as site, world

ap = argparse.ArgumentParser()
ap.add_argument("--base", required=True)
ap.add_argument("--package", required=True)
ap.add_argument("--work", required=True)
args = ap.parse_args()
passed = failed = 0
ZONE = "mail.lab.test A 127.0.0.1\nmail.lab.test MX 10 mail.lab.test\nsink.test A 127.0.0.2\nsender.test A 127.0.0.3\nspammer.test A 127.0.0.3\nvirtual.test A 127.0.0.3\n1.0.0.127.in-addr.arpa PTR localhost\n"


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + str(detail)[-3000:]), flush=True)


def up():
    kit.until("ports 25 and 587", lambda: world.answers(25) and world.answers(587), 60)


def everything_arrived(system, what, far, near):
    with kit.Sink(address="127.0.0.2", port=25) as sink:
        system.run("purgestat", check=False)  # hosts that were down are tried again at once
        system.run("sendmail", "-Ac", "-q", check=False)
        system.run("sendmail", "-q", check=False)
        site.drained(system)
        got_far, got_near = site.received(system, sink)
    check(what + ": each of %d messages arrived at the other host, once" % len(far), got_far == {s: 1 for s in far}, {s: got_far.get(s, 0) for s in far if got_far.get(s, 0) != 1})
    missing = {s: got_near.get(s, 0) for s in near if got_near.get(s, 0) != site.copies(s)}
    check(what + ": each of %d messages is in its mailboxes, once" % len(near), not missing, missing)


def state(system):
    """What must not change by itself: the site's files, owners and modes of queues."""
    return system.shell("cd /etc/mail && find . -type f ! -name '*.old' ! -name '*.bak' | sort | xargs md5sum; stat -c '%n %a %U:%G' /etc/mail /var/spool/mqueue /var/spool/mqueue-client; getent passwd smmta smmsp")


def differences(one, other):
    return {k: (one[k], other[k]) for k in one if one[k] != other[k]}


dns = None
try:
    zone = os.path.join(args.work, "zone")
    with open(zone, "w") as f:
        f.write(ZONE)
    dns = subprocess.Popen([sys.executable, os.path.join(HERE, "oracle", "tools", "fakedns.py"), "127.0.0.1", "53", zone], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    kit.until("the name server", lambda: " 0100007F:0035 " in open("/proc/net/udp").read())
    with world.System(args.base, args.work) as system:
        print("systemd %s is the init" % system.shell("systemctl --version | sed -n 's/^systemd \\([0-9]*\\).*/\\1/p'").strip(), flush=True)
        # ---- Debian's sendmail at work
        system.run("apt-get", "install", "-y", "-q", "--no-download", "--no-install-recommends", "sendmail")
        site.configure(system)
        up()
        before = site.probe(system)
        far, near = site.fill_queues(system)
        check("200 messages wait in the queues of Debian's sendmail", (site.queued(system, "/var/spool/mqueue"), site.queued(system, "/var/spool/mqueue-client")) == (100, 100),
              (site.queued(system, "/var/spool/mqueue"), site.queued(system, "/var/spool/mqueue-client")))
        kept = state(system)

        # ---- ours in its place
        shutil.copy(args.package, system.path("/root/sendmail-net.deb"))
        shown = []

        def there():
            shown.append(system.run("apt-get", "install", "-y", "-q", "--no-install-recommends", "/root/sendmail-net.deb"))
            up()

        seconds = world.measured("the switch: apt-get install until both ports answer", there)
        check("it took less than a minute", seconds < 60, seconds)
        check("the site's files, its queues' modes and its users are as they were", state(system) == kept, (state(system), kept))
        check("Debian's configuration packages stay", "install ok installed" in system.shell("dpkg -s sendmail-base | grep ^Status"))
        active = system.run("systemctl", "is-active", "sendmail", "sendmail-client", check=False).stdout.split()
        check("both services are up", active == ["active", "active"], (active, shown[-1].stdout[-1500:], system.shell("journalctl -n 40 --no-pager; systemctl status sendmail sendmail-client --no-pager || true")))
        check("they are ours", "sendmail-net" in system.shell("readlink -f /usr/sbin/sendmail /usr/lib/sendmail /usr/bin/mailq /usr/sbin/sendmail-mta /proc/$(systemctl show -p MainPID --value sendmail)/exe | sort -u"))
        everything_arrived(system, "after the switch", far, near)
        after = site.probe(system)
        check("users and hosts see no difference", not differences(before, after), differences(before, after))
        load.run(system, check)

        # ---- and back
        left = set()
        import smtplib
        for n in range(20):
            with smtplib.SMTP("127.0.0.1", 25) as s:
                s.sendmail("bob@sender.test", ["user%d@sink.test" % n], "Subject: back-%d\r\n\r\nbody\r\n" % n)
            left.add("back-%d" % n)
        kit.until("20 messages wait in our queue", lambda: site.queued(system, "/var/spool/mqueue") == 20)

        def back():
            shown.append(system.run("apt-get", "install", "-y", "-q", "--no-download", "--no-install-recommends", "sendmail"))
            up()

        seconds = world.measured("back: apt-get install until both ports answer", back)
        check("it took less than a minute", seconds < 60, seconds)
        check("it is Debian's", "/usr/libexec/sendmail/sendmail" in system.shell("readlink -f /usr/sbin/sendmail"))
        check("our package is gone", "ok installed" not in system.shell("dpkg -s sendmail-net 2>/dev/null | grep ^Status || true"))
        system.run("dpkg", "--purge", "sendmail-net")
        everything_arrived(system, "after the way back", left, set())
        again = site.probe(system)
        check("users and hosts see what they saw at first", not differences(before, again), differences(before, again))
finally:
    if dns:
        dns.kill()
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
