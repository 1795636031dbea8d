#!/usr/bin/env python3
"""test_run_as_user.py --bin DIR

RunAsUser and alias files that cannot be read. What root starts goes on as the user of the option: queue files are his, programs run
as he does. A daemon keeps its ports as root, and a child serves the connections; it is started again when it dies, and by SIGHUP.
An alias file that cannot be read bounces nothing: the text stands in for an implicit database, otherwise the message waits.
"""
import argparse, os, pwd, re, signal, subprocess, sys
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
SENDMAIL = os.path.realpath(args.bin) + "/sendmail"
MESSAGE = b"Subject: x\n\nbody\n"
passed = failed = 0


def check(what, good, note=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print("%-7s %s %s" % ("ok" if good else "FAILED", what, note), flush=True)


def run(*arguments, message=MESSAGE):
    done = subprocess.run([SENDMAIL, "-C", cf] + list(arguments), input=message, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    return done.returncode, done.stdout.decode("latin-1")


def clear(owner=0):
    for name in os.listdir(queue):
        os.remove(queue + "/" + name)
    os.chown(queue, owner, owner)


def queued():
    return sorted((name[:2], os.stat(queue + "/" + name).st_uid) for name in os.listdir(queue))


def control():
    name, = (n for n in os.listdir(queue) if n.startswith("qf"))
    return open(queue + "/" + name, encoding="latin-1").read()


def user_of(process):
    return os.stat("/proc/%d" % process).st_uid


def children(process):
    return [int(p) for p in open("/proc/%d/task/%d/children" % (process, process)).read().split()]


work = kit.workdir("runas")
queue = work + "/queue"
port = kit.free_port()
if os.getuid() != 0:
    print("NOT RUN: only root can become another user")
    print("0 passed, 0 failed")
    sys.exit(0)
other = pwd.getpwnam("daemon")
cf = kit.configure(work, PORT=port, SINKPORT=kit.free_port())
rules = open(cf).read()
# Local users, aliases and programs, with the name of the user who runs them in a file.
out = work + "/out"
os.mkdir(out)
os.chmod(out, 0o1777)
rules = re.sub(r"(?m)^Mlocal,.*$", "Mlocal,\tP=/bin/sh, F=lsDFMAw5:/|@q, T=DNS/RFC822/X-Unix, A=sh -c id\\\\ -un>>%s/local" % out, rules)
rules = rules.replace("O LogLevel=9", "O LogLevel=9\nO AliasFile=%s/aliases" % work)
with open(cf, "w") as f:
    f.write(rules)
with open(work + "/aliases", "w") as f:
    f.write("who: \"|id -un >> %s/prog\"\ngreek: root\n" % out)
check("aliases are built", run("-bi")[0] == 0)

AS = "-ORunAsUser=daemon"
clear()
rc, said = run(AS, "-odq", "root")
check("a queue that the user cannot enter ends the command", rc == 78 and "can not chdir(" in said and "Permission denied" in said, repr((rc, said)))
clear(other.pw_uid)
rc, said = run(AS, "-odq", "root")
check("queue files are the user's", rc == 0 and queued() == [("df", other.pw_uid), ("qf", other.pw_uid)], repr((rc, said, queued())))
clear(other.pw_uid)
rc, said = run(AS, "-odi", "who")
check("programs run as the user", rc == 0 and open(out + "/prog").read() == "daemon\n", repr((rc, said)))
check("-bv says that it is no longer privileged", "Notice: -bv may give misleading output for non-privileged user" in run(AS, "-bv", "root")[1])
check("numbers will do, with a group", run("-ORunAsUser=%d:%d" % (other.pw_uid, 60), "-odq", "root")[0] == 0
      and {os.stat(queue + "/" + n).st_gid for n in os.listdir(queue)} == {60}, repr(os.listdir(queue)))

# The daemon: root with the ports, a child of the other user with the connections.
clear(other.pw_uid)
with kit.Daemon(SENDMAIL, cf, port, [AS, "-odq"]) as daemon:
    parent = daemon.process.pid
    child = kit.until("child of the daemon", lambda: children(parent))[0]
    kit.until("the child's change of user", lambda: user_of(child) == other.pw_uid)
    check("the daemon stays root, its child does not", user_of(parent) == 0)
    client = kit.Client(port)
    answer = client.ask("EHLO x", "MAIL FROM:<a@b.example>", "RCPT TO:<root>", "DATA", "Subject: x\r\n\r\nbody\r\n.")
    check("it takes messages", answer.startswith("250 2.0.0") and queued() == [("df", other.pw_uid), ("qf", other.pw_uid)], answer)
    client.close()
    os.kill(child, signal.SIGKILL)
    another = kit.until("another child", lambda: [c for c in children(parent) if c != child])[0]
    kit.until("the other child's connections", lambda: user_of(another) == other.pw_uid)
    check("a child that dies is followed by another", kit.Client(port).ask("NOOP").startswith("250"))
    os.kill(parent, signal.SIGHUP)
    kit.until("a third child", lambda: [c for c in children(parent) if c not in (child, another)])
    check("SIGHUP starts it again with the same process", daemon.process.poll() is None and kit.Client(port).ask("NOOP").startswith("250"))
    daemon.process.terminate()
    check("SIGTERM ends both", daemon.process.wait(60) == 0 and not kit.listening(port))

# In the background nobody holds what whoever started it may be waiting for the end of.
pidfile = work + "/pid"
done = subprocess.run([SENDMAIL, "-bd", "-C", cf, AS, "-odq"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
background = int(open(pidfile).readline())
kit.until("the daemon in the background", lambda: kit.listening(port))
check("-bd leaves the terminal with its child", done.returncode == 0 and done.stdout + done.stderr == b"", repr(done))
os.kill(background, signal.SIGTERM)
kit.until("its end", lambda: not kit.listening(port) and not os.path.exists(pidfile))

# Alias files.
database = work + "/aliases.db"


def with_aliases(spec, database_is, text_is=True):
    """The configuration with this AliasFile, a database in this state, and the text or none."""
    with open(cf, "w") as f:
        f.write(re.sub(r"(?m)^O AliasFile=.*$", "O AliasFile=" + spec, rules))
    for path in (database, work + "/aliases"):
        if os.path.exists(path):
            os.remove(path)
    if text_is:
        with open(work + "/aliases", "w") as f:
            f.write("greek: root\n")
    if database_is == "garbage":
        with open(database, "w") as f:
            f.write("x" * 9000)
    clear()


path = work + "/aliases"
for state in ("missing", "garbage"):
    with_aliases(path, state)
    rc, said = run("-bv", "greek")
    check("%s implicit database: the text stands in" % state, rc == 0 and said == "root... deliverable: mailer local, host [127.0.0.1], user root\n", repr((rc, said)))
    rc, said = run("-v", "-bv", "greek")
    check("%s implicit database: -v tells of it" % state, said.startswith("greek... WARNING: cannot open alias database %s; reading text version\n" % path
          + "%s: 1 aliases, longest 4 bytes, 9 bytes total\n" % path), repr(said))
with_aliases(path, "missing", False)
rc, said = run("-odi", "root")
check("neither database nor text: the message waits", rc == 0 and said == "" and "\nRPFD:root\n" in control(), repr((rc, said)))
for state, complaint in (("missing", 'hash map "Alias0": missing map file %s: No such file or directory\n' % database), ("garbage", "Cannot open hash database %s: Invalid argument\n" % database)):
    with_aliases("hash:" + path, state)
    rc, said = run("-odi", "root")
    check("%s hash database: the message waits and the command says why" % state, rc == 71 and said == complaint and "\nRPFD:root\n" in control(), repr((rc, said)))
with_aliases("hash:" + path, "missing")
with kit.Daemon(SENDMAIL, cf, port, ["-odq"]):
    client = kit.Client(port)
    answer = client.ask("EHLO x", "MAIL FROM:<a@b.example>", "RCPT TO:<nosuchuser>")
    check("clients are not refused for it", answer == "250 2.1.5 <nosuchuser>... Recipient ok (will queue)", answer)
    client.close()

# A database that newaliases has not finished (it writes the mark @ last) is waited for, 2 and 4 seconds and so on, and told of.
with_aliases(path, "missing")
subprocess.run([os.path.dirname(SENDMAIL) + "/makemap", "-C", cf, "hash", database], input=b"greek root\n", check=True)
rc, said = run("-OAliasWait=1s", "-v", "-bv", "greek")
check("an unfinished database is used, with a warning, when the wait is over", said.startswith("greek... Warning: alias database %s out of date\ngreek... aliased to root\n" % database), repr(said))
rc, said = run("-OAliasWait=0", "-v", "-bv", "greek")
check("without AliasWait it is used as it is", said.startswith("greek... aliased to root\n"), repr(said))

print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
