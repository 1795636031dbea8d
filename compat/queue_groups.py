#!/usr/bin/env python3
"""queue_groups.py OURS: into which queue groups messages go and how they are split (ruleset queuegroup, Q= of mailers, r= of groups), the real
sendmail and ours side by side: log lines, directories, recipients. Runs inside the laboratory (queue.sh starts it).
The last line is "N passed, N failed".
"""
import difflib, glob, os, re, shutil, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle", "tools"))
import lab

OURS = sys.argv[1]
QUEUE = lab.DIR + "/groupqueue"
MC = """divert(0)dnl
VERSIONID(`queue groups')
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mail.lab.test')dnl
define(`QUEUE_DIR', `%s/q*')dnl
GROUPS
define(`ALIAS_FILE', `')dnl
define(`HELP_FILE', `')dnl
define(`STATUS_FILE', `')dnl
define(`confPID_FILE', `@DIR@/run/groups.pid')dnl
define(`confTO_IDENT', `0')dnl
define(`confQUEUE_LA', `999')dnl
define(`SMART_HOST', `[127.0.0.51]')dnl
define(`RELAY_MAILER_ARGS', `TCP $h 2526')dnl
FEATURE(`nocanonify')dnl
MAILER(`smtp')dnl
LOCAL_RULESETS
Squeuegroup
R$* @ group.test	$# second
R$* @ third.test	$# third
R$* @ nosuch.test	$# nosuch
R$* @ two.test	$: second
R$* @ three.test	$# second $@ x
R$* @ discard.test	$# discard
R$* @ err.test	$#error $: no
R$* @ def.test	$# mqueue
""" % QUEUE


def groups(*lines):
    return "\n".join("QUEUE_GROUP(`%s', `P=%s/%s')dnl" % (name, QUEUE, rest) for name, rest in lines)


PLAIN = groups(("second", "second"), ("third", "third"))
LIMITED = groups(("second", "second"), ("third", "third, r=1"))
PAIRS = groups(("second", "second, r=2"), ("third", "third"))
MAIN = groups(("mqueue", "q*, r=2"), ("second", "second"), ("third", "third"))
OF_MAILER = PLAIN + "\ndefine(`RELAY_MAILER_QGRP',`third')dnl"
CASES = [(PLAIN, to, mode) for mode in ("-odq", "-odi") for to in ("a@x.test b@group.test c@group.test d@x.test", "b@group.test", "b@group.test a@x.test c@group.test", "a@x.test b@group.test t@third.test",
         "b@group.test a@def.test", "a@def.test b@group.test n@x.test")]
CASES += [(PLAIN, "a@%s.test b@group.test" % name, "-odq") for name in ("def", "nosuch", "two", "three", "discard", "err")]
CASES += [(LIMITED, to, mode) for mode in ("-odq", "-odi") for to in ("t@third.test a@x.test u@third.test b@group.test c@x.test", "a@x.test b@group.test t@third.test u@third.test")]
CASES += [(PAIRS, " ".join("a%d@group.test" % n for n in range(5)) + " n@x.test", "-odq"), (MAIN, " ".join("a%d@x.test" % n for n in range(5)), "-odq"), (OF_MAILER, "a@x.test b@group.test", "-odq")]


def send(config, recipients, mode):
    shutil.rmtree(QUEUE, ignore_errors=True)
    for name in ("", "/q1", "/second", "/third"):
        os.mkdir(QUEUE + name, 0o700)
    log = lab.Syslog()
    shown = lab.sm(["-C", config, mode, "-f", "joe@back.test"] + recipients.split(), input="Subject: x\n\nb\n")
    found = []
    for path in glob.glob(QUEUE + "/*/*f*"):
        kind, place = os.path.basename(path)[:2], os.path.dirname(path)[len(QUEUE):]
        found.append("%s %s %s" % (place, kind, " ".join(re.findall("(?m)^(?:R|[PFN]).*", open(path, encoding="latin-1").read())) if kind == "qf" else ""))
    text = "%s\n%s\n%s" % (shown, "\n".join(line[line.find("]"):] for line in log.text()), "\n".join(sorted(found)))
    return re.sub(r"\b6A\w{10,14}|\b20\d{10}\b|delay=[\d:]*", "~", text)


passed = failed = 0
for number, (lines, recipients, mode) in enumerate(CASES):
    config = lab.build("groups", MC.replace("GROUPS", lines), {}, quiet=True)
    texts = []
    for program in (lab.REAL, OURS):
        lab.SM = program
        texts.append(send(config, recipients, mode))
    passed, failed = passed + (texts[0] == texts[1]), failed + (texts[0] != texts[1])
    if texts[0] != texts[1]:
        print("FAILED  %s %s\n%s" % (mode, recipients, "\n".join(difflib.unified_diff(texts[0].split("\n"), texts[1].split("\n"), "real", "ours", lineterm="", n=1))), flush=True)
shutil.rmtree(QUEUE)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
