#!/usr/bin/env python3
"""makecf and sendmail -C site.mc with programs that are endless, huge, broken or hostile: a message with its place, an exit code,
bounded memory, and nothing done to the machine."""
import argparse, json, os, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
args.bin = os.path.abspath(args.bin)
passed = failed = 0
directory = kit.workdir("makecf")
LINES = ("define(`line', `%s\n')define(`many', `ifelse(`$1', 0, , `line`'many(decr(`$1'))')')" % ("0123456789" * 10))
SITE = "OSTYPE(`linux')dnl\n%sMAILER(`local')dnl\nMAILER(`smtp')dnl\n"


def check(name, good, got):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + repr(got)[:900]), flush=True)


def run(program, *argv, text=b"", output=None):
    """Exit code, size of the output, its first 64 KB, standard error, and the most memory in MB."""
    out = os.path.join(directory, "output")
    source = os.path.join(directory, "input")
    with open(source, "wb") as file:
        file.write(text)
    with open(source, "rb") as stdin, open(out, "wb") as stdout, open(out + ".err", "wb") as stderr:
        child = subprocess.Popen([os.path.join(args.bin, program), *argv], stdin=stdin, stdout=stdout, stderr=stderr, cwd=directory)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    with open(out, "rb") as file:
        head = file.read(1 << 16)
    return child.returncode, os.path.getsize(out), head, open(out + ".err", encoding="latin-1").read(), usage.ru_maxrss // 1024


def limited(name, text, code, message, most, size=None, argv=("-",)):
    got = run("makecf", *argv, text=text)
    check(name, got[0] == code and got[3].endswith(message) and got[4] <= most and size in (None, got[1]), (got[0], got[1], got[3][-300:], got[4]))


# ---- size: 101 MB, straight through, by a diversion, and in one text
limited("100 MB of output", (LINES + "many(1000000)").encode(), 0, "", 100, 101000000)
limited("100 MB in a diversion", (LINES + "divert(1)many(1000000)").encode(), 0, "", 150, 101000000)
limited("a text without end", b"define(`a', `$1$1')define(`b', `b(a($1))')b(xx)", 1, "makecf:stdin:1: memory exhausted\n", 1500)
limited("definitions without end", b"define(`p', `pushdef(`x', `0123456789012345678901234567890123456789')p')p", 1, "makecf:stdin:1: memory exhausted\n", 1500)
limited("m4wrap without end", b"define(`f', `m4wrap(`0123456789012345678901234567890123456789')f')f", 1, "makecf:stdin:1: memory exhausted\n", 1500)

# ---- recursion
limited("a macro that is itself", b"define(`a', `a')\na", 1, "makecf:stdin:2: expansion of `a' does not end: 1000000 macro calls without reading further input\n", 100, argv=("--call-limit=1000000", "-"))
limited("nesting without end", b"len(" * 1000000, 1, "recursion limit of 500000 exceeded, use -L<N> to change it\n", 500)
with open(directory + "/loop.m4", "w") as file:
    file.write("include(`loop.m4')")
got = run("makecf", "loop.m4")
check("a file that includes itself", got[0] == 1 and got[3].startswith("makecf:") and got[4] < 1000, got[3:])

# ---- text that is none
limited("a quote that is never closed", b"x\n" * 100000 + b"`open\n" + b"y\n" * 100000, 1, "makecf:stdin:100001: ERROR: end of file in string\n", 100)
limited("a call that is never closed", b"x\n" * 5 + b"len(`a',\nb\n", 1, "makecf:stdin:6: ERROR: end of file in argument list\n", 100)
limited("a binary file", bytes((i * 7919) & 255 for i in range(1 << 20)).replace(b"`", b"").replace(b"'", b""), 0, "", 100)
with open(os.path.join(args.bin, "makecf"), "rb") as file:
    program = file.read(1 << 20)
got = run("makecf", "-", text=program)
check("a program", got[0] in (0, 1) and got[4] < 300, got)

# ---- commands and files
mark = directory + "/mark"
limited("syscmd is refused", b"syscmd(`touch mark')sysval\n", 1, "makecf:stdin:1: syscmd: running commands is not allowed; makecf --allow-commands allows it\n", 100)
limited("esyscmd is refused", b"esyscmd(`touch mark')sysval\n", 1, "makecf:stdin:1: esyscmd: running commands is not allowed; makecf --allow-commands allows it\n", 100)
check("they did nothing", not os.path.exists(mark), "mark is there")
limited("syscmd when it is allowed", b"syscmd(`touch mark')sysval\n", 0, "", 100, argv=("--allow-commands", "-"))
check("it did something", os.path.exists(mark), "no mark")

# ---- sendmail reading a .mc itself
for name, body, message in (
        ("endless", "define(`a', `a')a\n", "expansion of `a' does not end"),
        ("broken", "FEATURE(`access_db\n", "ERROR: end of file in string"),
        ("commanding", "syscmd(`touch mark2')dnl\n", "syscmd: running commands is not allowed"),
        ("writing", "debugfile(`mark2')dnl\n", "debugfile is not allowed here"),
        ("making files", "mkstemp(`mark2')dnl\n", "mkstemp: making files is not allowed here")):
    path = os.path.join(directory, "site.mc")
    with open(path, "w") as file:
        file.write(SITE % body)
    got = run("sendmail", "-C", path, "-bt")
    check("sendmail, a .mc that is " + name, got[0] == 78 and message in got[3] + got[2].decode("latin-1") and "site.mc" in got[3] + got[2].decode("latin-1") and got[4] < 500, got)
    check("it left nothing behind", not [f for f in os.listdir(directory) if f.startswith(("mark2", "site.mc."))], os.listdir(directory))

# ---- lint: what it says as text and as JSON is the same; exit codes
path = os.path.join(directory, "bad.mc")
with open(path, "w") as file:
    file.write("FEATURE(`acess_db')dnl\nMAILER(`procmail')dnl\ndefine(`confDONT_BLAME_SENDMAIL', `AssumeSafeChown')dnl\nstray\n")
text, lines = run("makecf", "--lint", path), run("makecf", "--lint", "--json", path)
findings = [json.loads(line) for line in lines[2].decode().splitlines()]
check("lint", text[0] == lines[0] == 2 and text[2].decode() == "".join("%(file)s:%(line)d: %(severity)s: %(message)s\n" % f for f in findings) and len(findings) >= 5, (text, lines))
for name, body, code in (("good", "", 0), ("only notes", "VERSIONID(`x')\n", 0), ("a warning", "FEATURE(`relay_local_from')dnl\n", 1), ("an error", "FEATURE(`nosuch')dnl\n", 2)):
    with open(path, "w") as file:
        file.write(SITE % body)
    got = run("makecf", "--lint", path)
    check("lint of a file with " + name, got[0] == code, got)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
