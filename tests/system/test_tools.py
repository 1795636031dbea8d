#!/usr/bin/env python3
"""The companion programs: texts and exit codes as those of sendmail 8.18.2, and the files they share with sendmail."""
import argparse, os, struct, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
passed = failed = 0
directory = kit.workdir("tools")


def check(name, got, want):
    global passed, failed
    good = got == want
    passed, failed = passed + good, failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + repr((got, want))[:900]), flush=True)


def run(program, *argv, text=""):
    r = subprocess.run([os.path.join(args.bin, program), *argv], executable=os.path.join(args.bin, program), input=text.encode("latin-1"), capture_output=True, timeout=60, cwd=directory)
    return r.returncode, r.stdout.decode("latin-1"), r.stderr.decode("latin-1")


with kit.Sink() as sink:
    cf = kit.configure(directory, PORT=kit.free_port(), SINKPORT=sink.port, MODE="interactive",
                       options="O StatusFile=%s/st\nO HostStatusDirectory=%s/hosts\nO Timeout.hoststatus=30m" % (directory, directory))
    os.makedirs(directory + "/hosts")

    # ---- makemap, editmap, praliases
    check("duplicate", run("makemap", "-C", cf, "hash", "m", text="a b\nA c\n"), (65, "", "makemap: m: line 2: key a: duplicate key\n"))
    check("its first line is there", run("makemap", "-C", cf, "-u", "hash", "m"), (0, "a\tb\n", ""))
    check("wrong type of file", run("makemap", "-C", cf, "-u", "btree", "m"), (73, "", "makemap: error opening type btree map m: Invalid argument\n"))
    check("unknown type", run("makemap", "-C", cf, "nosuch", "m", text="a b\n"), (73, "", "makemap: error opening type nosuch map m: Unknown database type\n"))
    check("no configuration", run("makemap", "-C", "nosuch.cf", "hash", "m"), (66, "", "makemap: nosuch.cf: No such file or directory\n"))
    check("all values of a key", run("makemap", "-C", cf, "-d", "hash", "d", text="a c\na b\na c\n") and run("makemap", "-C", cf, "-u", "hash", "d"), (0, "a\tc\na\tb\na\tc\n", ""))
    os.symlink("m.db", directory + "/link.db")
    check("symbolic link", run("makemap", "-C", cf, "hash", "link", text="x y\n"), (73, "", "makemap: error opening type hash map link: Symbolic links not allowed\n"))
    check("types", run("makemap", "-l"), (0, "hash\nbtree\nimplicit\n", ""))
    check("editmap -u", run("editmap", "-C", cf, "-u", "hash", "m", "K", "v"), (0, "", ""))
    check("editmap -q", run("editmap", "-C", cf, "-q", "hash", "m", "k"), (0, "v\n", ""))
    check("editmap -x", run("editmap", "-C", cf, "-x", "hash", "m", "k"), (0, "", ""))
    check("editmap -x again", run("editmap", "-C", cf, "-x", "hash", "m", "k"), (0, "", "editmap: key k doesn't exist in map m\n"))
    check("editmap -q again", run("editmap", "-C", cf, "-q", "hash", "m", "k"), (69, "", "editmap: couldn't find key k in map m\n"))
    check("praliases", run("praliases", "-f", "m"), (0, "a:b\n", ""))
    check("praliases key", run("praliases", "-f", "m", "a", "nosuch"), (0, "a:b\nnosuch: No such key\n", ""))
    check("praliases, no file", run("praliases", "-f", "nosuch"), (0, "", "praliases: nosuch: open: Unknown database type\n"))

    # ---- status file: nothing is counted while there is none; its layout is that of 8.18.2 on 64-bit systems
    message = "Subject: x\n\n" + "a" * 1000 + "\n"
    submit = lambda *to: subprocess.run([os.path.join(args.bin, "sendmail"), "-C", cf, "-odi", "-f", "alice@a.test.example", *to], input=message.encode(), capture_output=True, timeout=60).returncode
    check("no status file", (submit("joe@b.test.example"), os.path.exists(directory + "/st")), (0, False))
    check("mailstats without one", run("mailstats", "-C", cf), (66, "", "mailstats: %s/st: No such file or directory\n" % directory))
    open(directory + "/st", "w").close()
    check("submitted", submit("joe@b.test.example", "jane@b.test.example"), 0)
    octets = open(directory + "/st", "rb").read()
    check("length, magic, version", (len(octets), *struct.unpack_from("<ii", octets), struct.unpack_from("<i", octets, 16)[0]), (1448, 0x1B1DE, 4, 1448))
    columns = [struct.unpack_from("<25q", octets, 48 + 200 * c) for c in range(7)]
    used = [{m: n for m, n in enumerate(c) if n} for c in columns]
    # prog, *file* and *include* come first, then local and esmtp; 1013 octets are two units of 1000.
    check("counters", used, [{4: 1}, {4: 2}, {4: 2}, {4: 4}, {}, {}, {}])
    rc, out, err = run("mailstats", "-C", cf, "-P")
    check("mailstats -P", (rc, out.split("\n")[1:]), (0, [" 4        1          2        2          4        0       0       0  esmtp",
          " T        1          2        2          4        0       0       0", " C        0        1      0", ""]))
    run("mailstats", "-C", cf, "-p")
    check("mailstats -p empties", os.path.getsize(directory + "/st"), 0)

    # ---- host status
    rc, out, err = run("hoststat", "-C", cf)
    check("hoststat", (rc, out.split("\n")[0], " 127.0.0.1 " in out), (0, " -------------- Hostname --------------- How long ago ---------Results---------", True))
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
