#!/usr/bin/env python3
"""Bad input of every kind gets a clear answer, and the mail that was there before is not lost."""
import argparse, os, shutil, socket, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
import kit
from pki import Authority

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
            ("O DefaultUser=nosuchuser", "readcf: option u: unknown user nosuchuser", 70), ("Lfoo", 'unknown configuration line "Lfoo"', 70),
            ("Rfoo", 'invalid rewrite line "Rfoo" (tab expected)', 70), ("Kfoo", "readcf: config K line, map foo: no map class", 70), ("D{", "Unbalanced { on ", 70),
            ("Q", "name required for queue", 70), ("X", "name required for mail filter", 70), ("H?x", 'header syntax error, line "?x"', 70),
            ("Mx, P=[IPC], A=bad", "Mx: too few parameters for [IPC] mailer", 70)]:
        number, path = broken(line)
        rc, out = run("-C", path, "-bt")
        want = "%s: line %d: %s" % (path, number, message)
        check("cf line " + repr(line), want in out.splitlines() and rc == code, (rc, out, want))
    # ---- who asks with -bv is parsed as a sender; a name of -f that the rules make nothing of gives way to the user's
    own = directory + "/sender.cf"
    for rule, arguments, said, code in [
            ("$#error $@ 5.1.1 $: \"550 r\"", [], "root... r\n", 67), ("$#error $@ 4.1.1 $: \"450 r\"", ["-froot"], "root... r\n", 0),
            ("$#nosuch $: x", [], "buildaddr: unknown mailer nosuch\n", 70), ("$#x $: x", ["-froot"], "buildaddr: no host\n" * 2, 70),
            ("$#prog $: x", ["-froot"], "root... Invalid sender address\n", 64), ("$#x $@ h", ["-fbob"], "", 0)]:
        open(own, "w").write("V10/Berkeley\nO QueueDirectory=%s\nDjx.test\nMlocal, P=/bin/true, F=l, A=x\nMx, P=/bin/true, F=m, A=x\n"
                             "Mprog, P=/bin/sh, F=l, A=sh -c $u\nS0\nRroot\t%s\nR$*\t$#local $: $1\nS3\n" % (directory, rule))
        rc, out = run("-C", own, "-bv", *arguments, "alice")
        check("-bv %s %s" % (rule, arguments), (rc, out) == (code, said + "alice... deliverable: mailer local, user alice\n"), (rc, out))
    rc, out = run("-C", directory + "/nothere.cf", "-bp")
    check("missing cf", rc == 72 and "cannot open: No such file or directory" in out, (rc, out))

    # ---- certificate and key files that cannot be used: mail goes on, STARTTLS is not offered
    authority = Authority(directory + "/pki")
    cert, key = authority.issue("server", "relay.test.example")
    other = Authority(directory + "/other", "Another CA").issue("other", "other.test.example")[1]
    trusted = authority.path("ca.crt")
    files = {"CACertFile": trusted, "CACertPath": authority.dir, "ServerCertFile": cert, "ServerKeyFile": key}

    def damaged(path, text=None, mode=None):
        made = path + ".damaged"
        shutil.copyfile(path, made)
        os.chmod(made, 0o600)
        if text is not None:
            open(made, "w").write(text)
        os.chmod(made, mode or 0o600)
        return made

    for name, change, offered in [
            ("all good", {}, True), ("no key file", {"ServerKeyFile": key + ".nowhere"}, False), ("key file readable by the group", {"ServerKeyFile": damaged(key, mode=0o640)}, False),
            ("key file is no key", {"ServerKeyFile": damaged(other, "x")}, False), ("key of another certificate", {"ServerKeyFile": other}, False),
            ("no certificate file", {"ServerCertFile": cert + ".nowhere"}, False), ("certificate file writable by the group", {"ServerCertFile": damaged(cert, mode=0o664)}, False),
            ("no file of authorities", {"CACertFile": trusted + ".nowhere"}, False), ("file of authorities holds none", {"CACertFile": damaged(trusted, "x")}, False)]:
        tls_cf = directory + "/tls.cf"
        open(tls_cf, "w").write(base + "\n".join("O %s=%s" % p for p in dict(files, **change).items()) + "\n")
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
            check("%s: STARTTLS %soffered" % (name, "" if offered else "not "), any(b"STARTTLS" in w for w in words) == offered and words[-1].startswith(b"250 "), words)
            s.close()

    # ---- maps that cannot be read: nothing is let through, nothing is refused for good, and the reason is told
    database = directory + "/access.db"
    map_cf = directory + "/map.cf"
    open(map_cf, "w").write(base.replace("Scheck_rcpt\nR$*\t\t\t$@ OK\n", "Kaccess hash -T<TMPF> %s\nScheck_rcpt\nR$*\t$: $(access $1 $)\nR$*<TMPF>\t$#error $@ 4.3.0 $: \"451 Later\"\n" % database))
    for name, prepare, message in [
            ("missing", lambda: None, 'hash map "access": missing map file %s: No such file or directory'),
            ("not a database", lambda: open(database, "w").write("no database"), "Cannot open hash database %s: Invalid argument"),
            ("a directory", lambda: (os.unlink(database), os.mkdir(database)), 'hash map "access": unsafe map file %s: Regular files only')]:
        prepare()
        rc, out = run("-C", map_cf, "-bt", text="/map access key\n")
        check("map %s: told" % name, message % database in out and "no match (75)" in out, out)
        with kit.Daemon(SENDMAIL, map_cf, port):
            s = socket.create_connection(("127.0.0.1", port), 10)
            f = s.makefile("rb")
            f.readline()
            for command in (b"HELO x.test.example", b"MAIL FROM:<a@b.example>", b"RCPT TO:<c@sink.test.example>"):
                s.sendall(command + b"\r\n")
                answer = f.readline()
            check("map %s: 451" % name, answer == b"451 4.3.0 Later\r\n", answer)
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
