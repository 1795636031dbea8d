#!/usr/bin/env python3
"""test_aliases.py --bin DIR

Aliases, lists and .forward files that lead back to where they came from, details (user+detail), owners of lists, and what a queue run says
and keeps of what failed. Everything expected here is what sendmail 8.18.2 printed for the same files.
"""
import argparse, os, re, subprocess, sys
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
SENDMAIL = os.path.realpath(args.bin) + "/sendmail"
passed = failed = 0


def check(what, good, note=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print("%-7s %s %s" % ("ok" if good else "FAILED", what, note), flush=True)


def run(*arguments):
    done = subprocess.run([SENDMAIL, "-C", cf] + list(arguments), input=b"Subject: x\n\nbody\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    return done.returncode, done.stdout.decode("latin-1")


def control(empty=True):
    """The control file that is left; the queue is emptied."""
    texts = [open(queue + "/" + name, encoding="latin-1").read() for name in sorted(os.listdir(queue)) if name.startswith("qf")]
    for name in os.listdir(queue) if empty else ():
        os.remove(queue + "/" + name)
    return "".join(texts)


def shows(name, code, *lines):
    got = run("-bv", "-v", name)
    check("-bv -v %s" % name, got == (code, "".join(line + "\n" for line in lines)), repr(got))


work = kit.workdir("aliases")
queue = work + "/queue"
if os.getuid() != 0:
    print("NOT RUN: only root can name users of the system as it likes")
    print("0 passed, 0 failed")
    sys.exit(0)
cf = kit.configure(work, PORT=kit.free_port(), SINKPORT=kit.free_port())
rules = open(cf).read()
rules = re.sub(r"(?m)^Mlocal,.*$", "Mlocal,\tP=/bin/sh, F=lsDFMAw5:/|@q, T=DNS/RFC822/X-Unix, A=sh %s/mda $u" % work, rules)
rules = re.sub(r"(?m)^R\$\+\t\t\t\$#local .*$", "R$+\t\t\t$#local $: $1", rules)
rules += "\nS5\nR$+ + *\t\t$#local $@ $&h $: $1\nR$+ + $*\t\t$#local $@ + $2 $: $1 + *\n"
rules = rules.replace("O LogLevel=9", "O LogLevel=9\nO AliasFile=%s/aliases" % work)
with open(cf, "w") as f:
    f.write(rules)
with open(work + "/mda", "w") as f:
    f.write("cat >/dev/null\nexit $(cat %s/exit)\n" % work)
with open(work + "/list", "w") as f:
    f.write("l4\nroot\n")
with open(work + "/aliases", "w") as f:
    f.write("\n".join(("l1: l1", "l2: l3", "l3: l2", "l4: :include:%s/list" % work, "n1: n2, root", "n2: n3", "n3: n2", "daemon: daemon, root", "both: root, daemon", "one: root",
                       "d1: d2, root", "d2: d3, root", "d3: root", "prog: \"|cat >/dev/null; exit 69\"", "")))
check("aliases are built", run("-bi")[0] == 0)

shows("l1", 67, "l1... aliased to l1", "l1... aliased to l1", "l1... duplicate suppressed", "l1... User unknown", "l1... User unknown")
shows("l2", 64, "l2... aliased to l3", "l3... aliased to l2", "l2... aliased to l3", "l3... duplicate suppressed", "aliasing/forwarding loop broken")
place = work + "/list: line "
shows("l4", 0, "l4... aliased to :include:%s/list" % work, ":include:%s/list... including file %s/list" % (work, work), place + "1: sending to l4",
      place + "1: l4... aliased to :include:%s/list" % work, place + "1: :include:%s/list... duplicate suppressed" % work, place + "2: sending to root", "root... deliverable: mailer local, user root")
shows("n1", 0, "n1... aliased to n2, root", "n2... aliased to n3", "n3... aliased to n2", "n2... duplicate suppressed", "root... deliverable: mailer local, user root")
got = run("-bv", "-OMaxAliasRecursion=1", "d1")
check("what is too deep is said for each address", got[0] == 64 and sorted(got[1].splitlines()) == ["aliasing/forwarding loop broken (2 aliases deep; 1 max)"] * 2
      + ["root... deliverable: mailer local, user root"], repr(got))

# What stands in the queue: the only member of an alias is as good as named by the sender, several are not.
for name, letters in (("one", "RPFDA:root"), ("both", "RFDA:root")):
    run("-odq", name)
    text = control()
    check("the queue's letters for " + name, re.search("(?m)^%s$" % letters, text), repr(text))

# Exit codes of programs in a queue run: what is shown, what the run ends with, what stays.
for code, shown in ((77, "root... Insufficient permission"), (74, "I/O error"), (69, "Service unavailable"), (99, "unknown mailer error 99"), (67, "root... User unknown")):
    with open(work + "/exit", "w") as f:
        f.write("%d\n" % code)
    run("-odq", "-f", "<>", "-N", "never", "root")
    rc, said = run("-q", "-v")
    check("exit code %d" % code, rc == (69 if code == 99 else code) and said.splitlines()[-1:] == [shown], repr((rc, said)))
    left = control()
    check("and what is left of it", (code == 74) == ("MI/O error\n" in left) and bool(left) == (code == 74), repr(left))
run("-odq", "-f", "<>", "-N", "never", "prog")
rc, said = run("-q", "-v")
check("an alias's program waits in the queue and runs as an alias's", rc == 69 and "Service unavailable" in said and "valid shell" not in said, repr((rc, said)))
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
