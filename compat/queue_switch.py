#!/usr/bin/env python3
"""queue_switch.py OURS [MESSAGES]: a site changes from the real sendmail to ours with a full queue, and back. MESSAGES (5,000) are queued by the
one and finished by the other: new, deferred, partly delivered, warned, with failures to come, quarantined, in a queue group of
their own, of 8-bit text, of 20 MB. Then both run at the same time on one queue. Every recipient must get the whole message once, or
its sender one notice. Runs inside the laboratory (queue.sh starts it). The last line is "N passed, N failed".
"""
import asyncio, collections, glob, hashlib, json, os, re, shutil, subprocess, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle", "tools"))
import lab

QUEUE, RECORD, OPEN, NEXT, PORT = lab.DIR + "/switchqueue", lab.DIR + "/switch.jsonl", lab.DIR + "/run/switch.open", ("127.0.0.51", 2526), 2525
LARGE = 20 * 1024 * 1024
# the domain tells the kind of a message; o is taken, t is deferred until the other program has its turn, p is refused
KINDS = {"new.test": "o", "deferred.test": "t", "part.test": "otto", "warned.test": "t", "fail.test": "op", "quarantined.test": "oo", "group.test": "ot", "eight.test": "o", "partfail.test": "opt"}
MC = """divert(0)dnl
VERSIONID(`queues handed over')
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mail.lab.test')dnl
define(`QUEUE_DIR', `%s/q*')dnl
QUEUE_GROUP(`second', `P=%s/second, R=2')dnl
define(`ALIAS_FILE', `')dnl
define(`HELP_FILE', `')dnl
define(`STATUS_FILE', `')dnl
define(`confPID_FILE', `@DIR@/run/switch.pid')dnl
define(`confTO_IDENT', `0')dnl
define(`confQUEUE_LA', `999')dnl
define(`confREFUSE_LA', `999')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confMAX_RUNNERS_PER_QUEUE', `4')dnl
define(`confDELIVERY_MODE', `queueonly')dnl
define(`SMART_HOST', `[%s]')dnl
define(`RELAY_MAILER_ARGS', `TCP $h %d')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Name=MTA, Family=inet, Addr=127.0.0.1, Port=%d')dnl
FEATURE(`nocanonify')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unresolvable_domains')dnl
MAILER(`smtp')dnl
LOCAL_RULESETS
Squeuegroup
R$* @ group.test	$# second
""" % (QUEUE, QUEUE, *NEXT, PORT)


async def sink():
    """Takes what the name of the recipient lets it, and tells RECORD: [sender, recipients, digest of the body, failed, warned]."""
    record = open(RECORD, "a")

    async def serve(reader, writer):
        async def say(text):
            writer.write(text.encode() + b"\r\n")
            await writer.drain()
        await say("220 sink ESMTP")
        sender, recipients = None, []
        while line := await reader.readline():
            verb, text = line[:4].upper(), line.decode("latin-1")
            if verb == b"EHLO":
                await say("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE\r\n250 ENHANCEDSTATUSCODES")
            elif verb == b"MAIL":
                sender, recipients = re.search("<(.*?)>", text)[1], []
                await say("250 2.1.0 ok")
            elif verb == b"RCPT":
                recipient = re.search("<(.*?)>", text)[1]
                if recipient[0] == "t" and not os.path.exists(OPEN):
                    await say("450 4.2.1 later")
                elif recipient[0] == "p":
                    await say("550 5.1.1 no such user")
                else:
                    recipients.append(recipient)
                    await say("250 2.1.5 ok")
            elif verb == b"DATA" and recipients:
                await say("354 go")
                lines = []
                while (line := await reader.readline()) != b".\r\n":
                    if not line:
                        return
                    lines.append(line[1:] if line[:1] == b"." else line)
                head, _, body = b"".join(lines).partition(b"\r\n\r\n")
                reports = [r for r in re.split(rb"\r\n\r\n", body) if re.search(rb"^Final-Recipient:", r, re.M)] if not sender else []
                failed = [re.search(rb"^Final-Recipient: *RFC822; *(\S+)", r, re.M | re.I)[1].decode() for r in reports if re.search(rb"^Action: failed", r, re.M | re.I)]
                warned = [re.search(rb"^Final-Recipient: *RFC822; *(\S+)", r, re.M | re.I)[1].decode() for r in reports if re.search(rb"^Action: delayed", r, re.M | re.I)]
                record.write(json.dumps([sender, recipients, hashlib.sha256(body).hexdigest(), failed, warned]) + "\n")
                record.flush()
                await say("250 2.0.0 taken")
            elif verb == b"DATA":
                await say("554 5.5.1 no recipients")
            elif verb == b"QUIT":
                await say("221 2.0.0 bye")
                break
            else:
                await say("250 2.0.0 ok")
        writer.close()
    await asyncio.start_server(serve, *NEXT, limit=1 << 22, backlog=512)
    print("ready", flush=True)
    await asyncio.Event().wait()


def message(number, kinds):
    """(sender, recipients, whether its text is 8-bit, body) of a message."""
    domain = list(kinds)[number % len(kinds)]
    recipients = ["%s%d.%d@%s" % (letter, number, place, domain) for place, letter in enumerate(kinds[domain])]
    if number in (11, 12):
        body = b"twenty megabytes of nothing much, line after line after line\r\n" * (LARGE // 62)
    else:
        body = b"line %d of the message\r\n" % number * (1 + number % 40)
    eight = domain == "eight.test"
    return "s%d@back.test" % number, recipients, eight, b"gr\xfc\xdfe \xe9\r\n" + body if eight else body


async def submit(count, kinds):
    waiting = iter(range(count))

    async def session():
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)

        async def ask(text, code):
            writer.write(text)
            while (line := await reader.readline())[3:4] == b"-":
                pass
            assert line[:1] == code, (text[:80], line)
        await ask(b"", b"2")
        await ask(b"EHLO client.test\r\n", b"2")
        for number in waiting:
            sender, recipients, eight, body = message(number, kinds)
            await ask(b"MAIL FROM:<%s>%s\r\n" % (sender.encode(), b" BODY=8BITMIME" if eight else b""), b"2")
            for recipient in recipients:
                await ask(b"RCPT TO:<%s>\r\n" % recipient.encode(), b"2")
            await ask(b"DATA\r\n", b"3")
            mime = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n" if eight else b""
            await ask(b"From: <%s>\r\nTo: undisclosed:;\r\nSubject: %d\r\n%s\r\n%s.\r\n" % (sender.encode(), number, mime, body), b"2")
        await ask(b"QUIT\r\n", b"2")
        writer.close()
    await asyncio.gather(*(session() for _ in range(8)))


def queue_files(kind):
    return glob.glob("%s/*/%s*" % (QUEUE, kind))


def prepare(writer, count, kinds):
    """An empty world, and COUNT messages queued by a program; the sink's process."""
    shutil.rmtree(QUEUE, ignore_errors=True)
    for name in ("", "/q1", "/q2", "/second"):
        os.mkdir(QUEUE + name, 0o700)
    open(RECORD, "w").close()
    if os.path.exists(OPEN):
        os.unlink(OPEN)
    process = subprocess.Popen([sys.executable, os.path.abspath(__file__), "--sink"], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    lab.SM = writer
    with lab.Daemon(CF, ports=(PORT,)):
        asyncio.run(submit(count, kinds))
    return process


def judge(count, kinds):
    """What is wrong in the end."""
    got, notices, warnings, wrong = collections.Counter(), collections.Counter(), collections.Counter(), []
    digests = {}
    for line in open(RECORD):
        sender, recipients, digest, failed, warned = json.loads(line)
        if sender:
            got.update((sender, r) for r in recipients)
            digests.update({(sender, r): digest for r in recipients})
        else:
            notices.update((recipients[0], r) for r in failed)
            warnings.update((recipients[0], r) for r in warned)
    for number in range(count):
        sender, recipients, _, body = message(number, kinds)
        digest = hashlib.sha256(body).hexdigest()
        for recipient in recipients:
            key = (sender, recipient)
            expected = (0, 1) if recipient[0] == "p" else (1, 0)
            if (got[key], notices[key]) != expected:
                wrong.append("%s for %s: %d times delivered, %d notices" % (*key, got[key], notices[key]))
            elif expected[0] and digests[key] != digest:
                wrong.append("%s for %s: another text" % key)
            if "@warned.test" in recipient and warnings and warnings[key] != 1:
                wrong.append("%s for %s: %d warnings" % (*key, warnings[key]))
    return wrong + ["left in the queue: " + path for path in queue_files("[qhtdQ]f")[:5]]


def hand_over(writer, finisher, count):
    """Queued and tried by one, finished by the other."""
    process = prepare(writer, count, KINDS)
    wrong = []
    youngest = max(int(re.search("^T(.*)", open(path, encoding="latin-1").read(), re.M)[1]) for path in queue_files("qf"))
    while time.time() < youngest + 2:
        time.sleep(0.1)
    lab.run_queue(writer, CF, "-qRwarned.test", "-OTimeout.queuewarn=1s")
    for domain in ("deferred.test", "part.test", "partfail.test", "group.test"):
        lab.run_queue(writer, CF, "-qR" + domain)
    lab.sm(["-C", CF, "-Qheld for a look", "-qRquarantined.test"])
    texts = [open(path, encoding="latin-1").read() for path in queue_files("qf")]
    mixture = {"quarantined": len(queue_files("hf")), "tried": sum("\nN1\n" in t for t in texts), "warned": sum(re.search("^F.*w", t, re.M) is not None for t in texts),
               "8-bit": sum("\nB8BITMIME\n" in t for t in texts), "in the group": len(glob.glob(QUEUE + "/second/qf*")), "20 MB": sum(os.path.getsize(p) >= LARGE * 0.9 for p in queue_files("df"))}
    wrong += ["no message is " + what for what, number in mixture.items() if number == 0]
    held = mixture["quarantined"]
    open(OPEN, "w").close()
    lab.SM = finisher
    lab.run_queue(finisher, CF, "-q")
    if len(queue_files("hf")) != held:
        wrong.append("%d of %d quarantined messages are left" % (len(queue_files("hf")), held))
    lab.sm(["-C", CF, "-Q", "-qQ"])
    lab.run_queue(finisher, CF, "-q")
    wrong += judge(count, KINDS)
    process.kill()
    process.wait()
    return mixture, wrong


def together(first, second, count):
    """Both run the same queue at the same time, several times over."""
    process = prepare(first, count, {"new.test": "o", "part.test": "oo"})
    runs = [subprocess.Popen(["sendmail", "-C", CF, "-q"], executable=program, env=lab.ENV, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) for program in (first, second) * 3]
    for run in runs:
        run.wait()
    for program in (first, second):
        lab.run_queue(program, CF, "-q")
    wrong = judge(count, {"new.test": "o", "part.test": "oo"})
    process.kill()
    process.wait()
    return wrong


if sys.argv[1] == "--sink":
    asyncio.run(sink())
OURS = sys.argv[1]
MESSAGES = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
CF = lab.build("switch", MC, {}, quiet=True)
names = {lab.REAL: "the real sendmail", OURS: "ours"}
passed = failed = 0
for writer, finisher in ((lab.REAL, OURS), (OURS, lab.REAL)):
    mixture, wrong = hand_over(writer, finisher, MESSAGES)
    print("%d messages queued by %s (%s), finished by %s: %d wrong" % (MESSAGES, names[writer], ", ".join("%d %s" % (n, w) for w, n in mixture.items()), names[finisher], len(wrong)), flush=True)
    for text in wrong[:10]:
        print("FAILED  " + text)
    passed, failed = passed + (not wrong), failed + bool(wrong)
for writer, other in ((lab.REAL, OURS), (OURS, lab.REAL)):
    wrong = together(writer, other, MESSAGES // 4)
    print("%d messages queued by %s, run by both at the same time: %d wrong" % (MESSAGES // 4, names[writer], len(wrong)), flush=True)
    for text in wrong[:10]:
        print("FAILED  " + text)
    passed, failed = passed + (not wrong), failed + bool(wrong)
shutil.rmtree(QUEUE)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
