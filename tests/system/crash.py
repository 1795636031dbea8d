#!/usr/bin/env python3
"""crash.py --bin DIR [--kills N] [--senders N] [--seed N]

Senders hand numbered messages to the relay while it is ended by SIGKILL at random moments and started again.
Every message that got its 250 must arrive at the sink, counted by its number. Duplicates are allowed (RFC 5321 6.1
prefers them to losses) and counted. Prints the counts; the last line is "N passed, N failed".
"""
import argparse, glob, os, random, re, shutil, socket, sys, threading, time
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
ap.add_argument("--kills", type=int, default=50)
ap.add_argument("--senders", type=int, default=10)
ap.add_argument("--seed", type=int, default=None)
args = ap.parse_args()
seed = args.seed if args.seed is not None else random.SystemRandom().randrange(1 << 32)
dice = random.Random(seed)
print("seed %d, %d senders, %d kills" % (seed, args.senders, args.kills), flush=True)

accepted, tried, lock, stop = set(), 0, threading.Lock(), threading.Event()


class Session:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 2)
        self.socket.settimeout(30)
        self.file = self.socket.makefile("rb")
        self.expect(b"220")
        self.command(b"EHLO sender.test.example", b"250")

    def expect(self, code):
        while True:
            line = self.file.readline()
            if not line:
                raise OSError("closed")
            if line[3:4] != b"-":
                if line[:3] != code:
                    raise OSError(line.decode("latin-1"))
                return line

    def command(self, text, code):
        self.socket.sendall(text + b"\r\n")
        return self.expect(code)

    def close(self):
        self.socket.close()


def sender(number, port):
    global tried
    count, session = 0, None
    while not stop.is_set():
        mark = "m%d-%d" % (number, count)
        count += 1
        with lock:
            tried += 1
        try:
            session = session or Session(port)
            session.command(b"MAIL FROM:<s%d@sender.test.example>" % number, b"250")
            session.command(b"RCPT TO:<r%d@sink.test.example>" % number, b"250")
            session.command(b"DATA", b"354")
            lines = 1 + hash(mark) % 200
            body = "Subject: crash\r\nX-Mark: %s\r\nX-Lines: %d\r\n\r\n%s.\r\n" % (mark, lines, "text of the message\r\n" * lines)
            session.socket.sendall(body.encode())
            session.expect(b"250")
            with lock:
                accepted.add(mark)
        except OSError:
            if session:
                session.close()
            session = None
            stop.wait(0.02)


def whole(body):
    """The number of a message that arrived with every line it was sent with, else None."""
    mark, lines = re.search(rb"^X-Mark: (\S+)", body, re.M), re.search(rb"^X-Lines: (\d+)", body, re.M)
    text = body.partition(b"\r\n\r\n")[2]
    return mark.group(1).decode() if mark and lines and text == b"text of the message\r\n" * int(lines.group(1)) else None


with kit.Sink() as sink:
    directory = kit.workdir("crash")
    port = kit.free_port()
    cf = kit.configure(directory, PORT=port, SINKPORT=sink.port)
    daemon = kit.Daemon(os.path.join(args.bin, "sendmail"), cf, port, ["-q1s"]).start()
    threads = [threading.Thread(target=sender, args=(n, port), daemon=True) for n in range(args.senders)]
    for thread in threads:
        thread.start()
    for kill in range(args.kills):
        time.sleep(dice.uniform(0.05, 0.6))
        daemon.kill()
        daemon.start()
    stop.set()
    for thread in threads:
        thread.join(40)

    def arrived():
        with sink.lock:
            return [mark for mark in map(whole, (body for _, _, body in sink.messages)) if mark]

    try:
        kit.until("every accepted message at the sink", lambda: accepted <= set(arrived()), 120)
    except AssertionError:
        pass
    marks = arrived()
    lost = sorted(accepted - set(marks))
    daemon.stop()
    left = len(glob.glob(directory + "/queue/**/[qd]f*", recursive=True))
    print("tried %d, accepted with 250: %d, arrived: %d distinct, %d duplicates, lost: %d, queue files left: %d"
          % (tried, len(accepted), len(set(marks)), len(marks) - len(set(marks)), len(lost), left))
    if lost:
        print("lost: " + " ".join(lost[:20]) + "; work directory kept: " + directory)
    else:
        shutil.rmtree(directory)
ok = not lost and accepted
print("%d passed, %d failed" % (1 if ok else 0, 0 if ok else 1))
sys.exit(0 if ok else 1)
