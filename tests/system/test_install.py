#!/usr/bin/env python3
"""What `make install` lays out, and the system it makes: users, owners, modes, a first configuration, mail from a user to a mailbox.

The second half needs root: it installs without DESTDIR into a copy of this machine's file system that is laid over it and
forgotten afterwards, in namespaces of its own."""
import argparse, os, shutil, stat, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
TOP = os.path.realpath(os.path.join(kit.HERE, "..", ".."))
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + str(detail)[-1500:]), flush=True)


def install(destination, **settings):
    environment = dict({k: v for k, v in os.environ.items() if k not in ("PREFIX", "DESTDIR")}, DESTDIR=destination, **settings)
    r = subprocess.run(["sh", TOP + "/compat/install/install.sh", args.bin], capture_output=True, text=True, env=environment)
    assert r.returncode == 0, r.stderr


def walk(root):
    for directory, names, files in os.walk(root):
        for n in names + files:
            yield os.path.join(directory, n)


work = kit.workdir("install")
tree = work + "/plain"
install(tree)

# ---- the tree
names = {"/usr/sbin/sendmail", "/usr/lib/sendmail", "/usr/bin/mailq", "/usr/bin/newaliases", "/usr/sbin/hoststat", "/usr/sbin/purgestat",
         "/usr/sbin/makemap", "/usr/sbin/praliases", "/usr/sbin/editmap", "/usr/sbin/mailstats", "/usr/sbin/makecf", "/usr/sbin/tlsdoctor", "/usr/sbin/sendmail-migrate",
         "/usr/bin/rmail", "/usr/bin/vacation", "/usr/libexec/smrsh", "/usr/libexec/mail.local"}
check("every command has its name", all(os.access(tree + n, os.X_OK) for n in names), [n for n in names if not os.access(tree + n, os.X_OK)])
private = os.path.realpath(tree + "/usr/lib/sendmail-net")
check("links lead to the private directory", all(os.path.dirname(os.path.realpath(tree + n)) == private for n in names))
links = [p for p in walk(tree) if os.path.islink(p)]
check("links hold wherever the tree goes", all(not os.readlink(p).startswith("/") and os.path.exists(p) for p in links), links)
loose = [p for p in walk(tree) if not os.path.islink(p) and os.lstat(p).st_mode & 0o7022]
check("nothing is set-id or writable by others", not loose, loose)
pages = [os.path.basename(m) for m in os.listdir(TOP + "/man") if m[-2:] in (".1", ".5", ".7", ".8")]
check("every manual page is in its section", pages and all(os.path.exists("%s/usr/share/man/man%s/%s" % (tree, m[-1], m)) for m in pages))
made = [p for p in walk(tree) if os.path.isfile(p) and "/doc/" not in p and "/cf/" not in p and os.path.getsize(p) < 100000 and b"@" in open(p, "rb").read()]
unfilled = [p for p in made for word in ("@SBINDIR@", "@LIBDIR@", "@EBINDIR@", "@SHAREDIR@", "@CLIENTQUEUE@", "@OSTYPE@", "@SYSUSERSDIR@") if word in open(p).read()]
check("every place is filled in", not unfilled, unfilled)

other = work + "/local"
install(other, PREFIX="/usr/local")
unit = open(other + "/usr/local/lib/systemd/system/sendmail.service").read()
check("PREFIX: units start what is there", "ExecStart=/usr/local/sbin/sendmail " in unit, unit)
check("PREFIX: all below it", sorted(os.listdir(other)) == ["etc", "usr"] and os.listdir(other + "/usr") == ["local"])

# ---- the library is found wherever a configuration thinks it is: Debian and FreeBSD, Red Hat, FreeBSD's port, HP-UX
text = "OSTYPE(`linux')\nMAILER(`local')\nMAILER(`smtp')\n"
results = set()
for place in ("/usr/share/sendmail/cf/m4/cf.m4", "/usr/share/sendmail-cf/m4/cf.m4", "/usr/local/share/sendmail/cf/m4/cf.m4", "/usr/newconfig/etc/mail/cf/m4/cf.m4", None):
    with open(work + "/site.mc", "w") as f:
        f.write(("include(`%s')\n" % place if place else "") + text)
    r = subprocess.run([tree + "/usr/sbin/makecf", work + "/site.mc"], capture_output=True, text=True)
    check("makecf with " + str(place), r.returncode == 0 and "Mlocal" in r.stdout, r.stderr)
    results.add("\n".join(l for l in r.stdout.splitlines() if l and l[0] != "#" and not l.startswith("DZ")))
check("makecf: the same configuration each time", len(results) == 1)

# ---- Debian's layout
debian = work + "/debian"
install(debian, LAYOUT="debian", OSTYPE_NAME="debian", CLIENTQUEUE="/var/spool/mqueue-client", EBINDIR="/usr/libexec/sendmail")
decided = [n for n in ("/usr/sbin/sendmail", "/usr/lib/sendmail", "/usr/bin/mailq", "/usr/sbin/newaliases", "/usr/bin/rmail", "/usr/bin/vacation") if os.path.lexists(debian + n)]
check("Debian: names of alternatives and of other packages are not there", not decided, decided)
check("Debian: the places its configurations name are", all(os.access(debian + "/usr/libexec/sendmail/" + n, os.X_OK) for n in
      ("sendmail", "mailq", "newaliases", "hoststat", "purgestat", "smtpd", "makemap", "editmap", "praliases", "mailstats", "smrsh", "mail.local", "vacation.sendmail")))

if os.path.exists("/usr/bin/dpkg-deb"):
    r = subprocess.run(["sh", TOP + "/compat/debian/build.sh", args.bin, work + "/deb"], capture_output=True, text=True)
    check("a Debian package is made", r.returncode == 0, r.stderr)
    package = r.stdout.strip()
    field = lambda name: subprocess.run(["dpkg-deb", "-f", package, name], capture_output=True, text=True).stdout.strip()
    check("it is a mail transport agent, and the only one", [field(n) for n in ("Provides", "Conflicts", "Replaces")] == ["mail-transport-agent"] * 3)
    listing = subprocess.run(["dpkg-deb", "-c", package], capture_output=True, text=True).stdout.splitlines()
    check("its files are root's", listing and all(l.split()[1] == "root/root" for l in listing))
    check("it has no file below /etc and /var, which are taken over as they are", not [l for l in listing if l.split()[5].startswith(("./etc/", "./var/")) and not l.startswith("d")])
    for script in ("postinst", "prerm", "postrm"):
        r = subprocess.run(["sh", "-n", TOP + "/compat/debian/" + script], capture_output=True, text=True)
        check("its %s can be read by sh" % script, r.returncode == 0, r.stderr)

# ---- this system, in a copy
INSIDE = r'''
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/up /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/work /mnt/root
cd /mnt/root
mount -t proc proc proc
mount --rbind /dev dev
mount --bind "$TOP" "./$TOP"; mount --bind "$BIN" "./$BIN"; mount --bind "$WORK" "./$WORK"
mount -t tmpfs tmpfs run; mount -t tmpfs -o mode=1777 tmpfs tmp
rm -rf etc/mail var/spool/mqueue var/spool/clientmqueue
ip link set lo up; hostname mail.lab.test
printf '127.0.0.1 localhost\n127.0.0.1 mail.lab.test mail\n' >etc/hosts; echo 'nameserver 127.0.0.1' >etc/resolv.conf
mkdir -p var/mail; chmod 1777 var/mail; chmod 755 .
exec chroot . sh -eu "$WORK/inside.sh"
'''
SCRIPT = r'''
cd /
python3 $TOP/compat/oracle/tools/fakedns.py 127.0.0.1 53 /dev/null /dev/null </dev/null >/dev/null 2>&1 &
while ! grep -q ' 0100007F:0035 ' /proc/net/udp; do sleep 0.05; done
BIN=$BIN; DESTDIR= sh $TOP/compat/install/install.sh $BIN
echo "modes: $(stat -c '%n %a %U:%G' /usr/lib/sendmail-net/sendmail /usr/lib/sendmail-net/sendmail-tools /var/spool/mqueue /var/spool/clientmqueue /etc/mail | tr '\n' ';')"
echo "key: $(stat -c '%a %U' /etc/mail/tls/key.pem)"
sendmail -C /etc/mail/sendmail.cf -bv root </dev/null
chown daemon:daemon /var/spool/mqueue; chmod 711 /var/spool/mqueue; echo "# mine" >>/etc/mail/sendmail.cf
(cd /etc/mail; md5sum *.* tls/*) >/tmp/before
/usr/lib/sendmail-net/setup
(cd /etc/mail; md5sum *.* tls/*) >/tmp/after
cmp /tmp/before /tmp/after && echo "again: $(stat -c '%a %U' /var/spool/mqueue)"
chown smmta:smmsp /var/spool/mqueue; chmod 2750 /var/spool/mqueue
useradd -r -M -d /nonexistent walter
printf 'Subject: first\n\nhello\n' | setpriv --reuid walter --regid walter --clear-groups /usr/sbin/sendmail walter
echo "client queue: $(ls /var/spool/clientmqueue | cut -c1 | sort | tr -d '\n')"
/usr/sbin/sendmail -bd -q1h </dev/null >/dev/null 2>&1
setpriv --reuid smmsp --regid smmsp --clear-groups /usr/sbin/sendmail -Ac -q
while ! [ -s /var/mail/walter ]; do sleep 0.05; done
echo "mailbox: $(grep -c '^Subject: first' /var/mail/walter) $(stat -c '%a %U' /var/mail/walter)"
echo "pid file: $(head -1 /run/sendmail.pid | grep -c '^[0-9]')"
echo "tls: $(openssl s_client -starttls smtp -connect 127.0.0.1:25 -brief </dev/null 2>&1 | grep -c 'CONNECTION ESTABLISHED')"
'''
if os.getuid() == 0:
    # out/ may lie anywhere: the copy gets it by the same name
    with open(work + "/inside.sh", "w") as f:
        f.write(SCRIPT)
    r = subprocess.run(["timeout", "-s", "KILL", "120", "unshare", "-m", "-n", "-u", "-i", "-p", "--fork", "--kill-child", "sh", "-c", INSIDE], capture_output=True, text=True, 
                       stdin=subprocess.DEVNULL, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TOP": TOP, "BIN": os.path.realpath(args.bin), "WORK": work})
    out = r.stdout
    check("installed and used", r.returncode == 0, out + r.stderr)
    check("owners and modes", "modes: /usr/lib/sendmail-net/sendmail 2755 root:smmsp;/usr/lib/sendmail-net/sendmail-tools 755 root:root;/var/spool/mqueue 2750 smmta:smmsp;/var/spool/clientmqueue 2770 smmsp:smmsp;/etc/mail 755 root:root;" in out, out)
    check("the key is root's alone", "key: 600 root" in out, out)
    check("the first configuration delivers to root", "root... deliverable: mailer local, user root" in out, out)
    check("set up again: nothing that is there changes", "again: 2711 daemon" in out, out)
    check("a user's message waits in the client queue", "client queue: dq" in out, out)
    check("it reaches the mailbox", "mailbox: 1 600 walter" in out, out)
    check("the daemon has its pid file", "pid file: 1" in out, out)
    check("the daemon offers TLS", "tls: 1" in out, out)

shutil.rmtree(work)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
