#!/usr/bin/env python3
"""
Attacks on a set-group-ID sendmail by an ordinary user: environment, descriptors, limits, options, links, signals. After each
nothing that the group may reach is changed, read out or created, the queue holds well-formed files alone, and every message
that the command took (exit code 0) has arrived or waits. Needs root for the namespace.
"""
import argparse, ctypes, os, re, resource, shutil, signal, socket, struct, subprocess, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit
import attacks_world as world

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
if os.getuid() != 0:
    print("a set-group-ID installation needs root (namespaces): run 'sudo make system'")
    print("0 passed, 0 failed")
    sys.exit(0)
args.bin = os.path.abspath(args.bin)
passed = failed = 0
world.enter()
sink = kit.Sink()
world.install(args.bin, sink.port)
before = world.watched()
ARGS = ["-i", "-odi", "joe@b.test.example"]


def check(name, problems):
    global passed, failed
    passed, failed = passed + (not problems), failed + bool(problems)
    print(("FAILED  " if problems else "ok      ") + name + (": " + "; ".join(problems)[:1500] if problems else ""), flush=True)


def empty_queue():
    for name in os.listdir(world.QUEUE):
        os.unlink(os.path.join(world.QUEUE, name))


def attack(name, arguments=ARGS, accepted=None, **how):
    """One attack and what must hold after it. accepted: whether the command must (True) or must not (False) take the message."""
    with sink.lock:
        sink.messages.clear()
    code, out = world.attack(arguments, **how)
    problems = []
    if accepted is True and code != 0 and code is not None:
        problems.append("exit code %d: %r" % (code, out))
    if accepted is False and code == 0:
        problems.append("exit code 0: %r" % out)
    # A program that the kernel gives no memory to may die, but not with the message.
    if ((code or 0) < 0 and not how.get("limits")) or b"Unhandled exception" in out or b"   at " in out:
        problems.append("died: %d %r" % (code, out))
    if code is None:
        problems.append("hangs: %r" % out)
    inspect(problems, out, code == 0 and accepted is not None and accepted)
    check(name, problems)
    return out


def inspect(problems, out, took):
    global before
    after = world.watched()
    for path in sorted(set(before) | set(after)):
        if before.get(path) != after.get(path):
            problems.append("%s: was %r, is %r" % (path, before.get(path), after.get(path)))
    with sink.lock:
        mail = [m for _, _, m in sink.messages]
    before = after
    if world.leaked(out, *mail):
        problems.append("the secret is out")
    for name in os.listdir(world.QUEUE):
        if not re.fullmatch(r"[qdxt]f[0-9A-Za-z]{14,16}", name):
            problems.append("strange file in the queue: " + name)
        elif name.startswith("qf"):
            control = open(os.path.join(world.QUEUE, name), "rb").read()
            if not control.startswith(b"V8\n") or not control.endswith(b"\n.\n"):
                problems.append("broken control file " + name)
            if b"\nRPFD:<root@evil.test>" in control or b"\nCroot" in control:
                problems.append("a line of the control file was forged: %r" % control)
    if took and not mail and not world.queued():
        problems.append("the message is lost")
    empty_queue()


attack("nothing but a message", accepted=True)

# ---- environment
group_dir, secret = "/mnt/group-dir", "/mnt/group-secret"
attack("settings of the runtime: heap limit", accepted=True, env={"DOTNET_GCHeapHardLimit": "100", "COMPlus_GCHeapHardLimit": "100", "DOTNET_GCgen0size": "1"})
attack("settings of the runtime: server collector and large pages", accepted=True, env={"DOTNET_gcServer": "1", "DOTNET_GCLargePages": "1", "DOTNET_GCHeapCount": "FFFF"})
attack("settings of the runtime: events, traces, logs", accepted=True, env={
    "DOTNET_EnableEventPipe": "1", "DOTNET_EventPipeOutputPath": group_dir + "/trace", "DOTNET_EventPipeConfig": "*", "DOTNET_PerfMapEnabled": "1",
    "DOTNET_GCLogEnabled": "1", "DOTNET_GCLogFile": group_dir + "/gc", "DOTNET_GCConfigLogEnabled": "1", "DOTNET_GCConfigLogFile": group_dir + "/gcc",
    "DOTNET_StressLog": "1", "DOTNET_StressLogFilename": group_dir + "/stress", "DOTNET_DiagnosticPorts": group_dir + "/port", "TMPDIR": group_dir})


def crash(process):
    time.sleep(0.05)
    process.send_signal(signal.SIGSEGV)


with sink.lock:
    sink.messages.clear()
code, out = world.attack(ARGS, env={"DOTNET_DbgEnableMiniDump": "1", "DOTNET_DbgMiniDumpName": group_dir + "/dump", "DOTNET_CreateDumpLogToFile": group_dir + "/log",
                                    "DOTNET_DbgMiniDumpType": "4"}, started=crash)
problems = ["took part in writing a dump: %r" % out] if b"createdump" in out else []
inspect(problems, out, False)
check("a crash leaves no dump", problems)

with open(world.HOME + "/evil.c", "w") as f:
    f.write("#include <unistd.h>\n#include <stdlib.h>\n__attribute__((constructor)) static void evil(void) { if (getegid() == %d) system(\"touch /mnt/group-dir/owned\"); }\n" % world.GROUP)
if shutil.which("cc"):
    os.system("cc -shared -fPIC -o %s/evil.so %s/evil.c" % (world.HOME, world.HOME))
else:
    open(world.HOME + "/evil.so", "w").close()
evil = world.HOME + "/evil.so"
for name in ("libssl.so.3", "libcrypto.so.3", "libMonoPosixHelper.so", "libSystem.Native.so", "createdump", "libclrgc.so"):
    shutil.copy(evil, world.HOME + "/" + name)
attack("a library by the loader's variables", accepted=True, env={"LD_PRELOAD": evil, "LD_LIBRARY_PATH": world.HOME, "LD_AUDIT": evil, "GCONV_PATH": world.HOME})
attack("a library by the runtime's variables", accepted=True, env={
    "DOTNET_OPENSSL_VERSION_OVERRIDE": "./../../../../.." + evil, "CLR_OPENSSL_VERSION_OVERRIDE": "3/../../.." + evil, "DOTNET_GCName": "evil.so", "DOTNET_GCPath": evil,
    "CORECLR_ENABLE_PROFILING": "1", "CORECLR_PROFILER_PATH": evil, "CORECLR_PROFILER": "{846F5F1C-F9AE-4B07-969E-05C26BC060D8}", "DOTNET_STARTUP_HOOKS": evil})
attack("files by OpenSSL's variables", accepted=True, env={"OPENSSL_CONF": secret, "SSL_CERT_FILE": secret, "SSL_CERT_DIR": group_dir, "OPENSSL_MODULES": world.HOME, "OPENSSL_ENGINES": world.HOME,
                                                           "SSLKEYLOGFILE": group_dir + "/keys", "RANDFILE": group_dir + "/rnd"})
attack("a time zone that is a file", accepted=True, env={"TZ": ":" + secret, "TZDIR": group_dir})
attack("a time zone that leads out", accepted=True, env={"TZ": "../../../.." + secret})
attack("resolver and locale", accepted=True, env={"HOSTALIASES": secret, "RES_OPTIONS": "debug", "LOCALDOMAIN": "evil.test", "RESOLV_HOST_CONF": secret, "LOCPATH": group_dir, "NLSPATH": secret,
                                                  "LC_ALL": "../../.." + secret, "IFS": "/", "MALLOC_TRACE": group_dir + "/m", "GLIBC_TUNABLES": "glibc.malloc.check=3"})
attack("a full name with lines", accepted=True, env={"NAME": "x\nRPFD:<root@evil.test>\nCroot:0:0"})
attack("no environment of use, no name", accepted=True, argv0="", env={"PATH": "", "HOME": "", "USER": ""})

# ---- descriptors, limits, directories
for closed in ((0,), (1, 2), (0, 1, 2)):
    attack("descriptors %s are closed" % (closed,), close=closed, accepted=None)
attack("few descriptors", limits=[(resource.RLIMIT_NOFILE, 8)])
attack("files of 20 octets at most", limits=[(resource.RLIMIT_FSIZE, 20)], text="Subject: x\n\n" + "body\n" * 100)
attack("no memory", limits=[(resource.RLIMIT_DATA, 1 << 20)])
attack("no processes", limits=[(resource.RLIMIT_NPROC, 1)])
attack("a core file as large as it likes", limits=[(resource.RLIMIT_CORE, resource.RLIM_INFINITY)], accepted=True)
attack("no time", limits=[(resource.RLIMIT_CPU, 1)], accepted=True)
attack("no address space", limits=[(resource.RLIMIT_AS, 64 << 20)])
attack("a small stack", limits=[(resource.RLIMIT_STACK, 64 << 10)])
os.makedirs(world.HOME + "/closed/in")
os.chmod(world.HOME + "/closed", 0o000)
attack("a directory that cannot be read", cwd=world.HOME + "/closed/in", accepted=True)

# ---- names
for name in ("newaliases", "purgestat", "smtpd", "-C" + secret, "../../sendmail\nRPFD:<root@evil.test>", "/mnt/group-secret", "x" * 100000):
    attack("called %.30r" % name, argv0=name, accepted=None)
for name in ("newaliases", "purgestat", "smtpd", "hoststat"):
    os.symlink(world.PROGRAM, world.HOME + "/" + name)
    attack("a link called " + name, [], argv0=name, program=world.HOME + "/" + name, accepted=None)

# ---- options
attack("another configuration", ["-C", secret, *ARGS], accepted=False)
with open(world.HOME + "/my.cf", "w") as f:
    f.write(open("/etc/mail/submit.cf").read() + "\nO StatusFile=/mnt/group-file\nKx text -o /mnt/group-secret\n")
attack("another configuration that names the group's files", ["-C", world.HOME + "/my.cf", *ARGS])
attack("address test mode reads a map", ["-bt"], text=".D{x}y\n/map x x\n$=w\n/parse a\n/quit\n")
attack("a transcript into the group's directory", ["-X", group_dir + "/traffic", *ARGS], accepted=False)
attack("a transcript into the group's file", ["-X", "/mnt/group-file", *ARGS], accepted=False)
attack("debug output into the group's directory", ["-d99.100", "-D", group_dir + "/debug", *ARGS])
for option in ("QueueDirectory=" + group_dir, "StatusFile=/mnt/group-file", "DeadLetterDrop=" + group_dir + "/dead", "AliasFile=/mnt/group-secret", "HelpFile=/mnt/group-secret",
               "HostStatusDirectory=" + group_dir, "PidFile=" + group_dir + "/pid", "ErrorHeader=/mnt/group-secret", "ServiceSwitchFile=/mnt/group-secret",
               "ControlSocketName=" + group_dir + "/control", "ClientKeyFile=/mnt/group-secret", "CACertFile=/mnt/group-secret", "TempFileMode=0666", "UserDatabaseSpec=/mnt/group-secret"):
    attack("option " + option, ["-O" + option, *ARGS])
attack("macros", ["-Mj/mnt/group-secret", "-M{queue}" + group_dir, *ARGS])
attack("aliases", ["-bi", "-OAliasFile=" + group_dir + "/a"], accepted=False)
attack("a daemon", ["-bd", "-OPidFile=" + group_dir + "/pid"], accepted=False)
attack("a queue run", ["-q"], accepted=None)

# ---- what is for root and those whom it trusts: another's message stays as it was
code, out = world.attack(["-odq", "-i", "joe@b.test.example"])
waiting = world.facts(world.QUEUE)
for name, arguments in (("quarantine", ["-Qx"]), ("the end of a quarantine", ["-Q"]), ("quarantine by id", ["-Qx", "-qI" + "".join(world.queued())[2:]]), ("purgestat", ["-bH"])):
    code, out = world.attack(["-Ac", *arguments])
    problems = [] if code == 64 and b"Permission denied (real uid not trusted)" in out else ["%r %r" % (code, out)]
    if world.facts(world.QUEUE) != waiting:
        problems.append("the queue is another: %r" % world.facts(world.QUEUE))
    check("an ordinary user asks for " + name, problems)
empty_queue()

# ---- words that the program says to itself
applets = re.findall(r'AppletName = "([^"]+)"', "".join(open(os.path.join(r, f)).read() for r, _, fs in os.walk(os.path.join(kit.HERE, "../../src")) for f in fs if f.endswith(".cs")))
for applet in applets:
    for arguments in ([applet, "/mnt/group-file", "600"], [applet, group_dir + "/new", "600"], [applet, "/bin/sh", "-c", "id >/mnt/group-dir/id"], [applet, "/bin/cat", "/mnt/group-secret"],
                      [applet, "-1", "-1", "", "0", "", "", "/bin/cp", "cp", "/mnt/group-secret", group_dir + "/copy"], [applet, "-1", "-1", "", "0", "", "", "/bin/cat", "cat", "/mnt/group-secret"]):
        attack("inner word " + " ".join(arguments), arguments)

# ---- text that might become lines of the control file
forged = "x\nRPFD:<root@evil.test>\nCroot:0:0\n"
for name, arguments in (("sender", ["-f", forged]), ("full name", ["-F", forged]), ("protocol", ["-p", "a" + forged + ":b" + forged]), ("recipient", [forged]), ("envelope id", ["-V", forged]),
                        ("log tag", ["-L", forged])):
    attack("lines in the " + name, [*arguments, "-odq", "-i", "joe@b.test.example"])
attack("lines in headers", ["-odq", "-t", "-i"], text="To: joe@b.test.example\r RPFD:<root@evil.test>\nX:\x00\nRPFD:<root@evil.test>\n\nbody\n")

# ---- links, pipes, signals
os.symlink("/mnt/group-file", world.HOME + "/dead.letter")
attack("dead.letter is a link into the group's file", ["-odi", "-i", "|/bin/sh"])
os.unlink(world.HOME + "/dead.letter")
os.mkfifo(world.HOME + "/dead.letter", 0o666)
attack("dead.letter is a pipe that nobody reads", ["-odi", "-i", "|/bin/sh"])
os.unlink(world.HOME + "/dead.letter")
try:
    os.link(world.PROGRAM, world.HOME + "/sendmail")
    attack("the program under another name beside libraries of the user's", program=world.HOME + "/sendmail", accepted=None)
    os.unlink(world.HOME + "/sendmail")
except OSError:
    pass
for number, delay in ((signal.SIGKILL, 0.02), (signal.SIGKILL, 0.05), (signal.SIGKILL, 0.08), (signal.SIGKILL, 0.12), (signal.SIGTERM, 0.03), (signal.SIGTERM, 0.07), (signal.SIGHUP, 0.05), (signal.SIGXFSZ, 0.05),
                      (signal.SIGALRM, 0.05)):
    with sink.lock:
        sink.messages.clear()
    code, out = world.attack(["-odq", "-i", "joe@b.test.example"], started=lambda p: (time.sleep(delay), p.send_signal(number)))
    problems = ["the message is lost"] if code == 0 and not world.queued() and not sink.messages else []
    inspect(problems, out, False)
    check("signal %d after %d ms" % (number, delay * 1000), problems)

# ---- signals while there is a data file and no control file: the message is not complete, and stays nobody's
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL, signal.SIGPIPE, signal.SIGALRM, signal.SIGUSR1, signal.SIGXCPU):
    process = subprocess.Popen(["sendmail", "-odq", "-i", "joe@b.test.example"], executable=world.PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env={"PATH": "/usr/bin:/bin"}, cwd=world.HOME, preexec_fn=world.become_user)
    process.stdin.write(b"Subject: x\n\nhalf\n")
    process.stdin.flush()
    kit.until("a data file", lambda: any(n.startswith("df") for n in os.listdir(world.QUEUE)))
    process.send_signal(number)
    try:
        out, _ = process.communicate(b"the rest\n", 30)
    except BrokenPipeError:
        out = process.stdout.read()
        process.wait(30)
    problems = ["ended with %d, and %d messages wait" % (process.returncode, len(world.queued()))] if (process.returncode == 0) != (len(world.queued()) == 1) else []
    inspect(problems, out, process.returncode == 0)
    check("%s with a data file and no control file" % signal.Signals(number).name, problems)

# ---- disks: full, filling up while the message comes, without a file to spare, a quota of the user
def limited_disk(kind):
    """Mounts something small on the queue. False when this kernel has no such thing."""
    if kind != "quota":
        return subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=2770,gid=%d,%s" % (world.GROUP, kind), "none", world.QUEUE], stderr=subprocess.DEVNULL).returncode == 0
    quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open("/mnt/image", "wb") as f:
        f.truncate(16 << 20)
    if not shutil.which("mkfs.ext4") or subprocess.run(["mkfs.ext4", "-q", "-O", "quota", "-E", "quotatype=usrquota", "/mnt/image"], **quiet).returncode != 0:
        return False
    if subprocess.run(["mount", "-o", "loop,usrquota", "/mnt/image", world.QUEUE], **quiet).returncode != 0:
        return False
    os.chown(world.QUEUE, 0, world.GROUP)
    os.chmod(world.QUEUE, 0o2770)
    shutil.rmtree(world.QUEUE + "/lost+found")
    device = next(line.split()[0] for line in open("/proc/self/mounts") if line.split()[1] == world.QUEUE)
    # quotactl(2): Q_SETQUOTA of a user's blocks, 32 of 1024 octets; Q_QUOTAON is the mount option's work.
    limits = struct.pack("=QQQQQQQQI4x", 32, 32, 0, 0, 0, 0, 0, 0, 1)
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.quotactl(ctypes.c_int(0x800008 << 8), device.encode(), world.USER, limits) == 0


for name, kind, fits in (("a disk that is full", "size=64k", 0), ("a disk that fills up", "size=600k", 100), ("a disk without room for another file", "nr_inodes=2", 0), ("a quota", "quota", 100)):
    try:
        if not limited_disk(kind):
            print("        " + name + ": not with this kernel")
            continue
        for size in (900000, 100):
            code, out = world.attack(["-odq", "-i", "joe@b.test.example"], text="Subject: x\n\n" + "y" * 99 + "\n" + ("y" * 99 + "\n") * (size // 100))
            problems = [] if (code == 0) == (len(world.queued()) == 1) and code is not None and code >= 0 else ["ended with %r, and %d messages wait: %r" % (code, len(world.queued()), out)]
            if (code == 0) != (size <= fits):
                problems.append("exit code %r: %r" % (code, out))
            if code != 0 and os.listdir(world.QUEUE):
                problems.append("litter: %r" % os.listdir(world.QUEUE))
            before.update({p: f for p, f in world.watched().items() if p == "/mnt/image"})
            inspect(problems, out, code == 0)
            check("%s, a message of %d octets" % (name, size), problems)
    finally:
        subprocess.run(["umount", "-q", world.QUEUE], stderr=subprocess.DEVNULL)
        if os.path.exists("/mnt/image"):
            os.unlink("/mnt/image")

# ---- root's environment stays: a daemon hears there where to tell the service manager that it is ready
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
    manager.bind("/mnt/notify")
    manager.settimeout(30)
    daemon = subprocess.Popen(["sendmail", "-bD", "-C", "/etc/mail/submit.cf", "-ODaemonPortOptions=Addr=127.0.0.1,Port=%d" % kit.free_port()], executable=world.PROGRAM,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"PATH": "/usr/bin:/bin", "NOTIFY_SOCKET": "/mnt/notify"})
    try:
        told = manager.recv(4096)
    except OSError as e:
        told = repr(e).encode()
    daemon.terminate()
    out = daemon.communicate(timeout=30)[0]
check("root's daemon with the set-group-ID program", [] if b"READY=1" in told else ["%r %r" % (told, out)])

print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
