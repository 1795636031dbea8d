#!/usr/bin/env python3
"""
submissions.py --bin BIN [--real PROGRAM] [--count 10000] [--processes 20]: so many messages given by an ordinary user to the
sendmail command, so many at a time, until they are safe in its queue (-odq): ours, the real one with the same submit.cf,
postfix's sendmail (its daemon not running), and msmtp, which hands each to a server. For each: that every message is there
once, wall time and CPU time for each call. Needs root for the namespace; packages are unpacked, not installed.
"""
import argparse, ctypes, os, re, resource, shutil, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "system"))
import kit
import attacks_world as world

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
ap.add_argument("--real")
ap.add_argument("--count", type=int, default=10000)
ap.add_argument("--processes", type=int, default=20)
ap.add_argument("--packages", default="/var/cache/sendmail-net/postfix")
args = ap.parse_args()
subprocess.run(["sh", os.path.join(here, "..", "..", "compat", "deps.sh"), "unpack", args.packages, "postfix"], check=True)
if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) != 0:
    raise SystemExit("unshare: no network namespace")
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
world.enter()
sink = kit.Sink()
world.install(os.path.abspath(args.bin), sink.port)
server = world.name_service()
TO = "joe@b.test.example"
MAILDROP = "/var/spool/postfix/maildrop"


def postfix():
    mount = lambda *a: subprocess.run(["mount", *a], check=True)
    for d in ("/mnt/upper", "/mnt/work", "/mnt/etc-postfix", "/mnt/lib-postfix"):
        os.makedirs(d)
    mount("-t", "overlay", "-o", "lowerdir=%s/usr:/usr,upperdir=/mnt/upper,workdir=/mnt/work" % args.packages, "none", "/usr")
    with open("/mnt/group", "wb") as f:
        f.write(open("/etc/group", "rb").read() + b"postdrop:x:64011:\npostfix:x:64012:\n")
    with open("/mnt/passwd", "ab") as f:
        f.write(b"postfix:x:64012:64012::/var/spool/postfix:/usr/sbin/nologin\n")
    mount("--bind", "/mnt/group", "/etc/group")
    mount("-t", "tmpfs", "-o", "mode=755", "none", "/var/spool")
    os.makedirs("/etc/postfix", exist_ok=True)
    mount("--bind", "/mnt/etc-postfix", "/etc/postfix")
    with open("/etc/postfix/main.cf", "w") as f:
        f.write("compatibility_level = 3.6\nmyhostname = vm.test.example\ninet_protocols = ipv4\n")
    for d, mode in (("", 0o755), ("/maildrop", 0o1730), ("/public", 0o2710), ("/pid", 0o755)):
        os.makedirs("/var/spool/postfix" + d, exist_ok=True)
        os.chown("/var/spool/postfix" + d, 64012 if d else 0, 64011 if d in ("/maildrop", "/public") else 0)
        os.chmod("/var/spool/postfix" + d, mode)
    os.chown("/usr/sbin/postdrop", 0, 64011)
    os.chmod("/usr/sbin/postdrop", 0o2555)


def marks(directory, prefix):
    found = []
    for name in os.listdir(directory):
        if name.startswith(prefix):
            found += re.findall(rb"mark-(\d+)-", open(os.path.join(directory, name), "rb").read())
    return found


def empty(directory):
    for name in os.listdir(directory):
        if os.path.isfile(os.path.join(directory, name)):
            os.unlink(os.path.join(directory, name))


def measure(command):
    """The submissions, by another process that is the user. (wall, user and system seconds, failures)."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        world.become_user()
        os.chdir(world.HOME)
        environment = {"PATH": "/usr/bin:/bin", "HOME": world.HOME, "USER": "mallory"}

        def one(number):
            text = "To: %s\nSubject: x\n\nmark-%d-\n" % (TO, number)
            return subprocess.run(command, input=text.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment).returncode != 0
        start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        with ThreadPoolExecutor(args.processes) as pool:
            failures = sum(pool.map(one, range(args.count)))
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        os.write(writer, ("%f %f %d" % (time.monotonic() - start, used.ru_utime - before.ru_utime + used.ru_stime - before.ru_stime, failures)).encode())
        os._exit(0)
    os.close(writer)
    answer = os.read(reader, 200).decode().split()
    os.waitpid(child, 0)
    return float(answer[0]), float(answer[1]), int(answer[2])


def report(name, command, found):
    wall, cpu, failures = measure(command)
    there = found()
    good = len(there) == args.count and len(set(there)) == args.count and not failures
    print("%-20s %6d of %d there, %d twice, %d failed; %7.2f s, %6.3f ms wall and %6.3f ms CPU a call" % (
        name, len(set(there)), args.count, len(there) - len(set(there)), failures, wall, wall * 1000 / args.count, cpu * 1000 / args.count), flush=True)
    return good


good = True
programs = [("ours", world.PROGRAM)]
if args.real:
    shutil.copy(args.real, "/mnt/lib/real")
    os.chown("/mnt/lib/real", 0, world.GROUP)
    os.chmod("/mnt/lib/real", 0o2755)
    programs.append(("the real sendmail", "/mnt/lib/real"))
for name, program in programs:
    empty(world.QUEUE)
    good &= report(name, [program, "-odq", "-i", "-t"], lambda: marks(world.QUEUE, "df"))
empty(world.QUEUE)
postfix()
good &= report("postfix's sendmail", ["/usr/sbin/sendmail", "-i", "-t"], lambda: marks(MAILDROP, ""))
good &= report("msmtp (by SMTP)", ["/usr/bin/msmtp", "--host=127.0.0.1", "--port=%d" % sink.port, "--from=mallory@a.test.example", "-t"],
               lambda: [m for _, _, body in list(sink.messages) for m in re.findall(rb"mark-(\d+)-", body)])
server.kill()
sys.stdout.flush()
os._exit(0 if good else 1)
