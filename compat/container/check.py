"""check.py TREE: runs the container's tree as an engine would, in this network namespace, and relays a message through it."""
import os, smtplib, subprocess, sys
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests", "system"))
import kit

tree = sys.argv[1]
passed = failed = 0
RUN = r'''
set -e
mount --make-rprivate /
mount --bind "$0" "$0"; cd "$0"
mount -t proc proc proc
for d in null zero random urandom; do [ -e dev/$d ] || : >dev/$d; mount --bind /dev/$d dev/$d; done
mount -t tmpfs -o mode=1777 tmpfs run
mount --bind var/spool/mqueue var/spool/mqueue
mount -o remount,ro,bind .
# What chroot(1) itself needs goes with the user.
exec setpriv --bounding-set=-all,+sys_chroot,+setuid,+setgid --no-new-privs chroot --userspec=25:25 --groups= . "$@"
'''


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + str(detail)[-1500:]), flush=True)


dns = subprocess.Popen([sys.executable, os.path.join(HERE, "..", "oracle", "tools", "fakedns.py"), "127.0.0.1", "53", os.path.join(HERE, "zone.txt")], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
kit.until("the name server", lambda: " 0100007F:0035 " in open("/proc/net/udp").read())
log = open(tree + ".log", "w+")
program = subprocess.Popen(["unshare", "-m", "-p", "--fork", "--kill-child", "sh", "-c", RUN, tree, "/usr/sbin/sendmail", "-bD", "-q15m"],
                           env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
said = lambda: open(tree + ".log").read()
try:
    kit.until("the port: ", lambda: kit.listening(2525) or program.poll() is not None, 30)
    check("it runs", program.poll() is None, said())
    child = open("/proc/%d/task/%d/children" % (program.pid, program.pid)).read().split()[0]
    status = dict(l.split(":", 1) for l in open("/proc/%s/status" % child).read().splitlines())
    check("as a user without rights", status["Uid"].split() == ["25"] * 4 and int(status["CapEff"], 16) == 0 and status["NoNewPrivs"].strip() == "1", status)
    mounts = [l.split() for l in open("/proc/%s/mounts" % child)]
    check("its root is read only", any(m[1] == "/" and "ro" in m[3].split(",") for m in mounts), mounts)
    with kit.Sink(address="127.0.0.2", port=25) as sink:
        with smtplib.SMTP("127.0.0.1", 2525, timeout=60) as s:
            s.sendmail("a@sender.test", ["b@sink.test"], "Subject: relayed\r\n\r\nbody\r\n")
        kit.until("the message", lambda: sink.messages, 60)
        check("a message is relayed", b"Subject: relayed" in sink.messages[0][2])
    kit.until("an empty queue", lambda: not [n for n in os.listdir(tree + "/var/spool/mqueue") if n[0] in "qd"], 30)
    check("the queue is empty again", True)
    check("its log is its output", "stat=Sent" in said(), said())
finally:
    program.kill()
    dns.kill()
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
