#!/usr/bin/env python3
"""cf-library.py --lab DIR --bin BIN [--m4 PROGRAM] [--addresses N] [--seed N] [--engine PROGRAM] [FILE.mc ...]

Compares the configurations that our library (cf/) and the upstream one make of the same .mc: options, classes, macros, maps,
mailers and headers, and what one program (BIN/sendmail) answers when it runs each: N addresses through 3,0, every mailer for
headers and envelopes, the checks, the TLS rulesets. Without files: the configurations in tests/golden/conf and tests/cf,
those of upstream's package and Debian's. Runs in the namespaces of compat/oracle ("make compat-cf").

Prints a line for each .mc, then what differs with its reason from cf-library.reasons. A difference without a reason makes
the exit code 1.
"""
import argparse, glob, os, re, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "cflib"))
import batteries, harness

TOP = os.path.dirname(HERE)
OURS = os.path.join(TOP, "cf") + "/"


def reasons():
    rows = []
    for line in open(os.path.join(HERE, "cf-library.reasons"), encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            pattern, reason = line.rstrip("\n").split("\t", 1)
            rows.append((re.compile(pattern), reason.strip()))
    return rows


def sources(folder):
    """Texts of the maps beside a .mc."""
    return [open(f, encoding="latin-1").read() for f in sorted(glob.glob(folder + "/*.hash")) if "access" not in f or os.path.getsize(f) < 4000]


class Comparison:
    def __init__(self, args):
        self.args = args
        self.upstream = args.lab + "/root/usr/share/sendmail/cf/"
        self.work = tempfile.mkdtemp(prefix="cflib.", dir=args.lab)
        os.chmod(self.work, 0o755)
        self.makemap = args.lab + "/root/usr/libexec/sendmail/makemap"
        self.total = self.same = 0

    def prepare(self, mc):
        """A copy of the .mc with the lab's paths; beside it the files of its folder, maps made of NAME.hash and NAME.btree.
        In tests/cf, where all configurations share a folder, those named after the .mc: site.access.hash."""
        name, home = os.path.basename(mc)[:-3], os.path.dirname(mc)
        alone = glob.glob(home + "/*.mc") == [mc]
        target = self.work + "/" + name
        os.makedirs(target, exist_ok=True)

        def text_of(path):
            text = open(path, encoding="latin-1").read()
            return text.replace("@DIR@/conf/" + name, target).replace("@CONF@", target).replace("@DIR@", self.args.lab)
        for f in sorted(os.listdir(home)):
            if not alone and not f.startswith((name + ".", "all.")) or f.endswith(".mc") or not os.path.isfile(home + "/" + f):
                continue
            base = f if alone else f.split(".", 1)[1]
            if base.endswith((".hash", ".btree")):
                base, kind = base.rsplit(".", 1)
                subprocess.run([self.makemap, "-C", "/dev/null", kind, target + "/" + base], input=text_of(home + "/" + f),
                               encoding="latin-1", capture_output=True)
            else:
                open(target + "/" + base, "w", encoding="latin-1").write(text_of(home + "/" + f))
        path = target + "/" + name + ".mc"
        open(path, "w", encoding="latin-1").write(text_of(mc))
        return name, path, text_of(mc)

    def made(self, library, path, text, kind):
        """The configuration of one library; what a .mc says of another place of the library is turned to it."""
        text = re.sub(r"include\(`?(\.\./|/usr/share/sendmail/cf/)m4/cf\.m4'?\)", "include(`%sm4/cf.m4')" % library, text)
        text = text.replace("/usr/share/sendmail/cf/", library).replace("/etc/mail/m4/", OURS + "debian/")
        mc = path[:-3] + "." + kind + ".mc"
        open(mc, "w", encoding="latin-1").write(text)
        cf, said = harness.expand(self.args.m4, library, mc)
        said = said.replace(os.path.basename(mc), os.path.basename(path))
        cf = cf.replace("/usr/share/sendmail/cf/", library)
        target = mc[:-3] + ".cf"
        open(target, "w", encoding="latin-1").write(cf + harness.HELPER)
        return cf, said, target

    def compare(self, mc):
        name, path, text = self.prepare(mc)
        up, up_said, up_cf = self.made(self.debian(text), path, text, "upstream")
        our, our_said, our_cf = self.made(OURS, path, text, "ours")
        found = []
        a, b = harness.facts(up), harness.facts(our)
        found += [("only upstream's: " + x, "", "") for x in sorted(a - b)] + [("only ours: " + x, "", "") for x in sorted(b - a)]
        if up_said != our_said:
            found.append(("messages", up_said, our_said))
        count = len(a | b)
        lines = batteries.addresses(harness.words(up, sources(os.path.dirname(mc))), self.args.addresses, self.args.seed)
        lines += batteries.mailers(harness.mailer_names(up), "lab.test") + batteries.LOCALADDR + batteries.CANONIFY + batteries.FINAL
        lines += batteries.relay() + batteries.mail() + batteries.rcpt() + batteries.tls()
        lines += ["$=" + c for c in "wMRPELNGt"] + ["$" + m for m in "jnMRSHLBCFYZ"]
        x = harness.Answers(self.args.engine, up_cf, lines)
        y = harness.Answers(self.args.engine, our_cf, lines)
        state = {}
        for i, line in enumerate(lines):
            if line.startswith((".", "/tryflags")):
                state[line.split("}")[0] if "}" in line else line[:3]] = line
                continue
            count += 1
            p, q = x.final(i, line), y.final(i, line)
            if p != q:
                found.append((line, p, q))
        if len(x.blocks) != len(y.blocks):
            found.append(("number of answers", str(len(x.blocks)), str(len(y.blocks)) + " " + y.head[-300:]))
        return name, count, found

    def debian(self, text):
        """Upstream's Debian files name each other by absolute paths: give them a library where those are ours to read."""
        if "debian" not in text:
            return self.upstream
        copy = self.work + "/library/"
        if not os.path.isdir(copy):
            subprocess.run(["cp", "-r", self.upstream, copy], check=True)
            for f in glob.glob(copy + "*/*.m4"):
                t = open(f, encoding="latin-1").read()
                if "/usr/share/sendmail/cf/" in t:
                    open(f, "w", encoding="latin-1").write(t.replace("/usr/share/sendmail/cf/", copy))
        return copy


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lab", required=True)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--m4", default="m4")
    parser.add_argument("--engine")
    parser.add_argument("--addresses", type=int, default=int(os.environ.get("ADDRESSES", "2000")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "1")), help="which addresses are generated")
    parser.add_argument("--show", type=int, default=int(os.environ.get("V", "5")))
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    args.engine = args.engine or args.bin + "/sendmail"
    run = Comparison(args)
    files = [os.path.abspath(f) for f in args.files] or (
        sorted(glob.glob(TOP + "/tests/golden/conf/*/*.mc")) + sorted(glob.glob(TOP + "/tests/cf/*.mc")) +
        sorted(glob.glob(run.upstream + "cf/*.mc")) + sorted(glob.glob(run.upstream + "debian/*.mc")))
    known = reasons()
    identical = bad = asked = equal = 0
    used = {}
    for mc in files:
        name, count, found = run.compare(mc)
        open_ones = []
        for line, up, our in found:
            text = "%s: %s: %s -> %s" % (name, line, up, our)
            reason = next((r for p, r in known if p.search(text)), None)
            if reason:
                used.setdefault(reason, []).append(text)
            else:
                open_ones.append((line, up, our))
        asked += count
        equal += count - len(found)
        identical += not found
        bad += bool(open_ones)
        print("%-28s %5d of %5d identical%s" % (name, count - len(found), count, "" if not found else
              ", %d differ for a reason, %d without" % (len(found) - len(open_ones), len(open_ones))), flush=True)
        for line, up, our in open_ones[:args.show]:
            print("    %s\n        upstream  %s\n        ours      %s" % (line, up[:300], our[:300]) if up or our else "    " + line[:200], flush=True)
    for reason, texts in used.items():
        print("%d differ: %s\n    e.g. %s" % (len(texts), reason, texts[0][:200]))
    print("%d configurations, %d identical in everything; %d of %d facts and answers identical" % (len(files), identical, equal, asked))
    print("%d passed, %d failed" % (len(files) - bad, bad))
    subprocess.run(["rm", "-rf", run.work])
    return 1 if bad else 0


sys.exit(main())
