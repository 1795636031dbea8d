#!/usr/bin/env python3
"""test_control.py --bin DIR

What a daemon is told while it runs: the commands of its control socket and who may give them, SIGUSR1, and SIGTERM while it delivers: it
ends soon, who has got the message does not get it again, and who has not gets it afterwards.
"""
import argparse, os, re, shutil, signal, socket, stat, subprocess, sys, threading, time
import kit, namespaces

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
ap.add_argument("--inside", action="store_true", help="already in namespaces of its own")
args = ap.parse_args()
if not args.inside:
    namespaces.enter()
SENDMAIL = os.path.join(os.path.realpath(args.bin), "sendmail")
passed = failed = 0


def check(what, good, note=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print("%-7s %s %s" % ("ok" if good else "FAILED", what, "" if good else repr(note)[:1500]), flush=True)


namespaces.prepare()
work = kit.workdir("ctl")
log = namespaces.Log(work + "/dev")
control, pidfile, helpfile = work + "/control", work + "/sendmail.pid", work + "/help"
with open(helpfile, "w") as f:
    f.write("#vers\t2\nsmtp\tnot this\ncontrol\tfirst line\ncontrol\tversion $v\n")
sink = kit.Sink()
held = socket.socket()
held.bind(("127.0.0.1", 0))
held.listen(20)
port = kit.free_port()
RULES = "Mheld,\tP=[IPC], F=lmDFMuXa, E=\\r\\n, L=990, T=DNS/RFC822/SMTP, A=TCP $h %d\n" % held.getsockname()[1]
cf = kit.configure(work, PORT=port, SINKPORT=sink.port, rules=RULES,
                   options="O ControlSocketName=%s\nO Timeout.control=1s\nO PidFile=%s\nO HelpFile=%s\nO MaxDaemonChildren=9\nO LogLevel=15" % (control, pidfile, helpfile))
text = open(cf).read()
with open(cf, "w") as f:
    f.write(text.replace("R$* <@ $+>		$#esmtp", "R$* <@ held.$+>	$#held $@ [127.0.0.1] $: $1 <@ held.$2>\nR$* <@ $+>		$#esmtp"))


def ask(command, end=False):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(60)
        s.connect(control)
        s.sendall(command)
        if end:
            s.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := s.recv(65536):
            answer += piece
        return answer.decode("latin-1")


def logged():
    return [line.decode("latin-1").partition("]: ")[2] for line in log.take()]


def refused_start(what, reason):
    """Starts a daemon whose control socket cannot be opened."""
    log.take()
    with kit.Daemon(SENDMAIL, cf, port):
        lines = []
        kit.until("start", lambda: lines.extend(logged()) or any(l.startswith("started as:") for l in lines))
        check("%s: %s" % (what, reason), "daemon could not open control socket %s: %s" % (control, reason) in lines and kit.listening(port), lines)


# Unsafe paths: told of, and the daemon goes on without.
os.symlink(work + "/elsewhere", control)
refused_start("a link", "Symbolic links not allowed")
os.unlink(control)
os.mkdir(control)
refused_start("a directory", "Executable files not allowed")
os.rmdir(control)
os.chmod(work, 0o777)
text = open(cf).read()
with open(cf, "w") as f:
    f.write(text.replace("O DontBlameSendmail=GroupWritableDirPathSafe,TrustStickyBit\n", ""))
os.chmod(cf, 0o644)
os.chmod(work, 0o755)
os.mkdir(work + "/open")
os.chmod(work + "/open", 0o777)
safe, control = control, work + "/open/control"
with open(cf, "w") as f:
    f.write(text.replace("=" + safe, "=" + control))
refused_start("a directory that all may write in", "World writable directory")
control = safe
with open(cf, "w") as f:
    f.write(text)

# Commands.
run = subprocess.run([SENDMAIL, "-bd", "-C", cf], stdin=subprocess.DEVNULL, capture_output=True)
first = int(kit.until("pid file", lambda: os.path.exists(pidfile) and open(pidfile).read().split("\n")[0]))
check("its owner and group may use it", stat.S_IMODE(os.stat(control).st_mode) == 0o660, oct(os.stat(control).st_mode))
log.take()
check("help", ask(b"help\n") == "first line\nversion %s\nEnd of HELP info\n" % re.search(r"version (\S+)", ask(b"help\n"))[1], ask(b"help\n"))
check("help is logged as the reply that it is", "NOQUEUE: --- 214-2.0.0 first line" in logged())
check("case, blanks, words behind it, carriage return", ask(b"  HeLp me\r\n") == ask(b"help\n"))
check("without an end of line", ask(b"help", True) == ask(b"help\n"))
check("an unknown command", ask(b"format c:\n") == "Bad command (format)\r\n")
check("an empty one", ask(b"\n") == "Bad command ()\r\n")
check("nothing at all", ask(b"", True) == "")
check("memdump", ask(b"memdump\n") == "Memory dump unavailable.\r\nTo fix, run sendmail with -dsm_check_heap.4\r\n")
status = ask(b"status\n")
check("status", re.fullmatch(r"0/9/\d+/\d+\r\n%d accepting connections\r\n\d+ console socket child\r\n" % first, status), status)
client = kit.Client(port)
status = ask(b"status\n")
check("status with a session", re.fullmatch(r"1/9/\d+/\d+\r\n%d accepting connections\r\n\d+ SMTP server child for 127\.0\.0\.1\r\n\d+ console socket child\r\n" % first, status), status)
status = ask(b"mstat\n")
check("mstat", re.fullmatch(r"C:1\r\nM:9\r\nL:\d+\r\nQ:NOTCONFIGURED:-1\r\nD:0/\./\d+\r\nP:\d+ accepting connections\r\nP:\d+ SMTP server child for 127\.0\.0\.1\r\nP:\d+ console socket child\r\n", status), status)
log.take()
with socket.socket(socket.AF_UNIX) as s:
    s.settimeout(60)
    s.connect(control)
    check("who says nothing is left", s.recv(100) == b"")
check("which is logged", "NOQUEUE: timeout waiting for input during control command" in logged())
check("a line without end does no harm", ask(b"x" * 100000 + b"\n").startswith("Bad command (xxx"))

# SIGUSR1.
os.kill(first, signal.SIGUSR1)
lines = []
kit.until("state", lambda: lines.extend(logged()) or "NOQUEUE: --- end of state dump ---" in lines)
check("SIGUSR1: the state is logged", ["NOQUEUE: --- dumping state on user signal: $j = relay.test.example ---", "NOQUEUE: CurChildren = 1", "NOQUEUE: --- open file descriptors: ---"] == lines[:3]
      and "NOQUEUE: --- connection cache: ---" in lines, lines)
check("sockets among it", any("SOCK [[UNIX: %s]]->(Transport endpoint is not connected)" % control in l for l in lines) and any(re.search(r"SOCK \S+/%d->(localhost|\[127\.0\.0\.1\])/\d+" % port, l) for l in lines), lines)
check("and the daemon goes on", client.ask("NOOP").startswith("250"))
client.close()

# Started again, and stopped.
log.take()
check("restart", ask(b"restart\n") == "OK\r\n")
second = int(kit.until("another process", lambda: (p := open(pidfile).read().split("\n")[0] if os.path.exists(pidfile) else "") and int(p) != first and p))
check("the log says why", "restarting %s due to control socket" % SENDMAIL in logged())
kit.until("end of the first process", lambda: not os.path.exists("/proc/%d" % first) or open("/proc/%d/stat" % first).read().rsplit(")", 1)[1].split()[0] == "Z")
check("the control socket is the new one's", "%d accepting connections" % second in ask(b"status\n"))
log.take()
check("shutdown", ask(b"shutdown now\n") == "OK\r\n")
kit.until("end", lambda: not os.path.exists(pidfile))
kit.until("log", lambda: lines.extend(logged()) or "NOQUEUE: stopping daemon, reason=control socket" in lines)
check("no socket is left", not os.path.exists(control) and not kit.listening(port))


# SIGTERM while a message is delivered: one recipient has got it, the other's host does not answer.
def term(what, arguments, submit):
    for name in os.listdir(work + "/queue"):
        os.unlink(work + "/queue/" + name)
    with sink.lock:
        sink.messages.clear()
    daemon = kit.Daemon(SENDMAIL, cf, port, arguments).start()
    submit()
    peer, _ = held.accept()
    kit.until("the first recipient", lambda: len(sink.messages) == 1)
    log.take()
    os.kill(daemon.process.pid, signal.SIGTERM)
    daemon.process.wait(60)
    peer.close()
    lines = logged()
    check(what + ": ends in order", daemon.process.returncode == 0 and any(l.endswith("stopping daemon, reason=signal") for l in lines) and not any("SYSERR" in l for l in lines), lines)
    files = [n for n in os.listdir(work + "/queue") if n.startswith("qf")]
    queued = [l for n in files for l in open(work + "/queue/" + n, encoding="latin-1") if l.startswith("R")]
    check(what + ": who has got it is not in the queue, who has not is", len(queued) == 1 and "b@held.example" in queued[0], queued)
    # Now the host answers.
    threading.Thread(target=lambda: serve(held), daemon=True).start()
    subprocess.run([SENDMAIL, "-C", cf, "-q"], stdin=subprocess.DEVNULL, timeout=60)
    with sink.lock:
        got = [(r, m[0]) for m in sink.messages for r in m[1]]
    check(what + ": everybody got it once", sorted(r for r, _ in got) == [b"a@other.example", b"b@held.example"] and not os.listdir(work + "/queue"), (got, os.listdir(work + "/queue")))


def serve(listener):
    """Hands one connection on to the sink."""
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", sink.port))

    def copy(one, other):
        while piece := one.recv(65536):
            other.sendall(piece)
        other.shutdown(socket.SHUT_WR)
    other = threading.Thread(target=copy, args=(server, client), daemon=True)
    other.start()
    copy(client, server)
    other.join()
    client.close()


def by_smtp():
    client = kit.Client(port)
    client.ask("HELO x", "MAIL FROM:<s@from.example>", "RCPT TO:<a@other.example>", "RCPT TO:<b@held.example>", "DATA", "Subject: x\r\n\r\ntext\r\n.")
    client.close()


def by_command():
    subprocess.run([SENDMAIL, "-C", cf, "-odq", "-f", "s@from.example", "a@other.example", "b@held.example"], input=b"Subject: x\n\ntext\n", check=True)


term("SIGTERM in a delivery", [], by_smtp)
term("SIGTERM in a queue run", ["-q1s"], by_command)
sink.stop()
if not failed:
    subprocess.run(["umount", "-R", "/dev"], stderr=subprocess.DEVNULL)
    shutil.rmtree(work, ignore_errors=True)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
