#!/usr/bin/env python3
"""Attacks on STARTTLS, both sides, and what the policy must never do: go on in clear. One daemon of the native program, peers from here."""
import argparse, os, re, shutil, socket, ssl, subprocess, sys, threading, warnings
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
import kit
from pki import Authority

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
ap.add_argument("--half-open", type=int, default=1000)
args = ap.parse_args()
SENDMAIL = os.path.join(args.bin, "sendmail")
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + repr(detail)[-900:]), flush=True)


class Peer:
    """A client that says one line at a time, in clear or over TLS."""

    def __init__(self, port):
        self.s = socket.create_connection(("127.0.0.1", port), 30)
        self.f = self.s.makefile("rb")

    def reply(self):
        lines = []
        while True:
            line = self.f.readline()
            lines.append(line.decode("latin-1").rstrip("\r\n"))
            if not line or line[3:4] != b"-":
                return lines

    def say(self, text):
        self.s.sendall(text.encode("latin-1") + b"\r\n")
        return self.reply()

    def secure(self, context):
        self.s = context.wrap_socket(self.s, server_hostname="relay.test.example")
        self.f = self.s.makefile("rb")
        return self

    def quiet(self, seconds=0.4):
        """Whether nothing comes without being asked for."""
        self.s.settimeout(seconds)
        try:
            return self.s.recv(1) == b""
        except (TimeoutError, ssl.SSLWantReadError):
            return True
        finally:
            self.s.settimeout(30)

    def close(self):
        self.s.close()


def client_context(cert=None, key=None, **kw):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
    for k, v in kw.items():
        setattr(c, k, v)
    if cert:
        c.load_cert_chain(cert, key)
    return c


def hello_bytes():
    """A whole ClientHello record."""
    out = ssl.MemoryBIO()
    o = client_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname="relay.test.example")
    try:
        o.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


def server_flight(cert, key, hello):
    """What a real server answers to this ClientHello."""
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(cert, key)
    i, o = ssl.MemoryBIO(), ssl.MemoryBIO()
    s = c.wrap_bio(i, o, server_side=True)
    i.write(hello)
    try:
        s.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return o.read()


directory = kit.workdir("tls")
authority = Authority(directory + "/pki")
cert, key = authority.issue("server", "relay.test.example")
client_cert, client_key = authority.issue("client", "client.test.example")
rogue = Authority(directory + "/rogue", "Rogue CA")
rogue_cert, rogue_key = rogue.issue("rogue", "rogue.test.example")
for d in ("pki", "rogue"):
    os.chmod(directory + "/" + d, 0o755)
TLS = """O ServerCertFile=%s
O ServerKeyFile=%s
O CACertFile=%s
O CACertPath=%s
O Timeout.starttls=20s
""" % (cert, key, authority.path("ca.crt"), directory + "/pki")


# ---------------------------------------------------------------- as a server
with kit.Sink() as sink:
    port, smtps = kit.free_port(), kit.free_port()
    cf = kit.configure(directory, PORT=port, SINKPORT=sink.port, options=TLS + "O DaemonPortOptions=Name=SMTPS, Addr=127.0.0.1, Port=%d, M=s" % smtps)
    with kit.Daemon(SENDMAIL, cf, port) as daemon:

        def session():
            p = Peer(port)
            p.reply()
            return p

        def alive(name):
            p = session()
            p.say("EHLO x.test.example")
            ready = p.say("STARTTLS")
            p.secure(client_context())
            r = p.say("EHLO x.test.example")
            check(name, ready[0].startswith("220") and r[-1].startswith("250") and "250-STARTTLS" not in r, (ready, r))
            p.close()

        alive("a plain handshake works, and STARTTLS is not offered twice")
        # plain text behind STARTTLS, in one segment and in many
        for name, pieces in (("one segment", [b"STARTTLS\r\nMAIL FROM:<evil@x.example>\r\nRCPT TO:<a@b.example>\r\n"]),
                             ("many segments", [bytes([b]) for b in b"STARTTLS\r\nNOOP\r\nMAIL FROM:<evil@x.example>\r\n"])):
            p = session()
            p.say("EHLO x.test.example")
            for piece in pieces:
                p.s.sendall(piece)
            answer = p.reply()
            try:
                p.secure(client_context())
                quiet = p.quiet()
                r = p.say("RCPT TO:<a@b.example>")
                check("injected behind STARTTLS in %s: no reply, no effect" % name, answer[0].startswith("220 2.0.0") and quiet and r[0].startswith("503"), (answer, quiet, r))
            except (ssl.SSLError, OSError) as e:
                # Pieces that come after the 220 are part of the handshake and break it: no effect either.
                check("injected behind STARTTLS in %s: the handshake fails" % name, name == "many segments", e)
            p.close()
        p = session()
        p.say("EHLO before.test.example")
        p.say("MAIL FROM:<a@x.example>")
        check("STARTTLS in a transaction", p.say("STARTTLS") == ["503 5.5.0 TLS not permitted during a mail transaction"])
        p.say("RSET")
        p.say("STARTTLS")
        p.secure(client_context())
        check("a transaction from before does not exist after", p.say("RCPT TO:<a@b.example>")[0].startswith("503"))
        check("second STARTTLS", p.say("STARTTLS") == ["454 4.3.3 TLS not available after start"])
        p.close()
        # aborted at every message, and in the middle of each
        hello = hello_bytes()
        for n in (0, 1, 4, 5, 6, 9, 43, len(hello) // 2, len(hello) - 1, len(hello)):
            p = session()
            p.say("STARTTLS")
            p.s.sendall(hello[:n])
            if n == len(hello):
                p.s.recv(1)
            p.close()
        for garbage in (b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\0" * 200, b"\x15\x03\x01\x00\x02\x02\x28", b"\x80\x2e\x01\x00\x02" + b"\0" * 60, os.urandom(400), hello[:5] + b"\xff" * (len(hello) - 5)):
            p = session()
            p.say("STARTTLS")
            p.s.sendall(garbage)
            p.s.settimeout(20)
            try:
                while p.s.recv(4096):
                    pass
                closed = True
            except ConnectionResetError:
                closed = True
            except TimeoutError:
                closed = False
            check("garbage %r for a handshake ends the connection" % garbage[:8], closed)
            p.close()
        alive("handshakes broken off at every place do no harm")
        # many handshakes that never end
        idle = []
        for _ in range(args.half_open):
            p = session()
            p.s.sendall(b"STARTTLS\r\n")
            idle.append(p)
        for p in idle:
            p.reply()
            p.s.sendall(hello[:20])
        alive("%d half-open handshakes do not keep others from theirs" % len(idle))
        for p in idle:
            p.close()
        # the wrong protocol
        p = session()
        p.s.sendall(hello[:60] + b"\r\n")
        r = p.reply()
        p.s.sendall(b"\r\nQUIT\r\n")
        check("a TLS record in clear is an unknown command", r[0].startswith("500 5.5.1"), r)
        p.close()
        p = session()
        r = p.say("GET / HTTP/1.0")
        check("HTTP in clear", r[0].startswith("421 4.7.0") and "open proxy" in r[0], r)
        p.close()
        p = session()
        p.say("STARTTLS")
        p.secure(client_context())
        r = p.say("GET / HTTP/1.0")
        check("HTTP over TLS", r[0].startswith("421 4.7.0") and "open proxy" in r[0], r)
        p.close()
        # old versions, renegotiation, compression
        warnings.simplefilter("ignore", DeprecationWarning)
        for version in ("TLSv1", "TLSv1_1"):
            c = client_context()
            c.set_ciphers("ALL:@SECLEVEL=0")
            c.minimum_version = ssl.TLSVersion.TLSv1
            c.maximum_version = getattr(ssl.TLSVersion, version)
            p = session()
            p.say("STARTTLS")
            try:
                p.secure(c)
                check("%s refused" % version, False, p.s.version())
            except (ssl.SSLError, OSError):
                check("%s refused" % version, True)
            p.close()
        out = subprocess.run("(sleep 1; echo R; sleep 1; echo QUIT) | openssl s_client -tls1_2 -starttls smtp -connect 127.0.0.1:%d 2>&1" % port, shell=True, capture_output=True, text=True, timeout=60).stdout
        check("no compression", "Compression: NONE" in out, out[-300:])
        check("no renegotiation", "no renegotiation" in out, out[-300:])
        # TLS from the start
        p = Peer(smtps).secure(client_context())
        greeting = p.reply()
        r = p.say("EHLO x.test.example")
        check("M=s greets inside TLS and does not offer STARTTLS", greeting[0].startswith("220 ") and "250-STARTTLS" not in r and "250-PIPELINING" in r, (greeting, r))
        p.close()
        p = Peer(smtps)
        p.s.sendall(b"EHLO x\r\n")
        r = p.reply()
        check("M=s does not talk in clear", r == [""] or not r[0].startswith("2"), r)
        p.close()

        # ---- rotation
        def common_name():
            p = session()
            p.say("STARTTLS")
            p.secure(client_context())
            der = p.s.getpeercert(True)
            p.close()
            name = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-subject"], input=der, capture_output=True).stdout.decode()
            return name.rsplit("CN = ", 1)[-1].strip()

        keep = session()
        keep.say("STARTTLS")
        keep.secure(client_context())
        new_cert, new_key = authority.issue("new", "new.test.example")
        os.replace(new_key, key)
        os.replace(new_cert, cert)
        check("a new certificate is in force without a restart", common_name() == "new.test.example")
        check("and sessions go on with the old", keep.say("NOOP")[0].startswith("250"))
        keep.close()
        with open(cert, "w") as f:
            f.write("garbage\n")
        check("a broken new file leaves the old one in force", common_name() == "new.test.example")
        cert2, key2 = authority.issue("third", "third.test.example")
        os.replace(key2, key)
        check("a key without its certificate too", common_name() == "new.test.example")
        os.replace(cert2, cert)
        check("once both are right they are in force", common_name() == "third.test.example")

# ---------------------------------------------------------------- ConfVerify
with kit.Sink() as sink:
    port = kit.free_port()
    cf = kit.configure(directory, PORT=port, SINKPORT=sink.port, options=TLS + "O ConfVerify=require")
    with kit.Daemon(SENDMAIL, cf, port):
        for name, c, want in (("none", client_context(), "454 4.7.0 not authenticated"), ("of another authority", client_context(rogue_cert, rogue_key), "454 4.7.0 authentication failed"),
                              ("good", client_context(client_cert, client_key), "250 2.1.0")):
            p = Peer(port)
            p.reply()
            p.say("STARTTLS")
            p.secure(c)
            p.say("EHLO x.test.example")
            r = p.say("MAIL FROM:<a@x.example>")
            check("ConfVerify=require, certificate " + name, r[0].startswith(want), r)
            p.close()
        p = Peer(port)
        p.reply()
        p.say("EHLO x.test.example")
        check("ConfVerify=require leaves clients in clear alone", p.say("MAIL FROM:<a@x.example>")[0].startswith("250"))
        p.close()
    def asked(value):
        """Whether a client is asked for a certificate, and what MAIL is answered over AES-128."""
        port = kit.free_port()
        cf = kit.configure(directory, PORT=port, SINKPORT=sink.port, options=TLS + "O ConfVerify=" + value)
        with kit.Daemon(SENDMAIL, cf, port):
            out = subprocess.run("echo QUIT | openssl s_client -tls1_2 -starttls smtp -connect 127.0.0.1:%d 2>&1" % port, shell=True, capture_output=True, text=True, timeout=60).stdout
            p = Peer(port)
            p.reply()
            p.say("STARTTLS")
            c = client_context(client_cert, client_key)
            c.maximum_version = ssl.TLSVersion.TLSv1_2
            c.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256")
            p.secure(c)
            p.say("EHLO x.test.example")
            r = p.say("MAIL FROM:<a@x.example>")[0]
            p.close()
        return "Acceptable client certificate CA names" in out, r

    for value, want in (("off", (False, "250 2.1.0")), ("request", (True, "250 2.1.0")), ("require:128", (True, "250 2.1.0")), ("require:256", (True, "454 4.7.0 encryption too weak 128 less than 256"))):
        got = asked(value)
        check("ConfVerify=" + value, got[0] == want[0] and got[1].startswith(want[1]), got)
    r = subprocess.run([SENDMAIL, "-C", cf, "-OConfVerify=sometimes", "-bt"], input=b"", capture_output=True)
    for spelling in ("confVERIFY", "ConfVerify"):
        open(directory + "/verify.mc", "w").write("OSTYPE(`linux')dnl\ndefine(`%s', `require:128')dnl\nMAILER(`smtp')dnl\n" % spelling)
        made = subprocess.run([os.path.join(args.bin, "makecf"), directory + "/verify.mc"], capture_output=True)
        check("define(`%s', ...) in a .mc file" % spelling, b"\nO ConfVerify=require:128\n" in made.stdout, made)
    check("ConfVerify with a wrong value", b"ConfVerify option value sometimes unrecognized" in r.stdout and r.returncode == 70, r)


# ---------------------------------------------------------------- as a client
class Hostile:
    """A server that does one thing after the first EHLO; .clear are the commands it got without TLS, .secret those with."""

    def __init__(self, behave, context=None, offer=True):
        self.clear, self.secret, self.behave, self.context, self.offer = [], [], behave, context, offer
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.loop, daemon=True).start()

    def loop(self):
        while True:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(s,), daemon=True).start()

    def serve(self, s):
        try:
            s.settimeout(20)
            s.sendall(b"220 hostile ESMTP\r\n")
            self.talk(s, s.makefile("rb"), self.clear, self.offer)
        except (OSError, ssl.SSLError, ValueError):
            pass
        finally:
            s.close()

    def talk(self, s, f, record, offer):
        data = False
        while True:
            line = f.readline()
            if not line:
                return
            if data:
                if line == b".\r\n":
                    data = False
                    s.sendall(b"250 2.0.0 taken\r\n")
                continue
            record.append(line.decode("latin-1").strip())
            verb = line[:4].upper()
            if line.upper().startswith(b"STARTTLS"):
                if self.behave(s) and self.context:
                    t = self.context.wrap_socket(s, server_side=True)
                    self.talk(t, t.makefile("rb"), self.secret, False)
                return
            elif verb == b"EHLO":
                s.sendall(b"250-hostile\r\n250 %s\r\n" % (b"STARTTLS" if offer else b"SIZE"))
            elif verb == b"DATA":
                data = True
                s.sendall(b"354 go\r\n")
            elif verb == b"QUIT":
                s.sendall(b"221 bye\r\n")
                return
            else:
                s.sendall(b"250 2.0.0 ok\r\n")

    def close(self):
        self.listener.close()


MUST = """
Stls_server
ROK		$@ OK
R$*		$#error $@ 4.7.0 $: "454 no verified TLS"
"""


def deliver(server, rules="", options=""):
    """One message to the server; returns the number of messages left in the queue."""
    cf = kit.configure(directory, PORT=kit.free_port(), SINKPORT=server.port, options=TLS + options, rules=rules)
    r = subprocess.run([SENDMAIL, "-C", cf, "-odi", "-oem", "joe@hostile.test.example"], input=b"Subject: secret\n\nsecret\n", capture_output=True, timeout=90)
    left = [n for n in os.listdir(directory + "/queue") if n.startswith("qf")]
    for n in os.listdir(directory + "/queue"):
        os.unlink(directory + "/queue/" + n)
    return len(left), r


def verbs(lines):
    return [l.split(" ")[0].upper() for l in lines]


good = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
good.load_cert_chain(client_cert, client_key)
bad = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
bad.load_cert_chain(rogue_cert, rogue_key)


def answer(text):
    def behave(s):
        s.sendall(text)
        return text.startswith(b"220")
    return behave


server = Hostile(answer(b"220 go\r\n"), good)
left, _ = deliver(server, MUST)
check("a verified server gets the mail over TLS alone", left == 0 and "DATA" in verbs(server.secret) and verbs(server.clear) == ["EHLO", "STARTTLS"], (left, server.clear, server.secret))
server.close()
server = Hostile(answer(b"220 go\r\n250-evil\r\n250-AUTH PLAIN\r\n250 SIZE 1\r\n250 evil\r\n550 evil\r\n"), good)
left, _ = deliver(server, MUST)
check("replies injected behind the 220 have no effect", left == 0 and verbs(server.secret) == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"] and "AUTH" not in " ".join(server.secret), (left, server.clear, server.secret))
server.close()
server = Hostile(answer(b"220 go\r\n"), bad)
left, _ = deliver(server, MUST)
check("a server of another authority gets nothing", left == 1 and not {"MAIL", "DATA"} & set(verbs(server.clear + server.secret)), (left, server.clear, server.secret))
server.close()
server = Hostile(answer(b"220 go\r\n"), bad)
left, _ = deliver(server, options="O ConfVerify=request\n")
check("ConfVerify=request: it gets the mail over TLS", left == 0 and "DATA" in verbs(server.secret), (left, server.clear, server.secret))
server.close()
server = Hostile(answer(b"220 go\r\n"), bad)
left, _ = deliver(server, options="O ConfVerify=require\n")
check("ConfVerify=require: the same without a ruleset", left == 1 and not {"MAIL", "DATA"} & set(verbs(server.clear + server.secret)), (left, server.clear, server.secret))
server.close()
server = Hostile(answer(b"220 go\r\n"), good)
left, _ = deliver(server, options="O ConfVerify=require:257\n")
check("ConfVerify=require:bits: nor one whose cipher is too weak", left == 1 and not {"MAIL", "DATA"} & set(verbs(server.clear + server.secret)), (left, server.clear, server.secret))
server.close()
server = Hostile(answer(b"220 go\r\n"), good)
left, _ = deliver(server, options="O ConfVerify=require:256\n")
check("ConfVerify=require:bits: a verified one with a good cipher gets it", left == 0 and "DATA" in verbs(server.secret), (left, server.clear, server.secret))
server.close()
server = Hostile(answer(b""), offer=False)
left, _ = deliver(server, MUST)
check("STARTTLS stripped: the mail waits", left == 1 and "MAIL" not in verbs(server.clear), (left, server.clear))
server.close()
for text in (b"454 4.7.0 not now\r\n", b"554 5.7.0 never\r\n", b"501 5.5.4 what\r\n", b"220 go\r\nthis is no handshake\r\n" + b"x" * 4000, b"220 go\r\n\x15\x03\x03\x00\x02\x02\x28", b"250 what\r\n"):
    server = Hostile(answer(text))
    left, _ = deliver(server, MUST)
    check("STARTTLS answered %r: the mail waits" % text[:24], left == 1 and "MAIL" not in verbs(server.clear), (left, server.clear))
    server.close()


def cut(n, then_close=True):
    def behave(s):
        s.sendall(b"220 go\r\n")
        hello = s.recv(65536)
        flight = server_flight(client_cert, client_key, hello)
        s.sendall(flight[:int(len(flight) * n)])
        return False
    return behave


for n in (0, 0.01, 0.1, 0.3, 0.6, 0.9, 0.999, 1):
    server = Hostile(cut(n))
    left, _ = deliver(server, MUST)
    check("handshake broken off after %s of the server's messages: the mail waits" % n, left == 1 and "MAIL" not in verbs(server.clear), (left, server.clear))
    server.close()
server = Hostile(cut(0.3))
left, _ = deliver(server)
check("the same without any policy: the mail waits all the same", left == 1 and "MAIL" not in verbs(server.clear), (left, server.clear))
server.close()
server = Hostile(cut(0.3))
left, _ = deliver(server, options="O TLSFallbacktoClear=True\n")
check("only TLSFallbacktoClear sends it in clear then", left == 0 and verbs(server.clear).count("EHLO") == 2 and "DATA" in verbs(server.clear), (left, server.clear))
server.close()
server = Hostile(cut(0.3))
left, _ = deliver(server, MUST, "O TLSFallbacktoClear=True\n")
check("and not where the policy asks for TLS", left == 1 and "MAIL" not in verbs(server.clear), (left, server.clear))
server.close()
if not failed:
    shutil.rmtree(directory)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
