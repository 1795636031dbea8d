#!/usr/bin/env python3
"""ratios.py: the table of the README, medians of one run of bench.sh (results/*.tsv), with ours as a ratio of each peer."""
import os, statistics
HERE = os.path.dirname(os.path.abspath(__file__)) + "/results/"


def values(measure, who, parameters, metric):
    """All figures of one measure; parameters are words that the second column must hold."""
    found = []
    try:
        lines = open(HERE + measure + ".tsv").read().splitlines()
    except OSError:
        return found
    for line in lines:
        columns = line.split("\t")
        if len(columns) < 4 or columns[1] != who or not set(parameters.split()) <= set(columns[2].split()):
            continue
        for word in columns[3].split():
            name, _, value = word.partition("=")
            if name == metric:
                found.append(float(value))
    return found


def shown(value, digits):
    return "–" if value is None else "%.*f" % (digits, value)


ROWS = [  # caption, measure, suffix of the instance, parameters, metric, divisor, digits
    ("relayed, 10 sessions kept, messages/s", "relay", "", "tls=no sess=10 percon=0", "e2e", 1, 0),
    ("relayed, one connection each, messages/s", "relay", "", "tls=no sess=10 percon=1", "e2e", 1, 0),
    ("relayed, 50 sessions, messages/s", "relay", "", "tls=no sess=50 percon=0", "e2e", 1, 0),
    ("STARTTLS in and out, kept, messages/s", "tls", "-t", "tls=inout sess=10 percon=0", "e2e", 1, 0),
    ("STARTTLS in and out, one connection each, messages/s", "tls", "-t", "tls=inout sess=10 percon=1", "e2e", 1, 0),
    ("CPU per relayed message, ms", "relay", "", "tls=no sess=10 percon=0", "cpu_ms", 1, 1),
    ("TLS sessions accepted/s, P-256", "handshake", "", "what=p256-10", "rate", 1, 0),
    ("TLS sessions accepted/s, resumed", "handshake", "", "what=resumed-10", "rate", 1, 0),
    ("`sendmail -bp`, empty queue, ms", "submit", "", "what=mailq", "wall_med_ms", 1, 1),
    ("`sendmail -t` of one message, ms", "submit", "", "what=submit par=1", "wall_med_ms", 1, 1),
    ("`sendmail -bt`, start-up, ms", "rewrite", "", "what=rewrite", "start_ms", 1, 1),
    ("`sendmail -bt`, `3,0`, addresses/s", "rewrite", "", "what=rewrite", "rate", 1, 0),
    ("`sendmail -bt`, memory after 10,000 addresses, MB", "rewrite", "", "what=rewrite", "kb", 1024, 0),
    ("a `.mc`: `makecf`, GNU m4, each with its library, ms", "makecf", "", "what=makecf", "wall_med_ms", 1, 1),
    ("the same, both with our library, ms", "makecf", "", "what=m4-library-ours", "wall_med_ms", 1, 1),
    ("the same, both with the upstream library, ms", "makecf", "", "what=m4-library-upstream", "wall_med_ms", 1, 1),
    ("`sendmail -C site.cf -bp`, ms", "makecf", "", "what=bp-cf", "wall_med_ms", 1, 1),
    ("`sendmail -C site.mc -bp`, ms", "makecf", "", "what=bp-mc", "wall_med_ms", 1, 1),
    ("memory idle (PSS), MB", "memory", "", "sessions=0 tls=no", "pss_kb", 1024, 0),
    ("memory with 200 open sessions, MB", "memory", "", "sessions=200 tls=no", "pss_kb", 1024, 0),
    ("memory with 1000 open sessions, MB", "memory", "", "sessions=1000 tls=no", "pss_kb", 1024, 0),
]
print("| | ours | sendmail | postfix | ours / sendmail | ours / postfix |\n|---|---|---|---|---|---|")
for caption, measure, suffix, parameters, metric, divisor, digits in ROWS:
    medians = []
    for who in ("ours", "sendmail", "postfix"):
        found = values(measure, who + suffix, parameters, metric)
        medians.append(statistics.median(found) / divisor if found else None)
    if medians[0] is None:
        continue
    ratios = [shown(medians[0] / m, 2) if m else "–" for m in medians[1:]]
    print("| %s | %s | %s |" % (caption, " | ".join(shown(m, digits) for m in medians), " | ".join(ratios)))
