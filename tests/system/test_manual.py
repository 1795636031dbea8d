#!/usr/bin/env python3
"""The manual pages: mandoc has nothing to say of them, every command has one, pages refer to pages that exist, every option of a usage text is in
its page, and every example and every command shown on a line of its own works."""
import argparse, glob, os, re, shutil, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
args.bin = os.path.abspath(args.bin)
passed = failed = 0
MAN = os.path.join(kit.HERE, "..", "..", "man")
PAGES = sorted(os.path.basename(p) for p in glob.glob(MAN + "/*"))
COMMANDS = ["sendmail", "mailq", "newaliases", "hoststat", "purgestat", "smtpd", "makemap", "editmap", "praliases", "mailstats", "makecf", "smrsh",
            "mail.local", "rmail", "vacation", "tlsdoctor", "sendmail-migrate"]
FILES = ["sendmail.cf", "submit.cf", "aliases", "access", "mailertable", "virtusertable", "genericstable"]
# Manuals of other projects that pages may refer to.
OTHERS = {"sysexits 3", "m4 1", "openssl 1", "flock 2", "sh 1", "mdoc 7"}


def check(name, good, got=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + repr(got)[:900]), flush=True)


def text(page):
    return open(os.path.join(MAN, page), encoding="utf-8").read()


def form():
    check("every command and file has a page, and nothing else has", PAGES == sorted([c + ".8" for c in COMMANDS] + [f + ".5" for f in FILES]), PAGES)
    for page in PAGES:
        said = subprocess.run(["mandoc", "-T", "lint", os.path.join(MAN, page)], capture_output=True, text=True).stdout.splitlines()
        # Which manuals the machine has is not a matter of the page; below, they are looked for here.
        said = [l for l in said if "referenced manual not found" not in l]
        check(page + ": mandoc has nothing to say", not said, said[:5])
        wrong = [x for x in re.findall(r"^\.Xr (\S+ \d)", text(page), re.M) if x.replace(" ", ".") not in PAGES and x not in OTHERS]
        check(page + ": refers to pages that exist", not wrong, wrong)


def usage():
    """The letters in brackets of what a program prints when it is called wrongly."""
    for command in ("makemap", "editmap", "praliases", "mailstats", "mail.local", "rmail"):
        said = subprocess.run([os.path.join(args.bin, command), "-!"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        letters = set(re.findall(r"[\[|]-(\w)\b", said.stdout + said.stderr))
        shown = set("".join(re.findall(r"Fl ([A-Za-z0-9]+)", text(command + ".8").replace(" | Fl ", "\nFl "))))
        shown |= set("".join(re.findall(r"\| (\w+)$", text(command + ".8"), re.M)))
        check(command + ": every option is in the page", letters and letters <= shown, (sorted(letters), sorted(shown)))


def examples(page):
    """Blocks of section EXAMPLES and lines that show a command."""
    body = text(page)
    section = re.search(r"^\.Sh EXAMPLES\n(.*?)(?=^\.Sh |\Z)", body, re.M | re.S)
    blocks = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", section.group(1), re.M | re.S) if section else []
    lines = [l for l in re.findall(r"^\.Dl (.*)$", body, re.M) if l.split()[0] in COMMANDS]
    return [b.replace("\\&", "").replace("\\\\", "\\").replace("\\e", "\\") for b in blocks + lines]


def world(page):
    """A directory with an /etc/mail and queues of its own, and commands that know it."""
    root = kit.workdir("manual-" + page)
    mail = root + "/etc/mail"
    for directory in (mail, root + "/bin", root + "/queue", root + "/var/log", root + "/status"):
        os.makedirs(directory, mode=0o755)
    os.chmod(root + "/queue", 0o700)
    open(mail + "/access", "w").write("example.com\tRELAY\n")
    open(mail + "/aliases", "w").write("postmaster: root\n")
    open(mail + "/statistics", "w").close()
    open(root + "/var/log/mail.log", "w").write("Nov 24 10:00:00 mail sendmail[10]: 4AO9000000aa: from=<a@b.example>, size=1, class=0, nrcpts=1, relay=c.example [192.0.2.1]\n")
    open(mail + "/sendmail.mc", "w").write("OSTYPE(`linux')dnl\ndefine(`confDOMAIN_NAME', `mail.example.com')dnl\ndefine(`ALIAS_FILE', `%s/aliases')dnl\n"
        "define(`QUEUE_DIR', `%s/queue')dnl\ndefine(`STATUS_FILE', `%s/statistics')dnl\ndefine(`confHOST_STATUS_DIRECTORY', `%s/status')dnl\n"
        "define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe')dnl\nMAILER(`local')dnl\nMAILER(`smtp')dnl\n" % (mail, root, mail, root))
    with open(mail + "/sendmail.cf", "w") as cf:
        subprocess.run([os.path.join(args.bin, "makecf"), mail + "/sendmail.mc"], stdout=cf, check=True)
    return root, mail


def run():
    for page in PAGES:
        blocks = examples(page)
        if not blocks:
            continue
        root, mail = world(page)
        for number, block in enumerate(blocks):
            script = block.replace("/etc/mail", mail).replace("/var/log", root + "/var/log")
            ran = subprocess.run(["sh", "-e"], input=script, capture_output=True, text=True, encoding="latin-1", cwd=mail, timeout=120,
                                 env={"PATH": args.bin + ":/usr/bin:/bin", "HOME": root})
            bad = ran.returncode != 0 or re.search(r"Usage:|usage:|illegal option|unknown option|Cannot open|Traceback|Unhandled", ran.stdout + ran.stderr)
            check("%s: example %d" % (page, number + 1), not bad, (script, ran.returncode, ran.stdout[-400:], ran.stderr[-400:]))
        shutil.rmtree(root, ignore_errors=True)


form()
usage()
run()
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
