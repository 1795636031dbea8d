#!/usr/bin/env python3
"""cf-lines.py SUBJECT [--seed N] [--count N] [--kinds LETTERS] [--show N] [--file CASES]

Random bad configuration lines of every kind: the real sendmail and the program SUBJECT each read a small configuration
with one such line and must say the same and end with the same code. Run it inside the laboratory:

    LAB=$PWD LAB_DIR=$PWD/w ./oracle.sh in w python3 .../compat/cf-lines.py .../sendmail --seed 7

Lines are made from sound ones of each kind, damaged at random: characters lost, doubled, swapped or inserted, fields
left out or repeated, numbers out of range, words that nobody knows. The seed is printed; the same seed makes the same
lines. What differs for a reason that compat/DIFFERENCES.md names counts as explained. --file reads the cases from a file
instead, one JSON string a line.
"""
import argparse, concurrent.futures, json, os, random, re, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.environ.get("LAB", os.path.join(HERE, "oracle")), "tools"))
import lab

BASE = """V10/Berkeley
O QueueDirectory=%s/mqueue
Mlocal, P=/bin/true, F=l, A=x
Mprog, P=/bin/sh, F=l, A=sh -c $u
S0
R$*	$#local $: $1
S3
""" % lab.DIR

NAMES = ["x", "X", "{x}", "{long_name}", "{a_b9}", "{a.b-c}", "w", "j", "{}", "{", "{a b}", "{a/b}", "{unclosed", "1", "_", "*", "\xe9", "$x", "{x}{y}", "", "{abcdefghijklmnopqrstuvwxyz}", "{deliveryMode}", "\x81", "\xa0", "\xff", "$*", "$={x}", "{a#b}"]
NUMBERS = ["0", "1", "-1", "5", "010", "99", "100", "101", "199", "200", "1000000", "99999999999", "4294967296", "abc", "5x", "x5", "0x10", "", " 7", "1.5", "+3"]
TIMES = ["5m", "1h", "1d12h", "3w", "5x", "m", "-5m", "5", "", "now", "1h 2m", "5mm", "0", "99999w", "h5", "5M", "1y"]
BOOLS = ["true", "True", "t", "T", "false", "F", "yes", "no", "n", "maybe", "1", "0", "", "off"]
WORDS = ["foo", "a b", "none", "add-to", "interactive", "background", "i", "b", "q", "x", "", "foo,bar", "public", "goaway,foo", "needmailhelo", "authwarnings, noexpn",
         "/nonexistent/x", "/etc/passwd", "relative", "hash:/x", "nosuch:/x", "nosuch", "root", "root:root", "1:1", "daemon:nosuch", "nosuch:daemon", "$j", "$x", "${x}", "$&x", "$?x a$.",
         "$=x", "\"quoted\"", "\"half", "a,,b", ",", "=", "a=b", "+FOO", "-DNSRCH", "+AAONLY -DNSRCH", "\xe9\xe8", "127.0.0.1", "127", "0x7f.1", "[127.0.0.1", "IPv6:::1", "999.1.1.1", "::1", "$*", "$1", "$={x}", "\x81", "\x00x", "IPv6:::1", "[127.0.0.1]", "files dns",
         "Priority", "host", "filename", "modification", "random", "time", "safe", "MapInUnsafeDirPath", "groupwritabledirpathsafe,foo", "mimify", "pass", "strict", "m", "p", "s", "a", "8"]
OPTIONS = """AliasFile AliasWait AllowBogusHELO AllowUserRC AuthMaxBits AuthMechanisms AuthOptions AuthRealm BadRcptThrottle BlankSub CACertFile CACertPath CheckAliases CheckpointInterval CipherList
ClassFactor ClientCertFile ClientKeyFile ClientPortOptions ColonOkInAddr ConnectionCacheSize ConnectionCacheTimeout ConnectionRateThrottle ConnectOnlyTo ConnectionRateWindowSize ControlSocketName
CRLFile DHParameters DaemonPortOptions DataFileBufferSize DeadLetterDrop DefaultAuthInfo DefaultCharSet DefaultUser DelayLA DeliverByMin DeliveryMode DialDelay DirectSubmissionModifiers
DontBlameSendmail DontExpandCnames DontInitGroups DontProbeInterfaces DontPruneRoutes DoubleBounceAddress EightBitMode ErrorHeader ErrorMode FallbackMXhost FallbackSmartHost FastSplit ForkEachJob
ForwardPath HeloName HelpFile HoldExpensive HostStatusDirectory HostsFile IgnoreDots InputMailFilters LDAPDefaultSpec LogLevel MailboxDatabase MatchGECOS MaxAliasRecursion MaxDaemonChildren
MaxHeadersLength MaxHopCount MaxMessageSize MaxMimeHeaderLength MaxNOOPCommands MaxQueueChildren MaxQueueRunSize MaxRecipientsPerMessage MaxRunnersPerQueue MeToo MinFreeBlocks MinQueueAge
MilterLogLevel Milter.LogLevel Milter.macros.connect Milter.macros.foo Milter MustQuoteChars NiceQueueRun NoRecipientAction OldStyleHeaders OperatorChars PidFile PostmasterCopy PrivacyOptions
ProcessTitlePrefix QueueDirectory QueueFactor QueueFileMode QueueLA QueueSortOrder QueueTimeout RandFile RecipientFactor RefuseLA RejectLogInterval RequiresDirfsync ResolverOptions RetryFactor
RrtImpliesDsn RunAsUser SafeFileEnvironment SaveFromLine SendMimeErrors ServerCertFile ServerKeyFile ServerSSLOptions ClientSSLOptions ServiceSwitchFile SevenBitInput SharedMemoryKey
SharedMemoryKeyFile SingleLineFromHeader SingleThreadDelivery SmtpGreetingMessage SoftBounce SSLEngine StatusFile SuperSafe TempFileMode Timeout Timeout.command Timeout.queuereturn
Timeout.queuereturn.urgent Timeout.queuewarn.* Timeout.resolver.retrans Timeout.resolver.retry.first Timeout.ident Timeout.foo Timeout.iconnect Timeout.starttls Timeout.auth Timeout.lhlo
TLSSrvOptions TryNullMXList TrustedUser UnixFromLine UnsafeGroupWrites UseCompressedIPv6Addresses UseErrorsTo UseMSP UserDatabaseSpec UserSubmission Verbose XscriptFileBufferSize
BadRcptShutdown BadRcptShutdownGood CRLPath CertFingerprintAlgorithm Milter.macros.data Milter.macros.envfrom Milter.macros.eom SSLEnginePath SmtpUTF8 StrictTransportSecurity TimeZoneSpec
Timeout.aconnect Timeout.connect Timeout.control Timeout.datablock Timeout.fileopen Timeout.helo Timeout.hoststatus Timeout.initial Timeout.mail Timeout.queuereturn.dsn Timeout.queuereturn.non-urgent
Timeout.queuewarn.normal Timeout.queuewarn.urgent Timeout.resolver.retrans.first Timeout.resolver.retrans.normal Timeout.resolver.retry.normal Timeout.resolver Timeout.queuewarn Timeout.*
DANE SMTPUTF8 SetCertAltnames CipherSuites MaxQueueAge RejectNUL TLSFallbacktoClear""".split()
OPTION_NAMES = OPTIONS + ["Foo", "Que", "Max", "Mi", "S", "Time", "Al", "Con", "loglevel", "LOGLEVEL", "Log Level", "LogLevel ", " LogLevel", "Queue.Foo", "LogLevel.x", "", "Op", "Operator"]
LENGTHS = [255, 256, 257, 500, 999, 1000, 1020, 1023, 1024, 1025, 2000, 2047, 2048, 2049, 3000, 4096, 5000, 9000]
MODES = {"-bt": 8, "-bC": 2, "-bp": 1, "-bv": 1, "-bs": 1, "-bi": 1, "-bh": 1}

def pick(r, *alternatives): return r.choice(alternatives)
def side(r, right):
    parts = ["$*", "$+", "$-", "$@", "$=x", "$~x", "$={long}", "$=", "a", "@", "<", ">", "\"q\"", "$&x", "$&{x y}", "$x", "${x}", "$j", "$1", "$2", "$9", "$0", "$$", "$#local", "$:", "$>3",
             "$>name", "$>", "$[", "$]", "$(", "$)", "$( hash $)", "$[ a $]", "$?x", "$|", "$.", "$", "${", "(c)", "\\", "\\#", "(", ")", "\"", ",", ";", "\xe9", "$w", "$%", "$!"]
    if right: parts += ["$1"] * 8 + ["$2", "$@ $1", "$: $1", "$#local $: $1", "$#error $@ 5.1.1 $: \"550 x\"", "$( x $1 $: no $)", "$[ $1 $]", "$> 3 $1"]
    return " ".join(r.choice(parts) for _ in range(r.choice([1, 1, 2, 2, 3, 4, 6, 11])))
def field(r, letters, values): return r.choice(letters) + r.choice(["=", "=", "=", "=", "=", "", " = ", "==", "= "]) + r.choice(values)
def fields(r, name, letters, values, sure):
    some = list(sure) if r.random() < 0.6 else [f for f in sure if r.random() < 0.6]
    some += [field(r, letters, values) for _ in range(r.choice([0, 1, 1, 2, 3]))]
    r.shuffle(some)
    return name + r.choice([", ", ", ", ", ", ",", " ", ",,", ""]) + r.choice([", ", ", ", ", ", ",", " "]).join(some)

def rule(r):
    return "S1\nR" + side(r, False) + r.choice(["\t", "\t", "\t", "\t\t", " ", "  ", ""]) + side(r, True) + r.choice(["", "", "", "\tcomment"])
def mailer(r):
    values = NUMBERS + ["[IPC]", "[TCP]", "[FILE]", "[LPC]", "/bin/true", "TCP $h", "FILE $u", "IPC $h", "TCP $h 25", "x", "x $u", "\\r\\n", "\\n", "lsDFM", "mDFMuX", "10/20", "EnvFrom/HdrFrom", "/x",
              "x/", "250", "a b", "nosuch", "root:root", "1:2", "nosuch:1", "root root", "0x10", "1x:2y", ":x", "a/", "-1/a", "10/-1", "a=5/b", "dns/rfc822/smtp", "dns", "/", "utf8", "5m", "5x", "mqueue", "$z:/tmp", "\"a,b\"", "{", ""]
    return fields(r, "M" + r.choice(["x", "x", "local", "prog", "*file*", "error", "", "x y", "\xe9", "a" * 30]), "PFSRAEMmLDUNCTWQr/ZXpa=5", values,
                  r.choice([["P=/bin/true", "A=x"], ["P=[IPC]", "A=TCP $h"], ["P=/bin/true", "A=x $u", "F=l"], ["P=[FILE]", "A=FILE $u"]]))
def header(r):
    return "H" + r.choice(["", "", "?D?", "?P?", "?DFM?", "?", "??", "?D", "?${x}?", "?${x", "?$x?", "?D${x}?", "?{x}?", "? ?"]) + r.choice(["Foo", "Subject", "*", "F oo", "", "X-\xe9", "Foo ", "a" * 80]) \
        + r.choice([":", ":", ":", ": ", " :", "", "::"]) + r.choice([" x", " $j", " $>Check", " $>+Check", " $>", " $>250", "$>3", " $> Check", " $?x a $| b $.", "", " $>Name With", " $>{x}", " $&x"])
def key(r):
    kind = r.choice("hash btree text dns sequence switch host arith macro program regex dequote null user implicit stab bestmx syslog arpa nosuch".split() + ["", "HASH", "h ash", "{x}"])
    letter = lambda: "-" + chr(r.choice(list(range(33, 127)) + [0xe9, 0xff])) + r.choice(["", "", "1", " x", "5m", "5q", "a b", ":", "\\t", "FOO", "A", "LOG_ERR", "\"x y\""])
    flags = " ".join(letter() if r.random() < 0.4 else r.choice(["-o", "-m", "-a<X>", "-T<TMPF>", "-Z", "-f", "-N", "-O", "-k1", "-v 2", "-z:", "-R MX", "-R FOO", "-RA", "-s1,2", "-n", "-b", "-d:", "-t", "-D", "-S_", "-q", "-A", "-", "--", "-L5", "-l"])
                     for _ in range(r.choice([0, 0, 1, 1, 2, 3])))
    return "K" + r.choice(["x", "x", "name", "{x}", "", "a b", "x.y", "\xe9", "alias0"]) + r.choice([" ", " ", "  ", "\t", ""]) + kind + " " + flags + " " + \
        r.choice(["", "/nonexistent/x", "/etc/passwd", "^(a|b)$", "(", "[a-", "a\\{1", "*", "x y", "nosuch", "host", "local", "$j", "${x}/f", "/x /y", "\"q"])
def milter(r):
    values = ["inet:1@127.0.0.1", "inet:1@h", "inet:x@127.0.0.1", "inet:99999@127.0.0.1", "inet:1", "inet6:1@::1", "unix:/x", "local:/x", "/x", "foo", "foo:x", "", "T", "R", "Z", "RT", "4", "C:5m", "C:5m;S:1s", "C:x",
              "Z:1s", "S:10s;R:10s;E:5m", ";", "inet:1@"]
    return fields(r, "X" + r.choice(["f", "f", "", "a b", "\xe9"]), "SFTZsf", values, ["S=inet:1@127.0.0.1"])
def queue(r):
    return fields(r, "Q" + r.choice(["q", "q", "mqueue", "", "a b", "\xe9"]), "PFNIJRrZpf", NUMBERS + TIMES + ["/nonexistent", "f", "x", "", lab.DIR + "/mqueue", lab.DIR + "/mqueue/q*", lab.DIR + "/mqueue/*"], [])
def option(r):
    value = r.choice(r.choice([NUMBERS, TIMES, BOOLS, WORDS]))
    if r.random() < 0.15: value = ",".join(field(r, ["Name", "N", "Addr", "A", "Port", "P", "p", "a", "f", "n", "Family", "F", "M", "Modify", "L", "S", "R", "c", "D", "r", "d", "q", "Z", "I", ""], WORDS + NUMBERS + ["inet", "inet6", "local", "smtp", "25"])
                                           for _ in range(r.choice([1, 1, 2, 3])))
    roll = r.random()
    if roll < 0.15: return "O" + r.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#=-\xe9") + value
    name = r.choice(["DaemonPortOptions", "ClientPortOptions"]) if "=" in value and roll < 0.7 else r.choice(OPTION_NAMES)
    return "O" + r.choice([" ", " ", " ", " ", "  ", "\t", ""]) + name + r.choice(["=", "=", "=", " = ", "= ", " ", "", "=="]) + value
KINDS = {
    "D": lambda r: "D" + r.choice(NAMES) + r.choice(WORDS), "C": lambda r: "C" + r.choice(NAMES) + r.choice(["", " "]) + r.choice(WORDS),
    "F": lambda r: "F" + r.choice(NAMES) + r.choice(["", " ", "-o ", "-o"]) + r.choice(["/nonexistent", "/etc/passwd %[^:]", "/etc", "|/bin/echo a", "|/nonexistent", "", "@ldap", "@hash:/x", "x@hash:/nonexistent", "a@nosuch:x",
                       "/etc/passwd %s %s", "/etc/hosts", "relative", "/etc/shadow %*s", "$x", "foo@", "/etc/passwd %d", "\xe9", "\"/etc/passwd\"", "/etc/\"pass wd\" %s", "/dev/null", "/etc/passwd\" %s", "@hash:-o /x", "@hash:", "root@text:-z: -k 0 -v 2 /etc/passwd",
                       "@btree:/x", "root@user:-v uid", "a@dns:-R A", "@regex:(", "a@null:", "@sequence:a", "a@program:/bin/false", "k@text:/nonexistent", "@switch:a", "127.0.0.1@arpa:", "@:/x", "@h_sh:/x"]),
    "S": lambda r: "S" + r.choice(NAMES + NUMBERS + ["name", "name=99", "name=100", "name=250", "name=-1", "name=x", "name =5", "name = 5", "a b", "{x", "a-b", "name=", "=5", "3=name", "$x", "canonify=3", "\xe9"]),
    "R": rule, "M": mailer, "H": header, "K": key, "X": milter, "Q": queue, "O": option,
    "P": lambda r: "P" + r.choice(["foo", "", "first-class", "a b", "\xe9"]) + r.choice(["=", "=", "", " = ", "=="]) + r.choice(NUMBERS), "T": lambda r: "T" + r.choice(WORDS),
    "V": lambda r: "V" + r.choice(NUMBERS + ["10/Berkeley", "10/", "10/Sun", "10/berkeley", "10 / Berkeley", "9/Berkeley", "10Berkeley", "10/Berkeley/x", "7", "8", "9", "11", "10 x"]), "E": lambda r: "E" + r.choice(["FOO", "FOO=bar", "=x", "", "A B=c", "\xe9=1", "LD_PRELOAD=x"]),
    "?": lambda r: r.choice("ABGIJLNUWYZabcdefghijklmnopqrstuvwxyz0123456789=-+*/<>(){}[]\\|!@$%^&~`'\";:,.?\x01\x7f\xe9\xff") + r.choice(WORDS),
}
KINDS["V"], KINDS["T"], KINDS["E"], KINDS["P"] = [(lambda f: lambda r: f(r) + r.choice(["", "", "", " x", "=y", "\t# c"]))(KINDS[k]) for k in "VTEP"]
NOISE = list("$${}=,,  \t\"\"\\()<>@#%&*-+:;/|.~^!?1x9Z\xe9\x01")
def damage(r, line):
    for _ in range(r.choice([0, 0, 0, 1, 1, 1, 2, 3])):
        if len(line) < 2: break
        at = r.randrange(1, len(line)); how = r.random()
        if how < 0.3: line = line[:at] + line[at + 1:]
        elif how < 0.6: line = line[:at] + r.choice(NOISE) + line[at:]
        elif how < 0.75: line = line[:at] + line[at - 1:]
        elif how < 0.9: line = line[:at]
        else: to = r.randrange(at, len(line)); line = line[:at] + line[at:to][::-1] + line[to:]
    return line
def make(seed, count, kinds):
    r = random.Random(seed)
    for n in range(count):
        kind = kinds[n % len(kinds)]; line = damage(r, KINDS[kind](r)); end = "\n"
        shape = r.random()
        # Over-long lines, octets that no text has, lines that go on, files that end in the middle of a line.
        if shape < 0.04: at = r.randrange(1, len(line) + 1); line = line[:at] + r.choice(["a", "a b ", "x,", "$j", "\xe9", "(", "A=", "\t"]) * (r.choice(LENGTHS) // 2) + line[at:]
        elif shape < 0.07: at = r.randrange(0, len(line) + 1); line = line[:at] + "".join(chr(r.randrange(256)) for _ in range(r.choice([1, 1, 2, 5]))) + line[at:]
        elif shape < 0.09: at = r.randrange(0, len(line) + 1); line = line[:at] + "\x00" + line[at:]
        elif shape < 0.13: at = r.randrange(0, len(line) + 1); line = line[:at] + r.choice(["\n\t", "\n ", "\n  \t", "\r\n\t", "\n#x\n\t", "\n\n ", "\\\n"]) + line[at:]
        elif shape < 0.16: line = r.choice([" ", "\t", "#", "", "\r", line[:1] * 2]) + line
        elif shape < 0.19: end = r.choice(["", "", "\r\n", "\n\t", "\n ", "\n#", "\n\x00", "\\"])
        yield line + end, r.choices(list(MODES), list(MODES.values()))[0]

# Pattern of a line and the beginning of the sentence in DIFFERENCES.md that explains what differs.
EXPLAINED = [(r"^K\S*\s+(ldap|nis|nisplus|hesiod|ph|nsd|netinfo|dbm|ndbm|socket)\b|^F.*@ldap", "- Maps of class ")]
SENTENCES = [l.rstrip("\n") for l in open(os.path.join(HERE, "DIFFERENCES.md"), encoding="utf-8") if l.startswith("- ")]
def explanation(line):
    for pattern, start in EXPLAINED:
        if re.search(pattern, line, re.I | re.M):
            for sentence in SENTENCES:
                if sentence.startswith(start): return sentence
    return None

def run(program, cf, mode):
    args = ["sendmail", "-C", cf, mode] + (["alice"] if mode == "-bv" else [])
    try: p = subprocess.run(args, executable=program, env=lab.ENV, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    except subprocess.TimeoutExpired: return "<timeout>", None
    said = re.sub(r"(ready at ).*", r"\1DATE", p.stdout.decode("latin-1"))
    return said.replace(cf, "CF"), p.returncode
def compare(case):
    (line, mode), subject, folder, n = case
    cf = f"{folder}/{n}.cf"
    with open(cf, "wb") as h: h.write((BASE + line).encode("latin-1"))
    os.chmod(cf, 0o644)
    real, ours = run(lab.REAL, cf, mode), run(subject, cf, mode)
    os.unlink(cf)
    return line, mode, real, ours

a = argparse.ArgumentParser(); a.add_argument("subject"); a.add_argument("--seed", type=int, default=1); a.add_argument("--count", type=int, default=2000); a.add_argument("--kinds", default="".join(KINDS))
a.add_argument("--show", type=int, default=10); a.add_argument("--file"); a.add_argument("--jobs", type=int, default=2); o = a.parse_args()
cases = [(json.loads(l) + "\n", "-bt") for l in open(o.file)] if o.file else list(make(o.seed, o.count, o.kinds))
print(f"cf-lines: seed {o.seed}, {len(cases)} lines of the kinds {o.kinds}", flush=True)
counts = {"identical": 0, "explained": 0, "different": 0}; crashes = 0; kinds = {}
with tempfile.TemporaryDirectory(dir=lab.DIR, prefix="lines") as folder, concurrent.futures.ThreadPoolExecutor(o.jobs) as pool:
    os.chmod(folder, 0o755)
    for line, mode, real, ours in pool.map(compare, [(c, o.subject, folder, n) for n, c in enumerate(cases)]):
        if re.search(r"Unhandled exception|^\s+at \S+\(", ours[0], re.M) or (ours[1] or 0) < 0 <= (real[1] or 0): crashes += 1
        if real[1] is not None and real[1] < 0: verdict = "explained"; reason = "the real one crashes"
        elif real == ours: verdict = "identical"
        else: reason = explanation(line); verdict = "explained" if reason else "different"
        counts[verdict] += 1
        if verdict == "different":
            kinds[line[:1]] = kinds.get(line[:1], 0) + 1
            if o.show > 0:
                o.show -= 1
                sys.stdout.buffer.write(f"== {mode} {json.dumps(line)}\n--- real [{real[1]}]\n{real[0]}\n--- ours [{ours[1]}]\n{ours[0]}\n".encode("latin-1", "replace")); sys.stdout.flush()
        elif verdict == "explained" and os.environ.get("VERBOSE"): print(f"explained: {json.dumps(line)}: {reason}")
print("cf-lines: " + ", ".join(f"{v} {k}" for k, v in counts.items()) + (f", {crashes} crashes" if crashes else "") + (f" (by kind: {kinds})" if kinds else ""))
sys.exit(1 if counts["different"] or crashes else 0)
