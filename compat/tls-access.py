#!/usr/bin/env python3
"""Every right-hand side of the access map for TLS, against every kind of connection, on both sides.

    in the lab:   SUBJECT=/path/to/sendmail python3 tls-access.py run GOLDEN OUT.json     (without SUBJECT: the real sendmail)
    anywhere:     python3 tls-access.py table REAL.json OURS.json

TLS_Clt: replies to MAIL and RCPT. TLS_Srv and TLS_Rcpt: exit code, what the server heard, what is left in the queue. And by which
keys an entry is found: name, parent domain, address, bare tag.
"""
import json, os, re, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tls_world import World, table

ROOT = "/C=XX/O=Matrix/CN=Matrix+20Root"
SUBJECT = "/C=XX/O=Matrix/CN=valid.lab.test"
SIDES = ["VERIFY", "VERIFY:128", "VERIFY:256", "VERIFY:512", "ENCR:128", "ENCR:256", "ENCR:512", "TEMP+VERIFY", "PERM+VERIFY", "PERM+VERIFY:512", "TEMP+ENCR:512", "PERM+ENCR:512",
         "VERIFY+CN", "VERIFY+CN:valid.lab.test", "VERIFY+CN:other.lab.test", "PERM+VERIFY+CN:other.lab.test", "VERIFY:256+CN:valid.lab.test", "ENCR:128+CN:valid.lab.test",
         "VERIFY++CS:" + SUBJECT, "VERIFY++CS:/CN=somebody", "VERIFY++CI:" + ROOT, "VERIFY++CI:/CN=somebody", "VERIFY+CN:valid.lab.test++CI:" + ROOT,
         "VERIFY++CITag:Good", "VERIFY++CITag:Bad", "PERM+VERIFY++CITag:Bad", "ENCR:128++CITag:Good", "NOSUCH", "OK"]
TAGS = "Good:%s\tOK\nBad:/CN=somebody\tOK\n" % ROOT
# certificate, version, cipher list; None: in clear
PEERS = {"plain": None, "no certificate": ("none", "TLSv1_3", "DEFAULT"), "unverified": ("unknownca", "TLSv1_3", "DEFAULT"),
         "verified": ("valid", "TLSv1_3", "DEFAULT"), "verified, 128 bits": ("valid", "TLSv1_2", "ECDHE-RSA-AES128-GCM-SHA256"), "unverified, 128 bits": ("unknownca", "TLSv1_2", "ECDHE-RSA-AES128-GCM-SHA256")}
COMMANDS = ("EHLO client.test", "MAIL FROM:<a@example.test>", "RCPT TO:<alice@lab.test>", "QUIT")
# an entry by each kind of key, and for whom it holds
KEYS = [("TLS_Clt:127.0.0.23", "TLS_Srv:s101.test"), ("TLS_Clt:127.0.0", "TLS_Srv:127.0.0.101"), ("TLS_Clt:", "TLS_Srv:test"), ("TLS_Clt:client.lab.test", "TLS_Srv:"), ("TLS_Clt:127", "TLS_Srv:127.0.0"),
        ("Try_TLS:", "Try_TLS:s101.test"), ("Srv_Features:127.0.0.23", "Clt_Features:s101.test")]


def run(golden, out):
    world = World(golden)
    results = {}

    def context(server, peer):
        return None if PEERS[peer] is None else world.context(server, *PEERS[peer])

    def server_case(peer, source):
        return {"dialogue": world.dialogue(source, context(False, peer), COMMANDS), "log": world.logged(0.12)}

    def client_case(peer, who="joe"):
        seen, rc = world.serve("127.0.0.101", context(True, peer if peer != "no certificate" else "verified"),
                               lambda: world.lab.sm(["-C", world.cf, "-odi", "-oem", "-OLogLevel=9", who + "@s101.test"], "Subject: x\n\nb\n")[0])
        lines = world.logged(0.12)
        return {"rc": rc, "seen": seen, "left": world.clear(), "log": lines}

    def daemon():
        return world.lab.Daemon(world.cf, ["-odq", "-OLogLevel=9"])

    sources = {side: "127.0.3.%d" % (i + 1) for i, side in enumerate(SIDES)}
    world.access(TAGS + "".join("TLS_Clt:%s\t%s\n" % (sources[s], s) for s in SIDES), instead=True)
    d = daemon()
    try:
        world.logged(0.4)
        for side in SIDES:
            for peer in PEERS:
                results["TLS_Clt %s / %s" % (side, peer)] = server_case(peer, sources[side])
    finally:
        d.stop()
    world.logged(0.2)
    world.clear()
    for side in SIDES:
        for tag in ("TLS_Srv:s101.test", "TLS_Rcpt:joe@s101.test"):
            world.access(TAGS + "%s\t%s\n" % (tag, side), instead=True)
            for peer in PEERS:
                if peer == "no certificate" or (tag.startswith("TLS_Rcpt") and "128 bits" in peer):
                    continue
                results["%s %s / %s" % (tag.split(":")[0], side, peer)] = client_case(peer)
    for clt, srv in KEYS:
        side = {"T": "PERM+VERIFY", "t": "NO", "S": "S v"}["t" if clt.startswith("Try") else clt[0]]
        if srv.startswith("Clt_Features"):
            side_srv = "S"
        else:
            side_srv = side
        world.access(TAGS + "%s\t%s\n%s\t%s\n" % (clt, side, srv, side_srv), instead=True)
        d = daemon()
        try:
            world.logged(0.3)
            for peer in ("plain", "verified"):
                results["key %s / %s" % (clt, peer)] = server_case(peer, "127.0.0.23")
        finally:
            d.stop()
        for peer in ("plain", "verified"):
            results["key %s / %s" % (srv, peer)] = client_case(peer)
    with open(out, "w") as f:
        json.dump(results, f, indent=1)
    print("%d cases" % len(results))


def outcome(r):
    if "dialogue" in r:
        return " | ".join(x[-1] for x in r["dialogue"] if x[-1][:3] in ("250", "450", "454", "503", "550", "553", "554"))[:90]
    return "exit %s, %s left, %s" % (r.get("rc"), r.get("left"), " ".join(r.get("seen", [])))


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(os.path.abspath(sys.argv[2]), sys.argv[3])
    else:
        sys.exit(0 if table(sys.argv[2], sys.argv[3], {}, outcome) else 1)
