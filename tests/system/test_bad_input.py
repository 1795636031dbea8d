#!/usr/bin/env python3
"""Bad input of every kind gets a clear answer, and the mail that was there before is not lost."""
import argparse, os, shutil, socket, subprocess, sys
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
SENDMAIL = os.path.join(args.bin, "sendmail")
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + repr(detail)[-1200:]), flush=True)


def run(*argv, text=""):
    r = subprocess.run([SENDMAIL] + list(argv), input=text.encode("latin-1"), capture_output=True, timeout=60)
    return r.returncode, (r.stdout + r.stderr).decode("latin-1")


directory = kit.workdir("bad")
with kit.Sink() as sink:
    port = kit.free_port()
    cf = kit.configure(directory, PORT=port, SINKPORT=sink.port)
    base = open(cf).read()

    def broken(line):
        path = directory + "/broken.cf"
        open(path, "w").write(base + line + "\n")
        return len(base.splitlines()) + 1, path

    # ---- one line of each kind broken; messages as the real 8.18.2 writes them (tests/golden/transcripts/readcf.txt)
    for line, message, code in [
            ("Zfoo", 'unknown configuration line "Zfoo"', 70), ("D", "Name required for macro/class", 70), ("C", "Name required for macro/class", 70),
            ("Fx/nonexistent", "fileclass: cannot open '/nonexistent': No such file or directory", 71), ("S", 'invalid ruleset name: ""', 70),
            ("S150", "bad ruleset 150 (100 max)", 70), ("R$*\t$9", "replacement $9 out of bounds", 70), ("M", "name required for mailer", 70),
            ("Mx, P=/bin/true", "Mx: A= argument required", 70), ("Hfoo", 'header syntax error, line "foo"', 70), ("Kx nosuch", "readcf: map x: class nosuch not available", 70),
            ("Pfoo", 'unknown configuration line "Pfoo"', 70), ("Vabc", 'invalid argument to V line: "abc"', 70), ("Qfoo, Z=1", "Qfoo: unknown queue equate Z=", 70),
            ("O Foo=bar", "readcf: unknown option name Foo", 70), ("O Timeout.command=5x", "Invalid time unit `x'", 0), ("Xx", "Xx: empty or missing socket information", 70),
            ("O DefaultUser=nosuchuser", "readcf: option u: unknown user nosuchuser", 70)]:
        number, path = broken(line)
        rc, out = run("-C", path, "-bt")
        want = "%s: line %d: %s" % (path, number, message)
        check("cf line " + repr(line), want in out.splitlines() and rc == code, (rc, out, want))
    rc, out = run("-C", directory + "/nothere.cf", "-bp")
    check("missing cf", rc == 72 and "cannot open: No such file or directory" in out, (rc, out))

    # ---- certificate and key files that cannot be used: mail goes on, STARTTLS is not offered
    key = directory + "/key.pem"
    for name, prepare in [("missing", lambda: None), ("readable by the group", lambda: (open(key, "w").write("x"), os.chmod(key, 0o640)))]:
        prepare()
        tls = "\n".join("O %s=%s" % p for p in [("CACertFile", key), ("CACertPath", directory), ("ServerCertFile", key), ("ServerKeyFile", key)])
        tls_cf = directory + "/tls.cf"
        open(tls_cf, "w").write(base + tls + "\n")
        with kit.Daemon(SENDMAIL, tls_cf, port):
            s = socket.create_connection(("127.0.0.1", port), 10)
            f = s.makefile("rb")
            f.readline()
            s.sendall(b"EHLO x.test.example\r\n")
            words = []
            while True:
                line = f.readline()
                words.append(line)
                if line[3:4] != b"-":
                    break
            check("key file %s: no STARTTLS" % name, not any(b"STARTTLS" in w for w in words) and words[-1].startswith(b"250 "), words)
            s.close()

    # ---- a damaged control file is set aside, the others are delivered
    def submit(mark):
        return run("-C", cf, "-odq", "-f", "a@b.example", "c@sink.test.example", text="X-Mark: %s\n\nbody\n" % mark)

    submit("before")
    submit("after")
    queued = sorted(n for n in os.listdir(directory + "/queue") if n.startswith("qf"))
    check("two queued", len(queued) == 2, queued)
    victim = directory + "/queue/" + queued[0]
    survivor = b"after" if b"X-Mark: before" in open(victim, "rb").read() else b"before"
    open(victim, "w").write("V8\nT1\n~garbage\n")
    rc, out = run("-C", cf, "-q")
    left = os.listdir(directory + "/queue")
    check("damaged control file set aside", "Qf" + queued[0][2:] in left and queued[0] not in left, (rc, out, left))
    check("the other one delivered", len(sink.messages) == 1 and b"X-Mark: " + survivor in sink.messages[0][2], sink.messages)
    for n in left:
        os.unlink(directory + "/queue/" + n)

    # ---- clients that misbehave
    with kit.Daemon(SENDMAIL, cf, port):
        def session():
            s = socket.create_connection(("127.0.0.1", port), 10)
            s.settimeout(20)
            f = s.makefile("rb")
            f.readline()
            return s, f

        s, f = session()
        s.sendall(b"NOOP " + b"x" * 5000 + b"\r\n")
        answer = f.readline()
        check("over-long command", answer.startswith(b"421 4.7.0 ") and b"Command too long" in answer, answer)
        s.close()
        before = len(sink.messages)
        s, f = session()
        for command in (b"HELO x.test.example", b"MAIL FROM:<a@b.example>", b"RCPT TO:<c@sink.test.example>", b"DATA"):
            s.sendall(command + b"\r\n")
            f.readline()
        s.sendall(b"Subject: half\r\n\r\nhalf a mess")
        f.close()
        s.close()
        try:
            kit.until("nothing left of a broken-off message", lambda: not [n for n in os.listdir(directory + "/queue") if n[:2] in ("qf", "df", "tf")])
        except AssertionError as e:
            check("client gone in DATA", False, (str(e), os.listdir(directory + "/queue")))
        check("client gone in DATA leaves nothing", len(sink.messages) == before, sink.messages)
        s, f = session()
        for command in (b"HELO x.test.example", b"MAIL FROM:<a@b.example>", b"RCPT TO:<c@sink.test.example>", b"DATA"):
            s.sendall(command + b"\r\n")
            f.readline()
        s.sendall(b"Subject: smuggled\n\nbody\n.\nMAIL FROM:<evil@b.example>\r\n")
        answer = f.readline()
        check("bare line feed refused", answer == b"421 4.5.0 Bare linefeed (LF) not allowed\r\n", answer)
        s.close()
if not failed:
    shutil.rmtree(directory)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
