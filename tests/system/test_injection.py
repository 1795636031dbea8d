#!/usr/bin/env python3
"""test_injection.py --bin DIR [--show]

What strangers say must stay what it is: text. Line ends, control octets and percent signs in greetings, addresses, parameters,
headers, full names, answers of name servers, replies of other servers and the output of programs are sent through a daemon
and a command, and then no line that a stranger made up stands in the log, a control file, a reply, a message, a notice or
the arguments of a program. Runs in namespaces of its own with its own name server and log. --show prints what came out, for
a comparison with another sendmail.
"""
import argparse, glob, os, pwd, re, shutil, socket, struct, subprocess, sys, threading
import kit, namespaces
from namespaces import mount

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
ap.add_argument("--show", action="store_true")
ap.add_argument("--inside", action="store_true", help="already in namespaces of its own")
args = ap.parse_args()
if not args.inside:
    namespaces.enter()
SENDMAIL = os.path.join(os.path.realpath(args.bin), "sendmail")
passed = failed = 0
EVIL = "X-Evil"
CONTROLS = "\x01\x07\x1b[31m\x7f\x81\xff"


def check(what, problems):
    global passed, failed
    passed, failed = passed + (not problems), failed + bool(problems)
    print(("FAILED  " if problems else "ok      ") + what + (": " + "; ".join(map(repr, problems))[:1500] if problems else ""), flush=True)


def show(kind, text):
    if args.show:
        print("        %s %r" % (kind, text), flush=True)


class Names:
    """A name server whose answers are full of what no name has. The name asked for says what the answer is to be made of."""
    parts = {"lf": b"a\nX-Evil: yes", "cr": b"b\rX-Evil: yes", "crlf": b"c\r\nX-Evil: yes", "percent": b"%n%s%x", "controls": CONTROLS.encode("latin-1"),
             "blank": b"d e X-Evil", "quote": b"f\"<g>,(h;i", "slash": b"../../j", "macro": b"$j${client_name}", "log": b"k, stat=Sent (X-Evil)"}

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            data, peer = self.socket.recvfrom(4096)
            labels, at = [], 12
            while data[at]:
                labels.append(data[at + 1:at + 1 + data[at]])
                at += data[at] + 1
            kind, = struct.unpack(">H", data[at + 1:at + 3])
            answers = self.answers([l.decode("latin-1").lower() for l in labels], kind)
            body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(d)) + d for d in answers)
            self.socket.sendto(data[:2] + struct.pack(">HHHHH", 0x8580 | (0 if answers else 3), 1, len(answers), 0, 0) + data[12:at + 5] + body, peer)

    def answers(self, labels, kind):
        name = lambda *parts: b"".join(bytes([len(p)]) + p for p in parts) + b"\0"
        words = list(self.parts)
        if kind == 12 and labels[-2:] == ["in-addr", "arpa"] and int(labels[0]) - 20 in range(len(words)):
            return [name(self.parts[words[int(labels[0]) - 20]], b"ptr", b"test")]
        part = next((self.parts[l] for l in labels if l in self.parts), None)
        if kind == 15 and part:
            return [struct.pack(">H", 5) + name(part, b"host", b"test")]
        if kind == 16 and part:
            return [bytes([len(part)]) + part]
        if kind == 1 and labels[-1] == "test":
            return [socket.inet_aton("127.0.0.1")]
        return []


directory = kit.workdir("injection")
namespaces.prepare()
for name, text in (("hosts", "127.0.0.1 localhost\n127.0.0.2 relay.test.example %s\n" % os.uname().nodename), ("resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n"),
                   ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")):
    with open(directory + "/" + name, "w") as f:
        f.write(text)
    mount("--bind", directory + "/" + name, os.path.realpath("/etc/" + name))
me = pwd.getpwuid(os.getuid())
with open(directory + "/passwd", "w") as f:
    f.write("%s:x:%d:%d:Evil, & <x@y> (%s: \x01yes) \"%%n:%s:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n" % (me.pw_name, me.pw_uid, me.pw_gid, EVIL.replace(":", ""), directory))
mount("--bind", directory + "/passwd", "/etc/passwd")
log = namespaces.Log(directory + "/dev")
names = Names()


class Answers:
    """What the sink says to recipients, by their names."""
    REPLIES = {"cr": "550 5.1.1 no\rX-Evil: yes", "nul": "550 5.1.1 no\0X-Evil: yes", "controls": "550 5.1.1 " + CONTROLS, "long": "550 5.1.1 " + "x" * 3000, "percent": "450 4.2.1 %n%s%x later",
               "later": "450 4.2.1 later\rRPFD:<evil@evil.test>", "forged": "550 5.1.1 no, stat=Sent, dsn=2.0.0", "lines": "550-5.1.1 first\r\n550 5.1.1 second\rX-Evil: yes", "tab": "450 4.2.1 a\tb\x0b\x0cc",
               "macro": "550 5.1.1 $j ${client_name} \x81j"}

    def __call__(self, line):
        match = re.match(r"(?i)RCPT TO:<reply-(\w+)@", line)
        return self.REPLIES.get(match[1]) if match else None


sink = kit.Sink(Answers())
# The program that a mailer starts: it writes its arguments down, and says what its first one names.
tool = directory + "/tool"
with open(tool, "w") as f:
    f.write("""#!/usr/bin/env python3
import sys, os
with open(%r, "a") as f:
    f.write(repr(sys.argv[1:]) + "\\n")
sys.stdin.buffer.read()
texts = {"cr": b"oh\\rX-Evil: yes\\r", "field": b"oh\\n\\nFinal-Recipient: RFC822; evil@evil.test\\nX-Evil: yes\\n", "controls": %r, "boundary": b"oh\\n--\\n--x--\\n", "long": b"y" * 5000, "percent": b"%%n%%s%%x\\n"}
os.write(1, texts.get(sys.argv[1].split("@")[0].split("+")[0], b"fine\\n"))
sys.exit(69 if sys.argv[1].split("@")[0].split("+")[0] in texts else 0)
""" % (directory + "/argv", CONTROLS.encode("latin-1")))
os.chmod(tool, 0o755)
RULES = """
Kdnstxt dns -R TXT
Kcanon host
SLocal_check_mail
Scheck_mail
R<$+ @ txt.$+>		$: $(dnstxt $2 $: none $)
R$* @ $*		$@ OK
R<>			$@ OK
Rnone			$@ OK
R$+			$#error $@ 5.7.1 $: 550 said: $1
Mtool,	P=TOOL, F=lsDFMeu59, T=X-Unix/X-Unix/X-Unix, A=tool $u $f
Mmx,	P=[IPC], F=mDFMuXa, E=\\r\\n, L=990, T=DNS/RFC822/SMTP, A=TCP $h SINKPORT
""".replace("TOOL", tool).replace("SINKPORT", str(sink.port))
port = kit.free_port()
cf = kit.configure(directory, PORT=port, SINKPORT=sink.port, MODE="interactive", rules=RULES,
                   options="O LogLevel=14\nO Timeout.queuewarn=\nO PostmasterCopy=\nO Timeout.resolver.retrans=1s\nO PrivacyOptions=\nO HostStatusDirectory=" + directory + "/status")
os.mkdir(directory + "/status", 0o755)
text = open(cf).read()
text = text.replace("R$* <@ $+>		$#esmtp $@ [127.0.0.1]", "R$* <@ $* tool.test>	$#tool $: $1 @ $2 tool.test\nR$* <@ $* mx.test>	$#mx $@ $2 mx.test $: $1 <@ $2 mx.test>\nR$* <@ $+>		$#esmtp $@ [127.0.0.1]")
open(cf, "w").write(text)
QF = re.compile(r"[VTKNIPBMFqSZACQrRH.!$]|\t|\Z")


def judge(what, replies=(), exact=(), own=False):
    """Looks at all that came out. exact: texts that must have reached the sink as they were. own: who sent it may put a carriage
    return into his message, and sees in replies what he said himself."""
    problems = []
    for line in log.take():
        show("log", line)
        if re.search(rb"[^\x20-\x7e]", line):
            problems.append(("log", line))
    for path in glob.glob(directory + "/queue/qf*"):
        control = open(path, encoding="latin-1", newline="").read()
        show("qf", control)
        lines = control.split("\n")
        problems += [("qf", l) for l in lines if not QF.match(l) or re.match(r"RPFD:<evil|%s" % EVIL, l)]
        problems += [("qf", l) for l in lines[:-2] if ("\r" in l and not own) or "\0" in l]
        os.unlink(path)
        os.unlink(path.replace("/qf", "/df"))
    problems += [("queue", n) for n in os.listdir(directory + "/queue")]
    for reply in replies:
        show("reply", reply)
        if re.search(r"[\n\0]" if own else r"[\0-\x1f]", reply) or not re.match(r"\d\d\d[ -]", reply):
            problems.append(("reply", reply))
    with sink.lock:
        messages, sink.messages[:] = list(sink.messages), []
    for sender, recipients, message in messages:
        show("mail", (sender, recipients, message))
        head = message.partition(b"\r\n\r\n")[0] if sender else message
        if not sender:
            # The first part is for people and shows what a program said; the second one is for programs.
            status = message.partition(b"message/delivery-status")[2].partition(b"\r\n--")[0]
            problems += [("notice", l) for l in message.split(b"\r\n") if re.search(rb"[\0\r\n]", l)]
            problems += [("status", l) for l in status.split(b"\r\n") if re.match(rb"Final-Recipient:.*evil", l)]
            head = status
        problems += [("mail", l) for l in re.split(rb"\r\n|\n" if own else rb"\r\n|\r|\n", head) if l.startswith(EVIL.encode())]
    bodies = b"".join(m for _, _, m in messages)
    problems += [("not arrived", e) for e in exact if e.encode("latin-1") not in bodies]
    for path in glob.glob(directory + "/status/**", recursive=True):
        if re.search(r"[\x00-\x1f]", path):
            problems.append(("status file", path))
    if os.path.exists(directory + "/argv"):
        for line in open(directory + "/argv"):
            show("argv", line)
            if len(eval(line)) != 2:
                problems.append(("argv", line))
        os.unlink(directory + "/argv")
    check(what, problems)


def dialogue(*lines, source="127.0.0.1"):
    """Says lines, a list of replies."""
    with socket.socket() as s:
        s.settimeout(60)
        s.bind((source, 0))
        s.connect(("127.0.0.1", port))
        f = s.makefile("rb")
        replies = []
        for line in (None,) + lines:
            if line is not None:
                s.sendall(line.encode("latin-1") + b"\r\n")
            while reply := f.readline().decode("latin-1"):
                replies.append(reply[:-2] if reply.endswith("\r\n") else reply)
                if reply[3:4] != "-":
                    break
        return replies


def message(sender="s@from.test", recipient="r@to.test", head="Subject: x", hello="client.test", body="text"):
    return ("EHLO " + hello, "MAIL FROM:<%s" % sender + ("" if ">" in sender else ">"), "RCPT TO:<%s" % recipient + ("" if ">" in recipient else ">"), "DATA", head + "\r\n\r\n" + body + "\r\n.", "QUIT")


PAYLOADS = {"a carriage return": "a\rX-Evil: yes", "a line end": "a\nX-Evil: yes", "NUL": "a\0X-Evil: yes", "control octets": CONTROLS, "percent": "%n%s%x", "macros": "$j${client_name}\x81j\x82j", "a forged field": "a, stat=Sent (X-Evil)",
            "a backslash": "a\\nX-Evil"}
with kit.Daemon(SENDMAIL, cf, port):
    log.take()
    for name, octets in PAYLOADS.items():
        judge("greeting with " + name, dialogue(*message(hello=octets)))
        judge("sender with " + name, dialogue(*message(sender='"%s"@from.test' % octets)))
        judge("sender with bare " + name, dialogue(*message(sender=octets + "@from.test")))
        judge("recipient with " + name, dialogue(*message(recipient='"%s"@to.test' % octets)))
        judge("recipient of a program with " + name, dialogue(*message(recipient='"%s"@x.tool.test' % octets)))
        judge("refused recipient with " + name, dialogue(*message(recipient='"reply-cr %s"@to.test' % octets)))
        judge("header with " + name, dialogue(*message(head="Subject: %s\r\nFrom: %s <a@b.test>\r\nX-%s: y" % (octets, octets, octets))))
        judge("command with " + name, dialogue(octets, "VRFY " + octets, "EXPN " + octets, "HELP " + octets, "ETRN " + octets, "NOOP " + octets, "QUIT"), own=True)
        judge("AUTH with " + name, dialogue("EHLO x", "AUTH " + octets, "QUIT"), own=True)
        judge("parameter with " + name, dialogue("EHLO x", "MAIL FROM:<a@b.test> ENVID=" + octets, "MAIL FROM:<a@b.test> AUTH=" + octets, "MAIL FROM:<a@b.test> %s=1" % octets, "MAIL FROM:<a@b.test>", "RCPT TO:<r@to.test> ORCPT=rfc822;" + octets, "QUIT"))
    for code in ("+0A", "+0D+0A", "+00", "+1B", "+81"):
        bad = "a%sX-Evil:+20yes" % code
        judge("xtext " + code, dialogue(*message(sender="s@from.test> RET=HDRS ENVID=%s AUTH=%s" % (bad, bad), recipient="reply-cr@to.test> NOTIFY=FAILURE ORCPT=rfc822;" + bad)))
        judge("xtext %s of a message that waits" % code, dialogue(*message(sender="s@from.test> ENVID=%s AUTH=%s" % (bad, bad), recipient="reply-percent@to.test> ORCPT=rfc822;" + bad)))
    judge("octets that control files and headers have a meaning for", dialogue(*message(head="Subject: \x81j\x82{client_name}\xff\x81 $j", recipient="reply-percent@to.test")))
    judge("and what of them arrives", dialogue(*message(head="Subject: $j $&j ${client_name}")), exact=["Subject: $j $&j ${client_name}\r\n"])
    for kind in Answers.REPLIES:
        judge("reply of a server: " + kind, dialogue(*message(recipient="reply-%s@to.test" % kind)))
    for kind in ("cr", "field", "controls", "boundary", "long", "percent", "fine"):
        judge("output of a program: " + kind, dialogue(*message(recipient="%s@x.tool.test" % kind)))
    for words in ("a b", "-oQ/tmp", "$(id)", "`id`", "a;b", "a'b", "|id", "a>b"):
        judge("argument of a program: " + words, dialogue(*message(sender='"-f%s"@from.test' % words, recipient='"+%s"@x.tool.test' % words)))
    for number, kind in enumerate(Names.parts):
        judge("name of a client: " + kind, dialogue(*message(), source="127.0.0.%d" % (20 + number)))
        judge("name of a mail exchanger: " + kind, dialogue(*message(recipient="r@%s.mx.test" % kind)))
        judge("refused by a mail exchanger with such a name: " + kind, dialogue(*message(recipient="reply-cr@%s.mx.test" % kind)))
        judge("deferred by it: " + kind, dialogue(*message(recipient="reply-percent@%s.mx.test" % kind)))
        judge("text record in a reply: " + kind, dialogue(*message(sender="x@txt.%s.test" % kind)))


def command(words, text="Subject: x\n\ntext\n", env=None):
    run = subprocess.run([SENDMAIL, "-C", cf, *words], input=text.encode("latin-1"), capture_output=True, timeout=60, env=dict(os.environ, **(env or {})))
    show("output", (run.returncode, run.stdout, run.stderr))
    return run


for name, octets in PAYLOADS.items():
    if "\0" in octets:
        continue
    for delivery in ("-odi", "-odq"):
        command([delivery, "-F", octets, "r@to.test"])
        judge("full name with %s %s" % (name, delivery))
        command([delivery, "r@to.test"], env={"NAME": octets})
        judge("NAME with %s %s" % (name, delivery))
        command([delivery, "-f", octets + "@from.test", octets + "@to.test"])
        judge("addresses of a command with %s %s" % (name, delivery), own=True)
        command([delivery, "-p" + octets + ":" + octets, "-V" + octets, "-B" + octets, "-M{x}" + octets, "r@to.test"])
        judge("options of a command with %s %s" % (name, delivery))
        command([delivery, "-t"], "To: %s <r@to.test>\nFrom: %s <a@b.test>\nSubject: x\n\ntext\n" % (octets, octets))
        judge("headers of a command with %s %s" % (name, delivery), own=True)
command(["-odi", "r@to.test"])
judge("the name of the system's list of users")
sink.stop()
if not failed:
    subprocess.run(["umount", "-R", "/dev"], stderr=subprocess.DEVNULL)
    shutil.rmtree(directory, ignore_errors=True)
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
