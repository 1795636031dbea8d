#!/usr/bin/env python3
"""sendmail-migrate on every configuration of tests/golden, every .mc of the sendmail-cf package, and damaged copies of them. What a report must
say is found here by other means: lines of the .cf, db5.3_dump, makecf, the damage that was done. No run may crash, hang or change a file."""
import argparse, glob, json, os, random, re, shutil, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
ap.add_argument("--seed", type=int, default=1)
ap.add_argument("--damaged", type=int, default=60, help="how many damaged copies at random")
args = ap.parse_args()
args.bin = os.path.abspath(args.bin)
passed = failed = 0
PROJECT = os.path.join(kit.HERE, "..", "..")
GOLDEN = os.path.join(PROJECT, "tests", "golden", "conf")
WORK = kit.workdir("migrate")
SECONDS = 60


def check(name, good, got=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good or not name.startswith("damaged "):
        print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + repr(got)[:1200]), flush=True)


def tool(name, *argv, text=None):
    return subprocess.run([os.path.join(args.bin, name), *argv], input=text, capture_output=True, text=True, encoding="latin-1", timeout=SECONDS)


def migrate(root, *argv):
    """The findings, or None when the program did not end as it should."""
    ran = tool("sendmail-migrate", "--root", root, "--json", *argv)
    try:
        report = json.loads(ran.stdout)
    except ValueError:
        report = None
    worst = max([{"info": 0, "ok": 0, "warning": 1, "error": 2}[f["level"]] for f in report["findings"]], default=0) if report else -1
    good = report and ran.returncode == report["exit"] == worst and ran.stderr == ""
    return (report["findings"] if good else None), (ran.returncode, ran.stdout[-300:], ran.stderr[-600:])


def kind(findings, *kinds):
    return [f for f in findings if f.get("kind") in kinds]


def line_of(finding):
    found = re.search(r": line (\d+)$", finding["subject"])
    return int(found.group(1)) if found else 0


def build(name, root):
    """A configuration of the recordings below root/conf/NAME, as the site would have it; the path of the .cf on the site."""
    source, place = os.path.join(GOLDEN, name), os.path.join(root, "conf", name)
    shutil.copytree(source, place)
    for directory in ("mqueue", "clientmqueue", "run", "etc"):
        os.makedirs(os.path.join(root, directory), exist_ok=True)
    for path in glob.glob(place + "/*"):
        if os.path.isfile(path):
            text = open(path, encoding="latin-1").read().replace("@DIR@", "").replace("@CONF@", "/conf/" + name)
            open(path, "w", encoding="latin-1").write(text)
    for path in glob.glob(place + "/*.hash") + glob.glob(place + "/*.btree"):
        stem, form = os.path.splitext(path)
        open(WORK + "/makemap.cf", "w").write("V10/Berkeley\n")
        made = tool("makemap", "-C", WORK + "/makemap.cf", form[1:], stem, text=open(path, encoding="latin-1").read())
        assert made.returncode == 0, made.stderr
    made = tool("makecf", glob.glob(place + "/*.mc")[0])
    if made.returncode != 0:
        return None
    open(place + "/" + name + ".cf", "w", encoding="latin-1").write(made.stdout)
    return "/conf/%s/%s.cf" % (name, name)


def entries(path):
    """How many pairs a database has, by db5.3_dump."""
    dumped = subprocess.run(["db5.3_dump", path], capture_output=True, text=True, encoding="latin-1").stdout.split("HEADER=END\n")[1]
    return dumped.split("DATA=END")[0].count("\n") // 2


def expect_configuration(name, root, cf, findings):
    lines = open(root + cf, encoding="latin-1").read().split("\n")
    at = lambda letter: [(i + 1, l) for i, l in enumerate(lines) if l.startswith(letter)]
    same = [f for f in kind(findings, "same") if f["subject"] == cf]
    rules = int(same[0]["text"].split()[0]) if same else -1
    # A rule that is refused is told of; the others are counted.
    check(name + ": every rule is read", rules == len(at("R")) - len([f for f in kind(findings, "cf-error") if lines[line_of(f) - 1].startswith("R")]), (rules, len(at("R"))))
    for finding in kind(findings, "option-no-effect"):
        option = finding["text"].split()[1]
        written = lines[line_of(finding) - 1]
        check(name + ": " + option + " stands where it is said to", re.match(r"O ?%s\s*=" % re.escape(option), written, re.I), written)
    expected = set()
    for number, line in at("K"):
        words = line[1:].split()
        files = [w for w in words[2:] if w.startswith("/")]
        if words[1] not in ("hash", "btree") or not files:
            continue
        database, optional = files[0] + ".db", "-o" in words
        if os.path.exists(root + database):
            expected.add((number, "map-native", entries(root + database)))
        else:
            expected.add((number, "map-absent" if optional else "map-missing", 0))
    found = set()
    for finding in kind(findings, "map-native", "map-absent", "map-missing", "map-damaged", "map-foreign"):
        line = lines[line_of(finding) - 1]
        if line.startswith("K") and re.search(r" is a Berkeley DB|\.db", finding["text"]):
            count = re.search(r", (\d+) entries", finding["text"])
            found.add((line_of(finding), finding["kind"], int(count.group(1)) if count else 0))
    check(name + ": every database as it is", found == expected, (sorted(found), sorted(expected)))
    missing = {n for n, l in at("F") if (m := re.match(r"F(?:\{\w+\}|.)\s*(-o)?\s*(/\S+)", l)) and not m.group(1) and not os.path.exists(root + m.group(2))}
    check(name + ": files of classes that are missing", {line_of(f) for f in kind(findings, "cf-error") if "cannot open" in f["text"]} == missing, missing)
    aliases = [l.split("=", 1)[1] for _, l in at("O AliasFile")]
    if aliases and os.path.exists(root + aliases[0]):
        text = open(root + aliases[0], encoding="latin-1").read()
        wanted = sum(1 for l in text.split("\n") if re.match(r"[^#\s][^:]*:\s*\S", l))
        told = [f for f in kind(findings, "same") if f["subject"] == aliases[0]]
        check(name + ": aliases are counted", told and told[0]["text"].startswith("%d aliases" % wanted), (wanted, told))


def golden():
    for name in sorted(os.listdir(GOLDEN)):
        root = os.path.join(WORK, "golden-" + name)
        cf = build(name, root)
        if cf is None:
            check(name + ": makecf refuses what the recordings have", False)
            continue
        before = snapshot(root)
        findings, ran = migrate(root, "-C", cf)
        check(name + ": a report", findings is not None, ran)
        if findings is None:
            continue
        expect_configuration(name, root, cf, findings)
        check(name + ": nothing is changed", snapshot(root) == before)
        from_source, ran = migrate(root, "-C", "/conf/%s/%s" % (name, os.path.basename(glob.glob(GOLDEN + "/" + name + "/*.mc")[0])))
        texts = lambda all: sorted((f.get("kind"), f["text"]) for f in all if f.get("kind") in ("option-no-effect", "cf-error", "map-native", "map-missing", "map-absent"))
        check(name + ": the .mc is told of as its .cf", from_source is not None and texts(from_source) == texts(findings), ran)


def snapshot(root):
    return {p: os.lstat(p).st_mtime_ns for d, _, names in os.walk(root) for p in [d] + [os.path.join(d, n) for n in names]}


def package():
    """The .mc files that come with sendmail: what makecf makes of one is what is told of."""
    library = next((d for d in [os.environ.get("LAB", "/var/cache/sendmail-net/lab") + "/w/root", os.path.join(os.environ.get("OUT", os.path.join(PROJECT, "out")), "packages", "sendmail-cf")]
                    if glob.glob(d + "/usr/share/sendmail/cf/cf/*.mc")), None)
    if library is None:
        library = os.path.join(os.environ.get("OUT", os.path.join(PROJECT, "out")), "packages", "sendmail-cf")
        got = subprocess.run(["sh", os.path.join(PROJECT, "compat", "deps.sh"), "unpack", library, "sendmail-cf"], capture_output=True, text=True)
        check("the sendmail-cf package is at hand", got.returncode == 0, got.stderr[-300:])
    sources = sorted(glob.glob(library + "/usr/share/sendmail/cf/cf/*.mc") + glob.glob(library + "/usr/share/sendmail/cf/debian/*.mc"))
    check("the sendmail-cf package has configurations", len(sources) > 20, sources)
    root = os.path.join(WORK, "package")
    os.makedirs(root + "/etc/mail")
    for source in sources:
        name = os.path.basename(source)
        shutil.copy(source, root + "/etc/mail/" + name)
        made = tool("makecf", root + "/etc/mail/" + name)
        findings, ran = migrate(root, "-C", "/etc/mail/" + name)
        check("package " + name + ": a report", findings is not None, ran)
        if findings is None:
            continue
        if made.returncode != 0:
            check("package " + name + ": m4's error is told of", kind(findings, "mc-error"), made.stderr[-300:])
            continue
        same = [f for f in kind(findings, "same") if f["subject"] == "/etc/mail/" + name]
        rules = sum(1 for l in made.stdout.split("\n") if l.startswith("R"))
        bad = len([f for f in kind(findings, "cf-error") if made.stdout.split("\n")[line_of(f) - 1].startswith("R")])
        check("package " + name + ": every rule is read", same and int(same[0]["text"].split()[0]) == rules - bad, (same, rules))
        unknown = {w for l in made.stdout.split("\n") if l.startswith("K") for w in [l.split()[1]]} & {"nis", "ldap", "nisplus", "hesiod", "dbm", "ph", "netinfo"}
        check("package " + name + ": classes that are not there", {f["text"].split(" class ")[1].split()[0] for f in kind(findings, "map-class") if f["text"].startswith("readcf: map")} == unknown, unknown)


def damaged_one(name, cf, change, *expected, argv=None):
    """A copy of a configuration with some damage; each of the expected kinds, a text in one of them, is in the report."""
    root = os.path.join(WORK, "damaged")
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(os.path.join(WORK, "golden-main"), root, symlinks=True)
    change(root)
    findings, ran = migrate(root, *(argv or ["-C", cf]))
    check("damaged " + name + ": a report", findings is not None, ran)
    for wanted, text in expected if findings is not None else []:
        check("damaged " + name + ": " + wanted, any(text in f["subject"] + ": " + f["text"] for f in kind(findings, wanted)), [f for f in findings if f["level"] != "info"][:6])


def damage():
    cf, access = "/conf/main/main.cf", "/conf/main/access"
    lines = open(WORK + "/golden-main" + cf, encoding="latin-1").read().split("\n")
    k_line = next(i + 1 for i, l in enumerate(lines) if l.startswith("Kaccess "))
    f_line = next(i + 1 for i, l in enumerate(lines) if l.startswith("Fw"))

    def write(path, octets):
        def change(root):
            if os.path.lexists(root + path):
                os.remove(root + path)
            os.makedirs(os.path.dirname(root + path), exist_ok=True)
            open(root + path, "wb").write(octets)
        return change

    def instead(path, make):
        def change(root):
            os.remove(root + path)
            make(root + path)
        return change

    def edit(old, new):
        return lambda root: write(cf, open(root + cf, "rb").read().replace(old, new, 1))(root)

    place = "%s: line %d" % (cf, k_line)
    source = open(WORK + "/golden-main" + access + ".db", "rb").read()
    damaged_one("empty database", cf, write(access + ".db", b""), ("map-foreign", place))
    damaged_one("cut database", cf, write(access + ".db", source[:100]), ("map-damaged", place))
    damaged_one("random database", cf, write(access + ".db", random.Random(1).randbytes(9000)), ("map-damaged", place))
    damaged_one("database of another version", cf, write(access + ".db", bytes.fromhex("00061561") + bytes(600)), ("map-foreign", "1.85"))
    damaged_one("database gone", cf, lambda root: os.remove(root + access + ".db"), ("map-missing", place))
    damaged_one("loop of links", cf, instead(access + ".db", lambda p: os.symlink(os.path.basename(p), p)), ("map-missing", "Too many levels"))
    damaged_one("database is a pipe", cf, instead(access + ".db", os.mkfifo), ("map-damaged", place))
    damaged_one("database is a directory", cf, instead(access + ".db", os.mkdir), ("map-damaged", place))
    damaged_one("dbm instead", cf, lambda root: os.rename(root + access + ".db", root + access + ".pag"), ("map-dbm", place))
    damaged_one("class file gone", cf, lambda root: os.remove(root + "/conf/main/local-host-names"), ("cf-error", "%s: line %d" % (cf, f_line)))
    damaged_one("class file loops", cf, instead("/conf/main/local-host-names", lambda p: os.symlink(p.split("/")[-1], p)), ("cf-error", "%s: line %d" % (cf, f_line)))
    damaged_one("configuration is a pipe", cf, instead(cf, os.mkfifo), ("cf-unreadable", "no plain file"))
    damaged_one("configuration gone", cf, lambda root: os.remove(root + cf), ("cf-unreadable", "No such file"))
    damaged_one("level of the future", cf, edit(b"V10/", b"V11/"), ("cf-error", "version level (11)"))
    damaged_one("another vendor", cf, edit(b"V10/Berkeley", b"V10/Sun"), ("cf-error", "vendor code"))
    damaged_one("an old level", cf, edit(b"V10/Berkeley", b"V5"), ("cf-warning", "version 5"))
    damaged_one("random configuration", cf, write(cf, random.Random(2).randbytes(30000)), ("cf-error", "line"))
    damaged_one("empty configuration", cf, write(cf, b""), ("cf-error", "No local mailer defined"))
    damaged_one("aliases of random octets", cf, write("/conf/main/aliases", random.Random(3).randbytes(5000)), ("alias-line", "aliases: line"))
    damaged_one("a queue of damaged files", cf, lambda root: [write("/mqueue/qf0000000%d" % i, random.Random(i).randbytes(200 * i))(root) for i in range(5)], ("queue-unreadable", "qf00000000"), ("queue", "5 cannot be read"))
    damaged_one("a control file of tomorrow", cf, write("/mqueue/qf00000001", b"V9999\nT1\nS<a@b>\nRPFD:<c@d>\n.\n"), ("queue-unreadable", "qf00000001"))
    damaged_one("a .mc that never ends", cf, write("/etc/mail/sendmail.mc", b"define(`a', `a')a\nOSTYPE(`linux'\n"), ("mc-error", "sendmail.mc"), argv=["-C", "/etc/mail/sendmail.mc"])
    damaged_one("a .mc of random octets", cf, write("/etc/mail/sendmail.mc", random.Random(4).randbytes(5000)), argv=["-C", "/etc/mail/sendmail.mc"])
    replay = ["--old", cf, "--new", cf, "--log", "/log"]
    damaged_one("a log of random octets", cf, write("/log", random.Random(5).randbytes(100000)), ("log-unreadable", "no line of sendmail"), argv=replay)
    damaged_one("a log that is a pipe", cf, lambda root: os.mkfifo(root + "/log"), ("log-unreadable", "no plain file"), argv=replay)
    damaged_one("a gzip log cut off", cf, write("/log", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + bytes(50)), ("log-unreadable", "/log"), argv=replay)
    for round in range(args.damaged):
        chance = random.Random(args.seed * 1000 + round)
        path = chance.choice([cf, cf, access + ".db", "/conf/main/aliases", "/conf/main/virtuser-domains", "/conf/main/mailertable.db", "/conf/main/main.mc"])
        damaged_one("%s at random %d" % (path, round), cf, lambda root: scramble(root + path, chance), argv=["-C", path if path.endswith(".mc") else cf])


def scramble(path, chance):
    octets = bytearray(open(path, "rb").read())
    if chance.random() < 0.3:
        del octets[chance.randrange(len(octets)):]
    for _ in range(chance.choice([1, 5, 50])):
        if octets:
            octets[chance.randrange(len(octets))] = chance.randrange(256)
    open(path, "wb").write(octets)


def replay():
    """The real sendmail refuses to relay with one of the recorded configurations and relays with the other (tests/golden/smtp.jsonl)."""
    root = os.path.join(WORK, "replay")
    main, open_relay = build("main", root), build("promisc", root)
    open(root + "/log", "w").write(
        "Nov 24 10:00:00 mail sm-mta[10]: 4AO9000000aa: ruleset=check_rcpt, arg1=<joe@outside.example>, relay=[192.0.2.23], reject=550 5.7.1 <joe@outside.example>... Relaying denied\n"
        "Nov 24 10:00:00 mail sm-mta[10]: 4AO9000000aa: from=<a@client.example>, size=0, class=0, nrcpts=0, proto=SMTP, daemon=MTA, relay=[192.0.2.23]\n"
        "Nov 24 10:00:00 mail sm-mta[11]: 4AO9000000ab: from=<b@client.example>, size=5, class=0, nrcpts=1, proto=SMTP, daemon=MTA, relay=[192.0.2.24]\n"
        "Nov 24 10:00:00 mail sm-mta[11]: 4AO9000000ab: to=<postmaster@mail.lab.test>, delay=00:00:00, mailer=local, dsn=2.0.0, stat=Sent\n")
    findings, ran = migrate(root, "--log", "/log", "--old", main, "--new", open_relay)
    check("replay: a report", findings is not None, ran)
    differ = [f["text"] for f in kind(findings or [], "replay-difference") if f["text"].startswith("check_rcpt")]
    check("replay: relaying is the difference", len(differ) == 1 and re.search(r"<joe@outside\.example>.*old 550 5\.7\.1 .*Relaying denied.*; new OK$", differ[0]), differ)
    findings, ran = migrate(root, "--log", "/log", "--old", main, "--new", main)
    check("replay: the same answers the same", findings is not None and not kind(findings, "replay-difference"), ran)


def output():
    """A report that cannot be written is told of; a reader that goes away is nobody's fault."""
    for name, argv in (("sendmail-migrate", ["-C", "/nonexistent"]), ("tlsdoctor", ["check", "-C", "/nonexistent"])):
        command = [os.path.join(args.bin, name), *argv]
        with open("/dev/full", "w") as full:
            ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=SECONDS)
        check(name + ": a full disk", ran.returncode == 74 and ran.stderr.startswith(name + ": the report cannot be written: ") and "\n" not in ran.stderr.strip(), (ran.returncode, ran.stderr))
        reading, writing = os.pipe()
        os.close(reading)
        ran = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=SECONDS)
        os.close(writing)
        check(name + ": no reader", ran.returncode == 2 and ran.stderr == "", (ran.returncode, ran.stderr))


try:
    golden()
    package()
    damage()
    replay()
    output()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
