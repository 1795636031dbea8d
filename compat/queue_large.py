#!/usr/bin/env python3
"""queue_large.py OURS [MESSAGES [ROUNDS]]: a queue of 100,000 messages to 10,000 hosts, written as the real sendmail writes it; mailq and the
start of a queue run by the real sendmail and by ours, side by side. Runs inside the laboratory (queue.sh starts it).

Measured: seconds until the first line of mailq and until its end, seconds from the start of a queue run until its first connection
to the next host, and the memory of both (largest resident size of a process; what all processes of the run share out among them,
PSS, at its first connection). The output of both mailqs must be the same, and ours must be better everywhere. The last line is
"N passed, N failed".
"""
import hashlib, os, random, shutil, signal, socket, subprocess, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle", "tools"))
import lab

OURS = sys.argv[1]
MESSAGES = int(sys.argv[2]) if len(sys.argv) > 2 else 100000
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
HOSTS = min(10000, MESSAGES)
NEXT = ("127.0.0.51", 2526)
QUEUE = lab.DIR + "/largequeue"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
MC = """divert(0)dnl
VERSIONID(`large queue')
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mail.lab.test')dnl
define(`QUEUE_DIR', `%s')dnl
define(`ALIAS_FILE', `')dnl
define(`HELP_FILE', `')dnl
define(`STATUS_FILE', `')dnl
define(`confPID_FILE', `@DIR@/run/large.pid')dnl
define(`confTO_IDENT', `0')dnl
define(`confQUEUE_LA', `999')dnl
define(`confREFUSE_LA', `999')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`SMART_HOST', `[%s]')dnl
define(`RELAY_MAILER_ARGS', `TCP $h %d')dnl
FEATURE(`nocanonify')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
""" % (QUEUE, *NEXT)


def queue_id(number):
    """Such an id as sendmail makes: year, month, day, hour, minute, second, then four octets that count and six digits of a process."""
    return "6AN" + DIGITS[number // 60 ** 5 % 60] + "".join(DIGITS[number // 60 ** k % 60] for k in (4, 3, 2, 1, 0)) + "%06d" % (1000 + number % 9000)


def fill():
    """Writes the queue; returns nothing. The same every time."""
    dice = random.Random(8)
    shutil.rmtree(QUEUE, ignore_errors=True)
    os.mkdir(QUEUE, 0o700)
    umask = os.umask(0o177)
    now = int(time.time())
    for n in range(MESSAGES):
        created, tries, host = now - dice.randrange(4 * 86400), dice.randrange(5), "h%d.many.test" % dice.randrange(HOSTS)
        name = queue_id(n)
        recipients = ["r%d@%s" % (dice.randrange(1000), host) for _ in range(1 + (dice.randrange(10) == 0))]
        lines = ["V8", "T%d" % created, "K%d" % (now - 7200 if tries else 0), "N%d" % tries, "P%d" % (30000 * (1 + len(recipients)) + 90000 * tries + dice.randrange(5000))]
        if tries:
            lines.append("MDeferred: Connection timed out with " + host)
        lines += ["Fs8" if dice.randrange(9) == 0 else "Fs", "$_client.test [127.0.0.20]", "$rESMTP", "$sclient.test", "${daemon_flags}", "S<s%d@from.test>" % dice.randrange(1000)]
        for recipient in recipients:
            lines += ["rRFC822; " + recipient, "RPFD:<%s>" % recipient]
        lines += ["H?P?Return-Path: <\x81g>", "H??Received: from client.test (client.test [127.0.0.20])", "\tby mail.lab.test (8.18.2/8.18.2) with ESMTP id %s" % name,
                  "\tfor <%s>; Mon, 23 Nov 2026 16:47:24 GMT" % recipients[0], "H??From: s@from.test", "H??To: " + recipients[0], "H??Subject: number %d" % n,
                  "H??Message-Id: <%d@client.test>" % n, "H??Date: Mon, 23 Nov 2026 16:47:24 GMT", "."]
        with open("%s/qf%s" % (QUEUE, name), "w", encoding="latin-1") as f:
            f.write("\n".join(lines) + "\n")
        with open("%s/df%s" % (QUEUE, name), "w") as f:
            f.write("a line of the message\n" * (1 + n % 3))
    os.umask(umask)


def mailq(program, cf):
    """(seconds to the first line, to the end, largest resident KiB, digest of the output)"""
    start = time.monotonic()
    process = subprocess.Popen(["mailq", "-C", cf, "-bp"], executable=program, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=lab.ENV, bufsize=0)
    first, digest, text, memory = None, hashlib.sha256(), b"", 0
    while piece := os.read(process.stdout.fileno(), 1 << 20):
        text += piece if first is None else b""
        if first is None and b"\n" in text:
            first = time.monotonic() - start
        digest.update(piece)
        # Not what wait4(2) tells: that begins with the size of the process that started it.
        memory = max(memory, field("/proc/%d/status" % process.pid, "VmHWM"))
    process.wait()
    return first, time.monotonic() - start, memory, digest.hexdigest()


def field(path, name):
    try:
        return int(next(line.split()[1] for line in open(path) if line.startswith(name + ":")))
    except (OSError, StopIteration):
        return 0


def start_of_run(program, cf):
    """(seconds to the first connection, largest resident KiB of a process, PSS of all in KiB then)"""
    with socket.create_server(NEXT) as listener:
        start = time.monotonic()
        process = subprocess.Popen(["sendmail", "-C", cf, "-q"], executable=program, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=lab.ENV, start_new_session=True)
        connection, _ = listener.accept()
        seconds = time.monotonic() - start
        processes = lab.running(program)
        largest = max(field("/proc/%d/status" % p, "VmHWM") for p in processes)
        shared = sum(field("/proc/%d/smaps_rollup" % p, "Pss") for p in processes)
        while processes := lab.running(program):
            for p in processes:
                try:
                    os.kill(p, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.poll()
        connection.close()
    return seconds, largest, shared


def median(values):
    return sorted(values)[len(values) // 2]


cf = lab.build("large", MC, {}, quiet=True)
fill()
found = {"the real sendmail": ([], []), "ours": ([], [])}
digests = {name: set() for name in found}
for _ in range(ROUNDS):
    for name, program in (("the real sendmail", lab.REAL), ("ours", OURS)):
        first, end, memory, digest = mailq(program, cf)
        digests[name].add(digest)
        found[name][0].append((first, end, memory))
        found[name][1].append(start_of_run(program, cf))
shutil.rmtree(QUEUE)
print("%d messages to %d hosts, medians of %d" % (MESSAGES, HOSTS, ROUNDS))
print("%-18s %12s %12s %12s %14s %14s %14s" % ("", "mailq line 1", "mailq end", "mailq KiB", "run starts", "largest KiB", "all PSS KiB"))
table = {}
for name, (lists, runs) in found.items():
    table[name] = [median(v) for v in zip(*lists)] + [median(v) for v in zip(*runs)]
    print("%-18s %10.3f s %10.3f s %12d %12.3f s %14d %14d" % (name, *table[name]))
checks = [(what, ours < real) for what, ours, real in zip(("first line", "whole list", "memory of mailq", "start of a run", "memory of a run", "memory of a run, all processes"), table["ours"], table["the real sendmail"])]
checks += [("first line in less than a second", table["ours"][0] < 1), ("the same list", digests["ours"] == digests["the real sendmail"] and len(digests["ours"]) == 1)]
for what, good in checks:
    if not good:
        print("FAILED  " + what)
failed = sum(not good for _, good in checks)
print("%d passed, %d failed" % (len(checks) - failed, failed))
sys.exit(1 if failed else 0)
