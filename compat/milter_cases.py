"""The situations of milter.py: what filters say at each step, what becomes of filters that are not there or fail, what they may change."""
import struct

MESSAGE = b"Subject: x\r\nX-A: b\r\n\r\nbody\r\n.\r\n"
TWO = ["EHLO x.test", "MAIL FROM:<joe@example.test>", "RCPT TO:<alice@lab.test>", "RCPT TO:<carol@lab.test>", "DATA", MESSAGE,
       "MAIL FROM:<sue@example.test>", "RCPT TO:<bob@lab.test>", "DATA", MESSAGE, "QUIT"]
HELLO = ["EHLO x.test", "MAIL FROM:<joe@example.test>", "QUIT"]
STAGES = "CHMRTLNBE"


def x(flags, where="inet:3333@127.0.0.1", name="labmilter", times="C:15s;S:15s;R:15s;E:15s"):
    return "X%s, S=%s, %sT=%s" % (name, where, "F=%s, " % flags if flags else "", times)


def position(n):
    return struct.pack(">I", n)


CHANGES = {
    "header": [("h", b"X-Lab\0added\0"), "c"],
    "header folded": [("h", b"X-Lab\0added\n\tmore\0"), "c"],
    "header crlf": [("h", b"X-Lab\0added\r\n\tmore\0"), "c"],
    "header no value": [("h", b"X-Lab\0\0"), "c"],
    "header twice": [("h", b"X-Lab\0one\0"), ("h", b"X-Lab\0two\0"), "c"],
    "header known": [("h", b"Subject\0second\0"), "c"],
    "header broken": [("h", b"X-Lab"), "c"],
    "header no name": [("h", b"\0value\0"), "c"],
    "header cr": [("h", b"X-Lab\0a\rb\0"), "c"],
    "header lf": [("h", b"X-Lab\0a\nb\0"), "c"],
    "insert 0": [("i", position(0) + b"X-Lab\0top\0"), "c"],
    "insert 1": [("i", position(1) + b"X-Lab\0one\0"), "c"],
    "insert 2": [("i", position(2) + b"X-Lab\0two\0"), "c"],
    "insert 3": [("i", position(3) + b"X-Lab\0three\0"), "c"],
    "insert 99": [("i", position(99) + b"X-Lab\0last\0"), "c"],
    "insert known": [("i", position(1) + b"Subject\0another\0"), "c"],
    "insert two": [("i", position(0) + b"X-Lab\0a\0"), ("i", position(0) + b"X-Lab\0b\0"), ("h", b"X-End\0c\0"), "c"],
    "change": [("m", position(1) + b"Subject\0changed\0"), "c"],
    "change case": [("m", position(1) + b"sUBJECT\0changed\0"), "c"],
    "change 2 of 1": [("m", position(2) + b"Subject\0second\0"), "c"],
    "change 0": [("m", position(0) + b"Subject\0zero\0"), "c"],
    "change none": [("m", position(1) + b"X-None\0new\0"), "c"],
    "delete": [("m", position(1) + b"Subject\0\0"), "c"],
    "delete none": [("m", position(1) + b"X-None\0\0"), "c"],
    "delete received": [("m", position(1) + b"Received\0\0"), "c"],
    "delete from": [("m", position(1) + b"From\0\0"), "c"],
    "change date": [("m", position(1) + b"Date\0Mon, 23 Nov 2026 16:30:11 GMT\0"), "c"],
    "change broken": [("m", b"\0\0"), "c"],
    "change no nul": [("m", position(1) + b"Subject\0changed"), "c"],
    "add rcpt": [("+", b"<bob@lab.test>\0"), "c"],
    "add rcpt bare": [("+", b"bob@lab.test\0"), "c"],
    "add rcpt unknown": [("+", b"<nosuch@lab.test>\0"), "c"],
    "add rcpt twice": [("+", b"<alice@lab.test>\0"), "c"],
    "add rcpt empty": [("+", b"\0"), "c"],
    "add rcpt junk": [("+", b"<a b@>\0"), "c"],
    "add rcpt remote": [("+", b"<joe@sink.test>\0"), "c"],
    "add rcpt list": [("+", b"<list@lab.test>\0"), "c"],
    "add rcpt program": [("+", b"|/bin/cat\0"), "c"],
    "add rcpt no nul": [("+", b"<bob@lab.test>"), "c"],
    "add rcpt par": [("2", b"<bob@lab.test>\0NOTIFY=SUCCESS ORCPT=rfc822;x@y.test\0"), "c"],
    "add rcpt par none": [("2", b"<bob@lab.test>\0"), "c"],
    "add rcpt par empty": [("2", b"<bob@lab.test>\0\0"), "c"],
    "add rcpt par bad": [("2", b"<bob@lab.test>\0FOO=BAR\0"), "c"],
    "delete rcpt": [("-", b"<carol@lab.test>\0"), "c"],
    "delete rcpt bare": [("-", b"carol@lab.test\0"), "c"],
    "delete rcpt case": [("-", b"<Carol@LAB.test>\0"), "c"],
    "delete rcpt none": [("-", b"<bob@lab.test>\0"), "c"],
    "delete all rcpts": [("-", b"<carol@lab.test>\0"), ("-", b"<alice@lab.test>\0"), "c"],
    "add and delete": [("+", b"<bob@lab.test>\0"), ("-", b"<bob@lab.test>\0"), "c"],
    "from": [("e", b"<new@sink.test>\0"), "c"],
    "from bare": [("e", b"new@sink.test\0"), "c"],
    "from null": [("e", b"<>\0"), "c"],
    "from empty": [("e", b"\0"), "c"],
    "from junk": [("e", b"<a b@>\0"), "c"],
    "from par": [("e", b"<new@sink.test>\0RET=HDRS ENVID=abc\0"), "c"],
    "from par bad": [("e", b"<new@sink.test>\0FOO=BAR\0"), "c"],
    "from par size": [("e", b"<new@sink.test>\0SIZE=5 BODY=8BITMIME\0"), "c"],
    "body": [("b", b"new body\r\nmore\r\n"), "c"],
    "body two": [("b", b"new bo"), ("b", b"dy\r\n"), "c"],
    "body split crlf": [("b", b"new body\r"), ("b", b"\nx\r\n"), "c"],
    "body bare lf": [("b", b"a\nb\n"), "c"],
    "body bare cr": [("b", b"a\rb\r\n"), "c"],
    "body empty": [("b", b""), "c"],
    "body no end": [("b", b"new body"), "c"],
    "body dots": [("b", b".\r\n..\r\n.x\r\n"), "c"],
    "body 8bit": [("b", b"\xe9\r\n"), "c"],
    "body nul": [("b", b"a\0b\r\n"), "c"],
    "quarantine": [("q", b"held for review\0"), "c"],
    "quarantine no reason": [("q", b"\0"), "c"],
    "quarantine accept": [("q", b"held\0"), "a"],
    "progress": ["p", "wait:0.5", "p", "wait:0.5", "c"],
    "changes then reject": [("h", b"X-Lab\0added\0"), ("+", b"<bob@lab.test>\0"), "r"],
    "changes then discard": [("h", b"X-Lab\0added\0"), "d"],
    "all": [("h", b"X-Lab\0added\0"), ("i", position(0) + b"X-Top\0ins\0"), ("m", position(1) + b"Subject\0changed\0"), ("+", b"<bob@lab.test>\0"),
            ("-", b"<carol@lab.test>\0"), ("e", b"<new@sink.test>\0"), ("b", b"new body\r\n"), "a"],
}

REPLIES = ["y:550 5.7.1 custom", "y:450 4.7.1 later", "y:550 custom without", "y:421 4.3.2 go away", "y:250 2.0.0 fine", "y:junk", "y:",
           "y:550-5.7.1 one\r\n550 5.7.1 two", "y:550 5.7.1 100% sure", "y:554 4.7.1 class", "y:450 5.7.1 class", "y:650 5.7.1 six"]


def all_cases():
    # A filter that is not there.
    for flags in ["", "T", "R", "4", "Q"]:
        yield {"name": "refused F=%s" % flags, "filters": [x(flags)], "run": [], "dialogue": TWO}
    for flags in ["", "T", "R", "4"]:
        yield {"name": "no socket F=%s" % flags, "filters": [x(flags, "unix:@DIR@/run/nosuch.sock")], "run": [], "dialogue": TWO}
    # One that fails at a step.
    for failure in ["close", "hang"]:
        for flags in ["", "T", "R", "4"]:
            for stage in "O" + (STAGES if failure == "close" or flags == "T" else "MLE"):
                yield {"name": "%s at %s F=%s" % (failure, stage, flags), "filters": [x(flags, times="C:2s;S:2s;R:2s;E:3s") if failure == "hang" else x(flags)], "run": [{"do": {stage: failure}}], "dialogue": TWO}
    for failure in ["short", "short2", "junk", "zero", "p", "s", "4", "f"]:
        for stage in "OCMRLBE":
            yield {"name": "%s at %s" % (failure, stage), "filters": [x("T")], "run": [{"do": {stage: failure}}], "dialogue": TWO}
    # What it says at each step.
    for action in ["r", "t", "d", "a", "y:550 5.7.1 custom", "y:450 4.7.1 later", "y:421 4.3.2 go away"]:
        for stage in STAGES:
            yield {"name": "%s at %s" % (action, stage), "run": [{"do": {stage: action}}], "dialogue": TWO}
    for action in REPLIES:
        for stage in "CMRE":
            yield {"name": "reply %s at %s" % (action.replace("\r\n", "/"), stage), "run": [{"do": {stage: action}}], "dialogue": TWO}
    for stage in ["R1", "R2", "M2", "L1", "L2", "B2"]:
        for action in "rtda":
            yield {"name": "%s at %s" % (action, stage), "run": [{"do": {stage: action}}], "dialogue": TWO}
    # What it changes.
    for name, steps in CHANGES.items():
        yield {"name": "change: " + name, "run": [{"do": {"E": steps}}], "dialogue": TWO[:6] + ["QUIT"]}
    for name in ["header", "add rcpt", "body", "from", "quarantine", "delete rcpt", "insert 0", "change", "add rcpt par"]:
        yield {"name": "not allowed: " + name, "run": [{"do": {"E": CHANGES[name]}, "negotiate": (6, 0, 0)}], "dialogue": TWO[:6] + ["QUIT"]}
        yield {"name": "early: " + name, "run": [{"do": {"M": CHANGES[name]}}], "dialogue": TWO[:6] + ["QUIT"]}
    # Negotiation.
    for version in [0, 1, 2, 3, 4, 5, 6, 7, 99]:
        yield {"name": "version %d" % version, "run": [{"negotiate": (version, 0x1F if version < 6 else 0x1FF, 0)}], "dialogue": TWO}
    for bit in range(30):
        yield {"name": "protocol %x" % (1 << bit), "run": [{"negotiate": (6, 0x1FF, 1 << bit)}], "dialogue": TWO[:2] + ["FOO"] + TWO[2:]}
    yield {"name": "protocol no replies", "run": [{"negotiate": (6, 0x1FF, 0xFF080), "do": {s: "none" for s in "CHMRTLNBU"}}], "dialogue": TWO[:2] + ["FOO"] + TWO[2:]}
    yield {"name": "protocol nothing", "run": [{"negotiate": (6, 0x1FF, 0x37F)}], "dialogue": TWO}
    yield {"name": "protocol skip", "run": [{"negotiate": (6, 0x1FF, 0x400), "do": {"B": "s"}}], "dialogue": TWO}
    yield {"name": "protocol skip not asked", "run": [{"do": {"B": "s"}}], "dialogue": TWO}
    yield {"name": "protocol rejected recipients", "run": [{"negotiate": (6, 0x1FF, 0x800)}], "dialogue": TWO[:2] + ["RCPT TO:<nosuch@lab.test>", "RCPT TO:<joe@elsewhere.test>", "RCPT TO:<a b>"] + TWO[2:]}
    yield {"name": "recipients rejected", "dialogue": TWO[:2] + ["RCPT TO:<nosuch@lab.test>", "RCPT TO:<joe@elsewhere.test>", "RCPT TO:<a b>", "RCPT TO:<carol@lab.test> FOO=BAR"] + TWO[2:]}
    yield {"name": "unknown action bits", "run": [{"negotiate": (6, 0xFFFF, 0)}], "dialogue": HELLO}
    yield {"name": "unknown protocol bits", "run": [{"negotiate": (6, 0x1FF, 0x7FFFFFFF)}], "dialogue": HELLO}
    yield {"name": "short negotiation", "run": [{"do": {"O": ("O", b"\0\0\0\6")}}], "dialogue": HELLO}
    yield {"name": "no negotiation", "run": [{"do": {"O": "c"}}], "dialogue": HELLO}
    yield {"name": "macros of its own", "run": [{"macros": position(0) + b"j {client_addr}\0" + position(1) + b"{tls_version}\0" + position(2) + b"i {auth_type}\0" + position(3) + b"{rcpt_addr} r\0"
                                                 + position(4) + b"i\0" + position(5) + b"{msg_size}\0" + position(6) + b"{nrcpts}\0"}], "dialogue": TWO}
    yield {"name": "macros of its own, commas", "run": [{"macros": position(0) + b"j, {client_addr},_\0"}], "dialogue": HELLO}
    # Sessions that go otherwise.
    yield {"name": "rset", "dialogue": TWO[:3] + ["RSET"] + TWO[1:]}
    yield {"name": "rset without mail", "dialogue": ["EHLO x.test", "RSET", "RSET", "QUIT"]}
    yield {"name": "quit in between", "dialogue": TWO[:3] + ["QUIT"]}
    yield {"name": "gone in between", "dialogue": TWO[:3] + [{"eof": 1}]}
    yield {"name": "gone in data", "dialogue": TWO[:5] + [(b"Subject: x\r\n\r\nbo", 0), {"eof": 1}]}
    yield {"name": "two hellos", "dialogue": TWO[:2] + ["EHLO y.test"] + TWO[1:]}
    yield {"name": "no hello", "dialogue": TWO[1:]}
    yield {"name": "helo", "dialogue": ["HELO z.test"] + TWO[1:]}
    yield {"name": "parameters", "dialogue": ["EHLO x.test", "MAIL FROM:<joe@example.test> SIZE=100 BODY=8BITMIME ENVID=x", "RCPT TO:<alice@lab.test> NOTIFY=NEVER", "MAIL FROM:<>", "DATA", MESSAGE, "MAIL FROM:<>", "RCPT TO:<alice>", "QUIT"]}
    yield {"name": "local client", "src": "127.0.0.1", "dialogue": TWO}
    yield {"name": "named client", "src": "127.0.0.20", "dialogue": TWO[:2] + ["RCPT TO:<joe@sink.test>"] + TWO[4:]}
    yield {"name": "unknown commands", "dialogue": ["FOO", "EHLO x.test", "BAR baz", "VRFY alice", "EXPN alice", "NOOP", "HELP", "VERB", "ETRN x", "AUTH", "QUIT"]}
    for action in ["r", "t", "d", "a", "y:550 5.7.1 custom", "close"]:
        yield {"name": "%s at U" % action, "run": [{"do": {"U": action}}], "dialogue": ["EHLO x.test", "FOO bar", "BAZ"] + TWO[1:]}
    yield {"name": "bad data", "dialogue": ["EHLO x.test", "DATA", "MAIL FROM:<joe@example.test>", "DATA", "RCPT TO:<nosuch@lab.test>", "DATA", "QUIT"]}
    yield {"name": "many headers", "dialogue": TWO[:5] + [b"From: a@b.test\r\nSubject: x\r\n\tfolded\r\n  more\r\nX-Empty:\r\nX-Space:   two  \r\nX-Tab:\tt\r\nReceived: from a\r\nX-8: \xe9\r\nBcc: x@y.test\r\nMessage-Id: <a@b>\r\nDate: now\r\n\r\n.\r\n", "QUIT"]}
    yield {"name": "many headers with blanks", "run": [{"negotiate": (6, 0x1FF, 0x100000)}], "dialogue": TWO[:5] + [b"From: a@b.test\r\nSubject: x\r\n\tfolded\r\n  more\r\nX-Empty:\r\nX-Space:   two  \r\nX-Tab:\tt\r\n\r\nbody\r\n.\r\n", "QUIT"]}
    yield {"name": "changed with blanks", "run": [{"negotiate": (6, 0x1FF, 0x100000), "do": {"E": [("h", b"X-Lab\0tight\0"), ("h", b"X-Lab2\0 one\0"), ("m", position(1) + b"Subject\0  two\0"), ("i", position(1) + b"X-Lab3\0\ttab\0"), "c"]}}], "dialogue": TWO[:6] + ["QUIT"]}
    yield {"name": "percent", "run": [{"do": {"M": "y:550 5.7.1 100%% sure", "R": "y:550 5.7.1 100%"}}], "dialogue": TWO}
    yield {"name": "no filter, parameters", "list": "", "dialogue": ["EHLO x.test", "MAIL FROM:<joe@example.test> SIZE=100 BODY=8BITMIME ENVID=x", "RCPT TO:<alice@lab.test> NOTIFY=NEVER", "MAIL FROM:<>", "DATA", MESSAGE, "QUIT"]}
    yield {"name": "no filter, bcc", "list": "", "dialogue": TWO[:5] + [b"Subject: x\r\nX-8: \xe9\r\nBcc: x@y.test\r\n\r\n.\r\n", "QUIT"]}
    yield {"name": "bcc", "dialogue": TWO[:5] + [b"Subject: x\r\nBcc: x@y.test\r\n\r\n.\r\n", "QUIT"]}
    yield {"name": "no body", "dialogue": TWO[:5] + [b"Subject: x\r\n\r\n.\r\n", "QUIT"]}
    yield {"name": "empty message", "dialogue": TWO[:5] + [b".\r\n", "QUIT"]}
    yield {"name": "long body", "dialogue": TWO[:5] + [b"Subject: x\r\n\r\n" + b"".join(b"%06d 0123456789012345678901234567890123456789012345678901234567890\r\n" % i for i in range(2000)) + b".\r\n", "QUIT"]}
    yield {"name": "long header", "dialogue": TWO[:5] + [b"Subject: " + b"x" * 3000 + b"\r\n\r\nb\r\n.\r\n", "QUIT"]}
    yield {"name": "dots in body", "dialogue": TWO[:5] + [b"Subject: x\r\n\r\n..\r\n...a\r\n\r\nend\r\n.\r\n", "QUIT"]}
    # Several.
    two = [x("T"), x("T", "inet:3334@127.0.0.1", "second")]
    for first in ["c", "a", "r", "t", "d"]:
        for stage in "CMRE":
            yield {"name": "two filters, %s at %s" % (first, stage), "filters": two, "run": [{"do": {stage: first}}, {"where": ("127.0.0.1", 3334)}], "dialogue": TWO}
    yield {"name": "two filters, second missing", "filters": two, "dialogue": TWO}
    yield {"name": "two filters, first missing, F= of it none", "filters": [x(""), two[1]], "run": [{"where": ("127.0.0.1", 3334)}], "dialogue": TWO}
    yield {"name": "two filters, other order", "filters": two, "list": "second, labmilter", "run": [{}, {"where": ("127.0.0.1", 3334)}], "dialogue": TWO[:6] + ["QUIT"]}
    yield {"name": "two filters, one listed", "filters": two, "list": "second", "run": [{}, {"where": ("127.0.0.1", 3334)}], "dialogue": TWO[:6] + ["QUIT"]}
    yield {"name": "two filters, changes seen", "filters": two, "run": [{"do": {"E": CHANGES["all"][:-1] + ["c"]}}, {"where": ("127.0.0.1", 3334), "do": {"E": [("h", b"X-Second\0y\0"), "c"]}}], "dialogue": TWO[:6] + ["QUIT"]}
    yield {"name": "none listed", "list": "", "dialogue": TWO[:6] + ["QUIT"]}
    yield {"name": "list with semicolon", "filters": two, "list": "second;labmilter", "run": [{}, {"where": ("127.0.0.1", 3334)}], "dialogue": TWO[:6] + ["QUIT"]}
    port = r"(?m)^(O DaemonPortOptions=.*)$"
    yield {"name": "port with a list", "filters": two, "edit": [(port, r"\1, I=second")], "run": [{}, {"where": ("127.0.0.1", 3334)}], "dialogue": TWO[:6] + ["QUIT"]}
    yield {"name": "port with two", "filters": two, "edit": [(port, r"\1, I=second;labmilter")], "run": [{}, {"where": ("127.0.0.1", 3334)}], "dialogue": TWO[:6] + ["QUIT"]}
    yield {"name": "port with none", "filters": two, "edit": [(port, r"\1, I=")], "run": [{}, {"where": ("127.0.0.1", 3334)}], "dialogue": TWO[:6] + ["QUIT"]}
    # What macros there are, and what the log says of it all.
    for level in ["9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22"]:
        yield {"name": "Milter.LogLevel=%s" % level, "edit": [(r"(?m)^#?O Milter\.LogLevel.*$", "O Milter.LogLevel=%s" % level)] if level != "9" else [], "args": ["-OLogLevel=9"],
               "run": [{"do": {"E": CHANGES["all"]}}], "dialogue": TWO}
    level22 = [(r"(?m)^#?O Milter\.LogLevel.*$", "O Milter.LogLevel=22")]
    for action in ["r", "t", "d", "a", "y:550 5.7.1 custom", "close", "s"]:
        for stage in "CMRTLBE":
            yield {"name": "everything told, %s at %s" % (action, stage), "edit": level22, "args": ["-OLogLevel=9"], "run": [{"do": {stage: action}}], "dialogue": TWO[:6] + ["RSET", "MAIL FROM:<>", "RSET", "QUIT"]}
    for name in ["header", "change", "add rcpt", "delete rcpt", "from", "body", "quarantine", "add rcpt par", "header broken", "change no nul", "add rcpt no nul", "from empty", "progress"]:
        yield {"name": "everything told, not allowed: " + name, "edit": level22, "args": ["-OLogLevel=9"], "run": [{"do": {"E": CHANGES[name]}, "negotiate": (6, 0, 0)}], "dialogue": TWO[:6] + ["QUIT"]}
    for level in ["10", "13", "15", "18", "20"]:
        edit = [(r"(?m)^#?O Milter\.LogLevel.*$", "O Milter.LogLevel=" + level)]
        for action, stage in [("r", "C"), ("r", "M"), ("r", "E"), ("t", "C"), ("y:550 5.7.1 custom", "R")]:
            yield {"name": "level %s, %s at %s" % (level, action, stage), "edit": edit, "args": ["-OLogLevel=9"], "run": [{"do": {stage: action}}], "dialogue": TWO[:6] + ["RSET", "MAIL FROM:<>", "RSET", "QUIT"]}
        yield {"name": "level %s, not allowed: header" % level, "edit": edit, "args": ["-OLogLevel=9"], "run": [{"do": {"E": CHANGES["header"]}, "negotiate": (6, 0, 0)}], "dialogue": TWO[:6] + ["QUIT"]}
        yield {"name": "level %s, not running" % level, "edit": edit, "args": ["-OLogLevel=9"], "run": [], "dialogue": HELLO}
    yield {"name": "everything told, not running", "edit": level22, "args": ["-OLogLevel=9"], "run": [], "dialogue": HELLO}
    yield {"name": "local socket", "filters": [x("T", "local:@DIR@/run/f.sock")], "run": [{"where": "@DIR@/run/f.sock"}], "dialogue": TWO[:6] + ["QUIT"]}
    yield {"name": "path", "filters": [x("T", "@DIR@/run/f.sock")], "run": [{"where": "@DIR@/run/f.sock"}], "dialogue": TWO[:6] + ["QUIT"]}
    others = ["EHLO x.test", "VRFY alice", "EXPN alice", "ETRN x", "NOOP", "HELP", "FOO", "RSET", "MAIL FROM:<joe@example.test> FOO", "MAIL x", "AUTH PLAIN", "STARTTLS", "EHLO y.test", "QUIT"]
    for action in ["t", "r", "d", "y:450 4.7.1 later"]:
        for stage in "CH":
            yield {"name": "other commands after %s at %s" % (action, stage), "run": [{"do": {stage: action}}], "dialogue": others}
    yield {"name": "check_relay refuses", "src": "127.0.0.66", "more": "SLocal_check_relay\nR$*\t$#error $@ 5.7.1 $: \"550 go\"\n", "dialogue": HELLO}
    yield {"name": "check_mail refuses", "more": "SLocal_check_mail\nR$*joe$*\t$#error $@ 5.7.1 $: \"550 go\"\n", "dialogue": TWO}
    yield {"name": "check_mail discards", "more": "SLocal_check_mail\nR$*joe$*\t$#discard $: discard\n", "dialogue": TWO}
