#!/usr/bin/env python3
"""m4.py BIN [--library DIR]... [--random N] [--seed S]: makecf beside GNU m4.

Every .mc of the upstream library and of tests/golden/conf is expanded by both with the upstream library; then the programs of
m4_cases.py and N random ones. Standard output, standard error and exit code must be the same octets. Prints each difference, the seed, and a last
line "N passed, N failed"."""
import argparse
import glob
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
GNU = "/usr/bin/m4"


def run(program, arguments, text, directory):
    """Runs under the name m4, so that messages are the same. What runs on for ever counts as such."""
    try:
        done = subprocess.run(["m4"] + arguments, executable=program, input=text, capture_output=True, timeout=30, cwd=directory,
                              env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired:
        return "no end", b"", b""


def timeless(result):
    """The upstream library writes the time into its output."""
    return result[0], re.sub(rb"(##### built by \S+ on ).*", rb"\1", result[1]), result[2]


class Comparison:
    def __init__(self, ours, directory):
        self.ours, self.directory, self.passed, self.failed = ours, directory, 0, 0

    def case(self, name, arguments, text=b"", own=(), folders=None):
        theirs = timeless(run(GNU, arguments, text, folders[0] if folders else self.directory))
        ours = timeless(run(self.ours, list(own) + arguments, text, folders[1] if folders else self.directory))
        return self.same(name + " " + " ".join(arguments), theirs, ours)

    def same(self, name, theirs, ours):
        # What GNU m4 does not end within its time, ours ends with a message that says so (DIFFERENCES.md).
        endless = theirs[0] == "no end" and ours[0] == 1 and re.search(rb"(does not end: \d+ macro calls .*|memory exhausted|recursion limit of .*)\n$", ours[2])
        if theirs == ours or endless:
            self.passed += 1
            return True
        self.failed += 1
        print("DIFFERENT", name)
        for what, a, b in zip(("exit code", "output", "errors"), theirs, ours):
            if a != b:
                print("  %s\n    GNU m4: %s\n    makecf: %s" % (what, around(a, b), around(b, a)))
        return False


def around(one, other):
    """The place where two texts part."""
    if not isinstance(one, bytes) or not isinstance(other, bytes):
        return repr(one)
    at = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    return "[at %d] %r" % (at, one[max(0, at - 60):at + 120])


def configurations(comparison, library):
    library = library.rstrip("/")
    entry = os.path.join(library, "m4/cf.m4")
    files = sorted(glob.glob(os.path.join(library, "cf/*.mc")) + glob.glob(os.path.join(library, "debian/*.mc"))
                   + glob.glob(os.path.join(HERE, "../tests/golden/conf/*/*.mc")))
    for path in files:
        # The files of cf/ name their library as ../m4/cf.m4, Debian's by the place it is installed in.
        comparison.directory = os.path.join(library, "cf")
        with open(path, "rb") as file:
            text = file.read().replace(b"/usr/share/sendmail/cf/", library.encode() + b"/")
        includes = any(b"cf.m4" in line for line in text.split(b"\n") if line.startswith(b"include("))
        comparison.case(path, ["-D_CF_DIR_=" + library + "/"] + ([] if includes else [entry]) + ["-"], text, ["--no-library", "--allow-commands"])
    print("%d configurations with %s" % (len(files), library))


def by_hand(comparison, directory):
    """The cases of m4_cases.py, each in a fresh folder for each program: some write files."""
    import m4_cases
    for number, (arguments, text) in enumerate(m4_cases.CASES):
        folders = []
        for name in ("theirs", "ours"):
            # One name for both: messages may show it.
            folder = os.path.join(directory, name)
            shutil.rmtree(folder, ignore_errors=True)
            for path, content in m4_cases.FILES.items():
                os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
                with open(os.path.join(folder, path), "w", encoding="latin-1") as file:
                    file.write(content)
            folders.append(folder)
        own = [a for a in arguments if a == "--allow-commands"]
        plain = [a for a in arguments if a not in own]
        if not comparison.case("case %d" % number, plain, text.encode("latin-1"), own, folders):
            print("  input: %r" % text)
    print("%d cases by hand" % len(m4_cases.CASES))
    state = os.path.join(directory, "state")
    for number, ((arguments, text), (more, rest)) in enumerate(m4_cases.FROZEN):
        for writer in (GNU, comparison.ours):
            if os.path.exists(state):
                os.unlink(state)
            done = run(writer, arguments + ["-F", state], text.encode("latin-1"), folders[0])
            name = "state %d of %s" % (number, os.path.basename(writer))
            if writer == comparison.ours:
                comparison.same(name + ", writing", written, done)
            written = done
            if not comparison.case(name, ["-R", state] + more + ([] if more[-1:] == ["inc.m4"] else ["-"]), rest.encode("latin-1"), (), folders):
                print("  frozen: %r" % text)


def frozen(comparison, library):
    """A state either program wrote is loaded by both; the configuration made from it is the same."""
    library = library.rstrip("/")
    state = os.path.join(tempfile.gettempdir(), "m4-frozen-%d" % os.getpid())
    with open(os.path.join(HERE, "../tests/golden/conf/main/main.mc"), "rb") as file:
        text = file.read()
    for writer, own in ((GNU, []), (comparison.ours, ["--allow-commands"])):
        run(writer, own + ["-D_CF_DIR_=" + library + "/", "-F", state, os.path.join(library, "m4/cf.m4")], b"", comparison.directory)
        comparison.case("frozen state written by " + os.path.basename(writer), ["-R", state, "-"], text, ["--no-library", "--allow-commands"])
        os.unlink(state)


def main():
    sys.path.insert(0, HERE)
    import m4_random
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("--library", action="append", default=[])
    parser.add_argument("--random", type=int, default=400)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        comparison = Comparison(os.path.abspath(os.path.join(options.bin, "makecf")), directory)
        for library in options.library:
            configurations(comparison, library)
            frozen(comparison, library)
        comparison.directory = directory
        by_hand(comparison, directory)
        seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
        print("random programs: %d, seed %d" % (options.random, seed))
        for number in range(options.random):
            program = m4_random.Program(random.Random(seed * 1000003 + number), directory)
            if not comparison.case("program %d" % number, program.arguments, program.text, ["--allow-commands"]):
                print("  input: %r" % program.text)
    print("%d passed, %d failed" % (comparison.passed, comparison.failed))
    return 1 if comparison.failed else 0


if __name__ == "__main__":
    sys.exit(main())
