"""The site that is switched: its configuration, its mail, and what a user of it sees."""
import re, smtplib, socket, ssl
from world import until

HOSTS = "127.0.0.2 sink.test\n127.0.0.3 sender.test spammer.test virtual.test\n"
RULES = """FEATURE(`nocanonify')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
FEATURE(`access_db', `hash -T<TMPF> -o /etc/mail/access')dnl
FEATURE(`blocklist_recipients')dnl
FEATURE(`virtusertable', `hash -o /etc/mail/virtusertable')dnl
FEATURE(`mailertable', `hash -o /etc/mail/mailertable')dnl
VIRTUSER_DOMAIN(`virtual.test')dnl
define(`confSERVER_CERT', `/etc/mail/tls/site.pem')dnl
define(`confSERVER_KEY', `/etc/mail/tls/site.key')dnl
define(`confCACERT', `/etc/mail/tls/site.pem')dnl
define(`confCACERT_PATH', `/etc/ssl/certs')dnl
"""
ACCESS = "From:spammer.test\tREJECT\nTo:blocked@mail.lab.test\tERROR:5.7.1:550 Nobody reads this\nFrom:late@sender.test\tERROR:4.7.1:451 Come back later\n"
VIRTUSERS = "info@virtual.test\talice\n@virtual.test\terror:5.1.1:550 No such person here\n"
ALIASES = "team: alice, bob\noffice: |\"/bin/cat >>/var/mail/office\"\n"


def configure(system):
    """Debian's sendmail with TLS, access map, virtual users, a mailer table and aliases."""
    for user in ("alice", "bob"):
        system.run("useradd", "-m", user)
    system.write("/etc/hosts", HOSTS, append=True)
    text = system.read("/etc/mail/sendmail.mc")
    assert "MAILER_DEFINITIONS" in text
    system.write("/etc/mail/sendmail.mc", text.replace("MAILER_DEFINITIONS", RULES + "MAILER_DEFINITIONS", 1))
    system.write("/etc/mail/access", ACCESS, append=True)
    system.write("/etc/mail/virtusertable", VIRTUSERS)
    system.write("/etc/mail/mailertable", "sink.test\tesmtp:[127.0.0.2]\n")
    system.write("/etc/aliases", ALIASES, append=True)
    system.shell("cd /etc/mail/tls && openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=mail.lab.test -keyout site.key -out site.pem 2>/dev/null && chmod 600 site.key && touch /var/mail/office && chown mail:mail /var/mail/office && chmod 666 /var/mail/office")
    system.shell("yes | sendmailconfig >/tmp/sendmailconfig.log 2>&1; cat /tmp/sendmailconfig.log >&2; newaliases && systemctl restart sendmail")


def fill_queues(system):
    """100 messages in the queue of the daemon, 100 in that of the submission program; returns the subjects by where they go."""
    sink, local = set(), set()
    for n in range(80):
        with smtplib.SMTP("127.0.0.1", 25) as s:
            s.sendmail("bob@sender.test", ["user%d@sink.test" % n], "Subject: mta-%d\r\n\r\nbody\r\n" % n)
        sink.add("mta-%d" % n)
    system.run("systemctl", "stop", "sendmail")
    for n in range(80, 100):
        system.run("sendmail", "-C/etc/mail/sendmail.cf", "-odq", "-fbob@sender.test", ("alice", "team", "info@virtual.test", "office")[n % 4], text="Subject: mta-%d\n\nbody\n" % n)
        local.add("mta-%d" % n)
    for n in range(100):
        to = "user%d@sink.test" % n if n < 80 else ("alice", "team", "info@virtual.test", "office")[n % 4]
        system.run("sendmail", "-fbob@sender.test", to, user="bob", text="Subject: msp-%d\n\nbody\n" % n)
        (sink if n < 80 else local).add("msp-%d" % n)
    return sink, local


def queued(system, directory):
    """Messages in a queue."""
    return int(system.shell("find %s -name '[qQ]f*' | wc -l" % directory))


def subjects_of(text):
    return re.findall(r"^Subject: ((?:mta|msp|back|load)-\d+)", text, re.M)


def copies(subject):
    """How many mailboxes a local message of fill_queues goes to."""
    n = int(subject.split("-")[1])
    return 2 if n % 4 == 1 else 1


def dialogue(lines, tls=False):
    """Replies of a session, without what differs from one to the next: dates, queue ids, the version."""
    s = socket.create_connection(("127.0.0.1", 25), 30)
    f = s.makefile("rb")
    got = []

    def reply():
        while True:
            line = f.readline().decode("latin-1").rstrip("\r\n")
            line = re.sub(r"8\.\d+\.\d+(?:\.\d+)?/8\.\d+\.\d+(?:\.\d+)?/[^;]*; .*", "VERSION; DATE", line)
            got.append(re.sub(r"2\.0\.0 [0-9A-Za-z]{14} Message", "2.0.0 ID Message", line))
            if line[3:4] != "-":
                return line

    reply()
    if tls:
        for line in ("EHLO client.test", "STARTTLS"):
            s.sendall(line.encode() + b"\r\n")
            reply()
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        s = context.wrap_socket(s)
        got.append("TLS " + s.version() + " " + str(len(s.getpeercert(True))))
        f = s.makefile("rb")
    for line in lines:
        s.sendall(line.encode("latin-1") + b"\r\n")
        reply()
    s.close()
    return got


PROBES = {
    "relaying for oneself": ["EHLO client.test", "MAIL FROM:<bob@sender.test> SIZE=100", "RCPT TO:<x@sink.test>", "RSET", "QUIT"],
    "access map, sender": ["EHLO client.test", "MAIL FROM:<x@spammer.test>", "MAIL FROM:<late@sender.test>", "MAIL FROM:<bob@sender.test>", "RCPT TO:<alice>", "QUIT"],
    "access map, recipient": ["EHLO client.test", "MAIL FROM:<bob@sender.test>", "RCPT TO:<blocked@mail.lab.test>", "RCPT TO:<nobody-of-this-name@mail.lab.test>", "QUIT"],
    "virtual users": ["EHLO client.test", "MAIL FROM:<bob@sender.test>", "RCPT TO:<info@virtual.test>", "RCPT TO:<other@virtual.test>", "QUIT"],
    "aliases": ["HELO client.test", "MAIL FROM:<>", "RCPT TO:<team@mail.lab.test>", "VRFY team", "EXPN team", "QUIT"],
    "mistakes": ["MAIL FROM:<x@sender.test>", "EHLO", "EHLO client.test", "RCPT TO:<x>", "DATA", "FOO", "MAIL FROM:x y", "NOOP", "QUIT"],
}


def probe(system):
    """What users and hosts see of the site: it must not matter which program answers."""
    seen = {name: dialogue(lines) for name, lines in PROBES.items()}
    seen["STARTTLS"] = dialogue(["EHLO client.test", "MAIL FROM:<bob@sender.test>", "RCPT TO:<team>", "QUIT"], tls=True)
    for address in ("team", "info@virtual.test", "other@virtual.test", "x@sink.test", "nobody-here"):
        r = system.run("sendmail", "-C/etc/mail/sendmail.cf", "-bv", address, check=False)
        seen["-bv " + address] = [str(r.returncode), re.sub(r"[0-9A-Za-z]{14}: ", "", r.stdout)]
    r = system.run("sendmail", "-bt", text="3,0 alice@sink.test\n/try local bob\n/map access from:spammer.test\n", check=False)
    seen["-bt"] = r.stdout.splitlines()[-10:]
    return seen


def received(system, sink, mailboxes=("alice", "bob", "office")):
    """How often each subject arrived: at the sink, and in mailboxes."""
    far, near = {}, {}
    with sink.lock:
        for _, _, body in sink.messages:
            for s in subjects_of(body.decode("latin-1")):
                far[s] = far.get(s, 0) + 1
    for name in mailboxes:
        try:
            text = system.read("/var/mail/" + name)
        except FileNotFoundError:
            continue
        for s in subjects_of(text):
            near[s] = near.get(s, 0) + 1
    return far, near


def drained(system):
    until("both queues are empty", lambda: queued(system, "/var/spool/mqueue") == 0 and queued(system, "/var/spool/mqueue-client") == 0, 120)
