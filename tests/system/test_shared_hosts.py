#!/usr/bin/env python3
"""Recipients of several hosts that prefer the same machine go in one transaction; when it fails, each goes on to its own next machine.
Host lists (a:b) stand for MX records. The dialogues were taken from the real sendmail 8.18.2 with MX records of the same order."""
import argparse, glob, os, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
passed = failed = 0
directory = kit.workdir("shared")
ONE, TWO, THREE = "[127.0.0.2]", "[127.0.0.3]", "[127.0.0.4]"
HOSTS = {"p1": [ONE, TWO], "p2": [ONE, THREE], "p3": [ONE, TWO, THREE], "p4": [TWO, ONE], "only": [ONE], "also": [ONE], "s1": [THREE], "s2": [THREE]}


def run(recipients, **answers):
    """What -v shows of connections, RCPT commands and results, and whether something stays queued."""
    for path in glob.glob(directory + "/queue/*"):
        os.unlink(path)
    port = kit.free_port()
    sinks = [kit.Sink(answers.get(name), "127.0.0.%d" % n, port) for n, name in ((2, "one"), (3, "two"), (4, "three"))]
    cf = kit.configure(directory, PORT=kit.free_port(), SINKPORT=port, MODE="interactive", options="O ConnectionCacheSize=2")
    text = open(cf).read()
    rules = "".join("R$* <@ %s>\t\t$#esmtp $@ %s $: $1 <@ %s>\n" % (host, ":".join(machines), host) for host, machines in HOSTS.items())
    with open(cf, "w") as f:
        f.write(text.replace("R$* <@ $+>\t\t$#esmtp", rules + "R$* <@ $+>\t\t$#esmtp"))
    r = subprocess.run([os.path.join(args.bin, "sendmail"), "-C", cf, "-v", "-odi", "-oeq", "-f", "joe@sender.test"] + recipients,
                       input=b"Subject: x\n\nhello\n", capture_output=True, timeout=60)
    for sink in sinks:
        sink.stop()
    shown = []
    for line in r.stdout.decode("latin-1").split("\n"):
        line = line.rstrip("\r").replace(" port %d" % port, "")
        if re.match(r">>> RCPT|.*\.\.\. |Closing", line):
            shown.append(line.replace(">>> RCPT To:", "RCPT ").replace(" via esmtp...", ""))
    return shown, bool(glob.glob(directory + "/queue/qf*"))


def check(name, recipients, expected, queued=False, **answers):
    global passed, failed
    shown, left = run(recipients, **answers)
    good = shown == expected and left == queued
    passed, failed = passed + good, failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": %r" % ((shown, left),)), flush=True)


def busy(line):
    return "451 4.3.0 busy" if line.startswith("MAIL") else None


def greylisting(line):
    return "450 4.1.1 later" if line.startswith("RCPT") and "<g" in line else None


SENT = "... Sent (ok)"
check("hosts with the same machine", ["a@only", "b@also"],
      ["b@also,a@only... Connecting to " + ONE, "RCPT <b@also>", "RCPT <a@only>", "b@also,a@only" + SENT, "Closing connection to " + ONE])
check("the first of several is enough", ["a@p1", "b@p2", "c@p3"],
      ["b@p2,c@p3,a@p1... Connecting to " + ONE, "RCPT <b@p2>", "RCPT <c@p3>", "RCPT <a@p1>", "b@p2,c@p3,a@p1" + SENT, "Closing connection to " + ONE])
check("another first one", ["a@p1", "b@p4"],
      ["a@p1... Connecting to " + ONE, "RCPT <a@p1>", "a@p1" + SENT, "b@p4... Connecting to " + TWO, "RCPT <b@p4>", "b@p4" + SENT,
       "Closing connection to " + TWO, "Closing connection to " + ONE])
check("each goes on to its own next one", ["a@p1", "b@p2", "c@p3"],
      ["b@p2,c@p3,a@p1... Connecting to " + ONE, "b@p2,c@p3,a@p1... Connecting to " + TWO, "RCPT <a@p1>", "a@p1" + SENT,
       "b@p2,c@p3... Using cached ESMTP connection to " + ONE, "b@p2,c@p3... Using cached ESMTP connection to " + TWO, "RCPT <c@p3>", "c@p3" + SENT,
       "b@p2... Using cached ESMTP connection to " + ONE, "b@p2... Connecting to " + THREE, "b@p2... Closing connection to " + TWO,
       "RCPT <b@p2>", "b@p2" + SENT, "Closing connection to " + THREE, "Closing connection to " + ONE], one=busy)
check("whose host leads has no other", ["a@only", "b@p1"],
      ["b@p1,a@only... Connecting to " + ONE, "b@p1,a@only... Deferred: 451 4.3.0 busy", "Closing connection to " + ONE], True, one=busy)
check("one recipient deferred, tried at the next", ["g@p1"],
      ["g@p1... Connecting to " + ONE, "RCPT <g@p1>", "g@p1... Deferred: 450 4.1.1 later",
       "g@p1... Connecting to " + TWO, "RCPT <g@p1>", "g@p1" + SENT, "Closing connection to " + TWO, "Closing connection to " + ONE], one=greylisting)
check("one of two deferred, tried at the next", ["g@p1", "b@p1"],
      ["b@p1,g@p1... Connecting to " + ONE, "RCPT <b@p1>", "RCPT <g@p1>", "g@p1... Deferred: 450 4.1.1 later", "b@p1" + SENT,
       "b@p1... Connecting to " + TWO, "RCPT <g@p1>", "g@p1" + SENT, "Closing connection to " + TWO, "Closing connection to " + ONE], one=greylisting)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
