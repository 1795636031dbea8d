"""The world of test_attacks.py: a set-group-ID installation in a mount namespace of its own, and an ordinary user in it."""
import ctypes, os, pwd, resource, shutil, signal, socket, subprocess, sys
import kit

GROUP, USER = 64001, 64002
HOME = "/mnt/home"
QUEUE, PROGRAM = "/mnt/clientmqueue", "/mnt/lib/sendmail"
SECRET = b"XyZZy-the-group-may-read-this-and-you-may-not"
LAB = b"mallory:x:%d:%d:Mallory:%s:/bin/sh\n" % (USER, USER, HOME.encode())


def enter():
    """Goes into a mount namespace with an empty /mnt and /etc/mail and an additional user."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x00020000) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    mount = lambda *a: subprocess.run(["mount", *a], check=True)
    mount("--make-rprivate", "/")
    mount("-t", "tmpfs", "-o", "mode=755,size=200m", "none", "/mnt")
    os.makedirs("/etc/mail", exist_ok=True)
    mount("-t", "tmpfs", "-o", "mode=755", "none", "/etc/mail")
    with open("/mnt/passwd", "wb") as f:
        f.write(open("/etc/passwd", "rb").read() + LAB)
    mount("--bind", "/mnt/passwd", "/etc/passwd")


def install(binaries, port):
    """The program with its group, a queue for it, and things that the group may reach and users may not."""
    os.mkdir("/mnt/lib")
    shutil.copy(os.path.join(binaries, "sendmail"), PROGRAM)
    os.chown(PROGRAM, 0, GROUP)
    os.chmod(PROGRAM, 0o2755)
    for path, owner, mode in ((QUEUE, GROUP, 0o2770), ("/mnt/group-dir", 0, 0o770), (HOME, USER, 0o755)):
        os.mkdir(path)
        os.chown(path, owner, USER if owner == USER else GROUP)
        os.chmod(path, mode)
    for path, mode in (("/mnt/group-secret", 0o640), ("/mnt/group-file", 0o660)):
        with open(path, "wb") as f:
            f.write(SECRET + b"\n")
        os.chown(path, 0, GROUP)
        os.chmod(path, mode)
    source = "/mnt/submit.mc"
    with open(source, "w") as f:
        f.write("OSTYPE(`linux')dnl\ndefine(`MSP_QUEUE_DIR', `%s')dnl\ndefine(`confPID_FILE', `/mnt/pid')dnl\n"
                "define(`confRUN_AS_USER', `%d:%d')dnl\ndefine(`confTRUSTED_USER', `root')dnl\ndefine(`RELAY_MAILER_ARGS', `TCP $h %d')dnl\nFEATURE(`msp', `[127.0.0.1]')dnl\n"
                % (QUEUE, GROUP, GROUP, port))
    made = subprocess.run([os.path.join(binaries, "makecf"), source], capture_output=True)
    if made.returncode != 0:
        raise SystemExit("makecf: " + made.stderr.decode())
    with open("/etc/mail/submit.cf", "wb") as f:
        f.write(made.stdout)
    os.chmod("/etc/mail/submit.cf", 0o644)


def name_service():
    """A DNS server of our own that knows three hosts, and no other: for namespaces without a network. Its process."""
    for name, text in (("hosts", "127.0.0.1 localhost\n127.0.0.2 vm.test.example %s\n" % os.uname().nodename), ("resolv.conf", "nameserver 127.0.0.1\n"),
                       ("zone", "a.test.example A 127.0.0.3\nb.test.example A 127.0.0.4\nvm.test.example A 127.0.0.2\n")):
        with open("/mnt/" + name, "w") as f:
            f.write(text)
    subprocess.run(["mount", "--bind", "/mnt/hosts", "/etc/hosts"], check=True)
    subprocess.run(["mount", "--bind", "/mnt/resolv.conf", os.path.realpath("/etc/resolv.conf")], check=True)
    server = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "compat", "oracle", "tools", "fakedns.py")
    process = subprocess.Popen([sys.executable, server, "127.0.0.1", "53", "/mnt/zone"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    kit.until("name service", lambda: answers("127.0.0.1", 53))
    return process


def answers(address, port):
    """Whether a DNS server is there: it answers a question with anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(0.2)
        try:
            s.connect((address, port))
            s.send(b"\0\1\1\0\0\1\0\0\0\0\0\0\1x\4test\0\0\1\0\1")
            return bool(s.recv(512))
        except OSError:
            return False


def become_user(limits=()):
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    for what, most in limits:
        resource.setrlimit(what, (most, most))


def attack(arguments, text="Subject: x\n\nbody\n", env=None, limits=(), argv0="sendmail", cwd=HOME, program=PROGRAM, close=(), started=None):
    """Runs the program as mallory. (exit code, all that it said)."""
    base = {"PATH": "/usr/bin:/bin", "HOME": HOME, "USER": "mallory"}

    def prepare():
        become_user(limits)
        for descriptor in close:
            os.close(descriptor)
    process = subprocess.Popen([argv0, *arguments], executable=program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env=dict(base, **(env or {})), cwd=cwd, preexec_fn=prepare)
    if started:
        started(process)
    try:
        out, _ = process.communicate(text.encode("latin-1"), 60)
    except subprocess.TimeoutExpired:
        process.kill()
        out, _ = process.communicate()
        return None, out
    return process.returncode, out


def facts(directory):
    """Every file below a directory with what an attack might change."""
    found = {}
    for root, directories, files in os.walk(directory):
        for name in directories + files:
            path = os.path.join(root, name)
            s = os.lstat(path)
            content = open(path, "rb").read() if os.path.isfile(path) and not os.path.islink(path) and s.st_size < 100000 else None
            found[path] = (s.st_mode, s.st_uid, s.st_gid, s.st_size, content)
    return found


def watched():
    """What nobody may change: all of /mnt but the queue and mallory's own, and the configuration."""
    return {p: f for d in ("/mnt", "/etc/mail") for p, f in facts(d).items()
            if not p.startswith((QUEUE, HOME)) and p != "/mnt"}


def queued():
    """Complete messages that wait: names of control files."""
    return [n for n in os.listdir(QUEUE) if n.startswith("qf")]


def leaked(*texts):
    """Whether the group's secret is in what mallory got to see: output, mail, own files."""
    own = b"".join(c for _, _, _, _, c in facts(HOME).values() if c)
    return any(SECRET in t for t in (*texts, own))
