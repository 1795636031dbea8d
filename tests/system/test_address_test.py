#!/usr/bin/env python3
"""Address test mode of the native program on a pipe and on a terminal: exit codes, line editing, history, control-D."""
import argparse, itertools, os, pty, select, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
passed = failed = 0
directory = kit.workdir("address-test")
SENDMAIL = os.path.join(args.bin, "sendmail")
CF = os.path.join(directory, "x.cf")
with open(CF, "w") as h:
    h.write("V10/Berkeley\nO QueueDirectory=%s\nDjx.test\nMlocal, P=/bin/true, F=l, A=x\nMprog, P=/bin/sh, F=l, A=sh -c $u\nSone\nR$*\t$: $1 . more\n" % directory)


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + str(detail)[-800:]), flush=True)


def piped(text):
    r = subprocess.run([SENDMAIL, "-C", CF, "-bt"], input=text.encode("latin-1"), capture_output=True, timeout=60)
    return r.returncode, r.stdout.decode("latin-1").split("\n> ", 1)[-1]


PERMUTED = list(itertools.permutations(["b", "c", "x.test"]))


class Terminal:
    def __init__(self):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm"
            os.execv(SENDMAIL, ["sendmail", "-C", CF, "-bt"])
        self.until(b"> ")

    def until(self, end):
        got = b""
        while not got.endswith(end):
            if not select.select([self.fd], [], [], 30)[0]:
                break
            try:
                got += os.read(self.fd, 4096) or b"<end>"
            except OSError:
                break
            if got.endswith(b"<end>"):
                break
        return got

    def type(self, keys):
        os.write(self.fd, keys)
        return self.until(b"\r\n> ").decode("latin-1")


# What the real 8.18.2 gives for the same lines.
check("rules", piped("one a b\n") == (0, "one                input: a b\none              returns: a b . more\n> "), piped("one a b\n"))
check("the first error decides", piped("200 a\n=Q\n")[0] == 70, piped("200 a\n"))
check("several addresses", piped("one a,b\n")[1].count("returns") == 2, piped("one a,b\n"))
check("a route keeps its commas", piped("one <@a,@b:c>\n")[1].count("returns") == 1, piped("one <@a,@b:c>\n"))
check("octets beyond ASCII", "input: M-i" in piped("one \xe9\n")[1], piped("one \xe9\n"))
# Expected values of the next three: what 8.18.2 printed.
check(".C takes macros, comments and classes as a line of the file does", piped(".Dyb c\n.CM$y $j # no\n$=M\n.CN$=M\n$=N\n")[1].replace("> ", "").split("\n") in [[*m, *n, ""] for m in PERMUTED for n in PERMUTED])
check(".D takes comments", piped(".Dxa#b\n$x\n.Dxa\\#b\n$x\n") == (0, "> a\n> > a#b\n> "), piped(".Dxa#b\n$x\n.Dxa\\#b\n$x\n"))
check("a bad name in .C", piped(".CV${a-b}\n.CV${}\n") == (70, "Invalid macro/class character -\n> Name required for macro/class\n> "), piped(".CV${a-b}\n.CV${}\n"))
# Aliases without a database, what 8.18.2 prints: the text stands in, whose names are looked at; without a text there is no answer.
ALIASES = os.path.join(directory, "aliases")
with open(ALIASES, "w") as h:
    h.write("foo: bar, baz\n")
BASE = open(CF).read().replace("F=l, A=x", "F=lA, A=x $u", 1)
for path, expected in ((ALIASES, "> map_lookup: aliases (x) WARNING: cannot open alias database %s; reading text version\n3                  input: foo\n3                returns: foo\n0                  input: foo\n"
                        "0                returns: $# local $: foo\n2                  input: foo\n2                returns: foo\n4                  input: foo\n4                returns: foo\n"
                        "%s: 1 aliases, longest 8 bytes, 11 bytes total\nno match (68)\n> map_lookup: alias0 (foo) returns bar, baz (0)\n> map_lookup: alias0 (x) no match (0)\n> " % (ALIASES, ALIASES)),
                       (ALIASES + "2", "> map_lookup: aliases (x) WARNING: cannot open alias database %s2; reading text version\nno match (75)\n> map_lookup: alias0 (foo) no match (75)\n> map_lookup: alias0 (x) no match (75)\n> " % ALIASES)):
    with open(CF, "w") as h:
        h.write(BASE + "S3\nS2\nS4\nS0\nR$*\t$#local $: $1\nO AliasFile=%s\n" % path)
    said = piped("/map aliases x\n/map alias0 foo\n/map alias0 x\n")
    check("aliases of " + os.path.basename(path), said == (0, expected[2:]), said)
check("/quit", piped("/quit\none a\n") == (0, ""), piped("/quit\none a\n"))

t = Terminal()
check("a line on a terminal", "input: a" in t.type(b"one a\r"))
check("the arrow key brings the line back", "input: a" in t.type(b"\x1b[A\r"))
check("characters are deleted and inserted", "input: xy" in t.type(b"one y\x01\x1b[C\x1b[C\x1b[C\x1b[Cx\x05z\x7f\r"))
os.write(t.fd, b"\x04")
t.until(b"never")
check("control-D ends with code 0", os.waitpid(t.pid, 0)[1] == 0)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
