#!/usr/bin/env python3
"""queue_status.py OURS: what a session leaves in HostStatusDirectory, what the next message to the same host then gets, and the words for
connections that cannot be made; the real sendmail and ours side by side. Runs inside the laboratory (queue.sh starts it).
The last line is "N passed, N failed".
"""
import difflib, glob, os, re, shutil, socket, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle", "tools"))
import lab

OURS = sys.argv[1]
SINK, STATUS, QUEUE = ("127.0.0.51", 2526), lab.DIR + "/hoststat", lab.DIR + "/mqueue"
CF = lab.CONF + "/main/main.cf"
TIMES = ["-OTimeout.%s=3s" % t for t in "connect iconnect initial helo mail rcpt datainit datafinal quit rset".split()]
CASES = [("r450", {}), ("r550", {}), ("d554", {}), ("d451", {}), ("t451", {}), ("t554", {}), ("close-dot", {}), ("close-rcpt", {}), ("r421", {}), ("joe r450", {})] + [
    ("joe", answers) for answers in (
        {"banner": "421 no"}, {"banner": "554 no"}, {"banner": "close"}, {"banner": "hang"}, {"mail": "450 no"}, {"mail": "550 no"}, {"mail": "421 no"},
        {"dot": "451 4.6.0 x"}, {"dot": "554 5.6.0 x"}, {"dot": "421 x"}, {"data": "421 no"}, {"ehlo": "0"})]


def normal(text):
    return re.sub(r"(?m)^U\d+|\d\d:\d\d:\d\d|sendmail\[\d+\]: \w+: |\b6A[A-Za-z0-9]{6,12}\b", "~", text)


def send(recipients, *options):
    """Sends a message at once; what is shown, the log's lines of recipients, and the M line that is left."""
    for path in glob.glob(QUEUE + "/*"):
        os.unlink(path)
    log = lab.Syslog()
    shown = lab.sm(["-C", CF, *TIMES, *options, "-odi", "-v", "-f", "root", *recipients], input="Subject: x\n\nb\n", timeout=40)
    lines = [line[line.find(" "):] for line in log.text() if " to=" in line]
    left = [line for path in glob.glob(QUEUE + "/qf*") for line in open(path, encoding="latin-1") if line[0] == "M"]
    return "%d\n%s\n%s\n%s\n" % (shown[0], shown[1], "\n".join(lines), "".join(left))


def known():
    found = []
    for directory, _, names in os.walk(STATUS):
        found += ["%s/%s\n%s" % (directory[len(STATUS):], name, open(directory + "/" + name).read()) for name in names]
    return "".join(sorted(found))


def status(users, answers):
    shutil.rmtree(STATUS, ignore_errors=True)
    os.mkdir(STATUS)
    option = "-OHostStatusDirectory=" + STATUS
    with lab.Sink(*SINK, "status", tls=0, **{**dict(cert=lab.DIR + "/certs/sink1.crt", key=lab.DIR + "/certs/sink1.key"), **answers}):
        text = send([user + "@mt.test" for user in users.split()], option) + known()
        text += send(["bob@mt.test"], option) + known()
    return text + lab.sm(["-C", CF, option, "-bh"])[1]


def unreachable(host):
    return send(["joe@" + host])


def full():
    """A machine that does not answer: its queue of connections is full."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(SINK)
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(SINK)
        try:
            return send(["joe@mt.test"])
        finally:
            for one in waiting:
                one.close()


for kind, address in (("unreachable", "192.0.2.1"), ("prohibit", "192.0.2.2"), ("blackhole", "192.0.2.3")):
    subprocess.run(["ip", "route", "add", kind, address], stderr=subprocess.DEVNULL)
tests = [("%s %s" % (users, answers), lambda users=users, answers=answers: status(users, answers)) for users, answers in CASES]
tests += [("a machine that does not answer", full)]
tests += [("no way to " + address, lambda address=address: unreachable("[%s]" % address)) for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.9")]
passed = failed = 0
for name, run in tests:
    texts = []
    for program in (lab.REAL, OURS):
        lab.SM = program
        texts.append(normal(run()))
    if texts[0] == texts[1]:
        passed += 1
        continue
    failed += 1
    print("FAILED  %s\n%s" % (name, "\n".join(difflib.unified_diff(texts[0].split("\n"), texts[1].split("\n"), "real", "ours", lineterm="", n=1))), flush=True)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
