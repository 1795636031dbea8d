#!/usr/bin/env python3
"""testssl.sh looks at a relay with the default settings: no finding above "medium" (what concerns a private test authority apart)."""
import argparse, json, os, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
import kit
from pki import Authority

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
args = ap.parse_args()
# The certificate is ours, not a public authority's, and there is no public name for it.
OURS = ("cert_chain_of_trust", "cert_trust", "cert_caIssuers", "cert_crlDistributionPoints", "cert_ocspURL", "cert_revocation", "DNS_CAArecord", "cert_notAfter", "cert_expirationStatus", "overall_grade", "grade_cap", "final_score")
directory = kit.workdir("testssl")
authority = Authority(directory + "/pki")
os.chmod(directory + "/pki", 0o755)
cert, key = authority.issue("server", "localhost")
with kit.Sink() as sink:
    port = kit.free_port()
    cf = kit.configure(directory, PORT=port, SINKPORT=sink.port, options="O ServerCertFile=%s\nO ServerKeyFile=%s\nO CACertFile=%s\nO CACertPath=%s\n" % (cert, key, authority.path("ca.crt"), directory + "/pki"))
    with kit.Daemon(os.path.join(args.bin, "sendmail"), cf, port):
        out = directory + "/result.json"
        r = subprocess.run(["testssl", "--quiet", "--warnings", "off", "--color", "0", "--ip", "127.0.0.1", "-t", "smtp", "-p", "-s", "-f", "-S", "-U", "--jsonfile", out, "localhost:%d" % port],
                           stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1500)
try:
    findings = json.load(open(out))
except (OSError, ValueError):
    findings = []
bad = [f for f in findings if f["severity"] in ("HIGH", "CRITICAL", "FATAL") and not f["id"].startswith(OURS)]
for f in findings:
    if f["severity"] not in ("OK", "INFO"):
        print("%-9s %-30s %s" % (f["severity"], f["id"], f["finding"]))
good = len(findings) > 30 and not bad
if not good:
    print(r.stdout[-3000:], r.stderr[-1000:])
else:
    shutil.rmtree(directory)
print("%d passed, %d failed" % (len(findings) - len(bad), len(bad) + (len(findings) <= 30)))
sys.exit(0 if good else 1)
