#!/usr/bin/env python3
"""test_daemon.py --bin DIR

The life of the daemon's process: in the background with its pid file, started again by SIGHUP without a closed port or a
dropped session, going on with its old configuration when the new one cannot be used, with sockets and notifications of a
service manager, and the queue runner without ports.
"""
import argparse, os, signal, socket, subprocess, sys, time
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
SENDMAIL = os.path.realpath(args.bin) + "/sendmail"
passed = failed = 0


def check(what, good, note=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print("%-7s %s %s" % ("ok" if good else "FAILED", what, note), flush=True)


def pid(path, other=None):
    """The pid file's first line once it names a process other than the one given."""
    def read():
        try:
            lines = open(path).read().split("\n")
            return int(lines[0]) if len(lines) > 2 and int(lines[0]) != other else None
        except (OSError, ValueError):
            return None
    return kit.until("pid file", read)


def alive(process):
    try:
        return open("/proc/%d/stat" % process).read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone(process):
    kit.until("end of process %d" % process, lambda: not alive(process))
    return True


class Session:
    def __init__(self, port):
        self.s = socket.create_connection(("127.0.0.1", port), 30)
        self.f = self.s.makefile("rb")
        self.greeting = self.reply()

    def reply(self):
        while True:
            line = self.f.readline().decode("latin-1").rstrip()
            if line[3:4] != "-":
                return line

    def close(self):
        self.f.close()
        self.s.close()

    def ask(self, text):
        self.s.sendall(text.encode() + b"\r\n")
        return self.reply()


def greeting(port):
    session = Session(port)
    session.close()
    return session.greeting


work = kit.workdir("daemon")
port = kit.free_port()
pidfile = work + "/sendmail.pid"
cf = kit.configure(work, PORT=port, SINKPORT=kit.free_port(), options="O PidFile=%s\nO SmtpGreetingMessage=first" % pidfile)
text = open(cf).read()


def change(new):
    with open(cf + ".new", "w") as f:
        f.write(new)
    os.rename(cf + ".new", cf)


# Started with SIGHUP ignored, as nohup does it: a daemon hears it all the same.
run = subprocess.run(["nohup", SENDMAIL, "-bd", "-C", cf], stdin=subprocess.DEVNULL, capture_output=True, text=True)
check("-bd returns when the daemon listens", run.returncode == 0 and run.stdout + run.stderr == "", repr((run.returncode, run.stdout, run.stderr)))
first = pid(pidfile)
check("pid file: process and command", open(pidfile).read().split("\n")[1] == SENDMAIL + " -bd -C " + cf)
check("a session of its own", os.getsid(first) == first, str(first))
old = Session(port)
check("greeting of the first configuration", old.greeting.startswith("220 first"), old.greeting)
check("the session works", old.ask("HELO client.example").startswith("250"))

change(text.replace("=first", "=second"))
os.kill(first, signal.SIGHUP)
second = pid(pidfile, first)
check("SIGHUP: another process takes over", second != first and alive(second))
new = Session(port)
kit.until("the new configuration", lambda: greeting(port).startswith("220 second"))
check("the old session goes on", old.ask("MAIL FROM:<a@client.example>").startswith("250") and old.ask("RSET").startswith("250"))
check("the old process waits for it", alive(first))
check("and ends with it", old.ask("QUIT").startswith("221") and gone(first))
check("pid file still names the new one", pid(pidfile) == second)
new.close()

change(text.replace("O SmtpGreetingMessage=first", "O NoSuchOption\nO DaemonPortOptions=Port=%d, Addr=192.0.2.1" % port).replace("Mlocal", "Mlocal\nMbad"))
os.kill(second, signal.SIGHUP)
for _ in range(20):
    answer = greeting(port)
check("a configuration that cannot be used: the daemon goes on", answer.startswith("220 second") and alive(second), answer)
change(text.replace("=first", "=third"))
os.kill(second, signal.SIGHUP)
third = pid(pidfile, second)
kit.until("the third configuration", lambda: greeting(port).startswith("220 third"))
check("and takes the next good one", True)
os.kill(third, signal.SIGTERM)
check("SIGTERM ends it", gone(third) and not os.path.exists(pidfile))

# A connection that is made at any moment of a restart is accepted: the listening socket never closes.
# Started with SIGHUP ignored, as nohup does it: a daemon hears it all the same.
run = subprocess.run(["nohup", SENDMAIL, "-bd", "-C", cf], stdin=subprocess.DEVNULL)
process, refused, made = pid(pidfile), [], 0
for _ in range(5):
    os.kill(process, signal.SIGHUP)
    while True:
        try:
            Session(port).close()
            made += 1
        except OSError as e:
            refused.append(str(e))
        try:
            now = int(open(pidfile).read().split("\n")[0])
        except (OSError, ValueError):
            continue
        if now != process:
            process = now
            break
check("no connection refused in five restarts", not refused, "%d made, refused: %s" % (made, refused))
os.kill(process, signal.SIGTERM)
gone(process)

# Socket activation and notifications, as systemd does them.
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", port))
listener.listen(50)
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(work + "/notify")
notify.settimeout(30)


def told(word):
    while True:
        message = notify.recv(4096).decode()
        if any(line.startswith(word) for line in message.split("\n")):
            return message


early = socket.create_connection(("127.0.0.1", port))
environment = dict(os.environ, NOTIFY_SOCKET=work + "/notify", LISTEN_FDS="1", WATCHDOG_USEC="60000000")
child = os.fork()
if child == 0:
    os.dup2(listener.fileno(), 3)
    os.set_inheritable(3, True)
    environment["LISTEN_PID"] = environment["WATCHDOG_PID"] = str(os.getpid())
    os.closerange(4, 100)
    os.execve(SENDMAIL, [SENDMAIL, "-bD", "-C", cf], environment)
told("READY=1")
check("READY when the ports are open", True)
check("a connection made before the start is served", early.makefile("rb").readline().startswith(b"220 third"))
session = Session(port)
check("STATUS counts sessions and messages", "2 sessions, 0 messages queued" in told("STATUS="))
told("WATCHDOG=1")
check("signs of life for the watchdog", True)
session.ask("HELO client.example")
os.kill(child, signal.SIGHUP)
told("RELOADING=1")
message = told("MAINPID=")
main = int(message.split("MAINPID=")[1].split("\n")[0])
check("SIGHUP: RELOADING, then the new process", main != child and "READY=1" in message and alive(main), repr(message))
check("its sessions go on", session.ask("NOOP").startswith("250"))
kit.until("a session of the new process", lambda: greeting(port).startswith("220 third"))
session.ask("QUIT")
early.close()
check("the first process ends after its last session", os.waitpid(child, 0)[1] == 0)
told("WATCHDOG=1")
os.kill(main, signal.SIGTERM)
check("STOPPING", "STOPPING=1" in told("STOPPING="))
gone(main)
check("the port stays open for the next start", socket.create_connection(("127.0.0.1", port), 5) is not None)
listener.close()

# The queue runner without a port.
run = subprocess.run([SENDMAIL, "-C", cf, "-q30m"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
check("-q30m goes into the background", run.returncode == 0 and run.stdout + run.stderr == "", repr((run.returncode, run.stdout, run.stderr)))
runner = pid(pidfile)
check("with a pid file", open(pidfile).read().split("\n")[1] == SENDMAIL + " -C " + cf + " -q30m")
check("and no port", not kit.listening(port))
os.kill(runner, signal.SIGHUP)
next_runner = pid(pidfile, runner)
check("SIGHUP: another process", gone(runner) and alive(next_runner))
os.kill(next_runner, signal.SIGTERM)
check("SIGTERM ends it", gone(next_runner) and not os.path.exists(pidfile))

# As a service whose parent cannot be looked at: systemd says in the environment which process it started.
child = os.fork()
if child == 0:
    os.execve(SENDMAIL, [SENDMAIL, "-C", cf, "-q30m"], dict(os.environ, NOTIFY_SOCKET=work + "/notify", SYSTEMD_EXEC_PID=str(os.getpid())))
told("READY=1")
check("-q30m as a service stays the process that it is", pid(pidfile) == child and alive(child))
os.kill(child, signal.SIGTERM)
os.waitpid(child, 0)

# To the journal, where the service's output goes to it: the very line, and the queue id as a field. The journal is in a mount namespace.
if os.getuid() == 0:
    journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    journal.bind(work + "/journal")
    journal.settimeout(60)
    output = open(work + "/output", "w")
    stream = os.fstat(output.fileno())
    service = subprocess.Popen(["unshare", "-m", "sh", "-c", 'mount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal && : >/run/systemd/journal/socket && '
                                'mount --bind "$0" /run/systemd/journal/socket && exec "$@"', work + "/journal", SENDMAIL, "-bD", "-C", cf], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                               env=dict(os.environ, JOURNAL_STREAM="%d:%d" % (stream.st_dev, stream.st_ino)))

    def entry(text):
        while True:
            fields = dict(l.split("=", 1) for l in journal.recv(65536).decode("latin-1").splitlines())
            if text in fields["MESSAGE"]:
                return fields

    started = entry("starting daemon")
    check("the journal gets the line as it is", (started["PRIORITY"], started["SYSLOG_FACILITY"], started["SYSLOG_IDENTIFIER"], started["MESSAGE"].split(" (")[0]) == ("6", "2", "sendmail", "starting daemon"), repr(started))
    check("with the process's number", started["SYSLOG_PID"].isdigit())
    service.terminate()
    service.wait(60)
    journal.close()
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
