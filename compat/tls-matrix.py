#!/usr/bin/env python3
"""The TLS matrix: every kind of certificate, on both sides, with TLS 1.2 and 1.3, played against the program in $SUBJECT.

    in the lab:   SUBJECT=/path/to/sendmail python3 tls-matrix.py run GOLDEN OUT.json     (without SUBJECT: the real sendmail)
    anywhere:     python3 tls-matrix.py table REAL.json OURS.json                          prints the comparison

As a server: a client shows the certificate, sends a message for a local and one for a foreign user. As a client: a server shows
it. Compared are ${verify}, the replies, the macros (by the Received header of the queue file) and the log lines at LogLevel 14.
"""
import glob, json, os, re, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tls_world import World, table

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
# Cases in which something that DIFFERENCES.md names makes the difference.
KNOWN = {
    r"/ chain / CRLFile /|/ revokedinter / CRLFile /": "every list of CRLFile counts",
    r"server / p384 /  / TLSv1_2": "all groups are taken",
}
COMMANDS = ("EHLO client.test", "MAIL FROM:<a@example.test>", "RCPT TO:<joe@sink.test>", "RCPT TO:<alice@lab.test>", "DATA", "Subject: x\r\n\r\nb\r\n.", "QUIT")


def run(golden, out):
    world = World(golden)
    results = {}

    def server_case(name, version):
        dialogue = world.dialogue("127.0.0.23", world.context(False, name, version), COMMANDS)
        lines = world.logged()
        received = [world.smtp.norm(m) for f in glob.glob(world.lab.DIR + "/mqueue/qf*") for m in re.findall(r"^H\?\?Received: ((?:.*\n[ \t])*.*)", open(f, encoding="latin-1").read(), re.M)]
        world.clear()
        return {"dialogue": dialogue, "log": lines, "macros": received}

    def client_case(name, version, opts):
        seen, rc = world.serve("127.0.0.101", world.context(True, name, version),
                               lambda: world.lab.sm(["-C", world.cf, "-odi", "-oem", "-OLogLevel=14"] + ["-O" + o for o in opts] + ["joe@s101.test"], "Subject: x\n\nb\n")[0])
        lines = world.logged()
        world.clear()
        return {"rc": rc, "seen": seen, "log": lines}

    for opts in [list(x) for x in {tuple(c[2]): None for c in CASES}]:
        real_opts = [o.replace("@P@", world.pki) for o in opts]
        names = [(c[0], c[1]) for c in CASES if c[2] == opts]
        daemon = world.lab.Daemon(world.cf, ["-odq", "-OLogLevel=14"] + ["-O" + o for o in real_opts])
        try:
            world.logged(0.5)
            for name, note in names:
                for v in VERSIONS:
                    results["server / %s / %s / %s" % (name, note, v)] = server_case(name, v)
        finally:
            daemon.stop()
            world.logged(0.2)
        for name, note in names:
            if name == "none" or note == "no request":
                continue
            for v in VERSIONS:
                results["client / %s / %s / %s" % (name, note, v)] = client_case(name, v, real_opts)
    with open(out, "w") as f:
        json.dump(results, f, indent=1)
    print("%d cases" % len(results))


def outcome(r):
    m = re.search(r"verifymsg=(.*)", "\n".join(r["log"])) or re.search(r"(reason=[^,]*)", "\n".join(r["log"]))
    return m.group(1) if m else ""


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(os.path.abspath(sys.argv[2]), sys.argv[3])
    else:
        sys.exit(0 if table(sys.argv[2], sys.argv[3], KNOWN, outcome) else 1)
