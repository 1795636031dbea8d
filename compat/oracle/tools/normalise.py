"""Takes out of output, logs and queue files what differs from run to run: dates, queue ids, pids, delays, ports, versions."""
import re

NORM = [(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [ \d]?\d? ?\w{3} [ \d]?\d?\d? ?\d{0,4} ?\d\d:\d\d(:\d\d)?( \d{4})?( (GMT|UTC|[+-]\d{4})( \(\w+\))?)?", "{DATE}"),
        (r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d(:\d\d)?( \w+)?( \d{4})?", "{DATE}"),
        (r"(?<![0-9A-Za-z])([dqhtxQ]f)?[0-9A-Za-x][0-9A-C][1-9A-V][0-9A-N][0-9A-Za-x]{4}\d{6,7}\b", r"\1{QID}"), (r"-(q!?[IM])\w{5,16}", r"-\1{QID}"),
        (r"^(\[log\] [a-z]+(?:\.[a-z]+)? [^:]*?)\[\d+\]:", r"\1[{PID}]:"), (r"^\d{5} (<<<|>>>|===)", r"{PID} \1"), (r"^I\d+/\d+/\d+$", "I{INODE}"), (r"^(-r.{8} \d \w+ \w+) +\d+ (\S.*[qhQ]f\{QID\}|\S+/xlog)$", r"\1 {N} \2"),
        (r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d\b", "{DATE}"),
        (r"^(-rwx\S+ \d+ \w+ \w+) +\d+ ", r"\1 {N} "), (r"\b20\d{10}\.", "{STAMP}."), (r"(x?delay)=(\d+\+)?\d\d:\d\d:\d\d", r"\1={DELAY}"), (r"\bpid[ =]\d+", "pid={PID}"), (r"\b1[67]\d{8}\b", "{TIME}"),
        (r"8\.1[78]\.\d+(\.\d+)?\S*", "{V}"), (r"\b(port|localhost:|:)(\d{4,5})\b", r"\1{PORT}"), (r"0x7f[0-9a-f]{6,}", "{ADDR}"), (r"longest \d+ bytes, \d+ bytes total", "longest {N} bytes, {N} bytes total"), (r"^\d{2,7}$", "{PID}"), (r'("peer": \["[^"]+", )\d+', r"\1{PORT}"), (r"\$\$|/tmp/\S+\.\w{6}\b", "{TMP}"), (r"\bD\d\d/\d\d/\d\d\b|\bT\d{10}\b|\bK\d{10}\b", "{T}")]
NORM = [(re.compile(a, re.M), b) for a, b in NORM]


def normalise(text):
    for a, b in NORM:
        text = a.sub(b, text)
    return text
