#!/usr/bin/env python3
"""Every TLS option with right, odd and wrong values, the safety of every file, what the features rulesets may say, and the log at every level.

    in the lab:   SUBJECT=/path/to/sendmail python3 tls-options.py run GOLDEN OUT.json [GROUP...]     (without SUBJECT: the real sendmail)
    anywhere:     python3 tls-options.py table REAL.json OURS.json

As a server: what a client is told and gets. As a client: what the server hears. Compared with them are the log lines at LogLevel 14.
"""
import json, os, shutil, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tls_world import World, table

V12, V13 = "TLSv1_2", "TLSv1_3"
DHE = ("none", V12, "DHE-RSA-AES256-GCM-SHA384")
COMMANDS = ("EHLO client.test", "MAIL FROM:<a@example.test>", "QUIT")

# option, values; @P@ is the directory of certificates, @W@ one that setups may change
BOTH = [
    ("CACertFile", ["", "root.crt", "/nonexistent", "@P@/other.one", "@W@/empty", "@W@/garbage", "@W@", "@W@/two.crt", " @P@/root.one", "@P@/root.crl"]),
    ("CACertPath", ["", "relative", "/nonexistent", "@P@/crlpath", "@W@/authorities"]),
    ("CRLFile", ["", "relative.crl", "/nonexistent", "@W@/empty", "@W@/garbage", "@W@", "@P@/root.one", "@P@/root.crl", "@W@/group.crl"]),
    ("CRLPath", ["", "relative", "/nonexistent", "@W@/empty", "@P@/crlpath"]),
    ("CipherList", ["", "ALL:!aNULL", "HIGH:@STRENGTH", "AES128-GCM-SHA256", "ecdhe-rsa-aes128-gcm-sha256", "ECDHE-RSA-AES128-GCM-SHA256,AES256-SHA", "ECDHE-RSA-AES128-GCM-SHA256 AES256-SHA",
                    "TLS_AES_128_GCM_SHA256", "NOSUCH:HIGH", "!ALL", "@SECLEVEL=9", "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES256-GCM-SHA384"]),
    ("CipherSuites", ["", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256", "NOSUCH", "TLS_AES_128_GCM_SHA256:NOSUCH", "ECDHE-RSA-AES128-GCM-SHA256", "tls_aes_128_gcm_sha256"]),
    ("CertFingerprintAlgorithm", ["", "md5", "MD5", "sha1", "sha256", "SHA256", "sha-256", "sha512", "sha3-256", "blake2b512", "nosuch"]),
    ("RandFile", ["", "/etc/hostname", "file:/etc/hostname", "egd:/nonexistent", "/nonexistent", "relative"]),
    ("SetCertAltnames", ["true", "false"]),
]
SERVER = BOTH + [
    ("ServerCertFile", ["server.crt", "", " @P@/server.crt", "@P@/server.crt ", "@P@/server.crt,", "@P@/server.crt,/nonexistent", "@P@/server.crt, @P@/serverec.crt", "@P@", "@W@/der", "@W@/reversed.crt", "@W@/key first.pem", "@W@/garbage",
                        "@P@/expired.crt", "@P@/unknownca.crt"]),
    ("ServerKeyFile", ["server.key", "", "@P@/server.crt", "@P@/serverec.key", "@P@/server.key,", "@P@/server.key,@P@/serverec.key", "@P@", "@W@/encrypted.key", "@W@/sec1.key"]),
    ("ServerCertFile=@P@/server.crt,@P@/serverec.crt ServerKeyFile", ["@P@/server.key,@P@/serverec.key", "@P@/server.key,@P@/valid.key", "@P@/server.key,/nonexistent", "@P@/server.key,", "@P@/server.key", "@P@/valid.key,@P@/serverec.key"]),
    ("ServerCertFile=@P@/server.crt,@P@/valid.crt ServerKeyFile", ["@P@/server.key,@P@/valid.key"]),
    ("ServerCertFile=@W@/both.pem ServerKeyFile", ["@W@/both.pem"]),
    ("TLSSrvOptions", ["", "V", "v", "C", "VC", "CV", "X", "V X", "V,C", "C V"]),
    ("ServerCertFile= ServerKeyFile= TLSSrvOptions", ["C", "V", "VC", "CV", "C V", "V C", "V,C", "c"]),
    ("ServerSSLOptions", ["SSL_OP_NO_TLSv1_3", "SSL_OP_NO_TLSv1_2", "SSL_OP_NO_TLSv1_2 SSL_OP_NO_TLSv1_3", "+SSL_OP_NO_TLSv1_3", "0x20000000", "536870912", "04000000000", "SSL_OP_NO_TLSv1_3 -SSL_OP_NO_TLSv1_3", "SSL_OP_NO_TICKET", "SSL_OP_ALL",
                          "-SSL_OP_ALL", "SSL_OP_NO_TLSv1_3,-0x20000000", "SSL_OP_NO_ENCRYPT_THEN_MAC", "SSL_OP_LEGACY_SERVER_CONNECT", "SSL_OP_CISCO_ANYCONNECT"]),
    ("SSLEngine", ["", "nosuch"]), ("SSLEnginePath", ["/nonexistent"]), ("SSLEngine=nosuch SSLEnginePath", ["/nonexistent", "relative"]),
]
DH = ["", "1", "2", "5", "i", "I", "n", "none", "None", "0", "d", "z", "2048", "1024", "/nonexistent", "relative.pem", "@W@/garbage", "@W@/empty", "@W@/dh1024.pem", "@W@/dh2048.pem", "@W@/dh2048x9.pem", " 2"]
CLIENT = BOTH + [
    ("ClientCertFile", ["", "valid.crt", "/nonexistent", "@P@/p256.crt", "@W@/garbage", "@P@/valid.crt,@P@/p256.crt", "@W@/reversed.crt"]),
    ("ClientKeyFile", ["", "/nonexistent", "@P@/p256.key", "@W@/garbage", "@W@/encrypted.key", "@P@/server.crt"]),
    ("ClientCertFile= ClientKeyFile", [""]),
    ("ClientCertFile=@P@/valid.crt,@P@/p256.crt ClientKeyFile", ["@P@/valid.key,@P@/p256.key", "@P@/valid.key,@P@/valid.key", "@P@/valid.key,/nonexistent", "@P@/valid.key"]),
    ("CACertFile= CACertPath", ["", "/nonexistent", "@W@/authorities"]),
    ("ClientSSLOptions", ["SSL_OP_NO_TLSv1_3", "SSL_OP_NO_TLSv1_2 SSL_OP_NO_TLSv1_3", "-SSL_OP_NO_TICKET", "-SSL_OP_ALL", "0x20000000"]),
    ("SSLEngine", ["nosuch"]), ("TLSSrvOptions", ["V"]), ("DHParameters", ["none", "/nonexistent"]),
]
# What is done to key (W/k/key), certificate (W/k/cert), and their directory, and words of DontBlameSendmail.
FILES = [("as it should be", "true"), ("key 0640", "chmod 640 key"), ("key 0604", "chmod 604 key"), ("key 0620", "chmod 620 key"), ("key 0602", "chmod 602 key"), ("key 0660", "chmod 660 key"), ("key 0400", "chmod 400 key"), ("key 0700", "chmod 700 key"),
         ("key 0000", "chmod 0 key"), ("cert 0664", "chmod 664 cert"), ("cert 0646", "chmod 646 cert"), ("cert 0600", "chmod 600 cert"), ("cert 0755", "chmod 755 cert"), ("key of alice", "chown alice key"), ("cert of alice", "chown alice cert"), ("key of group staff", "chgrp staff key; chmod 640 key"),
         ("directory 0775", "chmod 775 ."), ("directory 0757", "chmod 757 ."), ("directory 1777", "chmod 1777 ."), ("directory 1775", "chmod 1775 ."), ("directory of alice", "chown alice ."), ("directory 0700", "chmod 700 ."), ("key a directory", "rm key; mkdir key"),
         ("key a fifo", "rm key; mkfifo key"), ("key a device", "rm key; ln -s /dev/null key"), ("key a symlink", "mv key k2; ln -s k2 key"), ("key a symlink of alice", "mv key k2; ln -s k2 key; chown -h alice key"), ("key a symlink into /tmp", "cp -p key /tmp/tls-options.key; rm key; ln -s /tmp/tls-options.key key"),
         ("key a dangling symlink", "rm key; ln -s nowhere key"), ("key a loop", "rm key; ln -s key key"), ("key with two links", "ln key k2"), ("cert with two links", "ln cert c2"), ("cert a symlink", "mv cert c2; ln -s c2 cert"), ("no key", "rm key"), ("no cert", "rm cert"), ("empty key", ": >key"), ("empty cert", ": >cert")]
# Words of DontBlameSendmail that could let it pass.
BLAMED = {"key 0640": ["GroupReadableKeyFile", "GroupWritableFile"], "key 0604": ["GroupReadableKeyFile", "WorldReadableKeyFile"], "key 0660": ["GroupReadableKeyFile", "GroupReadableKeyFile,GroupWritableDirPathSafe"], "key of alice": ["CertOwner", "GroupReadableKeyFile"],
          "cert of alice": ["CertOwner"], "cert 0664": ["GroupReadableKeyFile", "CertOwner"], "key of group staff": ["GroupReadableKeyFile"], "directory 0775": ["GroupWritableDirPathSafe", "TrustStickyBit"], "directory 0757": ["GroupWritableDirPathSafe", "TrustStickyBit"],
          "directory 1777": ["TrustStickyBit", "GroupWritableDirPathSafe", "groupwritabledirpathsafe truststickybit"], "directory of alice": ["CertOwner", "GroupWritableDirPathSafe"], "key a symlink into /tmp": ["TrustStickyBit", "LinkedMapInWritableDir"]}
FEATURES = ["Options=SSL_OP_NO_TLSv1_3", "Options=-SSL_OP_NO_TLSv1_3", "Options=0x20000000", "options=SSL_OP_NO_TLSv1_3", "Options=SSL_OP_NO_TLSv1_2 SSL_OP_NO_TLSv1_3", "Options=SSL_OP_NOSUCH", "Options=-SSL_OP_NOSUCH", "Options=SSL_OP_NO_TLSv1_3,SSL_OP_NOSUCH", "Options=",
            "CipherList=ECDHE-RSA-AES128-GCM-SHA256;Options=SSL_OP_NO_TLSv1_3", "CipherList=NOSUCH", "CipherList=", "CipherSuites=TLS_AES_128_GCM_SHA256", "CipherSuites=NOSUCH", "CipherSuites=", "CertFile=@P@/p256.crt;KeyFile=@P@/p256.key", "CertFile=@P@/p256.crt", "KeyFile=@P@/p256.key",
            "CertFile=@P@/p256.crt;KeyFile=@P@/valid.key", "CertFile=/nonexistent;KeyFile=/nonexistent", "CertFile=@P@/p256.crt;KeyFile=@W@/loose.key", "CertFile=relative;KeyFile=relative", "CertFile=@W@/garbage;KeyFile=@W@/garbage", "CertFile=;KeyFile=", "Flags=R", "Flags=c", "Flags=C", "Flags=d", "Flags=X", "Flags=", "Nosuch=x", "Nosuch",
            ";", ";;Options=SSL_OP_NO_TLSv1_3;;", " Options = SSL_OP_NO_TLSv1_3 ", "Options:SSL_OP_NO_TLSv1_3", "Options=SSL_OP_NO_TLSv1_3;Options=SSL_OP_NO_TLSv1_2", "CIPHERSUITES=TLS_AES_128_GCM_SHA256;cipherlist=AES128-SHA", "Flags=R;Options=SSL_OP_NO_TLSv1_3", "TLSFallbacktoClear=x"]
LEVELS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15)
# What DIFFERENCES.md names.
KNOWN = {
    "SSL_OP_NO_TLSv1_2.*SSL_OP_NO_TLSv1_3|SSL_OP_NO_TLSv1_3;Options=SSL_OP_NO_TLSv1_2": "the alert may be lost when a connection is closed at once",
    "CertFingerprintAlgorithm=(sha512|blake2b512)": "hashes of 512 bits are taken",
    r"ClientCertFile=@P@/valid.crt,@P@/p256.crt(| ClientKeyFile=@P@/valid.key) / TLSv1_2": "a second certificate without a key does not do away with the first",
    r"TLS_Clt_Features CertFile=@P@/p256.crt;KeyFile=@P@/valid.key / TLSv1_2": "a pair that does not match is not shown, and neither is another",
}


def run(golden, out, groups):
    world = World(golden)
    results = {}
    work = world.lab.DIR + "/matrixwork"
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work + "/authorities")

    def fill(text):
        return text.replace("@P@", world.pki).replace("@W@", work)

    def shell(text):
        subprocess.run(["sh", "-c", fill(text)], cwd=work, env=world.lab.ENV, check=True, capture_output=True)

    shell(""": >empty; echo garbage >garbage; cat @P@/root.one @P@/other.one >two.crt; cp @P@/root.crl group.crl; chmod 664 group.crl; cp @P@/p256.key loose.key; chmod 644 loose.key
        openssl x509 -in @P@/server.crt -outform DER -out der; cat @P@/inter.one @P@/chain.one >reversed.crt; cat @P@/server.key @P@/server.one >"key first.pem"; cp "key first.pem" both.pem; chmod 600 both.pem "key first.pem"
        openssl rsa -in @P@/server.key -aes128 -passout pass:secret -out encrypted.key; chmod 600 encrypted.key; openssl rsa -in @P@/server.key -traditional -out sec1.key; chmod 600 sec1.key
        cp @P@/root.one authorities/$(openssl x509 -hash -noout -in @P@/root.one).0
        openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out dh2048.pem; openssl dhparam -out dh2048x9.pem -dsaparam 2048; openssl dhparam -out dh1024.pem -dsaparam 1024""")

    def save():
        with open(out, "w") as f:
            json.dump(results, f, indent=1)

    def options(name, value):
        """"A=x B" and a value: the options A=x and B=value."""
        *fixed, last = name.split(" ")
        return ["-O" + fill(o) for o in fixed] + ["-O%s=%s" % (last, fill(value))]

    def server(opts, peers, commands=COMMANDS, source="127.0.0.23", level=14):
        record = {"dialogue": []}
        try:
            daemon = world.lab.Daemon(world.cf, ["-odq", "-OLogLevel=%d" % level] + opts)
        except RuntimeError as e:
            return {"dialogue": [[str(e)]], "log": world.logged(0.2)}
        try:
            for peer in peers:
                record["dialogue"] += world.dialogue(source, world.context(False, *peer), commands)
            record["log"] = world.logged(0.2)
        finally:
            daemon.stop()
        world.clear()
        return record

    def client(opts, peer, level=14):
        seen, rc = world.serve("127.0.0.101", world.context(True, *peer),
                               lambda: world.lab.sm(["-C", world.cf, "-odi", "-oem", "-OLogLevel=%d" % level] + opts + ["joe@s101.test"], "Subject: x\n\nb\n", timeout=60)[0])
        record = {"rc": rc, "seen": seen, "left": world.clear(), "log": world.logged(0.2)}
        return record

    def as_server():
        for name, values in SERVER:
            for value in values:
                results["server / %s=%s" % (name, value)] = server(options(name, value), [("valid", V13, "DEFAULT"), ("none", V12, "DEFAULT")])
        for value in DH:
            results["server / DHParameters=%s" % value] = server(options("DHParameters", value), [DHE])

    def as_client():
        for name, values in CLIENT:
            for value in values:
                for version in (V13, V12):
                    results["client / %s=%s / %s" % (name, value, version)] = client(options(name, value), ("server", version, "DEFAULT"))

    def files():
        for what, setup in FILES:
            for word in ["", *BLAMED.get(what, [])]:
                shell("rm -rf k; mkdir -m 755 k; cd k; cp -p @P@/valid.crt cert; chmod 644 cert; cp -p @P@/valid.key key; %s" % setup)
                blame = ["-ODontBlameSendmail=" + word] if word else []
                results["server / %s / %s" % (what, word)] = server(["-OServerCertFile=%s/k/cert" % work, "-OServerKeyFile=%s/k/key" % work] + blame, [("none", V13, "DEFAULT")])
                results["client / %s / %s" % (what, word)] = client(["-OClientCertFile=%s/k/cert" % work, "-OClientKeyFile=%s/k/key" % work] + blame, ("server", V13, "DEFAULT"))
        shell("rm -f /tmp/tls-options.key")

    def levels():
        for level in LEVELS:
            for what, peer in (("verified", "valid"), ("expired", "expired"), ("no certificate", "none"), ("long name", "longcn")):
                results["server / LogLevel %d / %s" % (level, what)] = server([], [(peer, V13, "DEFAULT")], level=level)
                if peer != "none":
                    results["client / LogLevel %d / %s" % (level, what)] = client([], (peer, V13, "DEFAULT"), level)
            for what, opts in (("garbage key", ["-OServerKeyFile=%s/garbage" % work]), ("unsafe key", ["-OServerKeyFile=%s/loose.key" % work]), ("no shared cipher", ["-OCipherList=AES256-SHA"]), ("no authorities", ["-OCACertFile=%s/garbage" % work]), ("no list", ["-OCRLFile=/nonexistent"]),
                               ("bad ciphers", ["-OCipherList=NOSUCH"]), ("two bad", ["-OCRLPath=/nonexistent", "-ODHParameters=z"])):
                results["server / LogLevel %d / %s" % (level, what)] = server(opts, [("none", V12, "AES128-SHA")], level=level)
                results["client / LogLevel %d / %s" % (level, what)] = client([o.replace("Server", "Client") for o in opts], ("server", V12, "AES128-SHA"), level)

    def features():
        sources = {f: "127.0.3.%d" % (i + 1) for i, f in enumerate(FEATURES)}
        world.access("".join("TLS_Srv_Features:%s\t%s\n" % (sources[f], fill(f)) for f in FEATURES), instead=True)
        daemon = world.lab.Daemon(world.cf, ["-odq", "-OLogLevel=14"])
        try:
            world.logged(0.4)
            for f in FEATURES:
                for peer in (("valid", V13, "DEFAULT"), ("none", V12, "DEFAULT")):
                    results["server / TLS_Srv_Features %s / %s" % (f, peer[1])] = {"dialogue": world.dialogue(sources[f], world.context(False, *peer), COMMANDS), "log": world.logged(0.15)}
        finally:
            daemon.stop()
        world.clear()
        for f in FEATURES:
            world.access("TLS_Clt_Features:s101.test\t%s\n" % fill(f), instead=True)
            for version in (V13, V12):
                results["client / TLS_Clt_Features %s / %s" % (f, version)] = client([], ("server", version, "DEFAULT"))
        world.access("")

    for group in (features, as_server, as_client, files, levels):
        if not groups or group.__name__ in groups:
            group()
            save()
    print("%d cases" % len(results))


def outcome(r):
    if "dialogue" in r:
        return " | ".join(x[0] for x in r["dialogue"])[:90]
    return "exit %s, %s left, %s" % (r.get("rc"), r.get("left"), " ".join(r.get("seen", [])))


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(os.path.abspath(sys.argv[2]), sys.argv[3], sys.argv[4:])
    else:
        sys.exit(0 if table(sys.argv[2], sys.argv[3], KNOWN, outcome) else 1)
