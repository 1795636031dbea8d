#!/usr/bin/env python3
"""Map files against Berkeley DB's own programs: what makemap writes passes db5.3_verify and dumps to the pairs that went
in; what db5.3_load writes is read by makemap -u and looked up by sendmail, with and without a NUL behind keys and values."""
import argparse, os, random, re, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
passed = failed = 0
directory = kit.workdir("maps")
MAKEMAP, SENDMAIL = os.path.join(args.bin, "makemap"), os.path.join(args.bin, "sendmail")


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + str(detail)[-800:]), flush=True)


def run(*command, text=b""):
    r = subprocess.run(command, input=text, capture_output=True, timeout=120)
    return r.returncode, r.stdout, r.stderr


def pairs(count, longest, seed):
    r = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.@-_"
    word = lambda n: "".join(r.choice(letters) for _ in range(n)).encode()
    made = {}
    for i in range(count):
        key = b"k%d." % i + word(r.choice((1, 3, 10, 30, 60)))
        made[key] = word(r.choice((1, 5, 20, 100))) if i % 20 else word(r.randint(1, longest))
    if count > 2:
        made[b"long" + word(min(longest, 900) - 10)] = b"of a long key"
    return made


def dumped(path):
    """What db5.3_dump says is in the file."""
    rc, out, err = run("db5.3_dump", path)
    lines = [l[1:] for l in out.decode().split("\n") if l.startswith(" ")]
    octets = [bytes.fromhex(l) for l in lines]
    return rc, dict(zip(octets[0::2], octets[1::2])), len(octets) // 2


def printed(path, kind):
    rc, out, err = run(MAKEMAP, "-C/dev/null", "-u", kind, path)
    return rc, dict(l.split(b"\t", 1) for l in out.split(b"\n") if l)


for kind in ("hash", "btree"):
    for count in (0, 1, 2, 40, 3000, 40000):
        for nul in ((), ("-N",)) if count < 40000 else ((),):
            what = pairs(count, 900, count)
            path = "%s/%s%d%s" % (directory, kind, count, "".join(nul))
            rc, out, err = run(MAKEMAP, "-C/dev/null", *nul, kind, path, text=b"".join(b"%s\t%s\n" % p for p in what.items()))
            name = "makemap %s %s, %d pairs" % (" ".join(nul), kind, len(what))
            check(name + ": made", rc == 0, err)
            rc, out, err = run("db5.3_verify", path + ".db")
            check(name + ": db5.3_verify", rc == 0, err)
            end = b"\0" if nul else b""
            rc, found, number = dumped(path + ".db")
            check(name + ": db5.3_dump gives the pairs", found == {k + end: v + end for k, v in what.items()} and number == len(what))
            check(name + ": makemap -u gives the pairs", printed(path, kind) == (0, what))

hexed = lambda octets: b" " + octets.hex().encode() + b"\n"
for kind in ("hash", "btree"):
    for pagesize in (512, 4096, 65536):
        for end in (b"", b"\0"):
            what = pairs(2000, 30000, pagesize)
            path = "%s/load-%s-%d-%d" % (directory, kind, pagesize, len(end))
            head = b"VERSION=3\nformat=bytevalue\ntype=%s\ndb_pagesize=%d\nHEADER=END\n" % (kind.encode(), pagesize)
            rc, out, err = run("db5.3_load", path + ".db", text=head + b"".join(hexed(k + end) + hexed(v + end) for k, v in what.items()) + b"DATA=END\n")
            name = "%s of db5.3_load, pages of %d, %s NUL" % (kind, pagesize, "with" if end else "without")
            check(name + ": read whole", rc == 0 and printed(path, kind) == (0, what), err)
            cf = path + ".cf"
            open(cf, "w").write("V10/Berkeley\nO QueueDirectory=%s\nDjtest.example\nKm %s %s\nMlocal, P=/bin/true, A=true\nMprog, P=/bin/true, A=true\n" % (directory, kind, path))
            sample = [k for k in what if len(k) < 200 and len(what[k]) < 200][:40]
            rc, out, err = run(SENDMAIL, "-bt", "-C", cf, text=b"".join(b"/map m %s\n" % k for k in sample) + b"/map m absent.example\n")
            values = re.findall(rb"map_lookup: m \((.*?)\) (?:returns (.*?) \(0\)|no match)", out)
            check(name + ": looked up", values == [(k, what[k]) for k in sample] + [(b"absent.example", b"")], out + err)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
