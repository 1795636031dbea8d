#!/usr/bin/env python3
"""queue_world.py OURS [MESSAGES [WHO[=FEWER]...]]: the world of faulty_world.py (200 hosts that refuse, hang, drop, defer, bounce, greylist and
lie; names that cannot be resolved), and MESSAGES (20,000) messages with one to five recipients each through ours, the real
sendmail and, where tests/bench has set it up, postfix (WHO: ours, sendmail, postfix; without one of them, the real sendmail gets
the first 2,000 messages, as all of them take it more than an hour). Runs inside the laboratory (queue.sh starts it).

Bounds: a queue run, or all of postfix, has LONGEST seconds (1,500; from the environment), and there are four runs at most.

What must become of each recipient (delivered once, still queued, bounced to the sender) follows from the behaviour of its host
and is computed without any of the programs. Ours must be right about every recipient; the others are printed beside, with the time
from the first message to the last delivery or notice. The last line is "N passed, N failed".
"""
import asyncio, collections, glob, json, os, random, re, shutil, subprocess, sys, time
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "oracle", "tools"), HERE]
if os.environ.get("WORLD") != "1":
    # A resolver of its own: the laboratory's serves another world.
    os.execvpe("unshare", ["unshare", "-m", sys.executable] + sys.argv, dict(os.environ, WORLD="1"))
import lab, faulty_world

OURS = sys.argv[1]
MESSAGES = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
WHO = sys.argv[3:] or ["ours", "sendmail=%d" % min(2000, MESSAGES), "postfix"]
HOSTS, NAMELESS, NAMESERVER, PORT, RUNNERS, LONGEST = 200, 10, "127.0.0.53", 2525, 20, int(os.environ.get("LONGEST", "1500"))
QUEUE, STATUS, RECORD = lab.DIR + "/worldqueue", lab.DIR + "/worldstatus", lab.DIR + "/world.jsonl"
POSTFIX = os.environ.get("POSTFIX_ROOT", "/var/cache/sendmail-net/bench/root/postfix")
TIMES = "".join("define(`confTO_%s', `2s')dnl\n" % t for t in "CONNECT ACONNECT ICONNECT INITIAL HELO MAIL RCPT DATAINIT DATABLOCK DATAFINAL RSET QUIT".split())
MC = """divert(0)dnl
VERSIONID(`faulty world')
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mail.lab.test')dnl
define(`QUEUE_DIR', `%s')dnl
define(`ALIAS_FILE', `')dnl
define(`HELP_FILE', `')dnl
define(`STATUS_FILE', `')dnl
define(`confPID_FILE', `@DIR@/run/world.pid')dnl
define(`confTO_IDENT', `0')dnl
%sdefine(`confTO_RESOLVER_RETRANS', `1s')dnl
define(`confTO_RESOLVER_RETRY', `1')dnl
define(`confHOST_STATUS_DIRECTORY', `%s')dnl
define(`confQUEUE_LA', `999')dnl
define(`confREFUSE_LA', `999')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confMAX_RUNNERS_PER_QUEUE', `%d')dnl
define(`confDELIVERY_MODE', `queueonly')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Name=MTA, Family=inet, Addr=127.0.0.1, Port=%d')dnl
FEATURE(`nocanonify')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unresolvable_domains')dnl
MAILER(`smtp')dnl
""" % (QUEUE, TIMES, STATUS, RUNNERS, PORT)
MAIN_CF = """compatibility_level = 3.6
myhostname = mail.lab.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
smtp_bind_address = 127.0.0.1
inet_protocols = ipv4
smtpd_relay_restrictions = permit_mynetworks, reject
in_flow_delay = 0s
default_process_limit = 100
smtpd_error_sleep_time = 0
smtp_skip_5xx_greeting = no
minimal_backoff_time = 5s
maximal_backoff_time = 30s
queue_run_delay = 5s
""" + "".join("smtp_%s_timeout = 2s\n" % t for t in "connect helo mail rcpt data_init data_xfer data_done rset quit".split())


def plan():
    """[(sender, recipients)], the same every time."""
    dice = random.Random(20000)
    found = []
    for number in range(MESSAGES):
        recipients = {"%s%d@d%d.world.test" % (dice.choice("ooopt"), dice.randrange(1000), dice.randrange(HOSTS + NAMELESS)) for _ in range(dice.choice((1, 1, 1, 2, 2, 3, 5)))}
        found.append(("s%d@back.test" % number, sorted(recipients)))
    return found


async def submit(messages):
    """Hands all messages over, on twenty connections; all must be taken."""
    waiting = iter(messages)

    async def session():
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)

        async def ask(text, code):
            if text:
                writer.write(text.encode() + b"\r\n")
            while (line := await reader.readline())[3:4] == b"-":
                pass
            assert line[:1] == code, (text[:80], line)
        await ask("", b"2")
        await ask("EHLO client.test", b"2")
        for sender, recipients in waiting:
            await ask("MAIL FROM:<%s>" % sender, b"2")
            for recipient in recipients:
                await ask("RCPT TO:<%s>" % recipient, b"2")
            await ask("DATA", b"3")
            await ask("From: %s\r\nTo: undisclosed:;\r\nSubject: world\r\n\r\n%s." % (sender, "a line of the message\r\n" * (1 + len(sender) % 50)), b"2")
        await ask("QUIT", b"2")
        writer.close()
    await asyncio.gather(*(session() for _ in range(20)))


class Score:
    """What the world has seen so far."""

    def __init__(self):
        self.delivered, self.bounced, self.last, self.at = collections.Counter(), collections.Counter(), 0.0, 0

    def read(self):
        with open(RECORD) as f:
            f.seek(self.at)
            while (line := f.readline()).endswith("\n"):
                self.at = f.tell()
                kind, who, recipients, when = json.loads(line)
                (self.delivered if kind == "message" else self.bounced).update((who, r) for r in recipients)
                self.last = when
        return self


class Sendmail:
    """The real one or ours: queued by a daemon, then run by RUNNERS at a time until all that can end has ended."""

    def __init__(self, program):
        self.program = program

    def start(self):
        for directory in (QUEUE, STATUS):
            shutil.rmtree(directory, ignore_errors=True)
            os.mkdir(directory, 0o700)
        self.cf = lab.build("world", MC, {}, quiet=True)
        lab.SM = self.program
        self.daemon = lab.Daemon(self.cf, ports=(PORT,))

    def finish(self, done):
        self.daemon.stop()
        self.runs = []
        while len(self.runs) < 4 and not done():
            self.runs.append("%.1f" % lab.run_queue(self.program, self.cf, "-q", seconds=LONGEST))

    def queued(self):
        found = set()
        for path in glob.glob(QUEUE + "/qf*"):
            text = open(path, encoding="latin-1").read()
            sender = re.search("^S<?(.*?)>?$", text, re.M)[1]
            found |= {(sender, r) for r in re.findall("^R[A-Z]*:<?(.*?)>?$", text, re.M)}
        return found

    def end(self):
        shutil.rmtree(QUEUE)

    def told(self):
        return "queue runs took %s s" % ", ".join(self.runs)


class Postfix:
    """Postfix in its own root, with as many processes as it likes."""

    def inside(self, *words):
        return subprocess.run(["chroot", POSTFIX, *words], capture_output=True, text=True, env={"PATH": lab.ENV["PATH"], "LC_ALL": "C"})

    def start(self):
        for what, where in (("proc", "/proc"), ("tmpfs", "/run")):
            subprocess.run(["mount", "-t", what, what, POSTFIX + where], check=True)
        self.hide("/etc/resolv.conf", open("/etc/resolv.conf").read())
        self.hide("/etc/hosts", open("/etc/hosts").read())
        self.hide("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")
        self.hide("/etc/postfix/main.cf", MAIN_CF)
        master = open(os.path.join(HERE, "..", "tests", "bench", "conf", "postfix.master.cf")).read()
        self.hide("/etc/postfix/master.cf", re.sub("(?m)^.*@PORT@.*$", "127.0.0.1:%d inet n - n - 1100 smtpd" % PORT, master))
        self.spool = lab.DIR + "/worldspool"
        shutil.rmtree(self.spool, ignore_errors=True)
        subprocess.run(["cp", "-a", POSTFIX + "/var/spool/postfix", self.spool], check=True)
        subprocess.run(["mount", "--bind", self.spool, POSTFIX + "/var/spool/postfix"], check=True)
        for kind in "incoming active deferred hold defer bounce maildrop corrupt pid".split():
            for path in glob.glob("%s/%s/**" % (self.spool, kind), recursive=True):
                if os.path.isfile(path):
                    os.unlink(path)
        started = self.inside("postfix", "start")
        assert lab.wait_port("127.0.0.1", PORT), started

    def hide(self, path, text):
        laid = lab.DIR + "/run/world" + path.replace("/", "_")
        lab.write(laid, text)
        if not os.path.exists(POSTFIX + path):
            open(POSTFIX + path, "w").close()
        subprocess.run(["mount", "--bind", laid, POSTFIX + path], check=True)

    def finish(self, done):
        end = time.monotonic() + LONGEST
        while not done() and time.monotonic() < end:
            time.sleep(0.5)

    def queued(self):
        # A list does not show what is just being tried: it takes several.
        found = set()
        for _ in range(8):
            for line in self.inside("postqueue", "-j").stdout.splitlines():
                entry = json.loads(line)
                found |= {(entry["sender"], r["address"]) for r in entry["recipients"]}
            time.sleep(0.5)
        return found

    def end(self):
        self.inside("postfix", "stop")
        subprocess.run(["umount", POSTFIX + "/var/spool/postfix"], check=True)
        shutil.rmtree(self.spool)

    def told(self):
        return "tries again by itself"


def trial(name, one, messages):
    """Sends all messages through one program; a list of what is wrong."""
    open(RECORD, "w").close()
    world = subprocess.Popen([sys.executable, os.path.join(HERE, "faulty_world.py"), NAMESERVER, str(HOSTS), RECORD], stdout=subprocess.PIPE, text=True)
    assert world.stdout.readline() == "ready\n"
    score = Score()
    right = {(sender, r): faulty_world.fate(r, HOSTS) for sender, recipients in messages for r in recipients}
    final = sum(what != "queued" for what in right.values())
    one.start()
    began = time.monotonic()
    asyncio.run(submit(messages))
    submitted = time.monotonic()
    one.finish(lambda: len(score.read().delivered) + len(score.bounced) >= final)
    score.read()
    queued = one.queued()
    one.end()
    world.kill()
    world.wait()
    wrong, kinds = [], collections.Counter()
    for key, what in right.items():
        got = [w for w, c in (("delivered", score.delivered), ("bounced", score.bounced)) if c[key]] + ["queued"] * (key in queued)
        if got != [what]:
            host = faulty_world.behaviour(int(key[1].partition("@d")[2].split(".")[0]), HOSTS)[0]
            wrong.append("%s for %s at a host that is %s: must be %s, is %s" % (*key, host, what, " and ".join(got) or "lost"))
            kinds[host, what, " and ".join(got) or "lost"] += 1
    copies = sum(n - 1 for n in score.delivered.values())
    print("%-9s %6d messages, %d recipients: %d right, %d wrong, %d delivered more than once; taken in %.1f s, all ended after %.1f s (%s)" %
          (name, len(messages), len(right), len(right) - len(wrong), len(wrong), copies, submitted - began, score.last - began, one.told()), flush=True)
    for (host, what, got), n in kinds.most_common(12):
        print("          %6d at a host that is %s: must be %s, is %s" % (n, host, what, got))
    return wrong + ["%s: %d copies" % (k, n) for k, n in score.delivered.items() if n > 1]


resolver = lab.DIR + "/run/world.resolv.conf"
lab.write(resolver, "nameserver %s\noptions timeout:1 attempts:1\n" % NAMESERVER)
subprocess.run(["mount", "--make-rprivate", "/"], check=True)
subprocess.run(["mount", "--bind", resolver, "/etc/resolv.conf"], check=True)
messages = plan()
failed = 0
for name, _, fewer in (who.partition("=") for who in WHO):
    if name == "postfix" and not os.path.exists(POSTFIX + "/usr/sbin/postfix"):
        print("postfix   is not there: tests/bench/bench.sh setup")
        continue
    wrong = trial(name, Postfix() if name == "postfix" else Sendmail(OURS if name == "ours" else lab.REAL), messages[:int(fewer or MESSAGES)])
    if name == "ours":
        for text in wrong[:20]:
            print("FAILED  " + text)
        failed = len(wrong)
print("%d passed, %d failed" % (len(messages) if not failed else 0, failed))
sys.exit(1 if failed else 0)
