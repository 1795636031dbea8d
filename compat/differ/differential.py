#!/usr/bin/env python3
"""
differential.py FOLDER: the real sendmail and ours ($REAL, $SUBJECT) with the same configurations and the same input in
address test mode. Run it inside the laboratory (compat/run.sh does). FOLDER is for what it makes.

  --seed N        seed of all batteries (printed; random when not given)
  --addresses N   generated addresses for each configuration, each through 3,0, /parse and /try of every mailer
  --checks N      inputs for each configuration through check_mail, check_rcpt, check_relay
  --rulesets N    random rulesets
  --inputs N      inputs for each random ruleset
  --configs A,B   only these configurations (names of .cf files, or folders of $CONFIGURATIONS)
  --jobs N        sessions at the same time (as many as the machine has processors)
  --show N        show the first N differences in full
  --only WHAT     rulesets or samples
  --keep          leave the generated configurations in FOLDER
  --trace SPEC    also turn on this debug specification in both (e.g. -d21.12)
  --record FILE   write what the real one answered to random rulesets
  --play FILE     compare with such a recording instead of the real one
"""
import argparse
import collections
import concurrent.futures
import glob
import gzip
import json
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import addresses
import rulesets
import session
from explained import Explanations

# A $| cannot be typed; this ruleset makes one of the word "bar".
BAR = "\nSCompatBar\nR$* bar $*\t$1 $| $2\n"


class Report:
    """Counts answers by battery, keeps and shows what differs."""

    def __init__(self, show):
        self.explanations = Explanations()
        self.show = show
        self.totals = collections.OrderedDict()
        self.reasons = collections.Counter()

    def same(self, battery, count):
        self.totals.setdefault(battery, collections.Counter())["identical"] += count

    def add(self, battery, config, line, real, ours):
        if real == ours:
            self.same(battery, 1)
            return
        counts = self.totals.setdefault(battery, collections.Counter())
        if real.endswith("<timeout>") and not ours.endswith("<timeout>"):
            counts["without an end in the real one"] += 1
            return
        if real.endswith("<crashed>"):
            counts["that crashed the real one"] += 1
            return
        why = self.explanations.explain(line, real, ours)
        counts["explained" if why else "different"] += 1
        if why:
            self.reasons[why] += 1
        elif self.show > 0:
            self.show -= 1
            one, two = real.split("\n"), ours.split("\n")
            at = next((i for i, (a, b) in enumerate(zip(one, two)) if a != b), min(len(one), len(two)))
            print("== %s %s: %s\n--- real, line %d\n%s\n--- ours\n%s" % (battery, config, line, at + 1, "\n".join(one[max(0, at - 2):at + 4]), "\n".join(two[max(0, at - 2):at + 4])), flush=True)

    def print(self):
        for battery, counts in self.totals.items():
            print("%s: %d of %d identical, %d explained, %d different%s" % (battery, counts["identical"], counts["identical"] + counts["explained"] + counts["different"], counts["explained"], counts["different"], "".join(", %d %s" % (n, k) for k, n in counts.items() if k not in ("identical", "explained", "different"))))
        for why, count in self.reasons.most_common():
            print("  explained by %s: %d" % (why, count))
        return sum(c["different"] for c in self.totals.values())


class Comparison:
    """Sessions of both programs, several at a time; the report has them in the order they were asked for."""

    def __init__(self, options, report):
        self.options, self.report = options, report
        self.pool = concurrent.futures.ThreadPoolExecutor(options.jobs)
        self.begun = collections.deque()

    def begin(self, battery, config, cf, lines, seconds=None):
        self.begun.append((battery, config, self.pool.submit(session.side_by_side, self.options.real, self.options.ours, cf, lines, seconds or 120 + len(lines) // 50)))
        while len(self.begun) > self.options.jobs:
            self._report()

    def finish(self):
        while self.begun:
            self._report()

    def _report(self):
        battery, config, sessions = self.begun.popleft()
        same, others = sessions.result()
        self.report.same(battery, same)
        for line, real, ours in others:
            self.report.add(battery, config, line if line is not None else "(start)", real, ours)


def mailers(options, cf):
    _, answers, _ = session.run(options.real, cf, ["=M"], 20)
    return [m for m in (l.split("(", 1)[1].split(")", 1)[0] for l in (answers[0] if answers else "").split("\n") if l.startswith("mailer ")) if m not in ("*file*", "*include*")]


def sample(options, comparison, name, cf):
    """One configuration with generated addresses."""
    r = random.Random("%d %s" % (options.seed, name))
    own = os.path.join(options.folder, name + ".cf")
    with open(cf, encoding="latin-1") as source, open(own, "w", encoding="latin-1") as target:
        target.write(source.read() + BAR)
    names = mailers(options, own)
    trace = [options.trace] if options.trace else []
    for begin in range(0, options.addresses, 1000):
        lines = list(trace)
        for _ in range(min(1000, options.addresses - begin)):
            a = addresses.address(r)
            lines += ["3,0 " + a, "/parse " + a]
            if r.random() < 0.5:
                lines.append("/tryflags " + r.choice(["HS", "HR", "ES", "ER"]))
            lines += ["/try %s %s" % (m, a) for m in names]
        comparison.begin("addresses", name, own, lines)
    lines = list(trace)
    for _ in range(options.checks):
        k = r.random()
        if k < 0.1:
            lines.append(".D{%s}%s" % (r.choice(["client_addr", "client_name", "client_resolve", "auth_type", "verify", "f", "mail_addr", "addr_type", "rcpt_addr", "s", "daemon_flags"]), r.choice(["", "127.0.0.1", "127.0.0.66", "mail.lab.test", "OK", "FAIL", "joe@example.com", "e r", "PLAIN", "s", "a", "CC f u"])))
        elif k < 0.4:
            lines.append("check_mail " + addresses.address(r))
        elif k < 0.7:
            lines.append("check_rcpt " + addresses.address(r))
        elif k < 0.85:
            lines.append("CompatBar,check_relay %s bar %s" % (addresses.domain(r), r.choice(["127.0.0.%d" % r.randint(1, 99), "10.0.0.1", "IPv6:::1", "IPv6:2001:db8::1", "0", ""])))
        else:
            lines.append(r.choice(["check_relay ", "check_compat ", "CompatBar,check_compat x bar ", "check_vrfy ", "check_etrn ", "tls_rcpt ", "check_eoh ", "local_check_mail ", "trust_auth ", "queuegroup ", "srv_features "]) + addresses.address(r))
    comparison.begin("checks", name, own, lines)
    comparison.finish()


def map_files(options):
    for name, text in rulesets.files().items():
        with open(os.path.join(options.folder, name), "w", encoding="latin-1") as target:
            target.write(text)


def play(options, report):
    """Ours against what the real one answered when it was recorded; nothing in the recording asks a name server, for it is played on any machine."""
    map_files(options)
    cf = os.path.join(options.folder, "recorded.cf")
    for row in gzip.open(options.play, "rt", encoding="utf-8"):
        block = json.loads(row)
        with open(cf, "w", encoding="latin-1") as target:
            target.write(block["cf"].replace("@FOLDER@", options.folder))
        _, answers, _ = session.run(options.ours, cf, block["inputs"], 60)
        answers += ["<ended>"] * (len(block["answers"]) - len(answers))
        for line, real, ours in zip(block["inputs"], block["answers"], answers):
            report.add("recorded rulesets", block["name"], line, real, ours.replace(options.folder, "@FOLDER@"))


def random_rulesets(options, comparison):
    map_files(options)
    size, made = 20, []
    record = gzip.open(options.record, "wt", encoding="utf-8") if options.record else None
    for block in range(0, options.rulesets, size):
        r = random.Random("%d rulesets %d" % (options.seed, block))
        lines, names = rulesets.configuration(r, min(size, options.rulesets - block))
        cf = os.path.join(options.folder, "rules%d.cf" % block)
        with open(cf, "w", encoding="latin-1") as target:
            target.write("\n".join(lines).replace("@FOLDER@", options.folder) + "\n")
        inputs = [options.trace] if options.trace else []
        inputs += rulesets.session(r, names, options.inputs)
        comparison.begin("rulesets", os.path.basename(cf), cf, inputs, 40)
        if record:
            _, answers, code = session.run(options.real, cf, inputs, 20)
            if code != "timeout":
                record.write(json.dumps({"name": "%d/%d" % (options.seed, block), "cf": "\n".join(lines) + "\n", "inputs": inputs, "answers": [a.replace(options.folder, "@FOLDER@") for a in answers]}) + "\n")
        made.append(cf)
    comparison.finish()
    for cf in made if not options.keep else ():
        os.unlink(cf)
    if record:
        record.close()


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("folder")
    for name, kind, default in (("seed", int, None), ("addresses", int, 25), ("checks", int, 50), ("rulesets", int, 200), ("inputs", int, 5), ("jobs", int, os.cpu_count()), ("show", int, 5), ("configs", str, None), ("trace", str, None), ("only", str, None), ("record", str, None), ("play", str, None)):
        parser.add_argument("--" + name, type=kind, default=default)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    options.real, options.ours = os.environ.get("REAL"), os.environ["SUBJECT"]
    os.makedirs(options.folder, exist_ok=True)
    report = Report(options.show)
    comparison = Comparison(options, report)
    if options.play:
        play(options, report)
        return 1 if report.print() else 0
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 31)
    print("seed %d: %d addresses and %d checks for each configuration, %d rulesets with %d inputs each" % (options.seed, options.addresses, options.checks, options.rulesets, options.inputs), flush=True)
    began = time.monotonic()
    if options.only in (None, "rulesets"):
        random_rulesets(options, comparison)
    if options.only in (None, "samples"):
        found = sorted(glob.glob(os.environ.get("CONFIGURATIONS", "") + "/*.cf") + glob.glob(os.environ.get("CONFIGURATIONS", "") + "/*/*.cf"))
        for cf in found:
            name = os.path.basename(cf)[:-3]
            if options.configs and name not in options.configs.split(","):
                continue
            before = {k: c["different"] for k, c in report.totals.items()}
            sample(options, comparison, name, cf)
            print("  %s: %s, %.0f seconds in all" % (name, ", ".join("%s %d different" % (k, c["different"] - before.get(k, 0)) for k, c in report.totals.items() if k != "rulesets"), time.monotonic() - began), flush=True)
    different = report.print()
    print("%.0f seconds" % (time.monotonic() - began))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
