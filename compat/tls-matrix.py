#!/usr/bin/env python3
"""The TLS matrix: every kind of certificate, on both sides, with TLS 1.2 and 1.3, played against the program in $SUBJECT.

    in the lab:   SUBJECT=/path/to/sendmail python3 tls-matrix.py run GOLDEN OUT.json     (without SUBJECT: the real sendmail)
    anywhere:     python3 tls-matrix.py table REAL.json OURS.json                          prints the comparison

As a server: a client shows the certificate, sends a message for a local and one for a foreign user. As a client: a server shows
it. Compared are ${verify}, the replies, the macros (by the Received header of the queue file) and the log lines at LogLevel 14.
"""
import glob, json, os, re, socket, ssl, subprocess, sys, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
# name of the certificate, options of the side under test
PLAIN = []
CASES = [(n, "", PLAIN) for n in ("valid", "expired", "notyet", "selfsigned", "unknownca", "unknownchain", "chain", "noninter", "fakeca",
                                  "clientonly", "serveronly", "emailonly", "asca", "nulcn", "longcn", "cn255", "cn256", "longdn", "nocn", "twocn", "special", "utf8", "bmp",
                                  "wildcard", "ipname", "rsa1024", "rsa4096", "p256", "p384", "ed25519", "sha1")]
CASES += [(n, "CRLFile", ["CRLFile=@P@/all.crl"]) for n in ("valid", "revoked", "revokedinter", "chain", "unknownca", "expired")]
CASES += [(n, "CRLPath", ["CRLPath=@P@/crlpath"]) for n in ("valid", "revoked", "revokedinter", "chain")]
CASES += [(n, "CRL of others", ["CRLFile=@P@/other.crl"]) for n in ("valid", "revoked")]
CASES += [(n, "CRL expired", ["CRLFile=@P@/root-old.crl"]) for n in ("valid", "revoked")]
CASES += [(n, "CRL not yet valid", ["CRLFile=@P@/root-future.crl"]) for n in ("valid", "revoked")]
CASES += [(n, "fingerprint sha256", ["CertFingerprintAlgorithm=sha256"]) for n in ("valid",)]
CASES += [(n, "SetCertAltnames", ["SetCertAltnames=true"]) for n in ("valid", "wildcard")]
CASES += [("none", "", PLAIN), ("valid", "no request", ["TLSSrvOptions=V"]),
          ("none", "two keys, client takes RSA", ["ServerCertFile=@P@/server.crt,@P@/serverec.crt", "ServerKeyFile=@P@/server.key,@P@/serverec.key"])]
VERSIONS = ("TLSv1_2", "TLSv1_3")
MC = """define(`confRECEIVED_HEADER', `by $j verify=${verify} version=${tls_version} cipher=${cipher} bits=${cipher_bits}/${alg_bits} subject=${cert_subject} issuer=${cert_issuer} cn=${cn_subject} cni=${cn_issuer} md5=${cert_md5} fp=${cert_fp}')dnl
"""
ACCESS = """CERTIssuer:/C=XX/O=Matrix/CN=Matrix+20Root\tRELAY
"""


def run(golden, out):
    sys.path.insert(0, os.path.join(os.environ.get("LAB", HERE + "/oracle"), "tools"))
    sys.path.insert(0, HERE)
    import lab, smtp, tls_pki
    pki = lab.DIR + "/matrix"
    tls_pki.make(pki)
    conf = lab.CONF + "/tlsm"
    os.makedirs(conf, exist_ok=True)
    source = golden + "/conf/tlsc/"
    for f in sorted(os.listdir(source)):
        text = open(source + f).read()
        if f.endswith(".mc"):
            text = text.replace("conf/tlsc/", "conf/tlsm/")
            for a, b in (("certs/ca1.crt", "matrix/root.crt"), ("certs/capath", "matrix/capath"), ("certs/", "matrix/"), ("matrix/client.", "matrix/valid.")):
                text = text.replace(a, b)
            text = text.replace("MAILER(`local')", MC + "MAILER(`local')", 1)
            open(conf + "/tlsm.mc", "w").write(text)
        elif f.endswith(".hash"):
            text = lab.sub(text) + ACCESS
            open(conf + "/" + f[:-5], "w").write(text)
            subprocess.run([lab.MAKEMAP, "-C", "/dev/null", "hash", conf + "/" + f[:-5]], input=text.encode(), env=lab.ENV, check=True)
        else:
            open(conf + "/" + f, "w").write(lab.sub(text))
    open(conf + "/statistics", "ab").close()
    for d in ("log", "mqueue", "var/mail", "run"):
        os.makedirs(lab.DIR + "/" + d, exist_ok=True)
    cf = conf + "/tlsm.cf"
    with open(cf, "wb") as h:
        h.write(subprocess.run(["bash", lab.ORACLE, "m4", lab.DIR, conf + "/tlsm.mc"], capture_output=True, env=dict(lab.ENV, ORACLE_INSIDE="1")).stdout)
    subprocess.run(["sendmail", "-C", cf, "-bi"], executable=lab.REAL, env=lab.ENV, capture_output=True)
    log = lab.Syslog()

    def clear():
        for f in glob.glob(lab.DIR + "/mqueue/*"):
            os.path.isfile(f) and os.unlink(f)

    def logged(wait=0.25):
        lines = [re.sub(r"\[\d+\]", "", smtp.norm(l)) for l in log.text(wait)]
        return [l for l in lines if re.search(r"STARTTLS|ruleset=|stat=", l) and not re.search(r"info: fds|get_verify:|SSL_shutdown|engine=\(null\)|started as|error:80000009", l)]

    def context(server, name, version):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        c.check_hostname = False
        c.verify_mode = ssl.CERT_NONE
        c.set_ciphers("DEFAULT:@SECLEVEL=0")
        c.minimum_version = c.maximum_version = getattr(ssl.TLSVersion, version)
        if name != "none":
            c.load_cert_chain("%s/%s.crt" % (pki, name), "%s/%s.key" % (pki, name))
        return c

    results = {}

    def server_case(name, version):
        c = smtp.Conn("127.0.0.23")
        dialogue = []

        def say(text):
            c.send(text.encode() + b"\r\n")
            r = c.reply()
            dialogue.append([smtp.norm(l) for l in r] if r else ["(closed)"])
            return r

        c.reply()
        say("EHLO client.test")
        dialogue.clear()
        say("STARTTLS")
        try:
            c.s.settimeout(10)
            c.s = context(False, name, version).wrap_socket(c.s, server_hostname="mail.lab.test")
            dialogue.append(["%s %s" % (c.s.version(), c.s.cipher()[0])])
            for t in ("EHLO client.test", "MAIL FROM:<a@example.test>", "RCPT TO:<joe@sink.test>", "RCPT TO:<alice@lab.test>", "DATA"):
                say(t)
            say("Subject: x\r\n\r\nb\r\n.")
            say("QUIT")
        except (OSError, ssl.SSLError) as e:
            dialogue.append(["handshake: " + (getattr(e, "reason", None) or type(e).__name__)])
        c.close()
        lines = logged()
        received = [smtp.norm(m) for f in glob.glob(lab.DIR + "/mqueue/qf*") for m in re.findall(r"^H\?\?Received: ((?:.*\n[ \t])*.*)", open(f, encoding="latin-1").read(), re.M)]
        clear()
        return {"dialogue": dialogue, "log": lines, "macros": received}

    def client_case(name, version, opts):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.101", 2526))
        listener.listen(4)
        listener.settimeout(20)
        seen = []

        def serve():
            try:
                s, _ = listener.accept()
                s.settimeout(15)
                s.sendall(b"220 sk ESMTP\r\n")
                data = False
                f = s.makefile("rb")
                for line in f:
                    up = line.strip().upper()
                    if data:
                        if line == b".\r\n":
                            data = False
                            s.sendall(b"250 2.0.0 taken\r\n")
                        continue
                    if up.startswith(b"EHLO"):
                        s.sendall(b"250-sk\r\n250 %s\r\n" % (b"SIZE" if isinstance(s, ssl.SSLSocket) else b"STARTTLS"))
                    elif up == b"STARTTLS":
                        s.sendall(b"220 go\r\n")
                        c = context(True, name, version)
                        c.load_verify_locations(pki + "/root.crt")
                        c.verify_mode = ssl.CERT_OPTIONAL
                        s = c.wrap_socket(s, server_side=True)
                        f = s.makefile("rb")
                        seen.append("%s clientcert=%s" % (s.version(), bool(s.getpeercert(True))))
                        # the iterator of the plain file is of no more use
                        for line in f:
                            up = line.strip().upper()
                            if data:
                                if line == b".\r\n":
                                    data = False
                                    s.sendall(b"250 2.0.0 taken\r\n")
                                continue
                            seen.append(up.split(b" ")[0].decode())
                            if up == b"DATA":
                                data = True
                                s.sendall(b"354 go\r\n")
                            elif up == b"QUIT":
                                s.sendall(b"221 bye\r\n")
                                break
                            else:
                                s.sendall(b"250 ok\r\n")
                        break
                    else:
                        seen.append(up.split(b" ")[0].decode())
                        s.sendall(b"250 ok\r\n")
            except (OSError, ssl.SSLError) as e:
                seen.append("server: " + (getattr(e, "reason", None) or type(e).__name__))

        t = threading.Thread(target=serve)
        t.start()
        rc, _, _ = lab.sm(["-C", cf, "-odi", "-oem", "-OLogLevel=14"] + ["-O" + o for o in opts] + ["joe@s101.test"], "Subject: x\n\nb\n")
        listener.close()
        t.join(20)
        lines = logged()
        clear()
        return {"rc": rc, "seen": seen, "log": lines}

    for opts in [list(x) for x in {tuple(c[2]): None for c in CASES}]:
        real_opts = [o.replace("@P@", pki) for o in opts]
        names = [(c[0], c[1]) for c in CASES if c[2] == opts]
        daemon = lab.Daemon(cf, ["-odq", "-OLogLevel=14"] + ["-O" + o for o in real_opts])
        try:
            logged(0.5)
            for name, note in names:
                for v in VERSIONS:
                    results["server / %s / %s / %s" % (name, note, v)] = server_case(name, v)
        finally:
            daemon.stop()
            logged(0.2)
        for name, note in names:
            if name == "none" or note == "no request":
                continue
            for v in VERSIONS:
                results["client / %s / %s / %s" % (name, note, v)] = client_case(name, v, real_opts)
    with open(out, "w") as f:
        json.dump(results, f, indent=1)
    print("%d cases" % len(results))


def verify_of(r):
    m = re.search(r"verify=(\w+)", " ".join(r["log"]))
    return m.group(1) if m else "no handshake"


def reason_of(r):
    m = re.search(r"verifymsg=(.*)", "\n".join(r["log"]))
    return m.group(1) if m else ""


EXPLAINED = [
    # OpenSSL's words and places changed between its releases.
    (r"certificate is not yet valid or the system clock is incorrect", "certificate is not yet valid"), (r":\.\./\S+?:\d+:", ":FILE:")]
# Cases in which something that DIFFERENCES.md names makes the difference.
KNOWN = {
    r"/ chain / CRLFile /|/ revokedinter / CRLFile /": "every list of CRLFile counts",
    r"server / p384 /  / TLSv1_2": "all groups are taken",
}


def plain(r):
    text = json.dumps(r, sort_keys=True, indent=0)
    for a, b in EXPLAINED:
        text = re.sub(a, b, text)
    return text.split("\n")


def table(real, ours):
    real, ours = (json.load(open(f)) for f in (real, ours))
    same = explained = 0
    print("%-58s %-14s %-14s %s" % ("case", "real", "ours", "reason (ours)"))
    differences = []
    for k in real:
        a, b = plain(real[k]), plain(ours.get(k, {"log": []}))
        same += a == b
        why = next((v for p, v in KNOWN.items() if re.search(p, k)), None) if a != b else None
        explained += why is not None
        print("%-58s %-14s %-14s %s%s" % (k, verify_of(real[k]), verify_of(ours.get(k, {"log": []})), reason_of(ours.get(k, {"log": []})), "" if a == b else "   <- explained: " + why if why else "   <- differs"))
        if a != b and not why:
            differences.append((k, a, b))
    import difflib
    for k, a, b in differences:
        print("\n== " + k)
        print("\n".join(l for l in difflib.unified_diff(a, b, "real", "ours", lineterm="", n=0) if not l.startswith(("---", "+++", "@@"))))
    print("\n%d of %d cases identical, %d explained" % (same, len(real), explained))
    print("%d passed, %d failed" % (same + explained, len(real) - same - explained))
    return same + explained == len(real)


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(os.path.abspath(sys.argv[2]), sys.argv[3])
    else:
        sys.exit(0 if table(sys.argv[2], sys.argv[3]) else 1)
