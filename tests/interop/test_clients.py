#!/usr/bin/env python3
"""Well-known clients send a message each through our relay, in clear, by STARTTLS, and by STARTTLS with a certificate.
The relay takes recipients in relay.example only from clients whose certificate verifies."""
import argparse, os, re, shutil, smtplib, ssl, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
import kit
from pki import Authority

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
RULES = """
R$*			$: $>canonify $1
R$* <@ relay.example>	$: <$&{verify}> relay
R<OK> relay		$@ OK
R<$*> relay		$#error $@ 5.7.1 $: "550 Relaying denied"
R$*			$@ OK
"""
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + str(detail)[-1500:]), flush=True)


directory = kit.workdir("clients")
ca = Authority(directory + "/pki")
server = ca.issue("server", "relay.test.example")
client = ca.issue("client", "client.test.example")
stranger = Authority(directory + "/other", "Another CA").issue("client", "stranger.test.example")
options = "\n".join("O %s=%s" % p for p in [("CACertFile", ca.path("ca.crt")), ("CACertPath", ca.dir), ("ServerCertFile", server[0]),
                                             ("ServerKeyFile", server[1]), ("ClientCertFile", server[0]), ("ClientKeyFile", server[1])])
MESSAGE = "From: a@client.example\r\nTo: %s\r\nSubject: interop\r\nX-Mark: %s\r\n\r\nA line.\r\n..two dots\r\n.\x2e one\r\nlast\r\n"

with kit.Sink() as sink:
    port = kit.free_port()
    cf = kit.configure(directory, PORT=port, SINKPORT=sink.port, options=options)
    text = open(cf).read().replace("Scheck_rcpt\nR$*\t\t\t$@ OK\n", "Scheck_rcpt" + RULES)
    open(cf, "w").write(text)

    def arrived(mark):
        def look():
            with sink.lock:
                return next((m for m in sink.messages if ("X-Mark: " + mark).encode() in m[2]), None)
        return look

    def expect(mark, verify):
        """The message came, whole, and its Received line says what the client proved."""
        try:
            sender, _, body = kit.until(mark, arrived(mark), 20)
        except AssertionError as e:
            return False, e
        seen = re.search(rb"verify=(\w+)", body)
        good = (seen.group(1).decode() if seen else None) == verify and b"last\r\n" in body
        return good, body.decode("latin-1")

    with kit.Daemon(os.path.join(args.bin, "sendmail"), cf, port):
        def python(mark, to="b@open.example", tls=False, cert=None):
            with smtplib.SMTP("127.0.0.1", port, "client.test.example", timeout=20) as s:
                if tls:
                    context = ssl.create_default_context(cafile=ca.path("ca.crt"))
                    if cert:
                        context.load_cert_chain(*cert)
                    context.check_hostname = False
                    s.starttls(context=context)
                s.sendmail("a@client.example", [to], MESSAGE % (to, mark))
        for mark, kw, verify in [("py-clear", {}, None), ("py-tls", dict(tls=True), "NO"), ("py-cert", dict(tls=True, cert=client), "OK"),
                                 ("py-stranger", dict(tls=True, cert=stranger), "FAIL"),
                                 ("py-relay", dict(tls=True, cert=client, to="b@relay.example"), "OK")]:
            try:
                python(mark, **kw)
                good, detail = expect(mark, verify)
            except Exception as e:
                good, detail = False, repr(e)
            check("smtplib " + mark, good, detail)
        for mark, kw in [("clear", {}), ("without certificate", dict(tls=True)), ("with a stranger's certificate", dict(tls=True, cert=stranger))]:
            try:
                python("never", to="b@relay.example", **kw)
                check("relaying refused " + mark, False, "accepted")
            except smtplib.SMTPRecipientsRefused as e:
                code, answer = e.recipients["b@relay.example"]
                check("relaying refused " + mark, code == 550 and answer.startswith(b"5.7.1 ") and b"Relaying denied" in answer, e)
            except Exception as e:
                check("relaying refused " + mark, False, repr(e))

        def command(mark, argv, stdin="", verify=None, **kw):
            try:
                r = subprocess.run(argv, input=stdin.encode("latin-1"), capture_output=True, timeout=60, **kw)
            except (OSError, subprocess.TimeoutExpired) as e:
                return check(mark, False, repr(e))
            good, detail = expect(mark, verify)
            check(mark, good and r.returncode == 0, "rc=%d %s %s %s" % (r.returncode, r.stdout.decode("latin-1"), r.stderr.decode("latin-1"), detail))

        swaks = ["swaks", "--server", "127.0.0.1", "--port", str(port), "--from", "a@client.example", "--to", "b@open.example",
                 "--helo", "client.test.example", "--body", "A line.\\nlast\\n"]
        command("swaks-clear", swaks + ["--add-header", "X-Mark: swaks-clear"])
        command("swaks-tls", swaks + ["--tls", "--add-header", "X-Mark: swaks-tls"], verify="NO")
        command("swaks-cert", swaks + ["--tls", "--tls-cert", client[0], "--tls-key", client[1], "--add-header", "X-Mark: swaks-cert"], verify="OK")

        msmtp = ["msmtp", "--file=/dev/null", "--host=127.0.0.1", "--port=%d" % port, "--from=a@client.example", "--domain=client.test.example"]
        trust = ["--tls=on", "--tls-starttls=on", "--tls-trust-file=" + ca.path("ca.crt"), "--tls-certcheck=on"]
        unix = lambda mark: (MESSAGE % ("b@open.example", mark)).replace("\r\n", "\n")
        command("msmtp-clear", msmtp + ["b@open.example"], unix("msmtp-clear"))
        command("msmtp-tls", msmtp + trust + ["b@open.example"], unix("msmtp-tls"), verify="NO")
        command("msmtp-cert", msmtp + trust + ["--tls-cert-file=" + client[0], "--tls-key-file=" + client[1], "b@open.example"], unix("msmtp-cert"), verify="OK")

        curl = ["curl", "-sS", "--mail-from", "a@client.example", "--mail-rcpt", "b@open.example", "--upload-file", "-", "smtp://127.0.0.1:%d" % port]
        command("curl-clear", curl, MESSAGE % ("b@open.example", "curl-clear"))
        command("curl-tls", curl + ["--ssl-reqd", "--cacert", ca.path("ca.crt")], MESSAGE % ("b@open.example", "curl-tls"), verify="NO")
        command("curl-cert", curl + ["--ssl-reqd", "--cacert", ca.path("ca.crt"), "--cert", client[0], "--key", client[1]],
                MESSAGE % ("b@open.example", "curl-cert"), verify="OK")

        def s_client(mark, extra, verify):
            """openssl s_client as a person types it: one line, then wait for the answer."""
            p = subprocess.Popen(["openssl", "s_client", "-quiet", "-starttls", "smtp", "-connect", "127.0.0.1:%d" % port, "-CAfile", ca.path("ca.crt"),
                                  "-verify_return_error"] + extra, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            said = []

            def answer(code):
                while True:
                    line = p.stdout.readline().decode("latin-1")
                    said.append(line)
                    if not line or line[3:4] != "-":
                        return line.startswith(code)
            good = True
            for line, code in [("EHLO client.test.example", "250"), ("MAIL FROM:<a@client.example>", "250"), ("RCPT TO:<b@open.example>", "250"), ("DATA", "354")]:
                p.stdin.write((line + "\r\n").encode())
                p.stdin.flush()
                good = answer(code) and good
            p.stdin.write((MESSAGE % ("b@open.example", mark)).encode() + b".\r\n")
            p.stdin.flush()
            good = answer("250") and good
            p.stdin.close()
            p.terminate()
            p.wait()
            came, detail = expect(mark, verify)
            check(mark, good and came, "".join(said) + str(detail))
        for mark, extra, verify in [("openssl-tls", [], "NO"), ("openssl-cert", ["-cert", client[0], "-key", client[1]], "OK"),
                                    ("openssl-tls12", ["-tls1_2"], "NO")]:
            s_client(mark, extra, verify)
        def gnutls(mark, extra, verify):
            """gnutls-cli: another library on the other side."""
            lines = ["EHLO client.test.example", "MAIL FROM:<a@client.example>", "RCPT TO:<b@open.example>", "DATA", MESSAGE % ("b@open.example", mark) + ".", "QUIT"]
            command(mark, ["sh", "-c", 'for l in "$@"; do sleep 0.3; printf "%s\\r\\n" "$l"; done | gnutls-cli --starttls-proto=smtp --x509cafile "$CA" --port "$PORT" $EXTRA --no-ca-verification 127.0.0.1', "sh"]
                    + [l.replace("\r\n", "\n").replace("\n", "\r\n") for l in lines], verify=verify, env=dict(os.environ, CA=ca.path("ca.crt"), PORT=str(port), EXTRA=extra))
        gnutls("gnutls-tls", "", "NO")
        gnutls("gnutls-cert", "--x509certfile %s --x509keyfile %s" % client, "OK")
        gnutls("gnutls-tls12", "--priority NORMAL:-VERS-TLS1.3", "NO")
if not failed:
    shutil.rmtree(directory)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
