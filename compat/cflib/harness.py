"""Expanding a .mc with either library and asking sendmail -bt about the result."""
import os, re, subprocess

OURS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + "/cf/"
# The separator of two arguments cannot be typed in address test mode.
HELPER = ("\nSWithBars\nR$* bar $* bar $* bar $*\t$@ $1 $| $2 $| $3 $| $4\nR$* bar $* bar $*\t$@ $1 $| $2 $| $3\n"
          "R$* bar $*\t$@ $1 $| $2\n")
# Rulesets whose answer counts only when it names a mailer ($#...): everything else lets the message pass.
ACCEPT = re.compile(r"\b(check_\w+|tls_(client|server|rcpt)|try_tls)\b")
NOTHING = re.compile(r"\b(\w*_features|queuegroup|authinfo|greet_pause)\b")


def expand(m4, library, mc, cwd=None):
    """The .cf and what was said on the standard error."""
    folder = os.path.dirname(mc)
    # The upstream library calls date and hostname; ours needs no commands, and is given none.
    commands = ["--allow-commands"] if os.path.basename(m4) == "makecf" and library != OURS else []
    p = subprocess.run([m4] + commands + ["-D_CF_DIR_=" + library, "-I", library, "-I", folder, library + "m4/cf.m4", mc],
                       capture_output=True, encoding="latin-1", cwd=cwd or folder, timeout=120)
    said = re.sub(r"^[^\s:]*m4: ?", "", p.stderr, flags=re.M).replace(library, "").replace(folder + "/", "")
    return p.stdout, re.sub(r"^/\S*/(?=[\w.-]+:\d+:)", "", said, flags=re.M).strip()


class Answers:
    """One run of address test mode over a list of lines."""

    def __init__(self, program, cf, lines):
        p = subprocess.run(["sendmail", "-C", cf, "-bt"], executable=program, input="\n".join(lines) + "\n", capture_output=True,
                           encoding="latin-1", timeout=900, cwd="/")
        text = p.stdout
        while re.search(r"(?m)^> (?=> )", text):            # a line without any output
            text = re.sub(r"(?m)^> (?=> )", "> \n", text)
        self.blocks = re.split(r"(?m)^> ", text)[1:]
        self.head = text[:text.find("\n> ")] if "\n> " in text else text

    def final(self, i, line):
        """The last answer of line I, reduced to what it means."""
        rows = [r for r in self.blocks[i].split("\n") if r.strip()] if i < len(self.blocks) else ["<no answer>"]
        returns = [r for r in rows if "returns:" in r and not r.startswith("==")]
        if line.startswith("$"):
            return " ".join(sorted(rows))
        if not rows:
            return ""
        last = returns[-1] if returns and ("returns:" in rows[-1] or rows[-1].startswith("== Ruleset")) else rows[-1]
        answer = last.split("returns:", 1)[-1].strip()
        if not answer.startswith("$#") and ACCEPT.search(line):
            return "accept"
        if not answer.startswith("$#") and NOTHING.search(line) and "tls_" not in line:
            return "nothing"
        return answer


PRIVATE = ("C..", "C[[", "C{Localhost}", "C{Loopback}", "C{Untagged}", "C{Src}", "C{SpamTag}")


def facts(cf):
    """Options, classes, macros, maps, mailers, headers: every line that is no rule, in one spelling."""
    out, keep = [], False
    for line in cf.split("\n"):
        if line[:1] in ("\t", " "):
            if keep and out:
                out[-1] += " " + line.strip()
            continue
        keep = line[:1] in ("H", "M")
        if line[:1] and line[0] in "DCFKHMPTVOEXQ":
            out.append(line)
    fine = set()
    for line in out:
        line = re.sub(r"^([CDF])\{(\w)\}", r"\1\2", re.sub(r"\s+", " ", line).replace(", ", ",").strip())
        line = re.sub(r"^(K) ", r"\1", line)
        if line.startswith(PRIVATE) or re.fullmatch(r"[CF](\w|\{\w+\})", line):
            continue
        if line[0] == "C" and not line.startswith("CO"):     # how words are spread over lines does not matter
            name, words = re.match(r"C(\w|\{\w+\})(.*)", line).groups() if re.match(r"C(\w|\{\w+\})", line) else (line, "")
            fine |= {"C%s %s" % (name, w) for w in words.split()}
        else:
            fine.add(line)
    return fine


def words(cf, maps):
    """Names that a configuration knows: members of its classes, keys of its maps."""
    found = set()
    for line in cf.split("\n"):
        m = re.match(r"C(\w|\{\w+\})(.*)", line)
        if m and m[1] not in ("O", "P"):
            found |= set(m[2].split())
    for text in maps:
        for line in text.split("\n"):
            if line and not line.startswith("#"):
                key = line.split()[0]
                found.add(key.split(":", 1)[1] if re.match(r"(To|From|Connect|Spam):", key) else key)
    return sorted(w for w in found if re.fullmatch(r"[\w.@+-]+", w))


def mailer_names(cf):
    return [m for m in re.findall(r"(?m)^M([\w*-]+)", cf)]
