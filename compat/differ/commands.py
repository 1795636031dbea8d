#!/usr/bin/env python3
"""
commands.py: everything that address test mode offers besides rules, in all the odd forms, to the real sendmail and to ours
($REAL, $SUBJECT). Run it inside the laboratory (compat/run.sh does).

  --seed N      printed; random when not given       --configs A,B  only these configurations of $CONFIGURATIONS
  --sessions N  sessions, each with one of them      --lines N      lines in each session
  --debug       also debug levels within sessions    --show N       show the first N differences in full
"""
import argparse
import glob
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.join(os.environ.get("LAB", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle")), "tools"))
import addresses
import differential
import session
from normalise import normalise

MACROS = list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_*+-@:#~=%!.&|()[]") + [
    "{%s}" % n for n in "x nosuch client_addr client_name addr_type opMode deliveryMode load_avg daemon_flags daemon_name rcpt_mailer server_name verify quarantine ntries time msg_id a_b9 currHeader hdrlen".split()] + [
    "", "{", "{}", "{a", "{a b}", "{a-b}", "{x}", "{" + "n" * 30 + "}", "\xe9", "\x81", "\xff", "$j", "{$j}", " j", "\tj"]
CLASSES = ["w", "m", "R", "t", "P", "O", "e", "s", "n", "k", "E", "L", "G", "VirtHost", "{VirtHost}", "{x}", "{new}", "x", "{persistentMacros}", "{checkMIMETextHeaders}", "{SpamTag}"]
VALUES = ["", "x", "joe", " joe", "a b", "lab.test", "$j", "$x", "a$?x b$.c", "a,b", "(c)", '"q"', "\\", "<", ">", "\xe9", "\x81", "OK", "a" * 300, "$&x", "$|", "127.0.0.1", "\tz", "x "]
RULESETS = ["0", "1", "3", "3,0", "3,1,4", "0,4", "2", "4", "5", "9", "90", "98", "99", "100", "101", "-1", "03", "3x", "x", "canonify", "parse", "final", "Parse0", "check_mail", "check_rcpt", "check_relay", "Local_check_mail", "nosuch",
            "3,nosuch", "nosuch,3", "3,,0", ",3", "3,", "3;0", "3:0", "3.0", "canonify=3", "{x}", "$j", "\xe9", "99999999999", "4294967299", "3, 0", "MailerToTriple", "Recurse", "bestmx"]
HOSTS = ["lab.test", "mail", "mail.lab.test", "sink.test", "www.lab.test", "nosuch.test", "[127.0.0.1]", "[127.0.0.10]", "[127.0.0.1", "[]", "[IPv6:::1]", "[IPv6:x]", "[lab.test]", "[nosuch.test]", "localhost", "127.0.0.1", ".", "..", "lab.test.",
         "lab..test", ".lab.test", "LAB.TEST", "a b", "nomx.test", "cname.test", "servfail.test", "timeout.test", "\xe9.test", "relay.test", "virt.test", "x" * 70 + ".test", "a." * 130 + "test", "lab.test,mail", "*", "null.test", "ip6.test"]
MAPS = ["host", "access", "mailertable", "virtuser", "domaintable", "generics", "aliases.files", "aliases", "alias0", "dequote", "macro", "arith", "user", "bestmx", "canonify", "nosuch", "HOST", "Host", "x", "{x}", "", "uudomain", "storage", "D"]
MAILERS = ["local", "prog", "*file*", "*include*", "smtp", "esmtp", "relay", "SMTP", "Local", "error", "discard", "nosuch", "", "x y", "cyrus", "usenet", "uucp-dom", "dsmtp"]
DEBUG = ["0.0", "21.1", "21.2", "21.3", "21.4", "21.12", "21.0", "60.1", "60.0", "35.9", "35.0", "24.4", "20.1", "12.1", "x", "21", "21-22.5", "21.", ".5", "99.1", "0-5.0", "ANSI", "21.1,22.2"]
COMMANDS = ["parse", "try", "tryflags", "mx", "canon", "map", "sender", "expand", "header", "quit", "gethostbyname", "dnslookup", "help", "x", "", "/", "?", "parsex", "par", "=", "\xe9"]


def blank(r):
    return r.choice([" ", " ", " ", " ", " ", "  ", "\t", " \t ", ""])


def address(r):
    return addresses.address(r) if r.random() < 0.8 else r.choice(["", "<>", "joe", "postmaster", "root", "|/bin/x", "/dev/null", ":include:/x", "a,b", "joe@lab.test, bob@lab.test", "x" * 300, "(c)", "\\joe", "joe@[127.0.0.1]", "a b", "\xe9@x", "\x81"])


def command(r):
    name = r.choice(COMMANDS[:9]) if r.random() < 0.8 else r.choice(COMMANDS)
    if name == "quit":
        name = "expand"
    if name == "parse":
        rest = address(r)
    elif name == "try":
        rest = r.choice(MAILERS) + blank(r) + address(r)
    elif name == "tryflags":
        rest = r.choice(["", "H", "E", "S", "R", "HS", "HR", "ES", "ER", "hs", "SH", "x", "HSx", "h s", "HE", "SR", "\xe9", "?"])
    elif name in ("mx", "canon"):
        rest = r.choice(HOSTS) if r.random() < 0.8 else addresses.domain(r)
    elif name == "map":
        rest = r.choice(MAPS) + blank(r) + (r.choice(HOSTS + ["root", "joe", "+ 1 2", "{x} y", '"a b"', "spammer.spam.test", "a b"]) if r.random() < 0.9 else "")
    elif name == "sender":
        rest = address(r)
    elif name == "expand":
        rest = "".join(r.choice(["$", "$", "a", " "]) + r.choice(MACROS + VALUES) for _ in range(r.choice([1, 1, 2, 4])))
    elif name == "header":
        rest = r.choice(["From: x", "X-Foo: y", "?D?Date: x", "?P?Return-Path: <$g>", "foo", "", ":", "Subject", "?x", "Received: $.", "To:", "?{x}?A: b", "Bcc: x", "Full-Name: x", "?\xe9?A: b", "?$x?A: b", "Resent-To: x", "A b: c", "H" * 90 + ": x"])
    else:
        rest = r.choice(["", "lab.test", "x y"])
    name = r.choice([name, name, name, name, name, name.upper(), name.capitalize()])
    return "/" + name + blank(r) + rest + r.choice(["", "", "", "", "", " ", "\t", "\r"])


def line(r, debug):
    k = r.random()
    if k < 0.40:
        return command(r)
    if k < 0.52:
        return r.choice(["", "", "", " "]) + r.choice(RULESETS) + r.choice([" ", " ", " ", "\t", "  ", ""]) + address(r)
    if k < 0.63:
        what = r.choice("DDDCCC") if r.random() < 0.9 else r.choice(" Xdc.\xe9$S")
        return "." + what + (r.choice(MACROS) if what != "C" else r.choice(CLASSES + MACROS)) + r.choice(VALUES)
    if k < 0.70:
        return r.choice(["=S", "=S", "=S", "=S ", "=M", "=", "=X", "==", "=s", "= S", "=\xe9"]) + r.choice(["", ""] + RULESETS)
    if k < 0.80:
        return "$" + r.choice(MACROS) + r.choice(["", "", "", "", "x", " ", "{"])
    if k < 0.88:
        return "$=" + r.choice(CLASSES + MACROS) + r.choice(["", "", "", "x"])
    if k < 0.92:
        return r.choice(["?", "??", "? parse", "?x", "# a comment", "#", "", " ", "\t", "  # x", "\x04", "\x00", "\x01\x02", "\xe9", "\xff", "\\", "\"", "a" * 1000, "3,0 " + "a" * 400, "3,0 " + "a " * 120, "." * 2100, "$" * 50, "/" * 60,
                         ".D{x}" + "v" * 1100, "$={w} ", "-", "-x", "- x", "--d"])
    if k < 0.95 and debug:
        return "-d" + r.choice(DEBUG)
    return r.choice(["-d0.0", "-d21.0", "-d0-99.0"]) if k < 0.96 else "".join(r.choice("$./=-?#3,0 abD{}()<>@\"\\\t\xe9%!:;") for _ in range(r.randint(1, 12)))


def shown(text):
    return re.sub(r"\b0x7f[0-9a-f]+", "{ADDR}", normalise(text))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    for name, kind, default in (("seed", int, None), ("sessions", int, 30), ("lines", int, 60), ("show", int, 5), ("configs", str, None)):
        parser.add_argument("--" + name, type=kind, default=default)
    parser.add_argument("--debug", action="store_true")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 31)
    print("commands: seed %d, %d sessions of %d lines" % (options.seed, options.sessions, options.lines), flush=True)
    report = differential.Report(options.show)
    found = sorted(glob.glob(os.environ["CONFIGURATIONS"] + "/*.cf") + glob.glob(os.environ["CONFIGURATIONS"] + "/*/*.cf"))
    found = [cf for cf in found if not options.configs or os.path.basename(cf)[:-3] in options.configs.split(",")]
    for number in range(options.sessions):
        r = random.Random("%d %d" % (options.seed, number))
        cf = r.choice(found)
        lines = [line(r, options.debug).replace("\n", "") for _ in range(options.lines)]
        name = os.path.basename(cf)
        same, others = session.side_by_side(os.environ["REAL"], os.environ["SUBJECT"], cf, lines, 60)
        report.same("commands", same)
        for asked, real, ours in others:
            report.add("commands", name, asked if asked is not None else "(start)", shown(real), shown(ours))
        # What the program ends with, and how: at /quit, at the end of the input, in the middle of a line.
        for asked in ("/quit", "/quit x", "", "3,0 joe\x00"):
            report.add("ends", name, asked, *["%s %r" % (code, shown(head)) for head, _, code in (session.run(os.environ[p], cf, lines[:5] + [asked], 30) for p in ("REAL", "SUBJECT"))])
    return 1 if report.print() else 0


if __name__ == "__main__":
    sys.exit(main())
