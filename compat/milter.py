#!/usr/bin/env python3
"""milter.py: mail filters, in the lab: the real sendmail and the program in $SUBJECT beside each other.

Each case starts a daemon with certain X lines and filters that do certain things (tools/filter.py), plays a dialogue and compares
replies, log lines, the packets that the filters were sent and what is in the queue afterwards. V=N shows N differences, REAL=1
shows what the real one did. Last line: "N of M identical". CASES chooses by a regular expression; CACHE names a file that keeps
what the real one did for the next time, RECORDED one (golden/milter.jsonl) whose cases are played to the subject alone,
EVERY=N one in N of them.
"""
import glob, json, os, re, sys, time
here = os.environ.get("LAB") or os.path.dirname(os.path.abspath(__file__)) + "/oracle"
sys.path.insert(0, here + "/tools")
sys.path.insert(0, here)
import lab, smtp
from filter import Filter
import milter_cases

V = int(os.environ.get("V", "3"))
BASE = open(lab.CONF + "/milter/milter.cf", encoding="latin-1").read()


def clean(text):
    text = re.sub(r"8\.1[78]\.\d+(\.\d+)?(/8\.1[78]\.\d+(\.\d+)?)?", "{V}", smtp.norm(text))
    text = re.sub(r"(\{QID\}\.)\d{10}/", r"\1{N}/", text)
    text = re.sub(r"(time command \(.\)), \d+", r"\1", text)
    return re.sub(r"\bpid=\d+|(?<=\[127\.0\.0\.23\]:)\d+|:\d{4,5}\b|\(\d+ bytes/msgs\)", "{N}", text)


def packets(row):
    shown = []
    for letter, data in row:
        if letter == "C":
            data = re.sub(rb"(?s)\x004..", b"\x004pp", data, count=1)
        shown.append(letter + " " + clean(data.decode("latin-1")).replace("\0", "|"))
    return shown


def configuration(case):
    lines = case.get("filters") or [milter_cases.x("T")]
    text = re.sub(r"(?m)^X.*\n(?:[ \t].*\n)*", "", BASE)
    text = re.sub(r"(?m)^O InputMailFilters=.*$", "O InputMailFilters=" + case.get("list", ",".join(l[1:].split(",")[0] for l in lines)), text)
    for pattern, replacement in case.get("edit", []):
        text, n = re.subn(pattern, replacement, text)
        if not n:
            raise SystemExit("%s: %s is not there" % (case["name"], pattern))
    path = lab.CONF + "/milter/case.cf"
    with open(path, "w", encoding="latin-1") as f:
        f.write(text.replace("@DIR@", lab.DIR) + "\n" + "\n".join(lines).replace("@DIR@", lab.DIR) + "\n" + case.get("more", ""))
    return path


def clear():
    for f in glob.glob(lab.DIR + "/mqueue/*") + glob.glob(lab.DIR + "/var/mail/*"):
        if os.path.isfile(f):
            os.unlink(f)


def talk(case):
    """The dialogue; a message is sent only when it is asked for."""
    connection = smtp.Conn(case.get("src", "127.0.0.23"))
    said = connection.reply() or ["(closed)"]
    for step in case["dialogue"]:
        if connection.eof and not connection.buf:
            break
        text, answers = step if isinstance(step, tuple) else (step, 1)
        if isinstance(text, dict):
            connection.s.shutdown(1)
            while line := connection.reply(3):
                said += line
            break
        if isinstance(text, bytes):
            if not said[-1].startswith("354"):
                continue
            connection.send(text)
        else:
            connection.send(text.encode("latin-1") + b"\r\n")
        for _ in range(answers):
            said += connection.reply(12) or ["(closed)" if connection.eof else "(nothing)"]
    connection.close()
    return said


class Server:
    """A daemon under one configuration; it stays for the cases that have the same."""

    def __init__(self):
        self.daemon, self.key, self.refusal = None, None, None

    def use(self, case, program):
        key = (program, json.dumps([case.get(k) for k in ("filters", "list", "edit", "more", "args")]))
        if key == self.key:
            return self.refusal
        self.stop()
        self.key, self.refusal = key, None
        lab.SM = program
        try:
            self.daemon = lab.Daemon(configuration(case), ["-odq"] + case.get("args", []))
            time.sleep(1)       # what it logs about the connection that found it up is not the case's
        except RuntimeError as e:
            self.refusal = clean(lab.unsub(str(e)))
        return self.refusal

    def stop(self):
        if self.daemon:
            self.daemon.stop()
        self.daemon = None


def play(case, program, server):
    """What was said, logged, sent to filters and left in the queue."""
    clear()
    log = lab.Syslog()
    refusal = server.use(case, program)
    if refusal:
        return {"replies": [refusal], "log": [clean(l) for l in log.text(0.3)], "packets": [], "queue": []}
    log.lines(0.2)
    filters = [Filter(lab.sub(f["where"]) if isinstance(f.get("where"), str) else tuple(f.get("where", ("127.0.0.1", 3333))), f.get("do", {}), f.get("negotiate", (6, 0x1FF, 0)), f.get("macros", b""))
               for f in case.get("run", [{}])]
    try:
        said = talk(case)
        lines = log.text(0.3)
        queue = []
        for f in sorted(glob.glob(lab.DIR + "/mqueue/*")):
            queue.append(os.path.basename(f)[:2] + ":\n" + re.sub(r"(?m)^[TKI].*\n", "", open(f, encoding="latin-1", newline="").read()))
    finally:
        for f in filters:
            f.stop()
    return {"replies": [clean(l) for l in said], "log": [clean(l) for l in lines],
            "packets": [p for f in filters for p in packets(f.packets) + ["--"]], "queue": [clean(q) for q in queue]}


def main():
    global V
    wanted = re.compile(os.environ.get("CASES", ""))
    good = total = 0
    cache = os.environ.get("CACHE")
    kept = json.load(open(cache)) if cache and os.path.exists(cache) else {}
    recorded = os.environ.get("RECORDED")
    if recorded:
        kept = {row["name"]: row["real"] for row in map(json.loads, open(recorded))}
    first, second = Server(), Server()
    every = int(os.environ.get("EVERY", "1"))
    for number, case in enumerate(milter_cases.all_cases()):
        if number % every or not wanted.search(case["name"]) or (recorded and case["name"] not in kept):
            continue
        total += 1
        if case["name"] not in kept:
            second.stop()
            second.key = None
            kept[case["name"]] = play(case, lab.REAL, first)
            if cache:
                with open(cache, "w") as f:
                    json.dump(kept, f)
        real = {k: [clean(l) for l in v] for k, v in kept[case["name"]].items()}
        if os.environ.get("REAL"):
            print("== " + case["name"])
            for part in os.environ.get("REAL").split(","):
                print("-- " + part + "\n" + "\n".join(real.get(part, [])), flush=True)
            continue
        first.stop()
        first.key = None
        ours = play(case, os.environ["SUBJECT"], second)
        if real == ours:
            good += 1
            continue
        if "DIFFS" in os.environ:
            with open(os.environ["DIFFS"], "a") as f:
                f.write("milter " + case["name"] + "\n")
        print("differs: " + case["name"] + " (" + ", ".join(k for k in real if real[k] != ours[k]) + ")", flush=True)
        if V > 0:
            V -= 1
            for part in real:
                if real[part] != ours[part]:
                    print("--- real: " + part + "\n" + "\n".join(real[part]) + "\n--- subject: " + part + "\n" + "\n".join(ours[part]), flush=True)
    first.stop()
    second.stop()
    print("milter: %d of %d identical" % (good, total))
    return 0 if good == total else 1


if __name__ == "__main__":
    sys.exit(main())
