#!/usr/bin/env python3
"""Long work tells on a terminal how far it is, and says nothing of it in a pipe: makemap of a large map, mailq and a queue run with -v of a large queue."""
import argparse, os, pty, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
args.bin = os.path.abspath(args.bin)
passed = failed = 0
directory = kit.workdir("progress")
MESSAGES, KEYS = 6000, 250000


def check(name, good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": %r" % what[:300]), flush=True)


def run(words, source, terminal):
    """What the program writes to standard error: a terminal or a pipe. Standard output is a file."""
    reader, writer = pty.openpty() if terminal else os.pipe()
    with open(source, "rb") as text, open(directory + "/out", "wb") as out:
        process = subprocess.Popen([os.path.join(args.bin, words[0]), *words[1:]], stdin=text, stdout=out, stderr=writer, cwd=directory)
    os.close(writer)
    said = b""
    while True:
        try:
            some = os.read(reader, 65536)
        except OSError:  # How a terminal that nobody has open any more ends.
            break
        if not some:
            break
        said += some
    os.close(reader)
    return process.wait(60), said, open(directory + "/out", "rb").read()


cf = kit.configure(directory, PORT=kit.free_port(), SINKPORT=kit.free_port())
with open(directory + "/keys", "w") as f:
    f.writelines("key%d value\n" % n for n in range(KEYS))
for n in range(MESSAGES):
    name = "6AOG%02d%04d%06d" % (n // 10000, n % 10000, 100000 + n)
    with open(directory + "/queue/qf" + name, "w") as f:
        f.write("V8\nT1795535054\nK0\nN1\nP30014\nFs\nSjoe@a.test\nrRFC822; joe@a.test\nRPFD:joe@a.test\nH??Subject: t\n.\n")
    open(directory + "/queue/df" + name, "w").close()

for name, words, source, sign in (
        ("makemap", ["makemap", "-C", cf, "hash", "large"], directory + "/keys", b"00000"),
        ("mailq", ["mailq", "-C", cf], "/dev/null", b"messages"),
        ("a queue run with -v", ["sendmail", "-C", cf, "-q", "-v", "-OMinQueueAge=99d", "-ODeliveryMode=d"], "/dev/null", b"messages")):
    code, said, out = run(words, source, True)
    check(name + " on a terminal", code == 0 and sign in said and b"\r" in said, said)
    check(name + " takes its line away", said.endswith(b"\x1b[K"), said)
    check(name + " writes nothing of it where its output goes", b"\r" not in out and b"\x1b" not in out, out)
    code, said, out = run(words, source, False)
    check(name + " in a pipe", code == 0 and said == b"" and b"\r" not in out, said)

print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
