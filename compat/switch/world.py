"""A Debian system in namespaces with systemd as its init, and what is done to it from outside. The caller has a network
namespace of its own, which the system shares."""
import os, shutil, socket, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests", "system"))
from kit import until


def unified_hierarchy():
    """Where cgroup2 is mounted; systemd as an init needs one that it may write."""
    for line in open("/proc/self/mounts"):
        fields = line.split()
        if fields[2] == "cgroup2":
            return fields[1]
    raise SystemExit("no cgroup2 is mounted here: systemd cannot be an init without it")


class System:
    """One boot of a copy of BASE; the copy is forgotten afterwards."""

    def __init__(self, base, work):
        self.base, self.upper = base, tempfile.mkdtemp(prefix="run-", dir=work)
        os.chmod(self.upper, 0o755)
        self.group = os.path.join(unified_hierarchy(), "switch-" + os.path.basename(self.upper))

    def __enter__(self):
        os.mkdir(self.group)
        log = open(self.upper + "/boot.log", "w")
        self.outer = subprocess.Popen(["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec unshare -m -u -i -p -C --fork --kill-child bash "$@"', self.group, HERE + "/boot.sh", self.base, self.upper],
                                      stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.pid = until("the system's init", self.child)
        until("systemd: " + self.boot_log(), lambda: self.outer.poll() is not None or self.run("systemctl", "is-system-running", check=False).stdout.strip() in ("running", "degraded"), 120)
        assert self.outer.poll() is None, "systemd did not start: " + self.boot_log()
        return self

    def boot_log(self):
        return open(self.upper + "/boot.log").read()[-2000:]

    def child(self):
        if self.outer.poll() is not None:
            raise SystemExit("no namespaces: " + self.boot_log())
        children = open("/proc/%d/task/%d/children" % (self.outer.pid, self.outer.pid)).read().split()
        return int(children[0]) if children and os.path.basename(os.readlink("/proc/%s/exe" % children[0])) == "systemd" else None

    def __exit__(self, *_):
        self.outer.kill()
        self.outer.wait()
        until("the end of all processes", lambda: not open(self.group + "/cgroup.procs").read() and not any(os.path.isdir(os.path.join(self.group, n)) and self.busy(os.path.join(self.group, n)) for n in os.listdir(self.group)), 60)
        for directory, _, _ in os.walk(self.group, topdown=False):
            os.rmdir(directory)
        shutil.rmtree(self.upper)

    @staticmethod
    def busy(group):
        return any(open(os.path.join(d, "cgroup.procs")).read() for d, _, _ in os.walk(group))

    def command(self, *argv, user=None):
        enter = ["nsenter", "-t", str(self.pid), "-m", "-u", "-i", "-p", "-C", "--", "env", "-i", "-C", "/", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "DEBIAN_FRONTEND=noninteractive", "TERM=dumb"]
        return enter + (["setpriv", "--reuid", user, "--regid", user, "--init-groups"] if user else []) + list(argv)

    def run(self, *argv, user=None, text="", check=True, timeout=300):
        r = subprocess.run(self.command(*argv, user=user), input=text, capture_output=True, text=True, timeout=timeout, encoding="latin-1")
        if check and r.returncode:
            raise AssertionError("%s: %d\n%s%s" % (" ".join(argv), r.returncode, r.stdout[-3000:], r.stderr[-3000:]))
        return r

    def shell(self, script, **more):
        return self.run("sh", "-c", script, **more).stdout

    def path(self, name):
        return "/proc/%d/root%s" % (self.pid, name)

    def read(self, name):
        with open(self.path(name), encoding="latin-1") as f:
            return f.read()

    def write(self, name, text, append=False):
        with open(self.path(name), "a" if append else "w") as f:
            f.write(text)


def answers(port, address="127.0.0.1"):
    """Whether an SMTP server greets there."""
    try:
        with socket.create_connection((address, port), 5) as s:
            return s.recv(4) == b"220 "
    except OSError:
        return False


def measured(what, action):
    start = time.monotonic()
    action()
    seconds = time.monotonic() - start
    print("%-60s %6.1f s" % (what, seconds), flush=True)
    return seconds
