#!/usr/bin/env python3
"""
Programs of Debian's packages that call /usr/sbin/sendmail, in a namespace where that is ours, installed set-group-ID with a
submit.cf: cron, at, mutt, bsd-mailx, s-nail, git send-email, PHP's mail(), modules of Perl and Python. Each sends a message;
each message arrives, once, with its sender and recipient. The packages are unpacked beside the system, not installed. Needs
root for the namespace.
"""
import argparse, ctypes, os, re, signal, subprocess, sys, time
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "system"))
import kit
import attacks_world as world

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
ap.add_argument("--packages", default="/var/cache/sendmail-net/programs")
args = ap.parse_args()
args.bin = os.path.abspath(args.bin)
PACKAGES = "msmtp-mta cron at bsd-mailx s-nail mutt git-email php-cli libemail-sender-perl libmime-lite-perl".split()
if os.getuid() != 0:
    print("programs in a namespace of their own need root: run 'sudo make interop'")
    print("0 passed, 0 failed")
    sys.exit(0)
subprocess.run(["sh", os.path.join(here, "..", "..", "compat", "deps.sh"), "unpack", args.packages, *PACKAGES], check=True)
passed = failed = 0


def check(name, problem):
    global passed, failed
    passed, failed = passed + (not problem), failed + bool(problem)
    print(("FAILED  " if problem else "ok      ") + name + (": " + str(problem)[-1500:] if problem else ""), flush=True)


def overlay():
    """Our sendmail is /usr/sbin/sendmail, and the unpacked packages are part of /usr."""
    mount = lambda *a: subprocess.run(["mount", *a], check=True)
    for d in ("/mnt/upper/sbin", "/mnt/upper/lib", "/mnt/work"):
        os.makedirs(d)
    os.symlink(world.PROGRAM, "/mnt/upper/sbin/sendmail")
    os.symlink("/usr/sbin/sendmail", "/mnt/upper/lib/sendmail")
    mount("-t", "overlay", "-o", "lowerdir=%s/usr:/usr,upperdir=/mnt/upper,workdir=/mnt/work" % args.packages, "none", "/usr")
    mount("-t", "tmpfs", "-o", "mode=755", "none", "/var/spool")
    mount("-t", "tmpfs", "-o", "mode=755", "none", "/run")
    for d, mode, owner in (("crontabs", 0o1730, 0), ("atjobs", 0o1770, 1), ("atspool", 0o1770, 1)):
        os.makedirs("/var/spool/cron/" + d, exist_ok=True)
        os.chown("/var/spool/cron/" + d, owner, owner)
        os.chmod("/var/spool/cron/" + d, mode)
    with open("/var/spool/cron/atjobs/.SEQ", "w") as f:
        f.write("0\n")
    os.chown("/var/spool/cron/atjobs/.SEQ", 1, 1)


def daemon(*command):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) != 0:
    raise SystemExit("unshare: no network namespace")
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
world.enter()
sink = kit.Sink()
world.install(args.bin, sink.port)
overlay()
daemons = [world.name_service()]
USER_ENV = {"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": world.HOME, "USER": "mallory", "LOGNAME": "mallory", "EMAIL": "mallory@a.test.example", "LC_ALL": "C.UTF-8"}
TO = "joe@b.test.example"


def arrived(mark):
    with sink.lock:
        return [m for m in sink.messages if mark.encode() in m[2]]


def expect(name, mark, recipient=TO, sender=None, wait=30, said=b""):
    """Exactly one message with the mark, for the recipient."""
    try:
        kit.until(mark, lambda: arrived(mark), wait)
    except AssertionError:
        waiting = [open(world.QUEUE + "/" + n, encoding="latin-1").read() for n in os.listdir(world.QUEUE) if n.startswith("qf")]
        return check(name, "nothing arrived; said %r; queue %r" % (said, waiting))
    found = arrived(mark)
    problem = "arrived %d times" % len(found) if len(found) != 1 else ""
    who, recipients, body = found[0]
    if recipient not in str(recipients):
        problem += " recipients %s" % recipients
    if sender and sender not in str(who):
        problem += " sender %s" % who
    if b"\nSubject:" not in b"\n" + body:
        problem += " no subject: %r" % body
    return check(name, problem)


def run(name, command, mark, text="", sender="mallory@", **kw):
    r = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=USER_ENV, cwd=world.HOME, preexec_fn=world.become_user, timeout=60)
    if r.returncode != 0:
        return check(name, "exit code %d: %r" % (r.returncode, r.stdout))
    return expect(name, mark, sender=sender, said=r.stdout, **kw)


# The slow ones first: cron looks once a minute.
with open("/var/spool/cron/crontabs/root", "w") as f:
    f.write("MAILTO=%s\n* * * * * echo mark-of-cron-$$\n" % TO)
os.chmod("/var/spool/cron/crontabs/root", 0o600)
daemons += [daemon("/usr/sbin/cron", "-f"), daemon("/usr/sbin/atd", "-f")]
try:
    at = subprocess.run(["/usr/bin/at", "-m", "now"], input=b"echo mark-of-at\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=dict(USER_ENV, HOME="/root", LOGNAME="root", USER="root"))

    run("mutt", ["/usr/bin/mutt", "-n", "-F", "/dev/null", "-e", "set from=mallory@a.test.example use_envelope_from=yes record=", "-s", "mutt", TO], "mark-of-mutt", "mark-of-mutt\n")
    run("bsd-mailx", ["/usr/bin/bsd-mailx", "-s", "bsd", TO], "mark-of-bsd", "mark-of-bsd\n")
    run("bsd-mailx -r", ["/usr/bin/bsd-mailx", "-s", "bsd", "-r", "ret@a.test.example", TO], "mark-two-of-bsd", "mark-two-of-bsd\n.\nbehind the dot\n", sender="ret@a.test.example")
    run("s-nail", ["/usr/bin/s-nail", "-n", "-s", "nail", TO], "mark-of-nail", "mark-of-nail\n")
    run("s-nail -r", ["/usr/bin/s-nail", "-n", "-s", "nail", "-r", "ret@a.test.example", TO], "mark-two-of-nail", "mark-two-of-nail\n", sender="ret@a.test.example")
    git = ["git", "-c", "user.name=Mallory", "-c", "user.email=mallory@a.test.example", "-c", "safe.directory=*"]
    script = ("set -e; git init -q repo; cd repo; echo mark-of-git >file; {g} add file; {g} commit -q -m 'A change'; {g} format-patch -q -1 -o patches; "
              "{g} send-email --confirm=never --from=mallory@a.test.example --to={to} patches/*.patch").format(g=" ".join(git), to=TO)
    run("git send-email", ["sh", "-c", script], "+mark-of-git")
    run("git send-email --envelope-sender", ["sh", "-c", "cd repo; sed -i s/mark-of/mark-two-of/ patches/*; %s send-email --confirm=never --envelope-sender=env@a.test.example --from=mallory@a.test.example --to=%s patches/*.patch" % (" ".join(git), TO)],
        "+mark-two-of-git", sender="env@a.test.example")
    run("PHP mail()", ["/usr/bin/php8.2", "-r", "exit(mail('%s', 'php', \"mark-of-php\\n\", 'From: mallory@a.test.example') ? 0 : 1);" % TO], "mark-of-php")
    run("PHP mail() with a sender", ["/usr/bin/php8.2", "-r", "exit(mail('%s', 'php', \"mark-two-of-php\\n\", 'From: x@a.test.example', '-fenv@a.test.example') ? 0 : 1);" % TO], "mark-two-of-php", sender="env@a.test.example")
    run("Perl Email::Sender", ["perl", "-MEmail::Sender::Simple=sendmail", "-MEmail::Simple", "-e",
        "sendmail(Email::Simple->create(header => [To => '%s', From => 'mallory@a.test.example', Subject => 'perl'], body => \"mark-of-email-sender\\n\"));" % TO], "mark-of-email-sender", sender="mallory@a.test.example")
    run("Perl MIME::Lite", ["perl", "-MMIME::Lite", "-e",
        "MIME::Lite->new(To => '%s', From => 'mallory@a.test.example', Subject => 'perl', Data => \"mark-of-mime-lite\\n\")->send('sendmail') or exit 1;" % TO], "mark-of-mime-lite")
    run("Perl Mail::Mailer", ["perl", "-MMail::Mailer", "-e",
        "my $m = Mail::Mailer->new('sendmail'); $m->open({To => '%s', From => 'mallory@a.test.example', Subject => 'perl'}); print $m \"mark-of-mail-mailer\\n\"; $m->close or exit 1;" % TO], "mark-of-mail-mailer")
    run("Python email and subprocess", ["/usr/bin/python3", "-c",
        "import subprocess; from email.message import EmailMessage\nm = EmailMessage(); m['To'] = '%s'; m['From'] = 'mallory@a.test.example'; m['Subject'] = 'python'; m.set_content('mark-of-python\\n')\n"
        "subprocess.run(['/usr/sbin/sendmail', '-t', '-oi'], input=m.as_bytes(), check=True)" % TO], "mark-of-python")
    run("/usr/lib/sendmail", ["sh", "-c", "printf 'To: %s\\nSubject: x\\n\\nmark-of-lib\\n' | /usr/lib/sendmail -t" % TO], "mark-of-lib")
    if at.returncode != 0:
        check("at", "exit code %d: %r" % (at.returncode, at.stdout))
    else:
        expect("at", "mark-of-at", recipient="root@", said=at.stdout)
    expect_cron = lambda: arrived("mark-of-cron-")
    try:
        kit.until("cron", expect_cron, 150)
        body = expect_cron()[0][2]
        check("cron", "" if TO in str(expect_cron()[0][1]) and re.search(rb"Subject: Cron <root@", body) else "%r" % (expect_cron()[0],))
    except AssertionError:
        check("cron", "nothing arrived")
finally:
    for d in daemons:
        os.killpg(d.pid, signal.SIGTERM)
        d.wait()
    sink.__exit__(None, None, None)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
