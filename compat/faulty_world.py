#!/usr/bin/env python3
"""faulty_world.py ADDRESS HOSTS RECORD: the name server and all mail hosts of a world in which most things go wrong, in one process.

The domains are d0.world.test and so on; host N of HOSTS listens on 127.1.X.Y, port 25. Its behaviour follows from its number
alone, see BEHAVIOURS. Domains above HOSTS have no hosts: their names cannot be resolved in some way, see NAMES. All that was
accepted goes to RECORD, one JSON list a line: [kind, sender, recipients, time], where kind is "message" or, for what comes back to
the sender's domain back.test, "notice" with the recipients that it reports as failed.
"""
import asyncio, json, re, socket, struct, sys, time

SENDER_HOST = "127.2.0.1"
# name of the behaviour, what becomes of a recipient there: d delivered, q queued, b bounced; * by the name of the recipient
BEHAVIOURS = [
    ("good", "d"), ("good", "d"), ("good", "d"), ("good", "d"), ("good", "d"), ("good", "d"), ("no-pipelining", "d"), ("helo-only", "d"), ("slow", "d"),
    ("good", "d"), ("refuses", "q"), ("drops-at-once", "q"), ("hangs", "q"), ("greeting-421", "q"), ("greeting-554", "b"), ("mixed", "*"), ("mixed", "*"),
    ("mixed-no-pipelining", "*"), ("greylist", "d"), ("greylist", "d"), ("drops-in-data", "q"), ("drops-at-dot", "q"), ("dot-451", "q"), ("dot-554", "b"),
    ("data-554", "b"), ("data-451", "q"), ("mail-550", "b"), ("mail-450", "q"), ("loses-pipelined", "q"), ("drops-when-pipelined", "q"),
    ("354-for-nobody", "b"), ("drops-after-dot", "d"), ("rcpt-421", "q"), ("ehlo-421", "q"), ("first-refuses", "d"), ("first-hangs", "d"),
    ("first-421", "d"), ("first-drops", "d"), ("good", "d"), ("long-replies", "d"),
]
NAMES = [("none", "b"), ("servfail", "q"), ("silent", "q"), ("null-mx", "b"), ("mx-without-address", "b")]


def address(number, second=False):
    return "127.%d.%d.%d" % (3 if second else 1, number // 200, number % 200 + 1)


def behaviour(number, hosts):
    """(name, fate) of a domain."""
    return BEHAVIOURS[number % len(BEHAVIOURS)] if number < hosts else NAMES[(number - hosts) % len(NAMES)]


def fate(recipient, hosts):
    """What must become of a recipient: delivered, queued or bounced."""
    local, _, domain = recipient.partition("@")
    what = behaviour(int(domain[1:].split(".")[0]), hosts)[1]
    if what == "*":
        what = {"p": "b", "t": "q"}.get(local[0], "d")
    return {"d": "delivered", "q": "queued", "b": "bounced"}[what]


class Names(asyncio.DatagramProtocol):
    """The name server."""

    def __init__(self, hosts):
        self.hosts = hosts

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode("latin-1").lower())
            at += data[at] + 1
        kind, = struct.unpack(">H", data[at + 1:at + 3])
        code, answers = self.answer(labels, kind)
        if code is None:
            return
        body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", t, 1, 60, len(d)) + d for t, d in answers)
        self.transport.sendto(data[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, len(answers), 0, 0) + data[12:at + 5] + body, peer)

    def answer(self, labels, kind):
        def name(text):
            return b"".join(bytes([len(p)]) + p.encode() for p in text.split(".") if p) + b"\0"
        full = ".".join(labels)
        mx = lambda preference, host: (15, struct.pack(">H", preference) + name(host))
        a = lambda text: (1, socket.inet_aton(text))
        if full in ("back.test", "mail.lab.test"):
            here = SENDER_HOST if full == "back.test" else "127.0.0.10"
            return 0, [a(here)] if kind == 1 else [mx(5, full)] if kind == 15 else []
        match = re.fullmatch(r"(?:(a|b)\.)?d(\d+)\.world\.test", full)
        if not match or int(match[2]) >= self.hosts + 4000:
            return 3, []
        which, number = match[1], int(match[2])
        what = behaviour(number, self.hosts)[0]
        if number >= self.hosts:
            if what in ("none", "servfail", "silent"):
                return {"none": 3, "servfail": 2, "silent": None}[what], []
            if what == "null-mx":
                return 0, [mx(0, "")] if kind == 15 else []
            return (0, [mx(5, "a." + full)] if kind == 15 else []) if which is None else (3, [])
        if kind == 15 and which is None:
            return 0, [mx(5, "a." + full)] + ([mx(10, "b." + full)] if what.startswith("first-") else [])
        if kind == 1 and which:
            return 0, [a(address(number, which == "b"))]
        return 0, []


class Host:
    """One mail host."""
    seen = set()

    def __init__(self, what, record):
        self.what, self.record = what, record

    async def serve(self, reader, writer):
        try:
            await self.session(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            writer.transport.abort() if self.what.startswith("drops") else writer.close()

    async def session(self, reader, writer):
        what = self.what

        async def say(text):
            if what == "slow":
                await asyncio.sleep(0.1)
            writer.write(text.encode("latin-1") + b"\r\n")
            await writer.drain()
        if what == "drops-at-once":
            return
        if what == "hangs":
            await reader.read()
            return
        if what in ("greeting-421", "greeting-554"):
            return await say(what[-3:] + " not now")
        await say("\r\n".join("220-word %d" % i for i in range(200)) + "\r\n220 host ESMTP" if what == "long-replies" else "220 host ESMTP")
        sender, recipients = None, []
        while line := await reader.readline():
            text = line.decode("latin-1").rstrip("\r\n")
            verb = text[:4].upper()
            if what == "drops-when-pipelined" and verb != "QUIT" and reader._buffer:
                return
            if verb == "EHLO":
                if what == "helo-only":
                    await say("502 no such command")
                elif what == "ehlo-421":
                    return await say("421 not now")
                else:
                    await say("250-host\r\n" + ("" if "no-pipelining" in what else "250-PIPELINING\r\n") + "250-8BITMIME\r\n250 SIZE")
            elif verb in ("HELO", "RSET", "NOOP"):
                sender, recipients = None, []
                await say("250 ok")
            elif verb == "MAIL":
                answer = {"mail-550": "550 not from you", "mail-450": "450 not now"}.get(what, "250 sender ok")
                sender, recipients = re.search("<(.*?)>", text)[1] if answer[0] == "2" else None, []
                await say(answer)
            elif verb in ("RCPT", "DATA") and sender is None:
                await say("503 MAIL first")
            elif verb == "RCPT":
                recipient = re.search("<(.*?)>", text)[1]
                answer = self.rcpt(sender, recipient)
                if answer[0] == "2":
                    recipients.append(recipient)
                await say(answer)
                if answer[:3] == "421":
                    return
                if what == "loses-pipelined":
                    # What came along with a command is thrown away; who waits for its reply waits for ever.
                    reader._buffer.clear()
            elif verb == "DATA":
                if what in ("data-554", "data-451"):
                    await say(what[-3:] + " no data")
                elif not recipients and what != "354-for-nobody":
                    await say("503 no recipients")
                else:
                    await say("354 go")
                    body = await self.body(reader)
                    if body is None:
                        return
                    await say(self.dot(sender, recipients, body))
                    if what == "drops-after-dot":
                        return
                    sender, recipients = None, []
            elif verb == "QUIT":
                return await say("221 bye")
            else:
                await say("500 what?")

    def rcpt(self, sender, recipient):
        if self.what.startswith("mixed"):
            return {"p": "550 5.1.1 no such user", "t": "450 4.2.1 later"}.get(recipient[0], "250 ok")
        if self.what == "354-for-nobody":
            return "550 5.1.1 no such user"
        if self.what == "rcpt-421":
            return "421 4.3.2 shutting down"
        if self.what == "greylist" and (sender, recipient) not in self.seen:
            self.seen.add((sender, recipient))
            return "451 4.7.1 greylisted"
        return "250 ok"

    def dot(self, sender, recipients, body):
        if self.what in ("dot-451", "dot-554"):
            return self.what[-3:] + " not this"
        if not recipients:
            return "554 no valid recipients"
        if self.what == "sender":
            reports = re.split(rb"\r?\n\r?\n", body)
            failed = [re.search(rb"^Final-Recipient: *RFC822; *(\S+)", r, re.M | re.I)[1].decode() for r in reports
                      if re.search(rb"^Final-Recipient: ", r, re.M | re.I) and re.search(rb"^Action: failed", r, re.M | re.I)]
            entry = ["notice", recipients[0], failed]
        else:
            entry = ["message", sender, recipients]
        self.record.write(json.dumps(entry + [time.monotonic()]) + "\n")
        self.record.flush()
        return "250 ok"

    async def body(self, reader):
        body = b""
        while (line := await reader.readline()) != b".\r\n":
            if not line or self.what == "drops-in-data":
                return None
            body += line
        return None if self.what == "drops-at-dot" else body


async def main():
    here, hosts, record = sys.argv[1], int(sys.argv[2]), open(sys.argv[3], "a")
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Names(hosts), local_addr=(here, 53))

    async def listen(what, where):
        await asyncio.start_server(Host(what, record).serve, where, 25, limit=1 << 22, backlog=512)
    await listen("sender", SENDER_HOST)
    for number in range(hosts):
        what = behaviour(number, hosts)[0]
        if what.startswith("first-"):
            await listen("good", address(number, True))
            what = {"first-refuses": "refuses", "first-hangs": "hangs", "first-421": "greeting-421", "first-drops": "drops-at-once"}[what]
        if what != "refuses":
            await listen(what, address(number))
    print("ready", flush=True)
    await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
