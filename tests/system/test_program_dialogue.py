#!/usr/bin/env python3
"""test_program_dialogue.py --bin DIR

Mailers whose program is told of no recipients ($u is not in A=): it speaks SMTP, with F=z LMTP, on its standard input and output.
Each recipient has the result that the program gave him; what it does not take is not lost.
"""
import argparse, os, re, subprocess, sys
import kit

SERVER = r'''#!/usr/bin/env python3
import sys
mode, box = sys.argv[1:3]
say = lambda text: (sys.stdout.write(text + "\r\n"), sys.stdout.flush())
if mode == "dead":
    sys.exit(3)
say("220 box ready")
names = []
for line in sys.stdin:
    verb = line[:4].upper()
    if verb in ("LHLO", "EHLO"):
        if (verb == "LHLO") != (mode == "lmtp"):
            sys.exit(9)
        say("250-box\r\n250 PIPELINING")
    elif verb == "RCPT":
        names.append(line[line.index("<") + 1:line.index("@") if "@" in line else line.index(">")])
        say("250 ok")
    elif verb == "DATA":
        say("354 go")
        body = []
        for line in sys.stdin:
            if line.rstrip("\r\n") == ".":
                break
            body.append(line)
        for name in names if mode == "lmtp" else names[:1]:
            if name == "later":
                say("450 4.2.0 full")
            elif name == "never":
                say("550 5.2.1 closed")
            else:
                with open(box + "/" + name, "a") as f:
                    f.writelines(body)
                say("250 2.0.0 kept")
        names = []
    elif verb == "QUIT":
        say("221 bye")
        break
    else:
        say("250 ok")
'''

ap = argparse.ArgumentParser()
ap.add_argument("--bin", required=True)
SENDMAIL = os.path.realpath(ap.parse_args().bin) + "/sendmail"
passed = failed = 0


def check(what, good, note=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print("%-7s %s %s" % ("ok" if good else "FAILED", what, note), flush=True)


work = kit.workdir("program")
server, box = work + "/server", work + "/box"
with open(server, "w") as f:
    f.write(SERVER)
os.chmod(server, 0o755)
os.mkdir(box)
cf = kit.configure(work, PORT=kit.free_port(), SINKPORT=kit.free_port())
template = open(cf).read()


def send(mode, flags, *recipients):
    """Sends one message with the program in this mode; exit code, what was said, and the control files that are left."""
    for name in os.listdir(work + "/queue"):
        os.remove(work + "/queue/" + name)
    with open(cf, "w") as f:
        f.write(re.sub(r"(?m)^Mlocal,.*$", "Mlocal,\tP=%s, F=lsDFMm%s, E=\\\\r\\\\n, T=DNS/RFC822/SMTP, A=server %s %s" % (server, flags, mode, box), template))
    done = subprocess.run([SENDMAIL, "-C", cf, "-odi", "-oem", "-v"] + list(recipients), input=b"Subject: x\n\nbody\n.dot\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    left = [open(work + "/queue/" + n, encoding="latin-1").read() for n in os.listdir(work + "/queue") if n.startswith("qf")]
    return done.returncode, done.stdout.decode("latin-1"), left


def mailbox(name):
    try:
        return open(box + "/" + name).read()
    except OSError:
        return ""


rc, said, left = send("lmtp", "z", "one", "two")
check("LMTP: everybody has the message", rc == 0 and not left and "\nbody\n" in mailbox("one") and mailbox("one") == mailbox("two"), repr((rc, left)))
check("LMTP: the dialogue is shown", ">>> LHLO " in said and "Closing connection to local\n>>> QUIT\n221 bye\n" in said, repr(said))
rc, said, left = send("lmtp", "z", "three", "later", "never")
waiting = re.findall(r"(?m)^R[A-Z]*:(.*)$", left[0]) if len(left) == 1 else left
check("LMTP: who is refused for now waits, who has it does not", waiting == ["later"] and "\nbody\n" in mailbox("three"), repr((rc, left, said)))
check("LMTP: who is refused is told of", "never... Service unavailable" in said or "5.2.1 closed" in said, repr(said))
rc, said, left = send("smtp", "a", "four")
check("SMTP: the program is greeted with EHLO", rc == 0 and not left and ">>> EHLO " in said and "\nbody\n" in mailbox("four"), repr((rc, said)))
rc, said, left = send("dead", "z", "five")
check("a program that ends at once leaves the message in the queue", rc == 0 and len(left) == 1 and "five... Deferred: Connection reset by local" in said, repr((rc, said)))

# Without a cache the session ends with its message; the program is waited for once and nothing is delivered twice.
template = template.replace("O LogLevel=9", "O LogLevel=9\nO ConnectionCacheSize=0")
rc, said, left = send("lmtp", "z", "six")
check("ConnectionCacheSize=0: delivered, and nothing is left", rc == 0 and not left and mailbox("six").count("\nbody\n") == 1, repr((rc, said, left)))

print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
