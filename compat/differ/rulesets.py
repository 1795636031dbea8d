"""Random configurations: rules over all operators, with classes, macros, maps, conditionals, loops and recursion."""

ATOMS = ["a", "b", "c", "A", "joe", "1", "25", "x", "test", "\xe9", "\xc9", "b\xfcr"]
SIGNS = ["@", ".", "<", ">", "!", "%", ":", "/", "+", "[", "]", ",", ";", "(", ")", "^", "=", "~", '"q r"', '"a"', "\\a", "-", "#"]
CLASSES = ["A", "B", "{Multi}", "{Multi}", "w", "{None}", "{Gone}", "{Eight}"]
MACROS = ["X", "Y", "{Long}", "{Empty}", "Z", "{Unset}", "{Rule}", "{Cond}", "{Dollar}", "{Eight}"]
MAPS = ["d", "mac", "mac", "sum", "rx", "rxn", "tab", "seq", "tabm", "none", "syslogless", "dd", "subst", "swt", "rxd", "rxs", "rxf", "rxb", "rxm", "rxe", "tabq", "tabs", "tmp", "tmpt", "host", "usr", "seqt", "nowhere"]
ERRORS = ["$@ 5.1.1 $: \"550 text\"", "$@ 5.1.1 $: 550 5.1.1 text of it", "$: \"451 4.3.0 later\"", "$@ nouser $: User $1", "$@ quarantine $: why", "$: 553 (c) x", "$@ 4.7.1 $:", "$@"]


def literal(r):
    return r.choice(ATOMS) if r.random() < 0.5 else r.choice(SIGNS)


def glue(r, parts):
    """Parts side by side, sometimes with blanks between."""
    text = ""
    for part in parts:
        if text and (r.random() < 0.2 or (text[-1:].isalnum() and part[:1].isalnum() and r.random() < 0.5)):
            text += " "
        text += part
    return text


def conditional(r, inside):
    if r.random() < 0.15:
        plain = inside
        inside = lambda: plain() + conditional(r, plain)
    text = "$?" + r.choice(MACROS) + " " * (r.random() < 0.3) + inside()
    if r.random() < 0.5:
        text += "$|" + inside()
    return text + "$."


def left(r):
    """A left side and the number of its wildcards."""
    parts, wild = [], 0
    for _ in range(r.choice([1, 1, 2, 3, 3, 4, 5, 6, 7] * 6 + [12])):
        k = r.random()
        if k < 0.003:
            parts.append(r.choice(["$1", "$:", "$>", "$[", "$)", "$.", "$=", "$", "$$"]))
        elif k < 0.2:
            parts.append("$*"); wild += 1
        elif k < 0.38:
            parts.append("$+"); wild += 1
        elif k < 0.5:
            parts.append("$-"); wild += 1
        elif k < 0.53:
            parts.append("$@"); wild += 1
        elif k < 0.62:
            parts.append("$=" + r.choice(CLASSES)); wild += 1
        elif k < 0.66:
            parts.append("$~" + r.choice(CLASSES)); wild += 1
        elif k < 0.69:
            parts.append("$&" + r.choice(MACROS))
        elif k < 0.72:
            parts.append("$" + r.choice(MACROS))
        elif k < 0.735:
            parts.append("$|")
        elif k < 0.745:
            parts.append("$#")
        elif k < 0.765:
            parts.append(conditional(r, lambda: literal(r)))
        else:
            parts.append(literal(r))
    return glue(r, parts), wild


def key(r, wild):
    return glue(r, [item(r, wild, 0.6) for _ in range(r.choice([1, 1, 1, 2, 3]))])


def item(r, wild, positional=0.45):
    k = r.random()
    if wild and k < positional:
        return "$" + str(r.randint(1, min(wild, 9)) if r.random() < 0.995 else r.choice([0, 9, 10, wild + 1]))
    if k < positional + 0.06:
        return "$&" + r.choice(MACROS)
    if k < positional + 0.09:
        return "$" + r.choice(MACROS)
    return literal(r)


def lookup(r, wild):
    name = r.choice(MAPS)
    if name == "sum" and r.random() < 0.1:
        number = r.choice(["3", "0", "-1"])
        inside = "r $@ %s $@ %s" % (number, number)
    elif name == "sum":
        inside = r.choice(["+", "-", "*", "/", "%", "&", "|", "l", "=", "x", "+", "\"+\"", "$&X"]) + "".join(" $@ " + r.choice(["1", "2", "25", "-3", "a", "0", "010", "2147483647", "99999999999", "\"3\"", "$&Z"] + (["$1"] if wild else [])) for _ in range(r.choice([2, 2, 2, 1, 3])))
    elif name in ("rxs", "rxd", "rxe") and r.random() < 0.3:
        inside = key(r, wild) + " $@ " + r.choice(["0", "1", "2", "1,0", "2,1", "9", "a", "$1" if wild else "-1"])
    elif name == "mac":
        inside = r.choice(MACROS + ["q", "{new}", "\"X\""]) + (" $@ " + key(r, wild) if r.random() < 0.8 else "")
    else:
        inside = key(r, wild) + "".join(" $@ " + key(r, wild) for _ in range(r.choice([0, 0, 0, 1, 2])))
    if r.random() < 0.5:
        inside += " $: " + (key(r, wild) if r.random() < 0.85 else "")
    return "$(" + name + " " + inside + " $)"


def right(r, wild, names, own):
    parts = []
    for _ in range(r.choice([1, 1, 2, 3, 3, 4, 5])):
        k = r.random()
        if k < 0.1:
            parts.append(lookup(r, wild))
        elif k < 0.11:
            parts.append("$[ " + r.choice(["mail.lab.test", "sink.test", "cname.test", "nonexist.test", "[127.0.0.20]", "$1" if wild else "x", "$&X"]) + r.choice([" $]", " $: a $]", " $@ b $]", "$]", " $@ b $: c $]", " $: $]"]))
        elif k < 0.13:
            parts.append("$|")
        elif k < 0.15:
            parts.append(conditional(r, lambda: item(r, wild)))
        else:
            parts.append(item(r, wild))
    call = ""
    k = r.random()
    if k < 0.22:
        # mostly to a later one, or nothing would ever end
        later = [n for n in names if names.index(n) > names.index(own)]
        target = r.choice(later) if later and r.random() < 0.93 else r.choice(names + ["nowhere", "$1" if wild else "17", "3", "$&X", '"%s"' % own, "60", "$&{Rule}", "$(tab rule $)", "T$1" if wild else "T", "-1", "101", "0"])
        call = "$>" + " " * (r.random() < 0.5) + target + " "
        if r.random() < 0.5:
            text = call + glue(r, parts)
        else:
            cut = r.randint(0, len(parts))
            text = glue(r, parts[:cut]) + call + glue(r, parts[cut:])
    else:
        text = glue(r, parts)
    k = r.random()
    if k < 0.07:
        if r.random() < 0.3:
            return r.choice(["$@", "$:", ""]) + "$#" + r.choice(["error ", "error", "discard ", "ERROR "]) + (r.choice(ERRORS) if wild else r.choice(ERRORS[:3]))
        text = "$#" + r.choice(["local", "error", "smtp", "discard", "x"]) + r.choice([" $@ ", ""]) + r.choice(["a", "5.7.1", "$1" if wild else "b"]) + r.choice([" $: ", ""]) + text
        if r.random() < 0.3:
            text = r.choice(["$@", "$:"]) + text
    elif call and k < 0.93 or not call and k < 0.68:
        text = r.choice(["$:", "$:", "$@"]) + " " * (r.random() < 0.6) + text
    return text


def configuration(r, number_of_rulesets):
    """(lines of a configuration, names of its rulesets)."""
    level = r.choice([10] * 12 + [9, 9, 8, 7, 5])
    lines = ["V%d%s" % (level, r.choice(["/Berkeley", "/Berkeley", ""])),
             "O OperatorChars=" + r.choice([".:%@!^/[]+"] * 4 + [".:@!", ".:%@!^=/[]+-~#", "@"])]
    if r.random() < 0.15:
        lines.append("O BlankSub=" + r.choice([".", "_", "+"]))
    lines += ["DX" + r.choice(["a", "a.b", "x y", "joe@test"]), "DY" + r.choice(["$X", "b", "c.d", "\"q r\""]),
              "D{Long}" + r.choice(["long", "a.b.c", "<a>", "25"]), "D{Empty}", "DZ" + r.choice(["$&X", "1", "(c)", "a(c)b", "\\a"]),
              "D{Rule}" + r.choice(["S1", "S2", "$X"]),
              "D{Cond}" + r.choice(["$?Xset$X$|none$.", "$?We$.f", "a$?Wb$?Xc$.$|d$.", "$?X$?Yboth$|one$.$."]),
              "D{Dollar}" + r.choice(["$$1", "a$|b", "$1", "$*", "$#x", "c$", "$&X", "$=A"]), "D{Eight}" + r.choice(["\xe9", "\xc9a", "b\xfcr.\xe9"]),
              "C{Eight}\xe9 b\xfcr \xe9.\xc9 \xe9@a", "CAa b joe", "CBb.c a.b.c test \"q\" x@a", "C{Multi}a@b a.b a.b.c 1.25 joe@test a b@", "Cwmail lab.test", "C{None}"]
    lines += ["Kd dequote", "Kdd dequote -s+", "Kmac macro", "Ksum arith", "Krx regex -aM a", "Krxn regex -n -a.N ^[ab]", "Krxd regex -d/ -s1,2 (a)(.*)",
              "Ktab text -a.T @FOLDER@/table", "Ktabm text -m @FOLDER@/table", "Ksubst text -z: -k0 -v1 @FOLDER@/colons", "Kseq sequence tab d", "Knone null", "Krxs regex -s -d+ (a|b)([^.]*)", "Krxf regex -f -aF A", "Krxb regex -b -s1,2 -d. \\(a\\)\\(.*\\)", "Krxm regex -m -a- [ab]x*", "Krxe regex -s1,2 (.)(.?)",
              "Ktabq text -q @FOLDER@/table", "Ktabs text -S- -a.S @FOLDER@/table", "Ktmp text @FOLDER@/absent", "Ktmpt text -T<TMPF> @FOLDER@/absent", "Kusr user -vuid", "Kseqt sequence none rxs tabm", "Ksyslogless text -o @FOLDER@/absent", "Kswt sequence rx tab"]
    lines += ["Mlocal, P=/bin/true, F=lsDFM, S=S1, R=S2, A=true $u", "Mprog, P=/bin/sh, F=lsDFM, S=S1, R=S2, A=sh -c $u", "Msmtp, P=[IPC], F=mDFMuX, S=S1, R=S2, A=TCP $h"]
    names = ["T%d" % i for i in range(number_of_rulesets)]
    for name in names:
        lines.append(("S" + name) if r.random() < 0.9 else "S%s=%d" % (name, names.index(name) % 40 + 20))
        for _ in range(r.choice([1, 1, 2, 3, 4, 6])):
            lhs, wild = left(r)
            lines.append("R" + lhs + "\t" * r.choice([1, 1, 2]) + right(r, wild, names, name) + r.choice(["", "", "", "\tnote"]))
    return lines, names


TABLE = "rule\tT3\na\tfound-a\njoe\tjoe2@test\nb\t\"q r\" %0 %1 %2\ntest\t<x>\n25\t26\na.b\tc . d\nx\t(x) y\nc\t%1$&X\n"
COLONS = "a:colon a\nb:%1@%0\nc:\n"


def files():
    """Map files that the configurations name."""
    return {"table": TABLE, "colons": COLONS}


def text(r):
    """A workspace to rewrite."""
    k = r.random()
    if k < 0.04:
        return r.choice(["<>", "<a@b>", "a", "@", "\"a b\"", "a(b)c", "a\\", "\"", ">", "<"])
    if k < 0.06:
        return ".".join(r.choice(ATOMS) for _ in range(r.choice([40, 80])))
    return glue(r, [literal(r) for _ in range(r.choice([1, 1, 2, 3, 3, 4, 5, 6, 8, 10]))])


def session(r, names, inputs):
    """Lines of one session of address test mode: texts through rulesets, traced or not, and what shows the configuration."""
    lines = []
    for name in names:
        k = r.random()
        traced = k < 0.12
        if traced:
            lines.append("-d21.%d" % r.randint(1, 12))
        elif k < 0.2:
            lines.append("=S" + name)
        elif k < 0.24:
            lines.append(r.choice([".D%s%s" % (r.choice(MACROS), r.choice(["v", "a.b", "$X", "T2", ""])), ".C%s%s" % (r.choice(CLASSES[:4]), r.choice(["v", "a b", "x.y.z"])), "$" + r.choice(MACROS)]))
        elif k < 0.3:
            lines.append("/map %s %s" % (r.choice(MAPS), text(r)))
        elif k < 0.33:
            traced = True
            lines.append("-d60.%d" % r.choice([1, 5]))
        lines += ["%s %s" % (name if r.random() < 0.95 else name + "," + r.choice(names), text(r)) for _ in range(inputs)]
        if traced:
            lines += ["-d21.0", "-d60.0"]
    return lines
