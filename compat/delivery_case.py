"""What the comparisons of deliveries with the real sendmail share: a clean world for each message, one submission and as many queue runs as
wanted by one program, and everything that can be seen of it as text: output, log, mailboxes, files, queue files, sessions. Runs inside the
laboratory.
"""
import difflib, glob, json, os, random, re, shutil, socket, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle", "tools"))
import lab
from normalise import normalise

QUEUE, MAIL, PLACE = lab.DIR + "/mqueue", lab.DIR + "/var/mail", lab.DIR + "/al"
HOMES = {"alice": 1001, "bob": 1002, "carol": 1003, "dave": 1004, "frank": 1006}


def log_position():
    """Where the log stands once everything that was sent before is in it."""
    mark = "mark-%d" % random.SystemRandom().randrange(1 << 60)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.connect("/dev/log")
        out.send(b"<22>" + mark.encode())
    while True:
        with open(lab.Syslog.path, "rb") as log:
            log.seek(max(0, os.path.getsize(lab.Syslog.path) - 400))
            if mark.encode() in log.read():
                return os.path.getsize(lab.Syslog.path)


def clean(keep=()):
    """Empty queue and mailboxes, an empty folder of files and homes without anything in them."""
    for path in glob.glob(QUEUE + "/*") + glob.glob(MAIL + "/*") + [lab.DIR + "/sink/" + name for name in ("case.jsonl", "case.mbox")]:
        if os.path.isfile(path):
            os.unlink(path)
    shutil.rmtree(PLACE, ignore_errors=True)
    os.makedirs(PLACE)
    os.chown(PLACE, 1, 1)
    for user, number in HOMES.items():
        home = lab.DIR + "/home/" + user
        shutil.rmtree(home, ignore_errors=True)
        os.makedirs(home)
        os.chown(home, number, number)


def place(path, text, mode=0o644, owner=0, group=None):
    """A file of the world; the folder that it is in must be there, or is made for its owner."""
    if not os.path.isdir(os.path.dirname(path)):
        os.makedirs(os.path.dirname(path))
        os.chown(os.path.dirname(path), owner, owner)
    with open(path, "w", encoding="latin-1") as file:
        file.write(text)
    os.chown(path, owner, owner if group is None else group)
    os.chmod(path, mode)


def seen(directory, pattern="*"):
    """The files below a directory with their owners, modes and texts."""
    texts = []
    for path in sorted(glob.glob(directory + "/**/" + pattern, recursive=True)):
        if os.path.isfile(path) and not os.path.islink(path):
            facts = os.stat(path)
            with open(path, encoding="latin-1", newline="\n") as file:
                texts.append("--- %s %o %d:%d\n%s" % (path, facts.st_mode & 0o7777, facts.st_uid, facts.st_gid, file.read()))
    return "".join(texts)


def unnamed(text):
    """Ids by the order in which they come; without dates, delays and process ids."""
    numbers = {}
    text = re.sub(r"(?<![0-9A-Za-z])([dqhtxQ]f)?(\d[0-9A-C][1-9A-V][0-9A-N][0-9A-Za-x]{4}\d{6,7})\b", lambda m: "%sID%d" % (m.group(1) or "", numbers.setdefault(m.group(2), len(numbers))), text)
    text = re.sub(r"(?m)^(mail\.\w+) <\d+>\w{3} [ \d]\d [\d:]{8} ", r"\1 ", text)
    text = re.sub(r"(?m)^(mail\.\w+ [^:\[]*)\[\d+\]:", r"\1:", text)
    text = re.sub(r"size=[5-9]\d\d\b|size=\d{4,}", "size={N}", text)
    text = re.sub(r"(pri=|^P)(\d\d)(\d\d\d)\b", r"\1\2{N}", text)
    return normalise(text)


def world(program, cf, submissions, runs=0, options=(), logged=lambda line: True):
    """What a program made of messages: each a list of arguments, or (arguments, text of the message)."""
    lab.SM = program
    begun = log_position()
    texts = []
    for number, submission in enumerate(list(submissions) + [["-q", "-v"]] * runs):
        arguments, message = submission if isinstance(submission, tuple) else (submission, "Subject: x\n\nb\n" if number < len(submissions) else "")
        try:
            code, out, err = lab.sm(["-C", cf, *options, *arguments], input=message, timeout=60)
        except subprocess.TimeoutExpired:
            code, out, err = "timeout", "", ""
        texts.append("%s: %s\n%s%s" % (" ".join(arguments)[:40], code, out, err))
    ended = log_position()
    with open(lab.Syslog.path, encoding="latin-1", newline="\n") as log:
        log.seek(begun)
        texts.append("".join(line for line in log.read(ended - begun).splitlines(True) if "mark-" not in line and logged(line)))
    texts += [seen(MAIL), seen(PLACE), "".join(seen(lab.DIR + "/home/" + user) for user in HOMES), seen(QUEUE, "[qQh]f*")]
    if os.path.exists(lab.DIR + "/sink/case.jsonl"):
        with open(lab.DIR + "/sink/case.jsonl", encoding="latin-1") as sessions:
            texts.append("".join("\n".join(json.loads(line)["dialogue"]) + "\n" for line in sessions if len(json.loads(line)["dialogue"]) > 2))
    return unnamed("\n".join(texts))


class Comparison:
    """Counts what is the same, and shows what is not."""

    def __init__(self, ours):
        self.ours, self.passed, self.failed = ours, 0, 0

    def case(self, name, run):
        """Runs something with the real one and with ours, and compares the texts."""
        real, ours = run(lab.REAL), run(self.ours)
        if real == ours:
            self.passed += 1
            return
        self.failed += 1
        print("FAILED  %s\n%s" % (name, "\n".join(difflib.unified_diff(real.split("\n"), ours.split("\n"), "real", "ours", lineterm="", n=2))), flush=True)

    def end(self):
        """The last line, and the exit code."""
        print("%d passed, %d failed" % (self.passed, self.failed))
        sys.exit(1 if self.failed else 0)
