"""A certificate authority for the interop tests, made with the openssl command."""
import os, subprocess


def run(*args, **kw):
    subprocess.run(["openssl"] + list(args), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **kw)


class Authority:
    """DIR/ca.crt and, by issue(), DIR/NAME.crt with DIR/NAME.key (0600)."""

    def __init__(self, directory, name="Interop Test CA"):
        os.makedirs(directory, exist_ok=True)
        self.dir = directory
        self.subject = "/O=Sendmail.Net/CN=" + name
        run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", self.subject,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            "-keyout", self.path("ca.key"), "-out", self.path("ca.crt"))
        os.chmod(self.path("ca.key"), 0o600)

    def path(self, name):
        return os.path.join(self.dir, name)

    def issue(self, name, common_name, days=60, self_signed=False, rsa=False):
        key, csr, crt, ext = (self.path(name + e) for e in (".key", ".csr", ".crt", ".ext"))
        kind = ["rsa:2048"] if rsa else ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        run("req", "-new", "-newkey", *kind, "-nodes", "-subj", "/O=Sendmail.Net/CN=" + common_name, "-keyout", key, "-out", csr)
        with open(ext, "w") as f:
            f.write("subjectAltName=DNS:%s,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n" % common_name)
        signer = ["-signkey", key] if self_signed else ["-CA", self.path("ca.crt"), "-CAkey", self.path("ca.key"), "-CAcreateserial"]
        run("x509", "-req", "-in", csr, "-days", str(days), "-extfile", ext, "-out", crt, *signer)
        os.chmod(key, 0o600)
        return crt, key
