"""What the two configuration libraries are asked: addresses, mailers, checks, TLS rulesets.

Every function gives lines for "sendmail -bt". The ruleset WithBars, which harness.py appends to each configuration, puts
the separator $| in place of the word "bar".
"""
import random

MALFORMED = """@ @@ a@ @a a@b@c a%b%c a!b!c a.b!c a.b.c!d !a a! % %a a% :: a::b x::y@c a:b:c@d @a:b @a,b:c @a,@b:u@h
<@a:u@h> <@a,b:u@h> list:; <list:;> <list:a@b;> list:;@h <list:;@h> ; : a: :a a;; <> x<> x<y>z <<x>> <a<b@c>d> :include:/f
|prog /file "|prog x" "a b"@{l} "a!b"@{l} "a%b" "a@b" ""@{l} "joe"@{l} "joe" \\joe \\joe@{l} joe+x joe+x@{l} joe+x+y@{l}
+x@{l} joe+@{l} a@. a@.. a@.b a@b..c a@b... a@[] a@[1.2.3.4] a@[1.2.3.4]x a@[1.2.3.4]:x a@[IPv6:::1] a@[IPv6:1:2:3]
a@[127.0.0.1] a@[127.0.0.10] a@[{l}] [1.2.3.4]!u a@b<c@d> joe@{l}.UUCP joe@mail.UUCP mail!joe {l}!joe {r}!joe x.y.BITNET!joe
joe@x.BITNET joe@x.DECNET joe@x.FAX joe@x.REDIRECT joe@{l}.REDIRECT joe@x.UUCP joe@x.y.UUCP joe%{r}@{l} {r}!joe@{l}
@{l}:joe@{r} joe%a%{r}@{l} joe@a-b_c joe@1.2.3.4 joe@{l}. joe@{r}. joe@LOCALHOST root root@{l} postmaster joe@nodots joe@=x
"joe@{r}"@{l} a@b:c joe,x@{r} {l} {r}"""
USERS = "joe root alice bob postmaster luser nobody info list+x plus+d a.b a-b a_b J.R.Ewing".split()
HOSTS = """lab.test mail.lab.test localhost sink.test www www.lab.test client.lab.test nonexist.test tempfail.test cname.test
cnamemx.test other.test sub.other.test not.other.test gen.test sub.gen.test virt.test virt2.test relay.test sub.relay.test
relayed.test mt.test x.mtsub.test loc.test err.test example.test remote.test bestmx.test mxus.test nullmx.test hub.test
x.UUCP neigh1.UUCP y.BITNET z.DECNET w.REDIRECT [1.2.3.4] [127.0.0.1] [IPv6:2001:db8::1] nodots ldap.test old.test""".split()


def addresses(words, count, seed=1):
    """COUNT addresses for 3,0: the malformed ones, and users and hosts put together in every way that people write them.
    WORDS are names the configuration itself knows (classes, keys of maps)."""
    rnd = random.Random(seed)
    hosts = HOSTS + [w for w in words if "." in w and "@" not in w]
    users = USERS + [w for w in words if "." not in w and "@" not in w]
    # one word a line of MALFORMED, quoted ones included
    out = []
    for line in MALFORMED.split("\n"):
        out += line.format(l="lab.test", r="sink.test").split(" ")
    out += [w for w in words if "@" in w]
    while len(out) < count:
        u, h, g = rnd.choice(users), rnd.choice(hosts), rnd.choice(hosts)
        out.append(rnd.choice(["{u}@{h}"] * 8 + ["{u}", "{u}+d@{h}", "{u}%{g}@{h}", "{g}!{u}@{h}", "{h}!{u}", "{g}!{h}!{u}",
                               "<@{g}:{u}@{h}>", "Full Name <{u}@{h}>", "{u}@{h}.", '"{u}"@{h}', '"{u}@{g}"@{h}', "{u}@sub.{h}",
                               "{u}@{g}@{h}", "{u}%{g}", "{u}+x+y@{h}", "x.{u}@{h}"]).format(u=u, h=h, g=g))
    return ["3,0 " + a for a in out if a]


def mailers(names, local):
    """/try of every mailer, header and envelope, sender and recipient."""
    some = ["joe", "root", "joe@" + local, "root@" + local, "joe@sink.test", "joe@www", "<>", "h!joe", "joe@x.UUCP", "list:;",
            "<@a:b@c>", "alice@gen.test", "bob@sub.lab.test", "a@other.test", "a@x.other.test", "a@not.other.test", "joe@localhost",
            "joe+d", "joe+d@" + local, "a%b@sink.test", "joe@x.BITNET"]
    out = []
    for flags in ("HS", "HR", "ES", "ER"):
        out.append("/tryflags " + flags)
        out += ["/try %s %s" % (m, a) for m in names for a in some]
    return out


CLIENTS = [("", "", "OK"), ("localhost", "127.0.0.1", "OK"), ("mail.lab.test", "127.0.0.10", "OK"), ("x.test", "9.9.9.9", "OK"),
           ("x.test", "9.9.9.9", "FAIL"), ("x.test", "9.9.9.9", "FORGED"), ("x.test", "9.9.9.9", "TEMP"),
           ("[9.9.9.9]", "9.9.9.9", "FAIL"), ("lab.test", "10.9.9.9", "OK"), ("y.relay.test", "8.8.8.8", "OK"),
           ("z", "127.0.0.40", "OK"), ("client.lab.test", "127.0.0.20", "OK"), ("[10.0.0.5]", "10.0.0.5", "OK"),
           ("localhost", "IPv6:::1", "OK"), ("v.test", "IPv6:2001:db8:1::1", "OK"), ("spammer.spam.test", "127.0.0.66", "OK")]
VALUES = "rej ok relay disc skip quar txt tmp errq err err3 err3q subject num weird eto".split()


def client(name, address, resolve="OK"):
    return [".D{client_name}" + name, ".D{client_addr}" + address, ".D{client_resolve}" + resolve, ".D{client_ptr}" + name]


def relay():
    """check_relay: names and addresses, values of the access map, limits."""
    out = []
    for n, a, r in CLIENTS:
        out += client(n, a, r) + ["WithBars,check_relay %s bar %s" % (n or "x", a or "0")]
    out += client("c.out.test", "9.9.9.9")
    out += ["WithBars,check_relay x.%s.connect.test bar 9.9.9.9" % k for k in VALUES]
    for i in range(1, 19):
        out += ["WithBars,check_relay x.test bar %s" % a for a in
                ("10.1.%d.7" % i, "10.2.%d.1" % i, "IPv6:2001:db8:%d:0:0:0:0:1" % i, "IPv6:2001:db8:%d::1" % i)]
    for rate, conn in ((1, 1), (6, 4)):
        out += [".D{client_rate}%d" % rate, ".D{client_connections}%d" % conn]
        for a in ["10.4.%d.1" % i for i in range(1, 19)] + ["10.5.%d.1" % i for i in range(1, 19)] + ["10.7.1.1", "10.8.1.1", "127.0.0.30"]:
            out += [".D{client_addr}" + a, "WithBars,check_relay q bar " + a, "WithBars,greet_pause q bar " + a]
    return out + [".D{client_rate}", ".D{client_connections}"]


SENDERS = """<> <a> <a@lab.test> <a@localhost> <a@[127.0.0.1]> <a@sink.test> <a@nx.test> <a@tempfail.test> <a@nodots> <a@[1.2.3.4]>
<a@> <@b> <a@x.UUCP> <h!a> <a%b> <a@b@c> a@sink.test <a@cname.test> <a@nullmx.test> <a@mxnoa.test> <a@www> <a@mail> <root>
<a@relay.test> <a@spam.test> <ok@spam.test> <bad@x.test> <a+b@sink.test> <a@refused.test> <a@mxloop.test>""".split()


def mail():
    """check_mail: senders from several clients and ports, values of the access map."""
    out = []
    for n, a, r in CLIENTS[:6] + CLIENTS[7:9]:
        out += client(n, a, r)
        for f in ("", "f", "u", "CC f") if n == "x.test" and r == "OK" else ("",):
            out.append(".D{daemon_flags}" + f)
            for s in SENDERS:
                out += [".Df" + s.strip("<>"), "check_mail " + s]
    out += [".D{daemon_flags}"] + client("x.test", "9.9.9.9")
    for k in VALUES:
        for s in ("u@x.%s.from.test", "u@x.%s.old.test", "%s@u.from.test", "%sfrom@sink.test", "%sfrom"):
            out += [".Df" + s % k, "check_mail <" + s % k + ">"]
    return out


RECIPIENTS = """<> <a> <a@lab.test> <a@sink.test> <a@nx.test> <a%sink.test@lab.test> <a%lab.test@sink.test> <sink.test!a>
<sink.test!a@lab.test> <@lab.test:a@sink.test> <a@[127.0.0.1]> <a@[1.2.3.4]> <a@> <@x> <a@nodots> <a@b@lab.test> <a@x.UUCP>
<a@relay.test> <a@sub.relay.test> <a@sub.lab.test> <a@mail.lab.test> <root> <a%lab.test> <a%sink.test> a@sink.test <a@sink.test.>
<a!b!c> <lab.test!a> <x@mxus.test> <x@bestmx.test> <postmaster> </file> <x@relayed.test> <user@relayone.test> <blocked@lab.test>
<friend@lab.test> <hater@lab.test> <x@frdom.test> <info@virt.test> <x@virt2.test> <a%relay.test@relay.test>""".split()


def rcpt():
    """check_rcpt: recipients for several clients, senders, authentications, certificates; values of the access map."""
    out = [".Dfa@sink.test", ".D{mail_addr}a@sink.test"]
    for n, a, r in CLIENTS:
        out += client(n, a, r) + ["check_rcpt " + x for x in RECIPIENTS]
    out += client("x.test", "9.9.9.9")
    for k in VALUES:
        out += ["check_rcpt <" + s % k + ">" for s in ("u@x.%s.to.test", "u@x.%s.old.test", "%s@u.to.test", "%sto@sink.test", "%sto@lab.test", "%sto")]
    for auth, verify, subject, issuer in (("PLAIN", "", "", ""), ("", "OK", "/C=XX/CN=c.n", "/C=XX/O=ca"), ("", "OK", "/C=XX/CN=c.n", "/C=XX/O=sub"),
                                          ("", "NO", "/C=XX/CN=c.n", "/C=XX/O=ca"), ("", "OK", "x", "y"), ("LOGIN", "OK", "x", "/C=XX/O=sub")):
        out += [".D{auth_type}" + auth, ".D{auth_authen}" + ("u" if auth else ""), ".D{verify}" + verify,
                ".D{cert_subject}" + subject, ".D{cert_issuer}" + issuer]
        out += ["check_rcpt " + x for x in RECIPIENTS[:10]]
    out += [".D{auth_type}", ".D{auth_authen}", ".D{verify}"]
    for s in ("", "a@lab.test", "a@relay.test", "u@rej.from.test", "relay@u.from.test", "a@relay.from.test", "u@ok.from.test", "a@nx.test", "a"):
        out += [".Df" + s, ".D{mail_addr}" + s]
        out += ["check_rcpt " + x for x in ("<a@sink.test>", "<b@lab.test>", "<friend@lab.test>", "<hater@lab.test>", "<fr@lab.test>")]
    for helo in ("nodots", "lab.test", "x.y", "[1.2.3.4]", ""):
        out += [".Ds" + helo, "check_rcpt <b@lab.test>", "check_rcpt <b@sink.test>"]
    return out


VERIFY = "OK TRUSTED NO NOT NONE CLEAR FAIL TEMP PROTOCOL CONFIG SOFTWARE DANE_FAIL DANE_TEMP DANE_NOTLS USAGE".split()


def tls():
    """tls_server, tls_client, tls_rcpt with every verification result and requirement; what is offered to whom."""
    out = [".D{cipher_bits}", ".D{server_addr}7.7.7.7"] + client("none.tls.test", "7.7.7.7") + [".D{server_name}none.tls.test"]
    for v in VERIFY:
        out += [".D{verify}" + v, "tls_server " + v, "WithBars,tls_client %s bar MAIL" % v, "WithBars,tls_client %s bar STARTTLS" % v,
                "tls_rcpt x@none.test"]
    out += [".D{cipher_bits}128", ".D{cn_subject}c.n", ".D{cn_issuer}ca.n", ".D{cert_subject}/C=XX/CN=c.n", ".D{cert_issuer}/C=XX/O=ca"]
    for i in range(24):
        out += [".D{server_name}t%d.tls.test" % i, ".D{client_name}t%d.tls.test" % i]
        for v in VERIFY:
            out += [".D{verify}" + v, "tls_server " + v, "WithBars,tls_client %s bar MAIL" % v, "tls_rcpt x@t%d.tls.test" % i]
    out += [".D{cn_subject}t9.tls.test", ".D{server_name}t9.tls.test", "tls_server OK", ".D{cert_issuer}/C=YY", ".D{verify}OK"]
    out += [x for i in range(24) for x in (".D{server_name}t%d.tls.test" % i, "tls_server OK", "tls_rcpt t%d@u.test" % i)]
    for n in ["secure.test", "verify.test", "no.tls.test", "sink.test", "a.test"] + ["%s.tls.test" % k for k in VALUES + ["no"]]:
        out += [".D{server_name}" + n, ".D{client_name}" + n, "try_tls " + n, "srv_features " + n, "clt_features " + n, "authinfo " + n,
                "WithBars,tls_srv_features %s bar 1.1.1.1" % n, "WithBars,tls_clt_features %s bar 1.1.1.1" % n]
    for a in ("10.7.1.1", "10.8.1.1", "10.9.1.1", "IPv6:2001:db8:0:0:0:0:0:1", "127.0.0.30", "127.0.0.81"):
        out += [".D{server_name}q", ".D{client_name}q", ".D{server_addr}" + a, ".D{client_addr}" + a, "try_tls q", "srv_features q",
                "clt_features q", "authinfo q", "WithBars,greet_pause q bar " + a]
    out += ["queuegroup " + a for a in ("q@g.test", "z@g.test", "z@x.g.test", "z@none.test", "z")]
    out += ["WithBars,check_compat a@b.test bar %s@c.test" % k for k in VALUES]
    for auth in ("", "PLAIN"):
        out += [".D{auth_type}" + auth, ".D{auth_authen}u@x"] + ["trust_auth " + a for a in ("u@x", "u", "v@x", "<u@x>", "<>")]
    return out + [".D{auth_type}", ".D{auth_authen}", ".D{verify}"]


LOCALADDR = ["5 " + a for a in ("joe", "joe+x", "root", "nosuch", "nosuch+x", "@ joe", "joe+x+y", "joe+*", '"joe"')]
CANONIFY = ["3 " + a for a in ("a@b", "joe", "a.b!c", "u@www", "u@cname.test.", "x@[1.2.3.4]", "list:;", "a@tempfail.test")]
FINAL = ["4 " + a for a in ("u<@h.d.>", "u<@h>", "u@x<@h>", "u<@h.UUCP.>", "a!u<@h.UUCP.>", "u<@*LOCAL*>", "<@>", ":include:x", "list:;<@>", "u", "u<@h..>")]
