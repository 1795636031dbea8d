#!/usr/bin/env python3
"""test_load.py --bin DIR [--idle N] [--working N] [--messages N] [--recipients N] [--megabytes N] [--rounds N]

What a crowd and a bully cost the server. Prints figures; asserts bounds on memory and the right replies, never times:
many idle sessions (memory for each), working ones beside them, a client that sends an octet at a time into every state and
holds nobody up, very many recipients, a line of a megabyte, a hundred thousand header lines, a message of many megabytes.
The quick default takes seconds; the figures of a release come from --idle 2000 --recipients 100000 --megabytes 2048.
"""
import argparse, glob, os, resource, shutil, statistics, sys, threading, time
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
ap.add_argument("--idle", type=int, default=300)
ap.add_argument("--working", type=int, default=10)
ap.add_argument("--messages", type=int, default=10)
ap.add_argument("--rounds", type=int, default=1, help="pairs of measurements, with and without the idle sessions in turn")
ap.add_argument("--recipients", type=int, default=2000)
ap.add_argument("--megabytes", type=int, default=64)
args = ap.parse_args()
# A machine that gives us fewer descriptors plays with fewer clients.

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 3 * args.idle + 200)), hard))

passed = failed = 0


def check(what, good, note=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print("%-7s %s %s" % ("ok" if good else "FAILED", what, note), flush=True)


class Client(kit.Client):
    def ready(self, recipient="user@sink.example"):
        self.ask("EHLO client.example")
        self.ask("MAIL FROM:<load@client.example>")
        return self.ask("RCPT TO:<%s>" % recipient)


def memory(pid):
    """Resident kilobytes."""
    return next(int(l.split()[1]) for l in open("/proc/%d/status" % pid) if l.startswith("VmRSS"))


def queued(directory):
    return len(glob.glob(directory + "/queue/qf*"))


def work(port, count, sessions):
    """Messages per second of several sessions at once."""
    refused = []

    def one():
        c = Client(port)
        c.ask("EHLO client.example")
        for _ in range(count):
            for line in ("MAIL FROM:<load@client.example>", "RCPT TO:<user@sink.example>", "DATA", "Subject: load\r\n\r\n" + "x" * 1000 + "\r\n."):
                if c.ask(line)[0] not in "23":
                    refused.append(line)
        c.ask("QUIT")

    start = time.monotonic()
    threads = [threading.Thread(target=one) for _ in range(sessions)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return count * sessions / (time.monotonic() - start), refused


def gather():
    """The idle sessions: greeted, and nothing asked."""
    idle = []
    for _ in range(args.idle):
        c = Client(port)
        c.ask("EHLO client.example")
        idle.append(c)
    return idle


directory = kit.workdir("load")
sink = kit.Sink()
port = kit.free_port()
cf = kit.configure(directory, PORT=port, SINKPORT=sink.port, MODE="q", options="O MaxHeadersLength=32768\nO MaxDaemonChildren=0\nO QueueLA=1000000\nO RefuseLA=1000000\nO MinFreeBlocks=0\n")
daemon = kit.Daemon(args.bin + "/sendmail", cf, port, ["-odq"])
try:
    daemon.start()
    pid = daemon.process.pid
    work(port, 2, 4)     # everything that is made once is made
    # In turn, the order changed each time, with an empty queue: what the machine does meanwhile meets both.
    alone, crowded, refused, served = [], [], [], True
    for turn in range(args.rounds):
        for beside in (False, True) if turn % 2 == 0 else (True, False):
            before = memory(pid)
            idle = gather() if beside else []
            if beside and turn == 0:
                each = (memory(pid) - before) / args.idle
                print("idle sessions: %d, resident %d KiB, %.1f KiB for each" % (args.idle, memory(pid), each), flush=True)
                check("an idle session costs less than 20 KiB", each < 20, "(%.1f)" % each)
            rate, more = work(port, args.messages, args.working)
            (crowded if beside else alone).append(rate)
            refused += more
            served &= all(c.ask("NOOP").startswith("250") for c in idle[:: max(1, len(idle) // 20)])
            for c in idle:
                c.close()
            for file in glob.glob(directory + "/queue/[dq]f*"):
                os.unlink(file)
    middle = statistics.median(b / a for a, b in zip(alone, crowded))
    print("messages per second: %.0f alone, %.0f beside the idle ones; %.0f %% of without (median of %d rounds)"
          % (statistics.median(alone), statistics.median(crowded), 100 * middle, args.rounds), flush=True)
    check("every message was accepted", not refused)
    check("idle sessions are still served", served)

    # One octet at a time, in the middle of a command, of a header and of a body: others go on meanwhile.
    slow = [Client(port) for _ in range(3)]
    slow[1].ready(); slow[1].ask("DATA")
    slow[2].ready(); slow[2].ask("DATA"); slow[2].s.sendall(b"Subject: slow\r\n\r\n")
    texts = [b"NOOP\r\n", b"Subject: s\r\n\r\nx\r\n.\r\n", b"body\r\n.\r\n"]
    for i in range(4):
        for s, t in zip(slow, texts):
            s.s.sendall(t[i:i + 1])
    rate, more = work(port, 2, 4)
    check("slow clients hold nobody up", not more)
    for s, t in zip(slow, texts):
        for i in range(4, len(t)):
            s.s.sendall(t[i:i + 1])
    check("slow clients are answered in the end", all(s.reply().startswith("250") for s in slow))

    c = Client(port)
    c.ready()
    low = memory(pid)
    good = 0
    for start in range(0, args.recipients, 500):
        n = min(500, args.recipients - start)
        c.s.sendall(b"".join(b"RCPT TO:<u%d@sink.example>\r\n" % i for i in range(start, start + n)))
        good += sum(c.reply().startswith("250") for _ in range(n))
    check("%d recipients are taken" % args.recipients, good == args.recipients, "(%d, %d KiB more)" % (good, memory(pid) - low))
    check("and cost less than 4 KiB each", memory(pid) - low < 4 * args.recipients + 16384)
    c.ask("RSET")
    c.close()

    c = Client(port)
    c.s.sendall(b"NOOP " + b"x" * (1 << 20) + b"\r\n")
    check("a line of a megabyte is refused", c.reply().startswith("421 4.7.0"))
    c.close()

    c = Client(port)
    c.ready(); c.ask("DATA")
    low = memory(pid)
    c.s.sendall(b"X-Many: y\r\n" * 100000 + b"\r\nbody\r\n.\r\n")
    check("a hundred thousand header lines are refused", c.reply().startswith("552 5.6.0"), "(%d KiB more)" % (memory(pid) - low))
    c.close()

    room = shutil.disk_usage(directory).free >> 20
    megabytes = min(args.megabytes, room // 2)
    c = Client(port)
    c.ready(); c.ask("DATA")
    low, most = memory(pid), 0
    c.s.sendall(b"Subject: large\r\n\r\n")
    block = (b"x" * 62 + b"\r\n") * 16384
    for _ in range(megabytes):
        c.s.sendall(block)
        most = max(most, memory(pid))
    answer = c.ask(".")
    check("a message of %d MB is taken" % megabytes, answer.startswith("250"), answer[:60])
    check("in bounded memory", most - low < 32768, "(%d KiB more at most)" % (most - low))
    c.close()
    check("the server is alive", daemon.process.poll() is None)
finally:
    daemon.stop()
    shutil.rmtree(directory, ignore_errors=True)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
