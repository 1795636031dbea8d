#!/usr/bin/env python3
"""DANE: every kind of TLSA record against every kind of server, and what the rulesets and the name server add to it.

    in the lab:   SUBJECT=/path/to/sendmail python3 tls-dane.py run GOLDEN OUT.json [WORDS-OF-A-CASE]     (without SUBJECT: the real sendmail)
    anywhere:     python3 tls-dane.py table REAL.json OURS.json

Compared are exit code, what the server heard, what is left in the queue and the log lines at LogLevel 14.
"""
import hashlib, json, os, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tls_world import World, table

HOST, OWNER = "s101.test", "_2526._tcp.s101.test"
# What DIFFERENCES.md names.
KNOWN = {
    r"^short digest": "records of which OpenSSL takes none",
    r"^NO for Try_TLS, (good|bad)": "a message refused for want of DANE after try_tls said no waits",
    r"ClientPortOptions M=D": "no records are looked at",
}
ANY = ("server", "TLSv1_3", "DEFAULT")


def run(golden, out, only=""):
    world = World(golden)
    results = {}
    zone = os.path.join(os.environ["LAB"], "tools", "zone.txt")
    standard = open(zone).read()

    def der(name, selector):
        """The certificate, or its public key, as DER."""
        path = "%s/%s.one" % (world.pki, name)
        if selector == 0:
            return subprocess.run(["openssl", "x509", "-in", path, "-outform", "DER"], env=world.lab.ENV, capture_output=True, check=True).stdout
        pem = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-pubkey"], env=world.lab.ENV, capture_output=True, check=True).stdout
        return subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=pem, env=world.lab.ENV, capture_output=True, check=True).stdout

    def tlsa(usage, selector, matching, name):
        data = der(name, selector if selector in (0, 1) else 0)
        data = {1: lambda: hashlib.sha256(data).digest(), 2: lambda: hashlib.sha512(data).digest()}.get(matching, lambda: data)()
        return "%s TLSA %d %d %d %s" % (OWNER, usage, selector, matching, data.hex())

    def case(name, records, peer=ANY, secure=True, opts=(), access="", to=HOST):
        if only not in name:
            return
        text = standard + "".join(r + "\n" for r in records) + ("_ad_ TXT yes\n" if secure else "")
        # The name server reads the zone anew when its time changes; a new file always has another.
        with open(zone + ".new", "w") as f:
            f.write(text)
        os.replace(zone + ".new", zone)
        world.access(access, instead=True)
        seen, rc = world.serve("127.0.0.101", world.context(True, *peer) if peer else None,
                               lambda: world.lab.sm(["-C", world.cf, "-odi", "-oem", "-OLogLevel=14", "-ODANE=true"] + ["-O" + o for o in opts] + ["joe@" + to], "Subject: x\n\nb\n", timeout=60)[0])
        results[name] = {"rc": rc, "seen": seen, "left": world.clear(), "log": world.logged(0.15)}

    try:
        # usage, selector and matching; the server's own certificate, its authority's, another one's
        for usage in (0, 1, 2, 3, 4, 255):
            for selector in (0, 1, 2):
                for matching in (0, 1, 2, 3):
                    for whose in ("server", "root", "valid"):
                        if (usage in (0, 1, 4, 255) or selector == 2 or matching == 3) and whose != "server":
                            continue
                        case("%d %d %d of %s" % (usage, selector, matching, whose), [tlsa(usage, selector, matching, whose)])
        # kinds of certificates: what a record makes of dates, names, authorities
        for peer in ("expired", "notyet", "selfsigned", "unknownca", "unknownchain", "chain", "noninter", "valid", "p256", "wildcard", "clientonly"):
            for version in ("TLSv1_2", "TLSv1_3"):
                case("3 1 1 / %s / %s" % (peer, version), [tlsa(3, 1, 1, peer)], (peer, version, "DEFAULT"))
            for authority in ("root", "other", "inter"):
                for selector in (0, 1):
                    case("2 %d 1 of %s / %s" % (selector, authority, peer), [tlsa(2, selector, 1, authority)], (peer, "TLSv1_3", "DEFAULT"))
        # several records
        good, bad, odd = tlsa(3, 1, 1, "server"), tlsa(3, 1, 1, "valid"), tlsa(1, 1, 1, "server")
        for what, records in (("good and bad", [good, bad]), ("bad and good", [bad, good]), ("bad and odd", [bad, odd]), ("odd and good", [odd, good]), ("odd twice", [odd, odd]), ("good twice", [good, good]),
                              ("bad twice", [bad, tlsa(3, 0, 2, "p256")])):
            case(what, records)
        case("short digest", ["%s TLSA 3 1 1 00112233" % OWNER])
        case("short digest, and a good one", ["%s TLSA 3 1 1 00112233" % OWNER, good])
        # the name server
        case("answers not validated", [good], secure=False)
        case("answers not validated, bad record", [bad], secure=False)
        case("SERVFAIL for the records", [OWNER + " SERVFAIL"])
        case("SERVFAIL for the records, not validated", [OWNER + " SERVFAIL"], secure=False)
        case("no records", [])
        case("records behind a CNAME", [OWNER + " CNAME elsewhere.test", good.replace(OWNER, "elsewhere.test")])
        for what, record in (("good", good), ("bad", bad)):
            mx = ["mxdane.test MX 10 " + HOST, record]
            case("by MX, " + what, mx, to="mxdane.test")
            case("by a CNAME, " + what, ["alias.test CNAME " + HOST, record], to="alias.test")
            case("by address, " + what, [record], to="[127.0.0.101]")
        # what stands in the way of TLS
        for what, record in (("good", good), ("bad", bad), ("odd", odd)):
            case("STARTTLS not offered, " + what, [record], None)
            case("DANE off, " + what, [record], opts=["DANE=false"])
            case("Clt_Features D, " + what, [record], access="Clt_Features:%s\tD\n" % HOST)
            case("TLS_Clt_Features Flags=d, " + what, [record], access="TLS_Clt_Features:%s\tFlags=d\n" % HOST)
            case("ClientPortOptions M=D, " + what, [record], opts=["ClientPortOptions=Family=inet,M=D"])
            case("ClientPortOptions M=S, " + what, [record], opts=["ClientPortOptions=Family=inet,M=S"])
            case("no cipher in common, " + what, [record], ("server", "TLSv1_2", "AES128-SHA"), opts=["CipherList=AES256-SHA"])
            case("no cipher in common, TLSFallbacktoClear, " + what, [record], ("server", "TLSv1_2", "AES128-SHA"), opts=["CipherList=AES256-SHA", "TLSFallbacktoClear=true"])
            for tag in ("TLS_Srv:" + HOST, "TLS_Rcpt:joe@" + HOST):
                for side in ("VERIFY", "VERIFY:256", "ENCR:512", "PERM+VERIFY", "VERIFY+CN:mail.lab.test", "VERIFY+CN:other.lab.test"):
                    case("%s %s, %s" % (tag.split(":")[0], side, what), [record], access="%s\t%s\n" % (tag, side))
            case("NO for Try_TLS, " + what, [record], access="Try_TLS:%s\tNO\n" % HOST)
    finally:
        with open(zone + ".new", "w") as f:
            f.write(standard)
        os.replace(zone + ".new", zone)
        world.access("")
    with open(out, "w") as f:
        json.dump(results, f, indent=1)
    print("%d cases" % len(results))


def outcome(r):
    return "exit %s, %s left, %s" % (r.get("rc"), r.get("left"), " ".join(r.get("seen", [])))


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(os.path.abspath(sys.argv[2]), *sys.argv[3:5])
    else:
        sys.exit(0 if table(sys.argv[2], sys.argv[3], KNOWN, outcome) else 1)
