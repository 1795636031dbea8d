#!/usr/bin/env python3
"""A queue on a file system that fills up: 452 and nothing lost. What was answered with 250 is delivered afterwards."""
import argparse, os, shutil, smtplib, subprocess, sys
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
ap.add_argument("--inside", action="store_true", help="already in a mount namespace of its own")
args = ap.parse_args()
if not args.inside:
    # A namespace of its own, so that the file system is gone when the test is.
    flags = "-m" if os.geteuid() == 0 else "-rm"
    os.execvp("unshare", ["unshare", flags, sys.executable, __file__, "--bin", args.bin, "--inside"])

passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + repr(detail)[-1200:]), flush=True)


def send(port, mark, size):
    """The code that ended the message."""
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as s:
        s.ehlo("x.test.example")
        for step in (lambda: s.mail("a@b.example"), lambda: s.rcpt("c@sink.test.example")):
            code, _ = step()
            if code != 250:
                return code
        code, _ = s.docmd("DATA")
        if code != 354:
            return code
        s.send(b"Subject: %s\r\nX-Mark: %s\r\n\r\n" % (mark, mark) + (b"x" * 70 + b"\r\n") * (size // 72) + b".\r\n")
        return s.getreply()[0]


directory = kit.workdir("full")
queue = directory + "/queue"
shutil.rmtree(queue, ignore_errors=True)
os.mkdir(queue)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", queue], check=True)
with kit.Sink() as sink:
    port = kit.free_port()
    cf = kit.configure(directory, PORT=port, SINKPORT=sink.port, MODE="queueonly")
    sendmail = os.path.join(args.bin, "sendmail")
    accepted, refused = [], []
    with kit.Daemon(sendmail, cf, port):
        for i in range(200):
            mark = b"m%04d" % i
            code = send(port, mark, 60000)
            (accepted if code == 250 else refused).append((mark, code))
            if len(refused) >= 5:
                break
        check("refused with 452 only", refused and all(code == 452 for _, code in refused), refused)
        check("many were accepted before", len(accepted) >= 20, len(accepted))
        names = os.listdir(queue)
        check("refused messages leave nothing", len(names) == 2 * len(accepted), (len(names), len(accepted)))
        small = send(port, b"small", 100)
        check("the daemon is still there", small in (250, 452), small)
        if small == 250:
            accepted.append((b"small", 250))
        # Submission from the command line says so and fails, or is queued whole.
        r = subprocess.run([sendmail, "-C", cf, "-odq", "-f", "a@b.example", "c@sink.test.example"], input=b"X-Mark: cmd\n\n" + b"y" * 200000 + b"\n", capture_output=True, timeout=30)
        check("a command fails with an error code", r.returncode in (74, 75), (r.returncode, r.stdout, r.stderr))
        # Not even the control files can be written again: everything stays as it is.
        blocks = os.statvfs(queue)
        try:
            with open(queue + "/ballast", "wb") as f:
                f.write(b"z" * (blocks.f_bavail * blocks.f_bsize + 4096))
        except OSError:
            pass
        sink.reply = lambda line: "451 4.3.0 not now" if line.startswith("RCPT") else None
        r = subprocess.run([sendmail, "-C", cf, "-q"], capture_output=True, timeout=120)
        left = [n for n in os.listdir(queue) if n.startswith("qf")]
        check("a queue run that cannot write loses nothing", len(left) == len(accepted), (len(left), len(accepted), r.stdout[-500:]))
        sink.reply = None
        if os.path.exists(queue + "/ballast"):
            os.unlink(queue + "/ballast")
        before = len(sink.messages)
        subprocess.run([sendmail, "-C", cf, "-q"], capture_output=True, timeout=120)
        got = sorted(m[2].split(b"X-Mark: ")[1].split(b"\r\n")[0] for m in sink.messages[before:])
        check("every accepted message arrives once", got == sorted(m for m, _ in accepted), (len(got), len(accepted)))
        check("then there is room again", send(port, b"after", 60000) == 250)
subprocess.run(["umount", queue])
if not failed:
    shutil.rmtree(directory)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
