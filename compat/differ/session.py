"""Address test mode from a program's side: lines in, what each line printed out."""
import re
import subprocess
import tempfile

ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/", "USER": "root", "LOGNAME": "root", "TZ": "UTC"}
# A line that no program knows, so that its answer marks the end of the answer before it.
MARK = re.compile(r'(?:\A|(?<=\n)|(?<=> ))> Unknown "/" command /mark(\d+)\n')


def start(program, cf, lines, seconds, extra=()):
    """Begins a session; finish() waits for it. Two can run at the same time."""
    source = tempfile.TemporaryFile()
    for number, line in enumerate(lines):
        source.write(line.encode("latin-1") + b"\n/mark%d\n" % number)
    source.seek(0)
    sink = tempfile.TemporaryFile()
    process = subprocess.Popen(["sendmail", "-C", cf, *extra, "-bt"], executable=program, env=ENV, cwd="/", stdin=source, stdout=sink, stderr=subprocess.STDOUT)
    return process, sink, seconds, len(lines)


def finish(begun):
    """(what was printed before the first prompt, [answer of each line], exit code); answers end early when the program did."""
    process, sink, seconds, count = begun
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        code = "timeout"
    sink.seek(0)
    text = sink.read().decode("latin-1")
    sink.close()
    prompt = text.find("Enter <ruleset> <address>\n")
    if prompt < 0:
        return text, [], code
    prompt += len("Enter <ruleset> <address>\n")
    answers, at = [], prompt
    for mark in MARK.finditer(text, prompt):
        answers.append(text[at:mark.start()].removeprefix("> "))
        at = mark.end()
    if len(answers) < count:
        answers.append(text[at:].removeprefix("> ") + "<%s>" % ("timeout" if code == "timeout" else "ended"))
    return text[:prompt], answers, code


def side_by_side(real, ours, cf, lines, seconds, extra=()):
    """
    Feeds both the same lines and yields (line, answer of the real one, answer of ours); None as the line is for what was
    printed before the first prompt. A program that ends or hangs at a line is started again behind it.
    """
    at = 0
    while at < len(lines) or at == 0:
        both = [start(program, cf, lines[at:], seconds, extra) for program in (real, ours)]
        (head, one, code), (own_head, two, own_code) = [finish(b) for b in both]
        if at == 0:
            yield None, head, own_head
        common = min(len(one), len(two))
        if common == 0:
            if lines and head == own_head:
                yield lines[at], "<no answer: %s>" % code, "<no answer: %s>" % own_code
            return
        for i in range(common):
            yield lines[at + i], one[i], two[i]
        at += common


def run(program, cf, lines, seconds, extra=()):
    """One program alone: (head, answers, exit code)."""
    return finish(start(program, cf, lines, seconds, extra))
