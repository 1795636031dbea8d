#!/usr/bin/env python3
"""test_timeouts.py --bin DIR

Clients that are silent, or send an octet now and then, in every state of a session: each is sent away by the Timeout that is
for its state, while others are served. And a server that has as many sessions as it may have is not reached by others.
"""
import argparse, os, re, select, shutil, sys
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
passed = failed = 0


def check(what, good, note=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print("%-7s %s %s" % ("ok" if good else "FAILED", what, note), flush=True)


class Client(kit.Client):
    def sent_away(self, octets, limit=60):
        """Sends these octets over and over, five a second at most, until the server has had enough; what it said."""
        said, n = b"", 0
        for _ in range(limit * 5):
            if select.select([self.s], [], [], 0.2)[0]:
                try:
                    more = self.s.recv(4096)
                except ConnectionError:
                    return said.decode("latin-1")
                if not more:
                    return said.decode("latin-1")
                said += more
            elif octets:
                try:
                    self.s.sendall(octets[n:n + 1])
                except ConnectionError:
                    return said.decode("latin-1")
                n = (n + 1) % len(octets)
        return None


READY = ("EHLO client.example", "MAIL FROM:<a@client.example>", "RCPT TO:<user@sink.example>")
STATES = [
    ("after the greeting", (), b"", ""),
    ("after EHLO", READY[:1], b"", ""),
    ("in a transaction", READY, b"", ""),
    ("in a command", READY[:1], b"x", ""),
    ("in the text", READY + ("DATA",), b"", r"421 4\.4\.1 collect: relay=.*, from=<a@client.example>, info=read timeout"),
    ("in a line of the header", READY + ("DATA",), b"x", r"421 4\.4\.1 collect: relay=.*, from=<a@client.example>, info=read timeout"),
]
directory = kit.workdir("timeouts")
try:
    port = kit.free_port()
    cf = kit.configure(directory, PORT=port, SINKPORT=1, MODE="q", options="O Timeout.command=2s\nO Timeout.datablock=2s\nO MinFreeBlocks=0\n")
    with kit.Daemon(args.bin + "/sendmail", cf, port, ["-odq"]):
        for name, lines, octets, said in STATES:
            slow = Client(port)
            slow.ask(*lines) if lines else None
            other = Client(port)
            check("others are served beside a client that is slow " + name, other.ask("NOOP").startswith("250"))
            other.close()
            got = slow.sent_away(octets)
            check("a client that is slow %s is sent away" % name, got is not None and re.fullmatch(said, got.strip()), repr(got))
            slow.close()
        check("nothing of them is left", os.listdir(directory + "/queue") == [], repr(os.listdir(directory + "/queue")))

    port = kit.free_port()
    cf = kit.configure(directory, PORT=port, SINKPORT=1, MODE="q", options="O MaxDaemonChildren=2\nO MinFreeBlocks=0\n")
    with kit.Daemon(args.bin + "/sendmail", cf, port, ["-odq"]):
        # The first connection was the test for the port.
        def two():
            try:
                return [Client(port), Client(port)]
            except OSError:
                return None
        pair = kit.until("two sessions", two)
        kit.until("a third is refused", lambda: not kit.listening(port))
        check("sessions go on while others are refused", all(c.ask("NOOP").startswith("250") for c in pair))
        pair[0].ask("QUIT")
        kit.until("there is room again", lambda: kit.listening(port))
        check("who leaves makes room", True)
finally:
    shutil.rmtree(directory, ignore_errors=True)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
