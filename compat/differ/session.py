"""Address test mode from a program's side: lines in, what each line printed out."""
import os
import re
import subprocess
import tempfile

ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/", "USER": "root", "LOGNAME": "root", "TZ": "UTC"}
# A line that no program knows, so that its answer marks the end of the answer before it.
MARK = re.compile(r'> Unknown "/" command /mark(\d+)\n')
PROMPT = "Enter <ruleset> <address>\n"
# Sessions print megabytes that are thrown away again: no disk has to see them.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def start(program, cf, lines, seconds, extra=()):
    """Begins a session; ended() waits for it. Two can run at the same time."""
    source = tempfile.TemporaryFile(dir=MEMORY)
    source.write(b"".join(b"%s\n/mark%d\n" % (line.encode("latin-1"), number) for number, line in enumerate(lines)))
    source.seek(0)
    sink = tempfile.TemporaryFile(dir=MEMORY)
    process = subprocess.Popen(["sendmail", "-C", cf, *extra, "-bt"], executable=program, env=ENV, cwd="/", stdin=source, stdout=sink, stderr=subprocess.STDOUT)
    source.close()
    return process, sink, seconds


def ended(begun):
    """(all that was printed, exit code)"""
    process, sink, seconds = begun
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        code = "timeout"
    sink.seek(0)
    text = sink.read()
    sink.close()
    return text, code


def split(text, code, count):
    """(what was printed before the first prompt, [answer of each line], exit code); answers end early when the program did."""
    text = text.decode("latin-1")
    prompt = text.find(PROMPT)
    if prompt < 0:
        return text, [], code
    prompt += len(PROMPT)
    answers, at = [], prompt
    for mark in MARK.finditer(text, prompt):
        answers.append(text[at:mark.start()].removeprefix("> "))
        at = mark.end()
    if len(answers) < count:
        answers.append(text[at:].removeprefix("> ") + "<%s>" % ("timeout" if code == "timeout" else "crashed" if code < 0 else "ended"))
    return text[:prompt], answers, code


def side_by_side(real, ours, cf, lines, seconds, extra=()):
    """
    Feeds both the same lines: (number of answers that are the same, [(line, answer of the real one, answer of ours)] of the
    others); None as the line is for what was printed before the first prompt. A program that ends or hangs at a line is
    started again behind it.
    """
    at, same, others = 0, 0, []

    def add(line, one, two):
        nonlocal same
        if one == two:
            same += 1
        else:
            others.append((line, one, two))

    while at < len(lines) or at == 0:
        (one, code), (two, own_code) = [ended(b) for b in [start(program, cf, lines[at:], seconds, extra) for program in (real, ours)]]
        # nearly always all is the same: then nothing has to be taken apart
        if one == two and code == own_code and b'Unknown "/" command /mark%d\n' % (len(lines) - at - 1) in one[-80:]:
            return same + len(lines) - at + (at == 0), others
        (head, one, code), (own_head, two, own_code) = split(one, code, len(lines) - at), split(two, own_code, len(lines) - at)
        if at == 0:
            add(None, head, own_head)
        common = min(len(one), len(two))
        if common == 0:
            if lines and head == own_head:
                add(lines[at], "<no answer: %s>" % code, "<no answer: %s>" % own_code)
            break
        for i in range(common):
            add(lines[at + i], one[i], two[i])
        at += common
    return same, others


def run(program, cf, lines, seconds, extra=()):
    """One program alone: (head, answers, exit code)."""
    return split(*ended(start(program, cf, lines, seconds, extra)), len(lines))
