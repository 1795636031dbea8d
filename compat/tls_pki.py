"""The public-key infrastructure of the TLS matrix: good certificates and every kind of bad one, made with the openssl command.

    make(DIR)    fills DIR once; NAME.crt (the chain that is sent), NAME.key (0600)
"""
import os, subprocess

DN = "/C=XX/O=Matrix/CN=Matrix Root"


def ossl(*args, **kw):
    r = subprocess.run(["openssl", *args], capture_output=True, **kw)
    if r.returncode:
        raise RuntimeError("openssl %s: %s" % (" ".join(args), r.stderr.decode()))
    return r.stdout


class Maker:
    def __init__(self, d):
        self.d = d
        os.makedirs(d, exist_ok=True)
        self.serial = 0x1000

    def p(self, name):
        return os.path.join(self.d, name)

    def write(self, name, text):
        with open(self.p(name), "w") as f:
            f.write(text)
        return self.p(name)

    def key(self, name, kind):
        path = self.p(name + ".key")
        if kind.startswith("rsa"):
            ossl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:" + kind[3:], "-out", path)
        elif kind.startswith("P-"):
            ossl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + kind, "-out", path)
        else:
            ossl("genpkey", "-algorithm", kind, "-out", path)
        os.chmod(path, 0o600)
        return path

    def config(self, name, subject, extensions):
        """A request configuration; subject is a list of (type, value). Common names may be of any length."""
        dn = "\n".join("%d.%s=%s" % (i, k, v) for i, (k, v) in enumerate(subject))
        return self.write(name + ".cnf", """openssl_conf=init
[init]
stbl_section=stbl
[stbl]
CN=min:1,max:4000
OU=min:1,max:4000
[req]
prompt=no
utf8=yes
string_mask=%s
distinguished_name=dn
[dn]
%s
[ext]
%s
[ca]
default_ca=d
[d]
dir=%s
database=%s
new_certs_dir=%s
serial=%s
default_md=sha256
policy=any
email_in_dn=yes
unique_subject=no
rand_serial=yes
[any]
countryName=optional
organizationName=optional
organizationalUnitName=optional
commonName=optional
emailAddress=optional
""" % (getattr(self, "mask", "utf8only"), dn, extensions, self.d, self.p("index.txt"), self.d, self.p("serial")))

    def cert(self, name, ca, cn, kind="rsa2048", ext="basicConstraints=CA:FALSE", start=None, end=None, md="sha256", subject=None, chain=()):
        subject = subject or [("C", "XX"), ("O", "Matrix"), ("CN", cn)]
        key = self.key(name, kind)
        cnf = self.config(name, subject, ext)
        ossl("req", "-new", "-key", key, "-config", cnf, "-out", self.p(name + ".csr"))
        args = ["ca", "-batch", "-notext", "-config", cnf, "-extensions", "ext", "-md", "default" if kind == "x" else md, "-in", self.p(name + ".csr"),
                "-out", self.p(name + ".one"), "-startdate", start or "20240101000000Z", "-enddate", end or "20360101000000Z", "-preserveDN"]
        args += ["-selfsign", "-keyfile", key] if ca is None else ["-cert", self.p(ca + ".one"), "-keyfile", self.p(ca + ".key")]
        ossl(*args)
        with open(self.p(name + ".crt"), "w") as f:
            for n in (name, *chain):
                f.write(open(self.p(n + ".one")).read())
        return self

    def crl(self, name, ca, revoked=(), days=None, last=None, until=None):
        """A list of one authority with the certificates named."""
        index = self.p("index.txt")
        keep = open(index).read()
        open(index, "w").close()
        cnf = self.p(ca + ".cnf")
        for r in revoked:
            ossl("ca", "-config", cnf, "-cert", self.p(ca + ".one"), "-keyfile", self.p(ca + ".key"), "-revoke", self.p(r + ".one"))
        args = ["ca", "-gencrl", "-config", cnf, "-cert", self.p(ca + ".one"), "-keyfile", self.p(ca + ".key"), "-out", self.p(name)]
        args += ["-crl_lastupdate", last, "-crl_nextupdate", until] if until else ["-crldays", "3000"]
        ossl(*args)
        with open(index, "w") as f:
            f.write(keep)

    def patch(self, name, source, ca, old, new):
        """A copy of a certificate with octets replaced by as many others and signed again (RSA-2048, SHA-256)."""
        der = bytearray(ossl("x509", "-in", self.p(source + ".one"), "-outform", "DER"))
        at = der.rindex(old)
        der[at:at + len(old)] = new
        # Certificate ::= SEQUENCE { tbs, algorithm, signature }: both outer lengths take two octets here.
        tbs_len = int.from_bytes(der[6:8], "big") + 4
        tbs = bytes(der[4:4 + tbs_len])
        sig = ossl("dgst", "-sha256", "-sign", self.p(ca + ".key"), input=tbs)
        der[-len(sig):] = sig
        pem = ossl("x509", "-inform", "DER", input=bytes(der)).decode()
        for e in (".one", ".crt"):
            self.write(name + e, pem)
        os.replace(self.p(source + ".key"), self.p(name + ".key"))


def make(d):
    if os.path.exists(os.path.join(d, "done")):
        return
    m = Maker(d)
    m.write("index.txt", "")
    ca = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash"
    leaf = "basicConstraints=CA:FALSE\nsubjectAltName=DNS:%s"
    m.cert("root", None, "", ext=ca, subject=[("C", "XX"), ("O", "Matrix"), ("CN", "Matrix Root")])
    m.cert("other", None, "", ext=ca, subject=[("C", "XX"), ("O", "Matrix"), ("CN", "Other Root")])
    m.cert("inter", "root", "Matrix Intermediate", ext=ca)
    m.cert("inter2", "root", "Revoked Intermediate", ext=ca)
    m.cert("noca", "root", "Not an authority", ext="basicConstraints=CA:FALSE")
    m.cert("server", "root", "mail.lab.test", ext=leaf % "mail.lab.test")
    m.cert("serverec", "root", "mail.lab.test", kind="P-256", ext=leaf % "mail.lab.test")
    m.cert("valid", "root", "valid.lab.test", ext=leaf % "valid.lab.test")
    m.cert("expired", "root", "expired.lab.test", start="20200101000000Z", end="20210101000000Z")
    m.cert("notyet", "root", "notyet.lab.test", start="20350101000000Z", end="20360101000000Z")
    m.cert("selfsigned", None, "selfsigned.lab.test")
    m.cert("unknownca", "other", "unknownca.lab.test")
    m.cert("unknownchain", "other", "unknownchain.lab.test", chain=("other",))
    m.cert("chain", "inter", "chain.lab.test", chain=("inter",))
    m.cert("noninter", "inter", "noninter.lab.test")
    m.cert("fakeca", "noca", "fakeca.lab.test", chain=("noca",))
    m.cert("revoked", "root", "revoked.lab.test")
    m.cert("revokedinter", "inter2", "revokedinter.lab.test", chain=("inter2",))
    m.cert("clientonly", "root", "clientonly.lab.test", ext="basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth")
    m.cert("serveronly", "root", "serveronly.lab.test", ext="basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth")
    m.cert("emailonly", "root", "emailonly.lab.test", ext="basicConstraints=CA:FALSE\nextendedKeyUsage=emailProtection")
    m.cert("asca", "root", "asca.lab.test", ext=ca)
    m.cert("nulsource", "root", "nul.lab.test@evil.test")
    m.patch("nulcn", "nulsource", "root", b"nul.lab.test@evil", b"nul.lab.test\0evil")
    m.cert("longcn", "root", "l" * 300 + ".lab.test")
    m.cert("cn255", "root", "m" * 246 + ".lab.test")
    m.cert("cn256", "root", "m" * 247 + ".lab.test")
    m.cert("longdn", "root", "", subject=[("C", "XX"), ("O", "Matrix")] + [("OU", "unit%02d-" % i + "u" * 40) for i in range(8)] + [("CN", "longdn.lab.test")])
    m.cert("nocn", "root", "", subject=[("C", "XX"), ("O", "Nameless")])
    m.cert("twocn", "root", "", subject=[("C", "XX"), ("CN", "first.lab.test"), ("O", "Matrix"), ("CN", "second.lab.test")])
    m.cert("special", "root", "a b (c) <d> \\\"e\\\" f+g \\\\ h=i;j,k/l")
    m.cert("utf8", "root", "m\u00fcller.lab.test")
    m.mask = "MASK:0x800"  # BMPString
    m.cert("bmp", "root", "bmp\u0107.lab.test")
    m.mask = "utf8only"
    m.cert("wildcard", "root", "*.lab.test", ext=leaf % "*.lab.test")
    m.cert("ipname", "root", "127.0.0.23", ext="basicConstraints=CA:FALSE\nsubjectAltName=IP:127.0.0.23")
    m.cert("rsa1024", "root", "rsa1024.lab.test", kind="rsa1024")
    m.cert("rsa4096", "root", "rsa4096.lab.test", kind="rsa4096")
    m.cert("p256", "root", "p256.lab.test", kind="P-256")
    m.cert("p384", "root", "p384.lab.test", kind="P-384")
    m.cert("ed25519", "root", "ed25519.lab.test", kind="ED25519")
    m.cert("sha1", "root", "sha1.lab.test", md="sha1")
    m.crl("root.crl", "root", ("revoked", "inter2"))
    m.crl("inter.crl", "inter")
    m.crl("inter2.crl", "inter2")
    m.crl("other.crl", "other")
    m.crl("root-old.crl", "root", ("revoked",), last="20230101000000Z", until="20240101000000Z")
    m.crl("root-future.crl", "root", ("revoked",), last="20350101000000Z", until="20360101000000Z")
    m.write("all.crl", "".join(open(m.p(n)).read() for n in ("root.crl", "inter.crl", "inter2.crl")))
    os.makedirs(m.p("capath"), exist_ok=True)
    os.makedirs(m.p("crlpath"), exist_ok=True)
    for n in ("root.crl", "inter.crl", "inter2.crl"):
        h = ossl("crl", "-hash", "-noout", "-in", m.p(n)).decode().strip()
        m.write("crlpath/%s.r0" % h, open(m.p(n)).read())
    m.write("twokeys.crt", open(m.p("server.one")).read())
    for f in os.listdir(d):
        if f.endswith((".csr", ".cnf")) and not f.startswith(("root", "inter", "other")):
            os.unlink(os.path.join(d, f))
    m.write("done", "")


if __name__ == "__main__":
    import sys
    make(sys.argv[1])
