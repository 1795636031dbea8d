#!/usr/bin/env python3
"""mime.py SUBJECT [--seed N] [--count N] [--show N] [--file CASES] [--dump]

Messages with 8-bit text, MIME trees and encodings of every kind, made from a seed: the real sendmail and the program SUBJECT
each relay them to a server of this script, with and without 8BITMIME, by mailers with F=7, F=8 and F=9, in every
EightBitMode, from the command line, -t, -bs and the queue, and must hand on the same octets (queue ids apart) and end with
the same code. Run it inside the laboratory:

    LAB=$PWD LAB_DIR=$PWD/w ./oracle.sh in w python3 .../compat/mime.py .../sendmail --seed 7

The seed is printed; the same seed makes the same messages. --file reads cases from a file, one JSON object a line.
"""
import argparse, json, os, random, re, socket, subprocess, sys, threading
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.environ.get("LAB", os.path.join(HERE, "oracle")), "tools"))
import lab

PLAIN, FULL = 2701, 2702
CF = r"""V10/Berkeley
O LogLevel=9
O QueueDirectory=@Q@
O DefaultCharSet=iso-8859-9
O DontBlameSendmail=GroupWritableDirPathSafe,TrustStickyBit
O Timeout.ident=0s
O DaemonPortOptions=Name=MTA, Addr=127.0.0.1, Port=2703
O SuperSafe=True
O QueueLA=999
O RefuseLA=999
O TempFileMode=0600
@OPTIONS@
Djrelay.test.example
Cwrelay.test.example
DnMAILER-DAEMON
Troot
Pbulk=-60
HDate: $a
HFrom: $g
HMessage-Id: <$t.$i@$j>
@LINES@
Mlocal,	P=/bin/cat, F=lsmDFM, A=cat
Mprog,	P=/bin/sh, F=lsDFMeu, A=sh -c $u
Mcat,	P=@D@/tmp/mime-cat, F=mDFMuX@F@, E=\n, L=@L@, A=catit $u@C@
Mplain,	P=[IPC], F=mDFMuXa@F@, E=\r\n, L=@L@, A=TCP $h 2701@C@
Mfull,	P=[IPC], F=mDFMuXa@F@, E=\r\n, L=@L@, A=TCP $h 2702@C@
S3
R$* < $+ > $*	$@ $2
S0
R@	$#error $: null
R$+ @ $+	$#@MAILER@ $@ [127.0.0.1] $: $1 @ $2
R$+	$#@MAILER@ $@ [127.0.0.1] $: $1
"""


class Server(threading.Thread):
    """An SMTP server that keeps the octets of what it is given."""
    def __init__(self, port, keywords):
        super().__init__(daemon=True)
        self.keywords, self.got = keywords, []
        self.socket = socket.create_server(("127.0.0.1", port))
        self.start()

    def run(self):
        while True:
            c, _ = self.socket.accept()
            try:
                self.session(c)
            except OSError:
                pass
            c.close()

    def session(self, c):
        f = c.makefile("rb")
        def say(*lines):
            c.sendall(b"".join(l.encode() + b"\r\n" for l in lines))
        say("220 sink ESMTP")
        while line := f.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                words = ["sink"] + self.keywords
                say(*["250%s%s" % ("-" if i + 1 < len(words) else " ", w) for i, w in enumerate(words)])
            elif verb == b"DATA":
                say("354 go")
                body = []
                while (line := f.readline()) not in (b".\r\n", b""):
                    body.append(line)
                self.got.append((mail, b"".join(body)))
                say("250 2.0.0 ok")
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                if verb == b"MAIL":
                    mail = line
                say("250 2.0.0 ok")


def tidy(octets, port=b"-"):
    octets = re.sub(rb"\b6[1-9A-C][1-9A-V][0-9A-N][0-9A-Za-x]{4}\d{6,7}\b|\b[0-9A-Za-z][1-9A-C][1-9A-V][0-9A-Na-n][0-9A-Za-x]{4}\d{6,7}\b", b"{QID}", octets)
    octets = re.sub(rb"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [ \d]?\d \w{3} \d{4} \d\d:\d\d:\d\d [^\r\n]*", b"{DATE}", octets)
    octets = re.sub(rb"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}", b"{CTIME}", octets)
    octets = re.sub(rb"{QID}\.\d{9,11}/", b"{QID}.{TIME}/", octets)
    return re.sub(rb"<\d{12}\.", b"<{STAMP}.", octets)


def options(case, queue, mailer):
    text = CF
    for k, v in dict(Q=queue, D=lab.DIR, OPTIONS="\n".join("O " + o for o in case.get("options", [])), LINES="\n".join(case.get("lines", [])), F=case.get("flags", ""),
                     L=str(case.get("limit", 990)), C=", C=" + case["charset"] if case.get("charset") else "", MAILER=mailer).items():
        text = text.replace("@%s@" % k, v)
    return text


def run(binary, case, queue, servers):
    for f in os.listdir(queue):
        os.unlink(os.path.join(queue, f))
    for s in servers.values():
        s.got.clear()
    cat = os.path.join(lab.DIR, "tmp", "mime-taken")
    open(cat, "wb").close()
    os.chmod(cat, 0o666)
    mailer = case.get("mailer", "plain")
    cf = os.path.join(queue, "..", "mime.cf")
    with open(cf, "w", encoding="latin-1") as f:
        f.write(options(case, queue, mailer))
    message = case["message"].encode("latin-1")
    body = ["-B" + case["body"]] if case.get("body") else []
    how = case.get("how", "arguments")
    def sm(args, text=b""):
        r = subprocess.run(["sendmail", "-C", cf] + args, executable=binary, input=text, capture_output=True, timeout=60, env=lab.ENV, cwd="/")
        return r.returncode, tidy(r.stdout + r.stderr)
    if how == "arguments":
        out = [sm(["-odi", "-oem", "-i", "-fa@b.example"] + body + ["to@x.example"], message)]
    elif how == "-t":
        out = [sm(["-odi", "-oem", "-i", "-fa@b.example"] + body + ["-t"], b"To: to@x.example\n" + message)]
    elif how == "queue":
        out = [sm(["-odq", "-oem", "-i", "-fa@b.example"] + body + ["to@x.example"], message), sm(["-qf"])]
    else:
        out = [dialogue(binary, cf, case.get("body"), message)]
    got = [[m.decode("latin-1"), tidy(b).decode("latin-1")] for m, b in (servers[mailer].got if mailer in servers else [(b"", open(cat, "rb").read())])]
    return {"got": got, "out": [[c, o.decode("latin-1")] for c, o in out]}


def dialogue(binary, cf, body, message):
    """The message by -bs, each command after the reply to the one before."""
    lines = message.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    text = b"".join((b"." if l.startswith(b".") else b"") + l + b"\r\n" for l in lines) + b".\r\n"
    p = subprocess.Popen(["sendmail", "-C", cf, "-bs", "-odi"], executable=binary, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=lab.ENV, cwd="/")
    said = b""
    for send in (b"", b"EHLO x.example\r\n", b"MAIL FROM:<a@b.example>%s\r\n" % (b" BODY=" + body.encode() if body else b""), b"RCPT TO:<to@x.example>\r\n", b"DATA\r\n", text, b"QUIT\r\n"):
        try:
            p.stdin.write(send), p.stdin.flush()
        except BrokenPipeError:
            break
        while line := p.stdout.readline():
            said += line
            # Warnings are no replies.
            if re.match(rb"\d\d\d[ \r]", line):
                break
        if line[:1] == b"5" and send.startswith(b"DATA"):
            break
    p.stdin.close()
    said += p.stdout.read()
    return p.wait(60), tidy(said)


TYPES = ["text/plain", "text/plain; charset=utf-8", "text/plain; charset=\"iso-8859-1\"", "text/html; charset=utf-8", "TEXT/PLAIN", "text", "application/octet-stream", "image/png; name=\"a b.png\"",
         "message/rfc822", "message/partial; id=x", "message/delivery-status", "message/global", "text/rfc822-headers", "", "text/plain; format=flowed", "foo/bar", "application/pgp-signature", "garbage here",
         "text/plain (a comment); charset=us-ascii", "text/plain;charset=x;charset=y", "; charset=x"]
ENCODINGS = [None, None, "8bit", "8bit", "8BIT", "7bit", "binary", "base64", "quoted-printable", "x-uuencode", " 8bit ", "8bit (c)", "", "foo"]
MULTI = ["mixed", "alternative", "signed", "encrypted", "report", "digest", "related", "appledouble", "form-data", "MIXED", "parallel"]


def text(r, eight):
    """Some lines of text, of the kinds that encoders stumble over."""
    lines = []
    for _ in range(r.choice([0, 1, 1, 2, 3, 5, 8, 20])):
        kind = r.random()
        n = r.choice([0, 1, 5, 20, 40, 71, 72, 73, 74, 75, 76, 77, 78, 100, 200, 998, 1500]) if r.random() < 0.5 else r.randrange(60)
        share = 0 if not eight else r.choice([0, 0.02, 0.1, 0.125, 0.2, 0.25, 0.3, 0.6, 1.0])
        line = "".join(chr(r.randrange(0xA0, 0x100)) if r.random() < share else r.choice("abcdefgh  =.\t?!_-~<>&,:;F") for _ in range(n))
        if kind < 0.08: line = r.choice(["From here", "From", ".", "..", ".x", "--", "--b", "=", "==", "=20", "=E9", " ", "\t", "x ", "x\t", "x  ", "FroM x", ">From a", "=?utf-8?q?x?="]) + r.choice(["", line])
        if kind > 0.95 and eight: line += chr(r.choice([0x80, 0x85, 0xA0, 0xFF, 0x7F, 0x01, 0x0C, 0x1B, 0x9F]))
        if kind > 0.9: line += r.choice([" ", "\t", "", "="])
        lines.append(line + "\n")
    return "".join(lines)


def encoded(r, kind):
    import base64, quopri
    raw = text(r, True).encode("latin-1")
    if kind == "base64":
        return base64.encodebytes(raw).decode() if r.random() < 0.8 else base64.b64encode(raw).decode() + r.choice(["", "\n", "==\n", "!x\n"])
    return quopri.encodestring(raw).decode() + r.choice(["", "", "a=\n", "=zz\n", "=e9=C3\n", "x=20\n", "=3D\n", "long" * 40 + "\n"])


def part(r, depth, top):
    """Header fields and body of one entity."""
    fields = []
    if top and r.random() < 0.8: fields.append("MIME-Version:" + r.choice([" 1.0", " 1.0", " 1.0 (x)", "1.0", " 2.0"]))
    if depth < 4 and r.random() < (0.5 if top else 0.3):
        b = r.choice(["b", "b1", "=_x.%d" % depth, "with space", "a'()+_,-./:=?", "b%d" % depth, "long" * 15]) if r.random() < 0.5 else "B%d.%d" % (depth, r.randrange(1000))
        quote = "\"%s\"" if r.random() < 0.8 or not re.match(r"^[\w.]+$", b) else "%s"
        fields.append("Content-Type: multipart/" + r.choice(MULTI if r.random() < 0.5 else ["mixed"]) + r.choice(["; ", ";\n\t", ";", "; x=y; "]) + r.choice(["boundary=", "boundary=", "boundary=", "BOUNDARY=", "bound=", "boundary = "]) + quote % b + r.choice(["", "", "", "; x=y", " (c)"]))
        if r.random() < 0.3: fields.append("Content-Transfer-Encoding: " + r.choice(["7bit", "8bit", "binary", "base64"]))
        body = r.choice(["", "preamble\n", "pr\xe9amble\n", "\n"])
        for _ in range(r.choice([0, 1, 1, 2, 3])):
            h, t = part(r, depth + 1, False)
            body += "--" + b + r.choice(["", "", "", " ", "\t", "x"]) + "\n" + "".join(f + "\n" for f in h) + "\n" + t
            if r.random() < 0.5: body += "\n"
        if r.random() < 0.85: body += "--" + b + "--" + r.choice(["", "", " ", "x"]) + "\n" + r.choice(["", "epilogue\n", "\xe9pilogue\n", "\n"])
    else:
        if r.random() < 0.85: fields.append("Content-Type: " + r.choice(TYPES if r.random() < 0.6 else TYPES[:4]))
        e = r.choice(ENCODINGS)
        if e is not None: fields.append("Content-Transfer-Encoding:" + ("" if e == "" else " ") + e)
        kind = (e or "").strip().lower()
        if kind in ("base64", "quoted-printable") and r.random() < 0.8:
            body = encoded(r, kind)
        elif any(f.lower().startswith("content-type: message/") for f in fields) and r.random() < 0.7:
            h, t = part(r, depth + 1, r.random() < 0.7)
            body = "".join(f + "\n" for f in ["Subject: inner"] + h) + "\n" + t
        else:
            body = text(r, r.random() < 0.85)
    r.shuffle(fields)
    if r.random() < 0.3: fields.insert(r.randrange(len(fields) + 1), r.choice(["Content-Description: x", "Content-Description: \xe9t\xe9", "X-Foo: \xe9", "Content-Id: <x@y>", "X-Long: " + "y" * 1200, "Content-Disposition: inline", "bad line", "Content-Md5: x", "X-A:\n\tfolded"]))
    return fields, body


def make(seed):
    r = random.Random(seed)
    fields, body = part(r, 0, True)
    head = ["Subject: t\xe9st" if r.random() < 0.2 else "Subject: test"]
    message = "".join(f + "\n" for f in head + fields) + "\n" + body
    if r.random() < 0.03: message = message[:-1]
    case = {"seed": seed, "message": message, "mailer": r.choice(["plain", "plain", "plain", "full", "cat"]), "flags": r.choice(["", "", "", "", "9", "9", "8", "7", "79", "89", "78", "3", "b", "E"]),
            "body": r.choice([None, None, None, "8BITMIME", "8BITMIME", "7BIT"]), "how": r.choice(["arguments", "arguments", "-bs", "-t", "queue"]), "options": [], "lines": []}
    mode = r.choice(["m", "m", "p", "p", "s", None])
    if mode: case["options"].append("EightBitMode=" + mode)
    if r.random() < 0.1: case["options"].append("DefaultCharSet=" + r.choice(["utf-8", "x y", "us-ascii"]))
    if r.random() < 0.1: case["options"].append("SevenBitInput=True")
    if r.random() < 0.1: case["options"].append("MaxMimeHeaderLength=" + r.choice(["0/0", "128/40", "200", "256/128", "50/20"]))
    if r.random() < 0.15: case["charset"] = r.choice(["koi8-r", "iso-8859-5"])
    if r.random() < 0.1: case["limit"] = r.choice([0, 100, 50])
    if r.random() < 0.5:
        case["lines"] += r.choice([["Cq text/plain", "Cs rfc822", "Cn multipart/signed", "Ce 7bit 8bit binary"]] * 3 + [["Cq text/plain text/html"], ["Cn text/plain"], ["Ce 8bit"], ["Cs rfc822 global"], ["Cn foo/bar application/octet-stream"], ["Cq text"]])
    return case


def main():
    a = argparse.ArgumentParser()
    a.add_argument("subject"), a.add_argument("--seed", type=int, default=random.randrange(10 ** 6)), a.add_argument("--count", type=int, default=200)
    a.add_argument("--show", type=int, default=3), a.add_argument("--file"), a.add_argument("--dump", action="store_true", help="the real one's answers, as JSON")
    o = a.parse_args()
    servers = {"plain": Server(PLAIN, ["PIPELINING"]), "full": Server(FULL, ["PIPELINING", "8BITMIME"])}
    queue = lab.DIR + "/mimeq/q"
    os.makedirs(queue, exist_ok=True)
    script = lab.DIR + "/tmp/mime-cat"
    with open(script, "w") as f:
        f.write("#!/bin/sh\ncat >>%s/tmp/mime-taken\n" % lab.DIR)
    os.chmod(script, 0o755)
    for d in (os.path.dirname(queue), queue):
        os.chmod(d, 0o700)
    cases = [json.loads(l) for l in open(o.file)] if o.file else [make(o.seed + i) for i in range(o.count)]
    same, shown = 0, 0
    for c in cases:
        real = run(lab.REAL, c, queue, servers)
        if o.dump:
            print(json.dumps({"case": c, "real": real}))
            continue
        ours = run(os.path.abspath(o.subject), c, queue, servers)
        if real == ours:
            same += 1
            continue
        shown += 1
        print("differs: seed %s" % c.get("seed"))
        if shown <= o.show:
            print(json.dumps(c)), print("real", json.dumps(real)), print("ours", json.dumps(ours))
    if not o.dump:
        print("seed %d: %d of %d messages handed on alike" % (o.seed, same, len(cases)))
        sys.exit(same != len(cases))


if __name__ == "__main__":
    main()
