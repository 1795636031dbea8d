#!/usr/bin/env python3
"""queue_recipients.py OURS [NUMBER [SEED]]: random alias files, .forward files, lists, owners, details, programs, files, loops and unsafe files, and what
becomes of messages to them: results, reports and log lines of the real sendmail and of ours. Runs inside the laboratory (queue.sh starts it).
Each case has a number of its own: 1 N runs case N alone. SIZE=1 to 4 in the environment: how large worlds are. The last line is "N passed, N failed".
"""
import os, random, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from delivery_case import *

OURS, NUMBER, SEED = sys.argv[1], int((sys.argv[2:] or [60])[0]), int((sys.argv[3:] or [1])[0])
SIZE = int(os.environ.get("SIZE", 4))
CF = lab.CONF + "/main/main.cf"
ALIASES = lab.CONF + "/main/aliases"
WORDS = ("GroupWritableForwardFile", "WorldWritableForwardFile", "GroupWritableForwardFileSafe", "GroupWritableIncludeFile", "WorldWritableIncludeFile", "IncludeFileInUnsafeDirPath",
         "ForwardFileInUnsafeDirPath", "FileDeliveryToHardLink", "FileDeliveryToSymLink", "RunProgramInUnsafeDirPath", "RunWritableProgram", "GroupWritableDirPathSafe", "DontWarnForwardFileInUnsafeDirPath",
         "LinkedForwardFileInWritableDir", "ForwardFileInGroupWritableDirPath", "ErrorInUnsafe", "NonRootSafeAddr", "WorldWritableIncludeFileSafe", "GroupWritableIncludeFileSafe")
USERS = ("alice", "bob", "carol", "dave", "erin", "frank.lee", "noisy", "permfail", "tempfail", "root")


class Maker:
    """One random world."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.names = ["a%d" % n for n in range(self.r.randint(1, 1 + SIZE))]
        self.files = []
        self.unsafe = self.r.random() < 0.35

    def member(self, depth=0):
        r = self.r
        kind = r.choices(("user", "alias", "quoted", "detail", "list", "program", "file", "remote", "unknown", "full", "odd"), (30, 22, 8, 8, 10, 10, 8, 10, 6, 3, 4))[0]
        if kind == "user":
            return r.choice(USERS) + r.choice(("", "", "", "@lab.test", "@mail.lab.test"))
        if kind == "alias":
            return r.choice(self.names) + r.choice(("", "", "", "+x", "@lab.test"))
        if kind == "quoted":
            return "\\" + r.choice(USERS)
        if kind == "detail":
            return r.choice(USERS[:4] + tuple(self.names)) + "+" + r.choice(("x", "y", "a+b", ""))
        if kind == "list":
            return (":include:" + self.list(depth)) if depth < 2 else "bob"
        if kind == "program":
            return '"|%s"' % r.choice(("cat >>%s/p%d" % (PLACE, r.randint(0, 2)), "cat >/dev/null; exit %d" % r.choice((0, 1, 64, 65, 67, 68, 69, 70, 71, 73, 75, 77, 78, 99)), "cat >/dev/null; echo said; echo more >&2; exit %d" % r.choice((0, 1, 69, 75)),
                                       "cat >/dev/null; exec /nonexistent/x", "cat >/dev/null; id >>%s/id%d" % (PLACE, r.randint(0, 2)), "cat >/dev/null; kill -%d $$" % r.choice((9, 15))))
        if kind == "file":
            return r.choice((PLACE + "/box%d" % r.randint(0, 2), "/dev/null", PLACE + "/none/box", PLACE, lab.DIR + "/home/bob/mbox", lab.DIR + "/home/alice/mbox", self.odd_file()))
        if kind == "remote":
            return r.choice(("joe", "r550", "r450", "t554", "d554", "jane", "r552")) + "@mt.test"
        if kind == "unknown":
            return r.choice(("nosuch", "nosuch@lab.test", "x@nonexist.test", "nosuch+x"))
        if kind == "full":
            return r.choice(("Alice Liddell", '"Bob Builder"', "Joe <joe@mt.test>", "carol (the singer)", "alice.liddell"))
        return r.choice(("error:5.7.1:550 no", "a@b@c", "<bob", "bob,,carol", '"unbalanced', "x y", "@lab.test", "()", "bob@", "/", "|", "\\|cat", "bob>", ":include:relative"))

    def odd_file(self):
        path = PLACE + "/odd%d" % self.r.randint(0, 3)
        if not any(f[0] == path for f in self.files):
            self.files.append((path, "old\n", self.r.choice((0o644, 0o600, 0o666, 0o755, 0o4755, 0o2755, 0o400, 0o444)), self.r.choice((0, 1, 1001))))
        return path

    def entries(self, depth=0, most=SIZE):
        return [self.member(depth) for _ in range(self.r.randint(1, most))]

    def mode(self):
        return self.r.choice((0o644, 0o664, 0o666, 0o600, 0o640, 0o000, 0o622, 0o444)) if self.unsafe else 0o644

    def list(self, depth):
        path = "%s/list%d" % (PLACE, len(self.files))
        self.files.append((path, "", 0o644, 0))
        index = len(self.files) - 1
        lines = [self.r.choice((", ", ",", "\n")).join(self.entries(depth + 1, 1 + SIZE // 2)) for _ in range(self.r.randint(1, 3))] + self.r.choice(([], ["# comment"], [""]))
        self.files[index] = (path, "\n".join(lines) + self.r.choice(("\n", "")), self.mode(), self.r.choice((0, 0, 1, 1001, 1002)))
        return path

    def make(self):
        r = self.r
        aliases = []
        for name in self.names:
            aliases.append("%s: %s" % (name, r.choice((", ", ",", ",\n\t")).join(self.entries())))
            if r.random() < 0.3:
                aliases.append("owner-%s: %s" % (name, r.choice((r.choice(USERS), r.choice(self.names), "owner-" + name, "alice, bob", name + "-request", "joe@mt.test"))))
            if r.random() < 0.15:
                aliases.append("%s+%s: %s" % (name, r.choice(("x", "*")), self.member()))
            if r.random() < 0.1:
                aliases.append("%s-request: %s" % (name, self.member()))
        if r.random() < 0.2:
            aliases.append("%s: %s" % (r.choice(USERS[:4]), ", ".join(self.entries())))
        aliases += ["postmaster: root", "MAILER-DAEMON: postmaster", "root: alice" if r.random() < 0.5 else "root: \\root"]
        for user in HOMES:
            if r.random() < 0.4:
                home = lab.DIR + "/home/" + user
                text = r.choice(("\n", ", ")).join(self.entries(1)) + "\n"
                self.files.append((home + "/.forward" + r.choice(("", "", "", "+x", ".mail")), r.choice((text, text, text, "\\%s\n" % user, "\\%s, %s" % (user, text), "# none\n", "")), self.mode(), r.choice((HOMES[user],) * 5 + (0, 1))))
        options = []
        if self.unsafe:
            options.append("-ODontBlameSendmail=" + ",".join(r.sample(WORDS, r.randint(0, 3))))
            self.directories = [(path, r.choice((0o755, 0o775, 0o777, 0o700))) for path in [PLACE] + [lab.DIR + "/home/" + user for user in HOMES] if r.random() < 0.4]
        else:
            self.directories = []
        for option in ("MatchGECOS=true", "MaxAliasRecursion=2", "UnsafeGroupWrites=true", "SafeFileEnvironment=" + PLACE, "ForwardPath=", "DefaultUser=1001:1001", "PostmasterCopy=carol"):
            if r.random() < 0.08:
                options.append("-O" + option)
        recipients = [r.choice(self.names + list(USERS[:6]) + [self.names[0] + "+x", "alice+x", "Alice.Liddell", "nosuch"]) for _ in range(r.randint(1, 3))]
        mode = r.choice(("-odi", "-odi", "-odi", "-odq", "-odb"))
        words = [mode if mode != "-odb" else "-odi", r.choice(("-em", "-ep", "-oem")), "-f", r.choice(("joe@mt.test", "alice", "bob@lab.test", "<>"))] + r.choice(([], [], ["-v"], ["-om"], ["-N", "success,failure"], ["-N", "never"]))
        return aliases, options, [words + recipients], 1 if mode == "-odq" else r.randint(0, 1)


def prepared(maker, aliases):
    clean()
    for path, text, mode, owner in maker.files:
        place(path, text, mode, owner)
    for path, mode in maker.directories:
        os.chmod(path, mode)
    if not os.path.exists(ALIASES) or open(ALIASES, encoding="latin-1").read() != aliases:
        with open(ALIASES, "w", encoding="latin-1") as file:
            file.write(aliases)
        lab.SM = lab.REAL
        lab.sm(["-bi", "-C", CF])


comparison = Comparison(OURS)
with open(ALIASES, encoding="latin-1") as file:
    before = file.read()
try:
    with lab.Sink("127.0.0.51", 2526, "case", tls=0, cert=lab.DIR + "/certs/sink1.crt", key=lab.DIR + "/certs/sink1.key"):
        for seed in range(SEED, SEED + NUMBER):
            maker = Maker(seed)
            aliases, options, submissions, runs = maker.make()
            text = "\n".join(aliases) + "\n"

            def run(program):
                prepared(maker, text)
                return world(program, CF, submissions, runs, options)
            comparison.case("%d\n%s%s\n%s\n%s" % (seed, text, "\n".join("# %s %o %d %r" % (p, m, o, t) for p, t, m, o in maker.files), maker.directories, " ".join(options + submissions[0])), run)
finally:
    with open(ALIASES, "w", encoding="latin-1") as file:
        file.write(before)
    lab.SM = lab.REAL
    lab.sm(["-bi", "-C", CF])
    clean()
comparison.end()
