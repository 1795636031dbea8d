#!/usr/bin/env python3
"""crash_matrix.py --bin DIR [--every N] [--scenario NAME] [--errors E,E]

The program is ended before and behind every system call that touches the queue, and every one of them is made to fail, while a
message is accepted by SMTP, submitted, accepted and relayed at once, and while a queue is run whose messages are delivered,
deferred and bounced, with a checkpoint after each recipient, into a mailbox, and in a session on standard input. After each, the queue is run until it is empty, and counted: every recipient that was promised must have got
the whole message or its sender a notice. With --every N only each Nth place is tried. The last line is "N passed, N failed".
"""
import argparse, collections, glob, os, platform, re, shutil, smtplib, subprocess, sys
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
ap.add_argument("--every", type=int, default=1)
ap.add_argument("--scenario")
ap.add_argument("--errors", default="ENOSPC,EIO,EMFILE")
args = ap.parse_args()
if platform.machine() != "x86_64":
    print("stepper.py knows the system calls of x86-64 alone: nothing to do on %s\n0 passed, 0 failed" % platform.machine())
    sys.exit(0)
sendmail = os.path.join(os.path.realpath(args.bin), "sendmail")
STEPPER = os.path.join(kit.HERE, "stepper.py")
MODES = ["kill", "killed"] + args.errors.split(",")


def text(mark, lines):
    return "Subject: matrix\r\nX-Mark: %s\r\nX-Lines: %d\r\n\r\n%s" % (mark, lines, "text of the message\r\n" * lines)


class World:
    """A directory with a queue, a sink that defers and refuses by the recipient's name, and what was promised."""

    def __init__(self, mode):
        self.sink = kit.Sink(self.reply)
        self.deferring = True
        self.directory = kit.workdir("matrix")
        self.port = kit.free_port()
        self.mailbox = self.directory + "/box/mailbox"
        os.mkdir(self.directory + "/box", 0o755)
        self.cf = kit.configure(self.directory, PORT=self.port, SINKPORT=self.sink.port, MODE=mode, options="O Timeout.queuewarn=\nO PostmasterCopy=\nO CheckpointInterval=1",
                                rules="Mbox,\tP=[FILE], F=lsDFMPEu9, T=DNS/RFC822/X-Unix, A=FILE $u\nMsecond,\tP=[IPC], F=mDFMuXa, E=\\r\\n, L=990, T=DNS/RFC822/SMTP, A=TCP $h %d\n" % self.sink.port)
        text = open(self.cf).read()
        with open(self.cf, "w") as f:
            f.write(text.replace("R$* <@ $+>\t\t$#esmtp $@ [127.0.0.1]", "R$* <@ box.$+>\t$#box $: " + self.mailbox + "\nR$* <@ second.$+>\t$#second $@ [127.0.0.1] $: $1 <@ second.$2>\nR$* <@ $+>\t\t$#esmtp $@ [127.0.0.1]"))
        self.queue = self.directory + "/queue"
        self.promised = set()

    def reply(self, line):
        if line.upper().startswith("RCPT") and "<perm" in line:
            return "550 5.1.1 no such user"
        if line.upper().startswith("RCPT") and "<temp" in line and self.deferring:
            return "451 4.2.0 later"
        return None

    def stepped(self, words, place, mode, **more):
        command = [sys.executable, STEPPER, "--log", self.directory + "/calls", "--at", str(place), "--do", mode, "--folder", self.queue, "--folder", self.directory + "/box", "--"]
        return subprocess.Popen(command + words, **{**dict(stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=self.directory), **more})

    def calls(self):
        with open(self.directory + "/calls") as log:
            return log.read().splitlines()

    def arrived(self):
        """How often each recipient got each whole message, and which recipients a notice names."""
        counts, notices, broken = collections.Counter(), set(), []
        with self.sink.lock:
            for sender, recipients, body in self.sink.messages:
                if sender == b"":
                    notices |= {r.decode() for r in re.findall(rb"^Final-Recipient: *RFC822; *(\S+)", body, re.M | re.I)}
                    continue
                mark, lines = re.search(rb"^X-Mark: (\S+)", body, re.M), re.search(rb"^X-Lines: (\d+)", body, re.M)
                whole = mark and lines and body.partition(b"\r\n\r\n")[2] == b"text of the message\r\n" * int(lines.group(1))
                if not whole:
                    broken.append(body[:200])
                    continue
                counts.update((mark.group(1).decode(), r.decode()) for r in recipients)
        if os.path.exists(self.mailbox):
            with open(self.mailbox, "rb") as f:
                for body in f.read().split(b"\nFrom ")[0:]:
                    mark, lines = re.search(rb"^X-Mark: (\S+)", body, re.M), re.search(rb"^X-Lines: (\d+)", body, re.M)
                    recipient = re.search(rb"^To: (\S+)", body, re.M)
                    if body.strip() and not (mark and lines and body.partition(b"\n\n")[2].rstrip(b"\n") == (b"text of the message\n" * int(lines.group(1))).rstrip(b"\n")):
                        broken.append(body[:200])
                    elif mark:
                        counts[mark.group(1).decode(), recipient.group(1).decode()] += 1
        return counts, notices, broken

    def settle(self):
        """Runs the queue without disturbance until no message is in it."""
        self.deferring = False
        for _ in range(6):
            subprocess.run([sendmail, "-C", self.cf, "-q"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
            if not glob.glob(self.queue + "/qf*"):
                return

    def end(self):
        self.sink.stop()
        shutil.rmtree(self.directory)

    def daemon(self, place, mode):
        """Two messages for a daemon; what it answered with 250 is promised. Returns the replies that are no promise."""
        process = self.stepped([sendmail, "-bD", "-C", self.cf], place, mode)
        refused = []
        kit.until("the daemon", lambda: kit.listening(self.port) or process.poll() is not None)
        for mark, recipients, lines in (("one", ["a@sink.example"], 3), ("two", ["b@sink.example", "temp@sink.example", "perm@sink.example"], 3000)):
            try:
                with smtplib.SMTP("127.0.0.1", self.port, "x.test.example", timeout=60) as client:
                    code, answer = client.mail("s@from.example")
                    good = []
                    for recipient in recipients if code == 250 else []:
                        code, answer = client.rcpt(recipient)
                        if code == 250:
                            good.append(recipient)
                    if good:
                        code, answer = client.data(text(mark, lines))
                    if code == 250:
                        self.promised |= {(mark, r) for r in good}
                    else:
                        refused.append((code, answer))
            except smtplib.SMTPDataError as e:
                refused.append((e.smtp_code, e.smtp_error))
            except (OSError, smtplib.SMTPException):
                refused.append((None, "connection lost"))
        process.terminate()
        process.communicate(timeout=60)
        return refused

    def submit(self, place, mode):
        for mark, recipients, lines in (("one", ["a@sink.example"], 3), ("two", ["b@sink.example", "temp@sink.example", "perm@sink.example"], 3000)):
            process = self.stepped([sendmail, "-C", self.cf, "-odq", "-oi", "-f", "s@from.example"] + recipients, place, mode, stdin=subprocess.PIPE)
            process.communicate(text(mark, lines).replace("\r\n", "\n").encode(), timeout=60)
            if process.returncode == 0:
                self.promised |= {(mark, r) for r in recipients}
        return []

    def run(self, place, mode):
        for mark, recipients, lines in (("one", ["a@sink.example"], 3), ("two", ["b@sink.example", "temp@sink.example", "perm@sink.example"], 300), ("three", ["perm3@sink.example"], 2)):
            subprocess.run([sendmail, "-C", self.cf, "-odq", "-oi", "-f", "s@from.example"] + recipients, input=text(mark, lines).replace("\r\n", "\n").encode(), check=True, timeout=60)
            self.promised |= {(mark, r) for r in recipients}
        self.stepped([sendmail, "-C", self.cf, "-q"], place, mode, stdin=subprocess.DEVNULL).communicate(timeout=120)
        return []

    def boxed(self, place, mode):
        """A mailbox gets two messages."""
        for mark, lines in (("one", 3), ("two", 300)):
            body = "To: a@box.example\r\n" + text(mark, lines)
            subprocess.run([sendmail, "-C", self.cf, "-odq", "-oi", "-f", "s@from.example", "a@box.example"], input=body.replace("\r\n", "\n").encode(), check=True, timeout=60)
            self.promised.add((mark, "a@box.example"))
        self.stepped([sendmail, "-C", self.cf, "-q"], place, mode, stdin=subprocess.DEVNULL).communicate(timeout=120)
        return []

    def checkpoint(self, place, mode):
        """Some fail before others are reached: neither is forgotten when the control file is written anew in between."""
        recipients = ["perm1@sink.example", "b@second.example", "perm2@second.example", "c@sink.example", "temp@second.example"]
        subprocess.run([sendmail, "-C", self.cf, "-odq", "-oi", "-f", "s@from.example"] + recipients, input=text("one", 3).replace("\r\n", "\n").encode(), check=True, timeout=60)
        self.promised |= {("one", r) for r in recipients}
        self.stepped([sendmail, "-C", self.cf, "-q"], place, mode, stdin=subprocess.DEVNULL).communicate(timeout=120)
        return []

    def session(self, place, mode):
        """SMTP on standard input and output; what was answered with 250 is promised."""
        process = self.stepped([sendmail, "-bs", "-C", self.cf], place, mode, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        refused, good = [], []

        def ask(line):
            if line:
                process.stdin.write(line.encode() + b"\r\n")
                process.stdin.flush()
            while (reply := process.stdout.readline())[3:4] == b"-":
                pass
            if not reply:
                raise OSError("connection lost")
            if reply[:1] not in b"23":
                refused.append((int(reply[:3]), reply))
            return reply[:1] in b"23"
        try:
            if ask("") and ask("EHLO x.test.example") and ask("MAIL FROM:<s@from.example>"):
                good = [r for r in ("a@sink.example", "temp@sink.example", "perm@sink.example") if ask("RCPT TO:<%s>" % r)]
                if good and ask("DATA") and ask(text("one", 300) + "."):
                    self.promised |= {("one", r) for r in good}
                ask("QUIT")
        except OSError:
            refused.append((None, "connection lost"))
        process.stdin.close()
        process.stdout.read()
        process.wait(60)
        return refused


SCENARIOS = {
    # name: delivery mode, what is done, copies of a message that one crash may make
    "accept": ("queueonly", World.daemon, 1),
    "submit": ("queueonly", World.submit, 1),
    "relay": ("background", World.daemon, 2),
    "run": ("queueonly", World.run, 2),
    "checkpoint": ("queueonly", World.checkpoint, 2),
    "mailbox": ("queueonly", World.boxed, 2),
    "session": ("background", World.session, 2),
}


def judge(name, world, refused, mode):
    """What is wrong after a trial, a list of texts; and how many were delivered twice."""
    counts, notices, broken = world.arrived()
    wrong = ["broken message: %r" % b for b in broken]
    for mark, recipient in sorted(world.promised):
        if not counts[mark, recipient] and recipient not in notices:
            wrong.append("lost: %s for %s" % (mark, recipient))
    wrong += ["%d copies of %s for %s" % (n, *key) for key, n in counts.items() if n > SCENARIOS[name][2]]
    if mode not in ("kill", "killed"):
        wrong += ["refused with %s %s" % r for r in refused if r[0] is None or not 400 <= r[0] < 500]
    left = [os.path.basename(f) for f in glob.glob(world.queue + "/[qQh]f*")]
    wrong += ["left in the queue: %s" % f for f in left]
    return wrong, sum(n - 1 for n in counts.values() if n > 1)


passed = failed = 0
for name, (delivery, act, _) in SCENARIOS.items():
    if args.scenario not in (None, name):
        continue
    world = World(delivery)
    act(world, 0, "kill")
    world.settle()
    places = len(world.calls())
    wrong, _ = judge(name, world, [], "none")
    print("%s: %d system calls touch the queue%s" % (name, places, "".join("; undisturbed: " + w for w in wrong)), flush=True)
    failed += len(wrong)
    world.end()
    for mode in MODES:
        trials = promised = twice = 0
        for place in range(1, places + 1, args.every):
            world = World(delivery)
            refused = act(world, place, mode)
            calls = world.calls()
            call = calls[place - 1] if place <= len(calls) else "not reached"
            world.settle()
            wrong, copies = judge(name, world, refused, mode)
            trials, promised, twice = trials + 1, promised + len(world.promised), twice + copies
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong:
                print("FAILED  %s, %s at %s: %s" % (name, mode, call, "; ".join(wrong)), flush=True)
            world.end()
        print("%s, %s: %d places, %d recipients promised, %d delivered twice" % (name, mode, trials, promised, twice), flush=True)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
