#!/usr/bin/env python3
"""What a server answers at each stage, and what sendmail then does: exit code, whether the message stays queued and with which
words, and the next command. The expectations were taken from the real sendmail 8.18.2 against the same answers."""
import argparse, glob, os, socket, subprocess, sys, threading
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
passed = failed = 0
directory = kit.workdir("replies")


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + repr(detail)[-800:]), flush=True)


class Server:
    """One answer for each stage; .seen holds the commands of all sessions."""

    def __init__(self, answers, keywords):
        self.answers, self.keywords, self.seen = answers, keywords, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rb") as lines:
            def say(stage, usual):
                connection.sendall((self.answers.get(stage, usual) + "\r\n").encode())
            try:
                say("banner", "220 x ESMTP")
                for line in lines:
                    verb = line[:4].decode("latin-1").upper().strip()
                    self.seen.append(verb)
                    if verb == "EHLO":
                        say("ehlo", "250-x\r\n" + "".join("250-%s\r\n" % k for k in self.keywords) + "250 HELP")
                    elif verb == "DATA":
                        say("data", "354 go")
                        if self.answers.get("data", "354").startswith("354"):
                            while (text := lines.readline()) not in (b".\r\n", b""):
                                pass
                            self.seen.append(".")
                            say("dot", "250 2.0.0 ok")
                    elif verb == "QUIT":
                        say("quit", "221 2.0.0 bye")
                        return
                    else:
                        say(verb.lower(), "250 2.0.0 ok")
            except OSError:
                pass


def send(answers, keywords=("PIPELINING", "ENHANCEDSTATUSCODES")):
    for path in glob.glob(directory + "/queue/*"):
        os.unlink(path)
    server = Server(answers, keywords)
    cf = kit.configure(directory, PORT=kit.free_port(), SINKPORT=server.port, MODE="interactive", options="O Timeout.quit=5s")
    r = subprocess.run([os.path.join(args.bin, "sendmail"), "-C", cf, "-v", "-odi", "-oeq", "-f", "alice@a.test.example", "joe@b.test.example"],
                       input=b"Subject: x\n\nhello\n", capture_output=True, timeout=60)
    server.socket.close()
    control = glob.glob(directory + "/queue/qf*")
    status = [line[1:] for line in open(control[0], encoding="latin-1").read().split("\n") if line.startswith("M")] if control else None
    return r.returncode, status[0] if status else status, server.seen, r.stdout.decode("latin-1")


# stage, answer, exit code, whether it stays queued, the commands after the greeting
ALL = ["EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT"]
UNREACHED = ["EHLO", "MAIL", "RCPT", "DATA", "RSET", "QUIT"]
CASES = [("mail", "299 x", 0, False, ALL), ("mail", "354 x", 76, False, ["EHLO", "MAIL", "QUIT"])]
CASES += [("mail", a, 0, True, ["EHLO", "MAIL", "QUIT"]) for a in ("421 4.7.0 bye", "450 4.2.1 x", "451 hm", "452 4.2.2 full")]
CASES += [("mail", a, 69, False, ["EHLO", "MAIL", "QUIT"]) for a in ("500 x", "502 x", "503 5.5.1 x", "504 x", "550 5.7.1 x", "551 5.1.6 x", "552 5.2.2 x", "554 5.6.1 x", "556 5.1.10 x", "571 5.7.1 x")]
CASES += [("mail", a, 65, False, ["EHLO", "MAIL", "QUIT"]) for a in ("501 5.5.4 x", "553 5.1.3 x")]
CASES += [("rcpt", "299 x", 0, False, ALL), ("rcpt", "354 x", 76, False, ALL), ("rcpt", "421 4.7.0 bye", 0, True, None)]
CASES += [("rcpt", a, 0, True, ALL) for a in ("450 4.2.1 x", "451 hm", "452 4.2.2 full")]
CASES += [("rcpt", a, 67, False, ALL) for a in ("550 5.7.1 x", "551 5.1.6 x", "553 5.1.3 x")]
CASES += [("rcpt", a, 69, False, ALL) for a in ("500 x", "501 5.5.4 x", "502 x", "503 5.5.1 x", "504 x", "552 5.2.2 x", "554 5.6.1 x", "556 5.1.10 x", "571 5.7.1 x")]
CASES += [("data", a, 76, False, UNREACHED) for a in ("250 fine", "299 x")]
CASES += [("data", a, 0, True, ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]) for a in ("421 4.7.0 bye", "450 4.2.1 x", "451 hm", "452 4.2.2 full")]
CASES += [("data", a, 69, False, UNREACHED) for a in ("500 x", "501 5.5.4 x", "503 5.5.1 x", "550 5.7.1 x", "552 5.2.2 x", "554 5.6.1 x")]
CASES += [("dot", "299 x", 0, False, ALL)] + [("dot", a, 0, True, ALL) for a in ("421 4.7.0 bye", "450 4.2.1 x", "451 hm", "452 4.2.2 full")]
CASES += [("dot", a, 76, False, ALL) for a in ("354 x", "500 x", "501 5.5.4 x", "502 x", "503 5.5.1 x", "504 x", "571 5.7.1 x")]
CASES += [("dot", a, 69, False, ALL) for a in ("550 5.7.1 x", "551 5.1.6 x", "552 5.2.2 x", "553 5.1.3 x", "554 5.6.1 x", "556 5.1.10 x")]
CASES += [("banner", a, 0, True, ["QUIT"]) for a in ("421 4.7.0 bye", "450 4.2.1 x", "451 hm")]
CASES += [("banner", a, 69, False, ["QUIT"]) for a in ("354 x", "500 x", "550 5.7.1 x", "554 5.6.1 x")]
for stage, answer, exit_code, queued, commands in CASES:
    rc, status, seen, out = send({stage: answer})
    good = rc == exit_code and (status is not None) == queued and (commands is None or seen == commands)
    if queued:
        good = good and status == "Deferred: " + answer
    check("%s answered %s" % (stage, answer), good, (rc, status, seen))

# Without PIPELINING nothing is sent ahead: nobody left means no DATA.
rc, status, seen, out = send({"rcpt": "550 5.1.1 no"}, ())
check("no PIPELINING, recipient refused", (rc, seen) == (67, ["EHLO", "MAIL", "RCPT", "RSET", "QUIT"]), (rc, seen))
# Who answers with our own name is ourselves.
rc, status, seen, out = send({"ehlo": "250 relay.test.example Hello"})
check("mail loops back", (rc, seen) == (70, ["EHLO", "QUIT"]), (rc, seen))
# HELO for those that do not know EHLO.
rc, status, seen, out = send({"ehlo": "500 what"})
check("HELO", (rc, seen[:3]) == (0, ["EHLO", "HELO", "MAIL"]), (rc, seen))
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
