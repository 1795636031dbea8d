"""live_cli.py: command lines, each given now to the real sendmail and to $SUBJECT, side by side: exit code, both outputs, mailboxes
and what is left in the queue. The callers' own lines first, then lines generated from the options' grammar (COUNT, SEED). Runs inside
the lab; V=N shows N differences.
"""
import difflib, os, random, subprocess, sys, time
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here + "/tools")
import lab
from normalise import normalise
BOXES = lab.DIR + "/var/mail"
MESSAGE = "To: alice, bob\nCc: carol\nBcc: dave\nSubject: test\n\nline one\n.\nbehind the dot\n"
PLAIN = "Subject: test\n\nline one\n"

# (caller, arguments, message); as each has them in its source
CALLERS = [
    ("vixie cron", "-FCronDaemon -odi -oem -oi -t", MESSAGE), ("cronie", "-FCronDaemon -i -odi -oem -oi -t -f <>", MESSAGE),
    ("Debian cron", "-i -FCronDaemon -B8BITMIME -oem alice", PLAIN), ("Debian cron, unknown user", "-i -FCronDaemon -B8BITMIME -oem nosuch", PLAIN),
    ("anacron", "-FAnacron -odi alice", MESSAGE), ("fcron", "-Ffcron -odi alice", PLAIN), ("systemd-cron", "-i -B 8BITMIME alice", PLAIN),
    ("busybox crond", "-ti", MESSAGE), ("at", "-i alice", PLAIN), ("php", "-t -i", MESSAGE), ("php with a sender", "-t -i -fjoe@sink.test", MESSAGE),
    ("PHPMailer", "-oi -fjoe@sink.test -t", MESSAGE), ("Symfony", "-t -i -fjoe@sink.test", MESSAGE),
    ("Symfony -bs", "-bs", "EHLO x\r\nMAIL FROM:<joe@sink.test>\r\nRCPT TO:<alice@lab.test>\r\nDATA\r\nSubject: x\r\n\r\nb\r\n.\r\nQUIT\r\n"),
    ("Symfony with addresses", "-t -i -fjoe@sink.test -- alice bob", MESSAGE), ("Nodemailer", "-i -f joe@sink.test alice bob@lab.test", PLAIN), ("Nodemailer, no sender", "-i alice", PLAIN),
    ("Ruby mail", "-i -f joe@sink.test -- alice bob", PLAIN), ("Email::Sender", "-i -f joe@sink.test -- alice", PLAIN),
    ("mutt", "-oem -oi -- alice bob", PLAIN), ("mutt, all it has", "-oem -oi -B8BITMIME -f joe@sink.test -N delay,failure -R hdrs -- alice nosuch", PLAIN),
    ("alpine", "-bs -odb -oem", "EHLO x\r\nMAIL FROM:<joe@sink.test>\r\nRCPT TO:<alice@lab.test>\r\nDATA\r\nSubject: x\r\n\r\nb\r\n.\r\nQUIT\r\n"),
    ("git send-email", "-i alice bob carol", PLAIN), ("git with a sender", "-f joe@sink.test -i alice", PLAIN), ("mdadm", "-t", MESSAGE), ("sudo", "-t", "To: alice\nSubject: *** x\n\nbody\n"),
    ("unattended-upgrades", "-oi -t", MESSAGE), ("fail2ban", "-f fail2ban alice", PLAIN), ("mailx", "-i -t", MESSAGE), ("mailx -m", "-i -m -t", MESSAGE), ("rmail", "-G -i -f joe@sink.test alice", PLAIN),
    ("no recipient", "-i", PLAIN), ("no recipient in headers", "-t", PLAIN), ("unknown option", "-Z alice", PLAIN), ("unknown mode", "-bx", ""),
]

WITH_VALUE = {"-f": ["joe@sink.test", "<>", "root", "a b"], "-F": ["Full Name", "x,y"], "-B": ["7BIT", "8BITMIME", "x"], "-N": ["never", "success", "failure,delay", "x"],
              "-R": ["full", "hdrs", "x"], "-V": ["id1", "a b"], "-h": ["1", "30", "x"], "-o": ["em", "eq", "i", "db", "dq", "m"], "-O": ["ErrorMode=m", "IgnoreDots", "Nosuch=1", "NoRecipientAction=add-to"],
              "-p": ["ESMTP:host.test", "X"], "-L": ["tag"], "-M": ["{x}y"], "-r": ["joe@sink.test"], "-X": ["/dev/null"]}
NO_VALUE = ["-i", "-t", "-m", "-n", "-v", "-G", "-s", "-em", "-ep", "-eq", "-ee", "-odi", "-odq", "--", "--x", "-U", "-bm", "-bv"]
TARGETS = ["alice", "bob@lab.test", "carol", "nosuch", "list", "x@err.test", "ALICE", "alice,bob", "", "<carol@lab.test>", "a b", "joe@nonexist.test"]


def generated(count, seed):
    rnd = random.Random(seed)
    for n in range(count):
        words = []
        for _ in range(rnd.randint(1, 4)):
            if rnd.random() < 0.5:
                name = rnd.choice(sorted(WITH_VALUE))
                value = rnd.choice(WITH_VALUE[name])
                words += [name + value] if rnd.random() < 0.5 else [name, value]
            else:
                words.append(rnd.choice(NO_VALUE))
        if rnd.random() < 0.3:
            words.append("-" + "".join(rnd.sample("itmnvG", rnd.randint(2, 3))))
        words += rnd.sample(TARGETS, rnd.randint(0, 3))
        yield ("generated %d" % n, words, rnd.choice([MESSAGE, PLAIN]))


def clean():
    for d in (BOXES, lab.DIR + "/mqueue"):
        for n in os.listdir(d):
            if os.path.isfile(d + "/" + n):
                os.unlink(d + "/" + n)
    for f in ("/home/root/dead.letter",):
        if os.path.exists(lab.DIR + f):
            os.unlink(lab.DIR + f)


def tree():
    return [(n, os.stat(d + "/" + n).st_size) for d in (BOXES, lab.DIR + "/mqueue") for n in sorted(os.listdir(d)) if os.path.exists(d + "/" + n)]


def settle(background):
    """Until nothing has changed for a while: background deliveries have no end to wait for, and a queue may be about to become empty."""
    last, since, end = tree(), time.monotonic(), time.monotonic() + 20
    while time.monotonic() - since < (1.5 if background and any(n[1] == "f" for n, _ in last) else 0.2) and time.monotonic() < end:
        time.sleep(0.05)
        now = tree()
        if now != last:
            last, since = now, time.monotonic()


def run(program, words, message):
    clean()
    argv = ["sendmail", "-C", lab.CONF + "/main/main.cf", *words]
    try:
        r = subprocess.run(argv, executable=program, input=message.encode("latin-1"), capture_output=True, timeout=60, env=dict(lab.ENV), cwd="/")
        code, out, err = r.returncode, r.stdout, r.stderr
    except subprocess.TimeoutExpired:
        code, out, err = "timeout", b"", b""
    settle("b" in "".join(w for w in words if "d" in w))
    text = "exit code %s\n--- stdout\n%s\n--- stderr\n%s\n" % (code, out.decode("latin-1"), err.decode("latin-1"))
    for n in sorted(os.listdir(BOXES)):
        text += "--- mailbox %s\n%s\n" % (n, open(BOXES + "/" + n, encoding="latin-1").read())
    waiting = sorted(open(lab.DIR + "/mqueue/" + n, encoding="latin-1").read() for n in os.listdir(lab.DIR + "/mqueue") if n[:2] in ("qf", "hf", "Qf"))
    for control in waiting:
        text += "--- waits\n%s\n" % control
    if os.path.exists(lab.DIR + "/home/root/dead.letter"):
        text += "--- dead.letter\n" + open(lab.DIR + "/home/root/dead.letter", encoding="latin-1").read()
    return normalise(text)


shown = int(os.environ.get("V", "0"))
same = different = 0
cases = [(n, a.split(" ") if isinstance(a, str) else a, m) for n, a, m in CALLERS] + list(generated(int(os.environ.get("COUNT", "100")), int(os.environ.get("SEED", "1"))))
for name, words, message in cases:
    real, ours = run(lab.REAL, words, message), run(os.environ["SUBJECT"], words, message)
    good = real == ours
    same, different = same + good, different + (not good)
    codes = [t.split("\n", 1)[0].split()[-1] for t in (real, ours)]
    print("%-9s %-26s real %-3s ours %-3s %s" % ("same" if good else "DIFFERENT", name, codes[0], codes[1], " ".join(w if w and " " not in w else repr(w) for w in words)), flush=True)
    if not good and shown > 0:
        shown -= 1
        print("".join("      " + l + "\n" for l in list(difflib.unified_diff(real.split("\n"), ours.split("\n"), "real", "ours", lineterm="", n=1))[2:40]), end="")
clean()
print("cli: %d of %d identical" % (same, same + different))
