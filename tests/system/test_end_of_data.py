#!/usr/bin/env python3
"""test_end_of_data.py --bin DIR

Everything that a careless server takes for the end of a message and a strict one does not (SMTP smuggling): no such thing ends a
message that comes in, by the network or by -bs, and none is in what goes out, whichever way the message took: relayed at once,
from the queue, in a report, from the command line with recipients given or found (-t).
"""
import argparse, os, re, shutil, socket, subprocess, sys, threading
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
VARIANTS = [b"\n.\n", b"\n.\r", b"\r.\n", b"\r.\r", b"\n.\r\n", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r\n.\r\r\n", b"\r\r\n.\r\r\n", b"\r\n\0.\r\n", b"\r\n.\0\r\n"]
HIDDEN = b"MAIL FROM:<hidden@client.example>\r\nRCPT TO:<hidden@sink.example>\r\nDATA\r\nSubject: hidden\r\n\r\nhidden\r\n.\r\n"
passed = failed = 0


def check(what, good, note=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("FAILED  %s %s" % (what, note), flush=True)


class Strict(threading.Thread):
    """A server for which CRLF.CRLF alone ends a message; keeps the octets. Refuses recipients that are called no..."""
    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.got = self.socket.getsockname()[1], []
        self.start()

    def run(self):
        while True:
            c, _ = self.socket.accept()
            threading.Thread(target=self.session, args=(c,), daemon=True).start()

    def session(self, c):
        rest = b""

        def upto(end):
            nonlocal rest
            while end not in rest:
                more = c.recv(65536)
                if not more:
                    raise OSError
                rest += more
            text, _, rest = rest.partition(end)
            return text

        try:
            c.sendall(b"220 strict ESMTP\r\n")
            while True:
                line = upto(b"\r\n")
                verb = line[:4].upper()
                if verb == b"EHLO":
                    c.sendall(b"250-strict\r\n250 8BITMIME\r\n")
                elif verb == b"RCPT" and b"<no" in line:
                    c.sendall(b"550 5.1.1 no\r\n")
                elif verb == b"DATA":
                    c.sendall(b"354 go\r\n")
                    self.got.append(upto(b"\r\n.\r\n") + b"\r\n")
                    c.sendall(b"250 2.0.0 ok\r\n")
                else:
                    c.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 2.0.0 ok\r\n")
        except OSError:
            c.close()


def ends_early(octets):
    """Whether a server that drops NULs and takes CR, LF or several CRs and an LF for a line end sees an end in this text."""
    return b"." in re.split(rb"\r+\n|\n|\r", octets.replace(b"\0", b""))


def dialogue(send, receive, text):
    """Everything that is answered to a message with this text and the end of a message."""
    receive()
    for line in (b"EHLO client.example", b"MAIL FROM:<a@client.example>", b"RCPT TO:<user@sink.example>", b"DATA"):
        send(line + b"\r\n")
        receive()
    send(b"Subject: x\r\n\r\nbefore" + text + HIDDEN)
    return receive(), receive


def by_network(port, text):
    s = socket.create_connection(("127.0.0.1", port), 10)
    s.settimeout(30)
    f = s.makefile("rb")

    def reply():
        while (line := f.readline())[3:4] == b"-":
            pass
        return line
    try:
        first, _ = dialogue(s.sendall, reply, text)
        s.shutdown(socket.SHUT_WR)
        return first, f.read()
    except OSError:
        return first, b""
    finally:
        s.close()


def by_pipe(cf, text):
    p = subprocess.Popen([args.bin + "/sendmail", "-C", cf, "-bs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def send(octets):
        p.stdin.write(octets), p.stdin.flush()

    def reply():
        while (line := p.stdout.readline())[3:4] == b"-":
            pass
        return line
    try:
        first, _ = dialogue(send, reply, text)
        p.stdin.close()
    except BrokenPipeError:
        pass
    rest = p.stdout.read()
    p.wait()
    return first, rest


def command(cf, arguments, text=b""):
    return subprocess.run([args.bin + "/sendmail", "-C", cf, *arguments], input=text, capture_output=True).returncode


def queued(directory):
    return [n for n in os.listdir(directory + "/queue") if n.startswith("qf")]


def taken(what, sink, count=1):
    """What the sink got must be the message alone, without an end in it."""
    kit.until(what + ": the message arrives", lambda: len(sink.got) >= count)
    check(what + ": nothing else arrives", len(sink.got) == count, repr(sink.got[count:]))
    check(what + ": the next server sees no end in it", not any(ends_early(m) for m in sink.got), repr(sink.got))
    check(what + ": the text is there", all(b"before" in m and b"after" in m for m in sink.got), repr(sink.got))
    sink.got.clear()


def server(features, mode):
    directory = kit.workdir("end")
    port = kit.free_port()
    rules = "Ssrv_features\nR$*\t\t$# %s\n" % features if features else ""
    cf = kit.configure(directory, PORT=port, SINKPORT=sink.port, MODE=mode, rules=rules, options="O MinFreeBlocks=0\n")
    return directory, cf, kit.Daemon(args.bin + "/sendmail", cf, port).start()


sink = Strict()
made = []
try:
    # As it comes: every variant is refused, and what hides behind it is no command.
    directory, cf, daemon = server("", "i")
    made.append((directory, daemon))
    for v in VARIANTS:
        for name, way in (("network", lambda: by_network(daemon.port, v)), ("-bs", lambda: by_pipe(cf, v))):
            what = "%s %r" % (name, v)
            first, rest = way()
            # A line of a dot and NUL is text; whatever is not refused must have gone on as one message.
            if first.startswith(b"250"):
                check(what + " is one message", v == b"\r\n.\0\r\n" and not rest.startswith((b"250", b"354")), repr((first, rest)))
                check(what + " hides no end", len(sink.got) == 1 and not ends_early(sink.got[0]), repr(sink.got))
            else:
                check(what + " is refused", first[:3] in (b"421", b"554") and b"250 2.1.5" not in rest and b"354" not in rest, repr((first, rest)))
                check(what + " is not passed on", not sink.got, repr(sink.got))
            sink.got.clear()
    # Clients for which the strictness is relaxed: still only CRLF.CRLF ends the text.
    for features in ("G U", "g2 u2"):
        for mode in ("i", "q"):
            directory, cf, daemon = server(features.replace(" ", " $| ") if False else features, mode)
            made.append((directory, daemon))
            for v in VARIANTS:
                what = "%s, mode %s: %r" % (features, mode, v)
                if v == b"\r\n\0.\r\n":
                    check(what + " is refused", by_network(daemon.port, v + b"after\r\n")[0].startswith(b"554"))
                    continue
                s = socket.create_connection(("127.0.0.1", daemon.port), 10)
                f = s.makefile("rb")

                def reply():
                    while (line := f.readline())[3:4] == b"-":
                        pass
                    return line
                reply()
                for line in (b"EHLO c.example", b"MAIL FROM:<a@c.example>", b"RCPT TO:<user@sink.example>", b"DATA"):
                    s.sendall(line + b"\r\n")
                    reply()
                s.sendall(b"Subject: x\r\n\r\nbefore" + v + b"after\r\n.\r\n")
                answer = reply()
                s.sendall(b"NOOP\r\n")
                check(what + " ends nothing", answer.startswith(b"250") and reply().startswith(b"250 2.0.0 OK"), repr(answer))
                s.close()
                if mode == "q":
                    command(cf, ["-qf"])
                taken(what, sink)
    # The command line takes what it is given; nothing of it may be an end further on.
    directory = kit.workdir("end")
    cf = kit.configure(directory, PORT=1, SINKPORT=sink.port, MODE="i")
    made.append((directory, None))
    for v in VARIANTS:
        text = b"Subject: x\nTo: user@sink.example\n\nbefore" + v + b"after\n"
        for name, arguments in (("arguments", ["user@sink.example"]), ("-t", ["-t"]), ("queue", ["-odq", "user@sink.example"])):
            command(cf, ["-i", "-fa@client.example", *arguments], text)
            if name == "queue":
                command(cf, ["-qf"])
            taken("%s %r" % (name, v), sink)
        # The report about it has the whole message.
        command(cf, ["-i", "-oem", "-fa@client.example", "nobody@sink.example"], text)
        taken("report %r" % v, sink)
        # In the header, with the octets that seven-bit mailers make out of others.
        command(cf, ["-i", "-fa@client.example", "user@sink.example"], b"Subject: x\nX-Before: before" + v.replace(b"\r\n", b"\r") + b"after\n\nbefore after\n")
        taken("header %r" % v, sink)
        command(cf, ["-i", "-OSevenBitInput=True", "-fa@client.example", "user@sink.example"],
                b"Subject: x\n\nbefore" + bytes(c | 0x80 for c in v) + b"after\n")
        taken("seven bits %r" % v, sink)
    for directory, daemon in made:
        check("no message is left", not queued(directory), repr(queued(directory)))
finally:
    for directory, daemon in made:
        if daemon:
            daemon.stop()
        shutil.rmtree(directory, ignore_errors=True)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
