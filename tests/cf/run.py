#!/usr/bin/env python3
"""run.py --lab DIR --bin BIN [--m4 PROGRAM] [--record] [NAME ...]: every feature of the configuration library changes what it
should.

NAME.mc uses one feature; NAME.txt has lines for address test mode, each followed by " => " and the answer that the real
sendmail gives with the upstream library's configuration (--record writes it). A line "cf PATTERN" asks for the lines of the
configuration that match. The test fails when an answer of our library differs, or when all stay the same without the feature.
The samples in cf/cf must have the options, classes, maps, mailers and headers that the upstream library makes of them.
Runs in the namespaces of compat/oracle (sh tests/cf/run.sh BIN).
"""
import argparse, glob, os, re, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, TOP + "/compat/cflib")
import harness


def answers(program, m4, library, mc, lines):
    """What PROGRAM answers to LINES with the configuration that LIBRARY makes of MC."""
    cf, said = harness.expand(m4, library, mc)
    path = mc[:-3] + ".cf"
    with open(path, "w", encoding="latin-1") as h:
        h.write(cf + harness.HELPER)
    asked = [l for l in lines if not l.startswith("cf ")]
    run = harness.Answers(program, path, asked)
    out, i = [], 0
    for line in lines:
        if line.startswith("cf "):
            # one spelling of a line: spaces, braces of one-letter names
            rows = harness.facts("\n".join(cf.split("\n")))
            out.append(" | ".join(sorted(r for r in rows if re.search(line[3:], r))))
        else:
            out.append(run.final(i, line))
            i += 1
    return out, said


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lab", required=True)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--m4", default="m4")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    upstream, makemap = args.lab + "/root/usr/share/sendmail/cf/", args.lab + "/root/usr/libexec/sendmail/makemap"
    work = tempfile.mkdtemp(prefix="cf.", dir=args.lab)
    os.chmod(work, 0o755)
    passed, failed = 0, []
    for mc in sorted(glob.glob(HERE + "/*.mc")):
        name = os.path.basename(mc)[:-3]
        if args.names and name not in args.names:
            continue
        target = work + "/" + name
        os.makedirs(target)
        text = open(mc).read().replace("@CONF@", target)
        for f in glob.glob(HERE + "/" + name + ".*.hash"):
            subprocess.run([makemap, "-C", "/dev/null", "hash", target + "/" + f.split(".")[-2]], stdin=open(f), capture_output=True)
        copy = target + "/" + name + ".mc"
        open(copy, "w").write(text)
        rows = [l.rstrip("\n") for l in open(HERE + "/" + name + ".txt") if l.strip() and not l.startswith("#")]
        lines = [r.split(" => ")[0] for r in rows]
        if args.record:
            got, _ = answers(args.lab + "/root/usr/libexec/sendmail/sendmail", args.m4, upstream, copy, lines)
            with open(HERE + "/" + name + ".txt", "w") as h:
                for line, answer in zip(lines, got):
                    h.write(line + "\n" if line.startswith((".", "/tryflags")) else "%s => %s\n" % (line, answer.replace(target, "@CONF@")))
            continue
        want = [(r.split(" => ", 1) + [""])[1] for r in rows]
        library = TOP + "/cf/"
        got, said = answers(args.bin + "/sendmail", args.m4, library, copy, lines)
        wrong = ["%s\n      want %s\n      got  %s" % (l, w, g.replace(target, "@CONF@")) for l, w, g in zip(lines, want, got)
                 if not l.startswith((".", "/tryflags")) and w != g.replace(target, "@CONF@")]
        without = "\n".join(l for l in text.split("\n") if not l.startswith("FEATURE(`%s'" % name))
        if "MAILER(" not in without:
            without += "MAILER(`local')dnl\nMAILER(`smtp')dnl\n"
        open(copy, "w").write(without)
        other, _ = answers(args.bin + "/sendmail", args.m4, library, copy, lines)
        if other == got and name not in NO_EFFECT:
            wrong.append("the same answers without the feature")
        if wrong:
            failed.append(name)
            print("%s: FAILED\n    %s\n    %s" % (name, "\n    ".join(wrong), said))
        else:
            passed += 1
    for mc in [] if args.record else sorted(glob.glob(TOP + "/cf/cf/*.mc")):
        name = "cf/" + os.path.basename(mc)
        if args.names and name not in args.names:
            continue
        (ours, said), (theirs, _) = (harness.expand(args.m4, library, mc) for library in (TOP + "/cf/", upstream))
        differ = sorted(set(harness.facts(ours)) ^ set(harness.facts(theirs)))
        if said or differ:
            failed.append(name)
            print("%s: FAILED\n    %s\n    %s" % (name, said, "\n    ".join(differ)))
        else:
            passed += 1
    subprocess.run(["rm", "-rf", work])
    print("%d passed, %d failed" % (passed, len(failed)))
    return 1 if failed else 0


# Features of old that say what is the case anyway.
NO_EFFECT = {"notsticky"}
sys.exit(main())
