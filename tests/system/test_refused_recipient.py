#!/usr/bin/env python3
"""A recipient who is refused takes nobody else along: those who got 250 are in the control file, wherever their hosts stand in its
order (what the real sendmail 8.18.2 queues for the same dialogues)."""
import argparse, glob, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
passed = failed = 0
work = kit.workdir("refused")
port = kit.free_port()
cf = kit.configure(work, PORT=port, SINKPORT=kit.free_port(), MODE="queue")
text = open(cf).read().replace("Sparse=0\n", "Mhere,\tP=/bin/cat, F=lsDFMw, A=cat\nSparse=0\nR$+ <@ here.example>\t$#here $: $1\nR$+ <@ $+ .far.example>\t$#esmtp $@ $2.far.example $: $1 <@ $2.far.example>\n", 1)
open(cf, "w").write(text)


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + repr(detail)[-800:]), flush=True)


NOBODY = "no-such-user-at-all@here.example"
CASES = [["joe@b.far.example", NOBODY], [NOBODY, "joe@b.far.example"], ["joe@b.far.example", NOBODY, "joe@a.far.example"],
         ["joe@a.far.example", "joe@c.far.example", NOBODY, NOBODY, "joe@b.far.example"], ["root@here.example", NOBODY, "root@here.example"]]
with kit.Daemon(os.path.realpath(args.bin) + "/sendmail", cf, port, ["-odq"]):
    for recipients in CASES:
        for f in glob.glob(work + "/queue/*"):
            os.unlink(f)
        client = kit.Client(port)
        client.ask("EHLO client.example")
        client.ask("MAIL FROM:<joe@client.example>")
        taken = {r for r in recipients if client.ask("RCPT TO:<%s>" % r).startswith("250")}
        client.ask("DATA")
        answer = client.ask("Subject: x\r\n\r\nbody\r\n.")
        client.ask("QUIT")
        queued = [l.rpartition(":")[2].strip("<>") for f in glob.glob(work + "/queue/qf*") for l in open(f, encoding="latin-1").read().split("\n") if l.startswith("R")]
        check(" ".join(recipients), NOBODY not in taken and len(taken) == len(set(recipients)) - 1 and answer.startswith("250") and sorted(queued) == sorted(taken), (answer, taken, queued))
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
