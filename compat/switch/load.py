"""Reload and restart of the services while clients send: no session is dropped, no port closed, no mail lost."""
import re, smtplib, threading, time
from world import answers, until

CLIENTS, SESSIONS, MESSAGES = 6, 12, 5


class Client(threading.Thread):
    """Sends MESSAGES in each of SESSIONS connections; remembers what was accepted and what went wrong."""

    def __init__(self, number, again):
        super().__init__(daemon=True)
        self.number, self.again, self.accepted, self.problems, self.refused = number, again, [], [], 0

    def run(self):
        for n in range(SESSIONS):
            tokens = ["load-%d" % (self.number * 100000 + n * 100 + m) for m in range(MESSAGES)]
            while tokens:
                try:
                    with smtplib.SMTP("127.0.0.1", 25, timeout=60) as s:
                        while tokens:
                            s.sendmail("bob@sender.test", ["alice@mail.lab.test"], "Subject: %s\r\n\r\nbody\r\n" % tokens[0])
                            self.accepted.append(tokens.pop(0))
                            time.sleep(0.02)
                except ConnectionRefusedError as e:
                    self.refused += 1
                    self.problems.append(repr(e))
                except (OSError, smtplib.SMTPException) as e:
                    self.problems.append(repr(e))
                if tokens and not self.again:
                    return


def under_load(first, again, action):
    clients = [Client(first + n, again) for n in range(CLIENTS)]
    for c in clients:
        c.start()
    until("the first messages", lambda: sum(len(c.accepted) for c in clients) > 5)
    times = 0
    while any(c.is_alive() for c in clients) and times < 3:
        action()
        times += 1
        some = sum(len(c.accepted) for c in clients)
        until("more messages", lambda: not any(c.is_alive() for c in clients) or sum(len(c.accepted) for c in clients) > some + 20, 60)
    for c in clients:
        c.join(120)
    return times, [t for c in clients for t in c.accepted], [p for c in clients for p in c.problems], sum(c.refused for c in clients)


def in_mailbox(system):
    return re.findall(r"^Subject: (load-\d+)", system.read("/var/mail/alice"), re.M)


def arrived(system, accepted):
    """Whether each accepted message is in the mailbox once; waits for it."""
    wanted = sorted(accepted)
    try:
        until("all in the mailbox", lambda: len(in_mailbox(system)) >= len(wanted), 60)
    except AssertionError:
        system.run("sendmail", "-q", check=False)
    return sorted(in_mailbox(system)) == wanted


def run(system, check):
    # ---- the journal has the line and fields to search by
    line = system.shell("journalctl -o json --no-pager -t sm-mta -t sendmail | tail -400")
    check("entries of the journal have the queue id as a field", '"QUEUE_ID":"' in line and '"SYSLOG_FACILITY":"2"' in line, line[-600:])

    # ---- SIGHUP
    times, accepted, problems, _ = under_load(0, False, lambda: system.run("systemctl", "reload", "sendmail"))
    check("%d reloads while %d messages came: no session ended early" % (times, len(accepted)), times > 1 and not problems and len(accepted) == CLIENTS * SESSIONS * MESSAGES, problems[:5])
    check("reloads: each message arrived once", arrived(system, accepted), "")

    # ---- restart with the ports in systemd's hands: the queue of the listening sockets fills, nobody is turned away
    system.shell("systemctl stop sendmail && systemctl enable --now sendmail.socket && systemctl start sendmail")
    until("the port", lambda: answers(25))
    more = []
    times, now, problems, refused = under_load(CLIENTS, True, lambda: system.run("systemctl", "restart", "sendmail"))
    check("%d restarts with socket activation while %d messages came: no connection refused" % (times, len(now)), times > 1 and refused == 0 and len(now) == CLIENTS * SESSIONS * MESSAGES, problems[:5])
    print("        sessions that a restart ended: %d %s" % (len(problems), sorted(set(problems))[:3]), flush=True)
    check("restarts: each message that was accepted arrived once", arrived(system, accepted + now), "")
    system.shell("systemctl stop sendmail")
    check("a stopped service starts when somebody connects", answers(25))
    system.shell("systemctl disable --now sendmail.socket && systemctl restart sendmail")
    until("the port", lambda: answers(25))
    active = system.run("systemctl", "is-active", "sendmail", "sendmail-client", check=False).stdout.split()
    check("both services are up afterwards", active == ["active", "active"], active)
