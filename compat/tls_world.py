"""What the TLS matrices share: the configuration, log lines, contexts, and the table of results."""
import difflib, glob, json, os, re, socket, ssl, subprocess, sys, threading

HERE = os.path.dirname(os.path.abspath(__file__))
MC = """define(`confRECEIVED_HEADER', `by $j verify=${verify} version=${tls_version} cipher=${cipher} bits=${cipher_bits}/${alg_bits} subject=${cert_subject} issuer=${cert_issuer} cn=${cn_subject} cni=${cn_issuer} md5=${cert_md5} fp=${cert_fp}')dnl
"""
ACCESS = """CERTIssuer:/C=XX/O=Matrix/CN=Matrix+20Root\tRELAY
"""


class World:
    """The lab with the configuration tlsm: that of golden/conf/tlsc with certificates of tls_pki and a telling Received header."""

    def __init__(self, golden):
        sys.path.insert(0, os.path.join(os.environ.get("LAB", HERE + "/oracle"), "tools"))
        import lab, smtp, tls_pki
        self.lab, self.smtp, self.pki = lab, smtp, lab.DIR + "/matrix"
        tls_pki.make(self.pki)
        self.conf = lab.CONF + "/tlsm"
        self.cf = self.conf + "/tlsm.cf"
        os.makedirs(self.conf, exist_ok=True)
        source = golden + "/conf/tlsc/"
        for f in sorted(os.listdir(source)):
            text = open(source + f).read()
            if f.endswith(".mc"):
                text = text.replace("conf/tlsc/", "conf/tlsm/")
                for a, b in (("certs/ca1.crt", "matrix/root.crt"), ("certs/capath", "matrix/capath"), ("certs/", "matrix/"), ("matrix/client.", "matrix/valid.")):
                    text = text.replace(a, b)
                open(self.conf + "/tlsm.mc", "w").write(text.replace("MAILER(`local')", MC + "MAILER(`local')", 1))
            elif f.endswith(".hash"):
                self.standard = lab.sub(text) + ACCESS
                self.access("")
            else:
                open(self.conf + "/" + f, "w").write(lab.sub(text))
        open(self.conf + "/statistics", "ab").close()
        for d in ("log", "mqueue", "var/mail", "run"):
            os.makedirs(lab.DIR + "/" + d, exist_ok=True)
        with open(self.cf, "wb") as h:
            h.write(subprocess.run(["bash", lab.ORACLE, "m4", lab.DIR, self.conf + "/tlsm.mc"], capture_output=True, env=dict(lab.ENV, ORACLE_INSIDE="1")).stdout)
        subprocess.run(["sendmail", "-C", self.cf, "-bi"], executable=lab.REAL, env=lab.ENV, capture_output=True)
        self.syslog = lab.Syslog()

    def access(self, more, instead=False):
        """Makes the access map: the standard entries and more of them."""
        text = (ACCESS if instead else self.standard) + more
        subprocess.run([self.lab.MAKEMAP, "-C", "/dev/null", "hash", self.conf + "/access"], input=text.encode(), env=self.lab.ENV, check=True)

    def clear(self):
        left = len(glob.glob(self.lab.DIR + "/mqueue/qf*"))
        for f in glob.glob(self.lab.DIR + "/mqueue/*"):
            os.path.isfile(f) and os.unlink(f)
        return left

    def logged(self, wait=0.25):
        lines = [re.sub(r"\[\d+\]", "", self.smtp.norm(l)) for l in self.syslog.text(wait)]
        return [l for l in lines if re.search(r"STARTTLS|ruleset=|stat=|_features=", l) and not re.search(r"info: fds|get_verify:|SSL_shutdown|engine=\(null\)|started as|error:80000009", l)]

    def context(self, server, name, version, ciphers="DEFAULT"):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        c.check_hostname = False
        c.verify_mode = ssl.CERT_NONE
        c.set_ciphers(ciphers + ":@SECLEVEL=0")
        c.minimum_version = c.maximum_version = getattr(ssl.TLSVersion, version)
        if name != "none":
            c.load_cert_chain("%s/%s.crt" % (self.pki, name), "%s/%s.key" % (self.pki, name))
        return c

    def dialogue(self, source, context, commands):
        """As a client: STARTTLS unless the context is None, then the commands. Replies as lists of lines."""
        c = self.smtp.Conn(source)
        record = []

        def say(text):
            c.send(text.encode() + b"\r\n")
            r = c.reply()
            record.append([self.smtp.norm(l) for l in r] if r else ["(closed)"])

        c.reply()
        say("EHLO client.test")
        record.clear()
        try:
            if context:
                say("STARTTLS")
                c.s.settimeout(10)
                c.s = context.wrap_socket(c.s, server_hostname="mail.lab.test")
                record.append(["%s %s" % (c.s.version(), c.s.cipher()[0])])
            for t in commands:
                say(t)
        except (OSError, ssl.SSLError) as e:
            record.append(["handshake: " + (getattr(e, "reason", None) or type(e).__name__)])
        c.close()
        return record

    def serve(self, address, context, deliver):
        """As a server on address port 2526 for the client that deliver() starts: what it said, each connection, and what deliver() gave."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, 2526))
        listener.listen(4)
        listener.settimeout(20)
        seen = []

        def talk(s, f, offer):
            data = False
            while True:
                line = f.readline()
                up = line.strip().upper()
                if not line:
                    return
                if data:
                    if line == b".\r\n":
                        data = False
                        s.sendall(b"250 2.0.0 taken\r\n")
                    continue
                seen.append(up.split(b" ")[0].decode("latin-1"))
                if up == b"STARTTLS" and offer:
                    s.sendall(b"220 go\r\n")
                    context.load_verify_locations(self.pki + "/root.crt")
                    context.verify_mode = ssl.CERT_OPTIONAL
                    s = context.wrap_socket(s, server_side=True)
                    seen.append("%s clientcert=%s" % (s.version(), bool(s.getpeercert(True))))
                    return talk(s, s.makefile("rb"), False)
                elif up.startswith(b"EHLO"):
                    s.sendall(b"250-sk\r\n250 %s\r\n" % (b"STARTTLS" if offer else b"SIZE"))
                elif up == b"DATA":
                    data = True
                    s.sendall(b"354 go\r\n")
                elif up == b"QUIT":
                    s.sendall(b"221 bye\r\n")
                    try:
                        # The good-bye of TLS; not every client waits for it.
                        if isinstance(s, ssl.SSLSocket):
                            s.unwrap()
                    except (OSError, ssl.SSLError):
                        pass
                    return
                else:
                    s.sendall(b"250 ok\r\n")

        def accept():
            while True:
                try:
                    s, _ = listener.accept()
                except OSError:
                    return
                if seen:
                    seen.append("(again)")
                try:
                    s.settimeout(15)
                    s.sendall(b"220 sk ESMTP\r\n")
                    talk(s, s.makefile("rb"), context is not None)
                except (OSError, ssl.SSLError) as e:
                    seen.append("server: " + (getattr(e, "reason", None) or type(e).__name__))

        t = threading.Thread(target=accept)
        t.start()
        rc = deliver()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        t.join(20)
        return seen, rc


def verify_of(r):
    m = re.search(r"verify=(\w+)", " ".join(r["log"]))
    return m.group(1) if m else "-"


# OpenSSL's words and places changed between its releases.
EXPLAINED = [(r"certificate is not yet valid or the system clock is incorrect", "certificate is not yet valid"), (r":\.\./\S+?:\d+:", ":FILE:")]
# Lines that do not count: our explanation of a FAIL (DIFFERENCES.md), and that earlier releases of OpenSSL look for a list of the root itself.
UNCOUNTED = re.compile(r"STARTTLS=\w+, relay=\S+, reason=.*, depth=|STARTTLS=\w+: \S+ is not used: |depth=1 .*CN=Matrix Root, state=0, reason=unable to get certificate CRL")


def plain(r):
    text = json.dumps(dict(r, log=[l for l in r["log"] if not UNCOUNTED.search(l)]), sort_keys=True, indent=0)
    for a, b in EXPLAINED:
        text = re.sub(a, b, text)
    return text.split("\n")


def table(real, ours, known, outcome):
    """Prints case by case what both did (outcome(result) in a few words) and what differs without being known."""
    real, ours = (json.load(open(f)) for f in (real, ours))
    same = explained = 0
    differences = []
    print("%-62s %-8s %-8s %s" % ("case", "real", "ours", "what came of it (ours)"))
    for k in real:
        got = ours.get(k, {"log": []})
        a, b = plain(real[k]), plain(got)
        why = next((v for p, v in known.items() if re.search(p, k)), None) if a != b else None
        same += a == b
        explained += why is not None
        print("%-62s %-8s %-8s %s%s" % (k, verify_of(real[k]), verify_of(got), outcome(got), "" if a == b else "   <- explained: " + why if why else "   <- differs"))
        if a != b and not why:
            differences.append((k, a, b))
    for k, a, b in differences:
        print("\n== " + k)
        print("\n".join(l for l in difflib.unified_diff(a, b, "real", "ours", lineterm="", n=0) if not l.startswith(("---", "+++", "@@"))))
    print("\n%d of %d cases identical, %d explained" % (same, len(real), explained))
    print("%d passed, %d failed" % (same + explained, len(real) - same - explained))
    return same + explained == len(real)
