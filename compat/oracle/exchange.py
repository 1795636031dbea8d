#!/usr/bin/env python3
"""exchange.py SUBJECT: ours and the real sendmail hand each other mail, in the lab (oracle.sh in DIR python3 exchange.py ...).

Queue directories written by one are delivered by the other; ours sends to the real one by SMTP and STARTTLS
(verify=OK in the real one's log) and to Postfix's smtp-sink when POSTFIX names its unpacked package; the access
map's TLS_Srv rules hold for mail going out. Last line: "N passed, N failed"."""
import glob, os, re, subprocess, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "tools"))
OURS = os.path.abspath(sys.argv[1])
import lab
D = lab.DIR
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + str(detail)[-2500:]), flush=True)


def program(binary, args, text="", user=None):
    r = subprocess.run(["sendmail"] + args, executable=binary, input=text.encode("latin-1"), capture_output=True, timeout=90, env=lab.ENV, cwd="/")
    return r.returncode, (r.stdout + r.stderr).decode("latin-1")


def clear(*directories):
    for d in directories:
        os.makedirs(d, exist_ok=True)
        for f in glob.glob(d + "/*"):
            if os.path.isfile(f):
                os.unlink(f)


def until(look, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        v = look()
        if v:
            return v
        time.sleep(0.05)
    return look()


def mailbox(user):
    try:
        return open(D + "/var/mail/" + user, encoding="latin-1").read()
    except OSError:
        return ""


CF = lab.CONF + "/main/main.cf"
Q = D + "/mqueue"
ODD = ("From: \"Q. U\" <q@example.test> (comment)\nTo: alice@lab.test,\n\tbob@lab.test\nSubject: t\xe9st\n folded\nX-Mark: %s\nMIME-Version: 1.0\n"
       "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\n.leading\xe9\nFrom here\n..\nend\n")

# ---- queue directories change hands
for name, writer, reader in [("ours to the real one", OURS, lab.REAL), ("the real one's to ours", lab.REAL, OURS)]:
    clear(Q, D + "/var/mail")
    rc, out = program(writer, ["-C", CF, "-odq", "-oi", "-f", "joe@example.test", "alice@lab.test", "bob@lab.test", "frank.lee@lab.test"], ODD % "a")
    rc2, out2 = program(writer, ["-C", CF, "-odq", "-t", "-f", "joe@example.test", "-N", "failure,delay", "-V", "env-1", "-B", "8BITMIME"],
                        "To: carol@lab.test\nBcc: dave@lab.test\nX-Mark: b\n\nsecond\n")
    queued = len(glob.glob(Q + "/qf*"))
    rc3, out3 = program(reader, ["-C", CF, "-q", "-OMinQueueAge=0"])
    until(lambda: not glob.glob(Q + "/qf*"))
    boxes = {u: mailbox(u) for u in ("alice", "bob", "frank.lee", "carol", "dave")}
    good = queued == 2 and all("X-Mark: a" in boxes[u] and ".leading\xe9" in boxes[u] and boxes[u].rstrip().endswith("end") for u in ("alice", "bob", "frank.lee")) \
        and "second" in boxes["carol"] and "second" in boxes["dave"] and not glob.glob(Q + "/*f*")
    check("queue written by " + name, good, (rc, out, rc2, out2, rc3, out3, queued, os.listdir(Q), boxes))
    check("queue written by %s: headers whole" % name, "Subject: t\xe9st\n folded" in boxes["alice"] and boxes["alice"].count("X-Mark: a") == 1, boxes["alice"])

# ---- ours to the real one by SMTP and STARTTLS
RECEIVER = D + "/receiver"
os.makedirs(RECEIVER + "/queue", exist_ok=True)
os.chmod(RECEIVER + "/queue", 0o700)


def receiver(tls):
    text = open(CF, encoding="latin-1").read()
    text = text.replace("O QueueDirectory=" + Q, "O QueueDirectory=" + RECEIVER + "/queue")
    text = re.sub(r"(?m)^O DaemonPortOptions=.*$", "O DaemonPortOptions=Name=RCV, Addr=127.0.0.51, Port=2526%s" % ("" if tls else ", M=S"), text, count=1)
    text = re.sub(r"(?m)^O PidFile=.*$", "O PidFile=" + RECEIVER + "/pid", text)
    text = re.sub(r"(?m)^Cwlocalhost", "Cwlocalhost sink.test", text)
    text = re.sub(r"(?m)^Dj.*$", "Djmx1.sink.test", text)      # else it is ours that it greets: a loop
    cf = RECEIVER + "/receiver.cf"
    open(cf, "w", encoding="latin-1").write(text)
    return cf


for tls in (False, True):
    clear(Q, RECEIVER + "/queue", D + "/var/mail")
    log = lab.Syslog()
    subject, lab.SM = lab.SM, lab.REAL
    d = lab.Daemon(receiver(tls), ["-odi"], ports=(2526,), addr="127.0.0.51")
    lab.SM = subject
    try:
        rc, out = program(OURS, ["-C", CF, "-odi", "-f", "joe@lab.test", "alice@sink.test"], "Subject: x\nX-Mark: smtp\n\n.dot\nbody\n")
        until(lambda: "X-Mark: smtp" in mailbox("alice"))
        lines = log.text(0.5)
        good = rc == 0 and ".dot\nbody\n" in mailbox("alice")
        check("to the real sendmail" + (" by STARTTLS" if tls else ""), good, (rc, out, lines))
        if tls:
            check("the real one's log says verify=OK", any("STARTTLS=server" in l and "verify=OK" in l for l in lines), "\n".join(lines))
            check("our log says verify=OK", any("STARTTLS=client" in l and "verify=OK" in l for l in lines), "\n".join(lines))
    finally:
        d.stop()

# ---- TLS_Srv rules of the access map
ACCESS = open(lab.CONF + "/main/access", encoding="latin-1").read()


def access(extra):
    p = lab.CONF + "/main/access"
    subprocess.run([lab.MAKEMAP, "-C", "/dev/null", "hash", p], input=(ACCESS + extra).encode("latin-1"), env=lab.ENV, check=True)


try:
    for rule, tls, sent in [("VERIFY", True, True), ("VERIFY", False, False), ("ENCR:112", True, True), ("ENCR:112", False, False), ("ENCR:512", True, False), ("PERM+ENCR:512", True, False)]:
        access("TLS_Srv:mx1.sink.test\t%s\n" % rule)
        clear(Q, RECEIVER + "/queue", D + "/var/mail")
        answers = []
        for binary in (lab.REAL, OURS):
            clear(Q, D + "/var/mail")
            subject, lab.SM = lab.SM, lab.REAL
            d = lab.Daemon(receiver(tls), ["-odi"], ports=(2526,), addr="127.0.0.51")
            lab.SM = subject
            try:
                log = lab.Syslog()
                rc, out = program(binary, ["-C", CF, "-odi", "-f", "joe@lab.test", "alice@sink.test"], "Subject: x\nX-Mark: srv\n\nbody\n")
                came = bool(until(lambda: "X-Mark: srv" in mailbox("alice"), 3 if sent else 0.5))
                stat = [re.search(r"dsn=.*", l).group(0) for l in log.text(0.3) if " to=<alice@sink.test>" in l or " to=alice@sink.test" in l]
                answers.append((came, rc, [re.sub(r"[0-9A-Za-z]{8}\d{6,}", "QID", s) for s in stat]))
            finally:
                d.stop()
        check("TLS_Srv %s %s" % (rule, "with STARTTLS" if tls else "in clear"), answers[0] == answers[1] and answers[1][0] == sent, answers)
finally:
    access("")
    clear(Q)

# ---- ours to Postfix's smtp-sink
postfix = os.environ.get("POSTFIX")
if postfix:
    p = subprocess.Popen([postfix + "/usr/sbin/smtp-sink", "-u", "nobody", "-d", D + "/tmp/sink.%M.", "127.0.0.51:2526", "10"],
                         env=dict(lab.ENV, LD_LIBRARY_PATH=postfix + "/usr/lib/postfix"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        lab.wait_port("127.0.0.51", 2526)
        rc, out = program(OURS, ["-C", CF, "-odi", "-f", "joe@lab.test", "alice@sink.test"], "Subject: x\nX-Mark: postfix\n\n.dot\nbody\n")
        text = until(lambda: "".join(open(f, encoding="latin-1").read() for f in glob.glob(D + "/tmp/sink.*")))
        check("to postfix's smtp-sink", rc == 0 and "X-Mark: postfix" in text and ".dot\nbody" in text.replace("\r", ""), (rc, out, text))
    finally:
        p.terminate()
        p.wait()
        for f in glob.glob(D + "/tmp/sink.*"):
            os.unlink(f)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
