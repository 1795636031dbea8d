"""Reads dialogues written down for live comparison of two servers.

A file holds blocks, '#' lines are comments:

    = CONFIG NAME [src=127.0.0.23] [port=2525] [user=NAME bs="ARGUMENTS"] [nobanner]
    C text       sends text and CRLF, one reply is awaited (C0, C3: that many)
    R text       sends text as it is; \\r \\n \\0 \\t \\xHH \\\\ stand for octets, {text*N} for N times text (R0, R3: as above)
    TLS {json}   handshake as client with these arguments
    SLEEP n      waits
    DRAIN n      reads what comes within n seconds
    EOF          closes our half
"""
import json, re, shlex

ESCAPES = {"r": "\r", "n": "\n", "0": "\0", "t": "\t", "\\": "\\"}


def unescape(text):
    text = re.sub(r"\{([^{}]*)\*(\d+)\}", lambda m: m.group(1) * int(m.group(2)), text)
    return re.sub(r"\\(x[0-9a-fA-F]{2}|[rn0t\\])", lambda m: chr(int(m.group(1)[1:], 16)) if m.group(1)[0] == "x" else ESCAPES[m.group(1)], text)


def read(path):
    rows = []
    for number, line in enumerate(open(path, encoding="latin-1"), 1):
        line = line.rstrip("\n")
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "=":
            config, name, *options = shlex.split(rest)
            row = {"config": config, "name": name, "src": "127.0.0.23", "port": 2525, "dialogue": [{"send": None, "recv": []}]}
            for option in options:
                key, _, value = option.partition("=")
                if key == "nobanner":
                    row["dialogue"] = []
                else:
                    row[key] = value.split() if key == "bs" else int(value) if key == "port" else value
            rows.append(row)
            continue
        steps = rows[-1]["dialogue"]
        m = re.fullmatch(r"([CR])(\d*)", word)
        if m:
            send = rest + "\r\n" if m.group(1) == "C" else rest
            steps.append({"send": unescape(send), "recv": [[]] * int(m.group(2) or 1)})
        elif word == "TLS":
            steps.append({"tls": json.loads(rest or "{}")})
        elif word in ("SLEEP", "DRAIN"):
            steps.append({word.lower(): float(rest)})
        elif word == "EOF":
            steps.append({"eof": 1})
        else:
            raise SystemExit(f"{path}:{number}: {line!r} is not understood")
    return rows
