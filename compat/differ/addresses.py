"""Addresses from a grammar: what people, programs and attackers write where an address is expected (RFC 822, 976, 5321, 5322)."""

USERS = ["joe", "alice", "bob", "root", "postmaster", "MAILER-DAEMON", "Joe", "x", "joe+box", "a.b", "first.last", "info", "list-owner", "sales", "nobody", "u1", "jos\xe9", "\xff", "_x", "*", "-x", "a=b", "o'neil", "x?y", "a&b", "$m", "a`b", "{x}", "~joe", "a^b", "#x", "\\joe", "a\\@b", "abuse"]
WORDS = ["a", "b", "Full", "Name", "Dr.", "lab", "mx", "9", "uunet", "ucbvax", "host", "x-y", "A_B", "\xe4\xf6", "test"]
DOMAINS = ["mail.lab.test", "lab.test", "localhost", "LAB.TEST", "mail", "sink.test", "virt.test", "virt2.test", "example.com", "host", "a.b.c.d.e", "relay.test", "spam.test", "nonexist.test", "sub.remote.test", "remote.test", "example.test", "cname.test", "host.UUCP", "uucphost.UUCP", "h.BITNET", "lab.test.REDIRECT", "x.redirect", "berkeley.edu", "CS.Berkeley.EDU", "ucbvax", "localhost.lab.test", "www.lab.test", "sub.lab.test", "masq.test", "1.2.3.4", "x.decnet", "b\xfc.test", "xn--b-xga.test", "a-b.test", "_x.test", "mx1.sink.test", "client.lab.test"]
LITERALS = ["[127.0.0.1]", "[127.0.0.10]", "[1.2.3.4]", "[IPv6:::1]", "[IPv6:2001:db8::5]", "[IPv6:0:0:0:0:0:0:0:1]", "[IPv6:::ffff:1.2.3.4]", "[::1]", "[256.1.1.1]", "[1.2.3]", "[]", "[ 1.2.3.4 ]", "[host]", "[mail.lab.test]", "[lab.test]", "[1.2.3.4", "1.2.3.4]", "[[1.2.3.4]]", "[127.0.0.1].x", "[IPv6:", "[127.0.0.20]:25", "[sink.test]:587"]
QUOTED = ['"joe"', '"joe blow"', '"a@b"', '""', '"a\\"b"', '"\\\\"', '"a,b"', '" "', '"joe', 'joe"', '"a"b', 'a"b"c', '"a"."b"', '"\xe9"', '"(x)"', '"<>"', '"/etc/passwd"', '"|sh"', '"a:b"', '"a;b"', '"joe"+"x"', '"a\tb"', '"\\a\\b"']
COMMENTS = ["(c)", "(a (nested) b)", "(with \"quote\")", "(\\))", "(", ")", "(unclosed", "()", "( a b )", "(a@b)", "(\xe9)", "(;,)"]
SPECIALS = "()<>@,;:\\\".[]!%+/|^ \t'=&~#$?*-\xe9\x80\xa0"


def domain(r):
    k = r.random()
    if k < 0.55:
        return r.choice(DOMAINS)
    if k < 0.68:
        return r.choice(LITERALS)
    if k < 0.85:
        return ".".join(r.choice(WORDS) for _ in range(r.randint(1, 4)))
    d = r.choice(DOMAINS)
    return r.choice([d + ".", "." + d, d + "..", d.upper(), d + r.choice(COMMENTS), d.replace(".", " . "), d.replace(".", "..", 1), d + ":", '"' + d + '"', "", d + ".UUCP", d + "." + r.choice(WORDS), "#" + d, d + "#"])


def local(r):
    k = r.random()
    if k < 0.5:
        return r.choice(USERS)
    if k < 0.65:
        return r.choice(QUOTED)
    if k < 0.8:
        return r.choice(["+", ".", "-", "_", " "]).join(r.choice(USERS + WORDS) for _ in range(r.randint(2, 3)))
    return r.choice(USERS) + r.choice(["+", "++x", "+x+y", ".", "..", "@", "%", "!", ":", "::x", "=x@y", "/a=b/", ""])


def mailbox(r):
    k = r.random()
    if k < 0.5:
        return local(r) + "@" + domain(r)
    if k < 0.6:
        return local(r)
    if k < 0.68:
        return local(r) + "%" + domain(r) + "@" + domain(r)
    if k < 0.71:
        return "%".join([local(r)] + [domain(r) for _ in range(r.randint(1, 3))])
    if k < 0.79:
        return "!".join([r.choice(DOMAINS + WORDS) for _ in range(r.randint(1, 4))] + [local(r)])
    if k < 0.82:
        return "!".join([r.choice(DOMAINS + WORDS) for _ in range(r.randint(1, 2))] + [mailbox(r)])
    if k < 0.87:
        return "@" + ",@".join(domain(r) for _ in range(r.randint(1, 3))) + ":" + local(r) + "@" + domain(r)
    if k < 0.9:
        return r.choice(WORDS) + "::" + local(r)
    if k < 0.93:
        return r.choice([":include:/etc/x", ":include: x", "/dev/null", "/var/tmp/f", "|prog a b", '"|prog a b"', "\\" + local(r), "/a@" + domain(r), "|x@" + domain(r), '"|x y"@' + domain(r), ":include:x@" + domain(r)])
    return local(r) + "@" + domain(r) + "@" + domain(r)


def address(r):
    """One address, without line ends."""
    k = r.random()
    if k < 0.42:
        text = mailbox(r)
    elif k < 0.52:
        text = "<" + mailbox(r) + ">"
    elif k < 0.6:
        text = " ".join(r.choice(WORDS + QUOTED[:12]) for _ in range(r.randint(1, 3))) + " <" + mailbox(r) + ">"
    elif k < 0.67:
        text = r.choice([mailbox(r) + " " + r.choice(COMMENTS), r.choice(COMMENTS) + " " + mailbox(r), mailbox(r) + r.choice(COMMENTS) + "@" + domain(r), "<" + mailbox(r) + r.choice(COMMENTS) + ">", r.choice(COMMENTS) + "<" + mailbox(r) + ">" + r.choice(COMMENTS)])
    elif k < 0.71:
        text = r.choice(WORDS) + ": " + ", ".join(mailbox(r) for _ in range(r.randint(0, 3))) + r.choice([";", ";", "", "; " + mailbox(r), ";@" + domain(r)])
    elif k < 0.75:
        text = r.choice(["<>", "", "<@>", "@", "@@", "<<>>", "< >", '""', "()", "<joe@>", "@lab.test", "joe@", "!", "%", ":", ";", ".", "<", ">", "[]", "@[]", "<[]>", "::", ":;", "a:;", "a:b;", "<a:;>", "!joe", "joe!", "%joe", "joe%", "a@b@", ".@.", "..", "\\", '"', "(", ")", "a b", "a b@c d"])
    elif k < 0.9:
        text = mutated(r, r.choice([mailbox(r), "<" + mailbox(r) + ">", r.choice(WORDS) + " <" + mailbox(r) + ">"]))
    elif k < 0.97:
        text = "".join(r.choice(SPECIALS + "abc") for _ in range(r.randint(1, 14)))
    elif k < 0.985:
        text = ", ".join(mailbox(r) for _ in range(r.randint(2, 4)))
    else:
        text = long(r)
    return text.replace("\n", " ").replace("\r", " ")


def mutated(r, text):
    for _ in range(r.randint(1, 3)):
        at = r.randint(0, len(text))
        k = r.random()
        if k < 0.5:
            text = text[:at] + r.choice(SPECIALS) + text[at:]
        elif k < 0.8:
            text = text[:at] + text[at + 1:]
        else:
            to = min(len(text), at + r.randint(1, 6))
            text = text[:to] + text[at:to] + text[to:]
    return text


def long(r):
    n = r.choice([60, 120, 250, 256, 257, 300])
    return r.choice(["a" * n + "@" + domain(r), local(r) + "@" + ".".join("b" for _ in range(n // 2)), local(r) + "@" + "c" * n + ".test", '"' + "q" * n + '"@lab.test', "!".join("h" for _ in range(min(n, 90))) + "!u", "<" * 8 + mailbox(r) + ">" * 8, "a%" * 20 + "b"])
