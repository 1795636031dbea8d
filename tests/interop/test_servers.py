#!/usr/bin/env python3
"""Other mail servers from Debian's packages: ours hands each of them a message by STARTTLS, it hands it back, and both verify each other
in both directions. Needs root (namespaces)."""
import argparse, os, re, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
import kit
from pki import Authority

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
ap.add_argument("--only", default="")
args = ap.parse_args()
HERE = os.path.dirname(os.path.abspath(__file__))
SENDMAIL = os.path.join(args.bin, "sendmail")
# What the other server writes into its Received header when it verified our client's certificate.
SERVERS = {"postfix": r"verified OK", "exim4-daemon-light": r"verified=1", "sendmail": r"verify=OK", "opensmtpd": r"\(TLSv1\.[23]:\S+:\d+:YES\)"}
MUST = """
Stls_server
ROK\t\t$@ OK
R$*\t\t$#error $@ 4.7.0 $: "454 no verified TLS: " $&{verify}
"""
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok      " if good else "FAILED  ") + name + ("" if good else ": " + str(detail)[-1500:]), flush=True)


if os.getuid() != 0:
    print("other mail servers need root (namespaces): run this as root")
    print("0 passed, 0 failed")
    sys.exit(0)
for package, verified in SERVERS.items():
    if args.only and args.only not in package:
        continue
    directory = kit.workdir("mta")
    authority = Authority(directory + "/pki")
    os.chmod(directory + "/pki", 0o755)
    cert, key = authority.issue("ours", "relay.test.example")
    authority.issue("mta", "mta.test.example", rsa=True)
    with kit.Sink() as sink:
        back, port = kit.free_port(), kit.free_port()
        tls = "".join("O %s=%s\n" % (k, v) for k, v in (("ServerCertFile", cert), ("ServerKeyFile", key), ("ClientCertFile", cert), ("ClientKeyFile", key),
                                                         ("CACertFile", authority.path("ca.crt")), ("CACertPath", directory + "/pki")))
        os.makedirs(directory + "/in")
        os.makedirs(directory + "/out")
        receive = kit.configure(directory + "/in", PORT=back, SINKPORT=sink.port, options=tls)
        send = kit.configure(directory + "/out", PORT=kit.free_port(), SINKPORT=port, options=tls, rules=MUST)
        mta = subprocess.Popen(["sh", HERE + "/mta.sh", directory + "/pki", str(port), str(back), package], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            first = []
            while True:
                line = mta.stdout.readline().decode("latin-1")
                first.append(line)
                if not line or line == "READY\n":
                    break
            check(package + " runs", line, "".join(first))
            if not line:
                continue
            with kit.Daemon(SENDMAIL, receive, back):
                try:
                    kit.until(package + " listens", lambda: kit.listening(port), 90)
                    r = subprocess.run([SENDMAIL, "-C", send, "-odi", "-oem", "-v", "-f", "a@relay.test.example", "joe@there.test.example"], input=b"Subject: round trip\n\nbody\n", capture_output=True, timeout=60)
                    kit.until("the message comes back", lambda: sink.messages, 60)
                except AssertionError as e:
                    print(e, r.stdout.decode("latin-1") if "r" in dir() else "")
                left = [n for n in os.listdir(directory + "/out/queue") if n.startswith("qf")]
                check("ours to %s by verified TLS" % package, sink.messages and not left, left)
                text = sink.messages[0][2].decode("latin-1") if sink.messages else ""
                received = re.findall(r"^Received: ((?:.*\n[ \t])*.*)", text, re.M)
                check("%s to ours by verified TLS" % package, received and re.search(r"version=TLSv1\.[23] cipher=\S+ bits=\d+ verify=OK", received[0]), text)
                check("%s verified our client" % package, any(re.search(verified, h) for h in received[1:2]), text)
        finally:
            mta.stdin.close()
            try:
                mta.wait(10)
            except subprocess.TimeoutExpired:
                mta.kill()
    if not failed:
        shutil.rmtree(directory)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
