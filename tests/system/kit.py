"""What the system tests share: free ports, a configuration from a template, a daemon, a sink that counts."""
import getpass, os, re, signal, socket, socketserver, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def workdir(name):
    """A private directory that sendmail's file-safety rules accept: below out/ of the project, mode 755."""
    base = os.path.join(os.environ.get("OUT", os.path.join(HERE, "..", "..", "out")), "system")
    os.makedirs(base, exist_ok=True)
    return os.path.realpath(tempfile.mkdtemp(prefix=name + "-", dir=base))


def configure(directory, template="relay.cf.in", options="", rules="", **values):
    """Fills a template; returns the path of the .cf."""
    os.makedirs(directory + "/queue", mode=0o700, exist_ok=True)
    os.chmod(directory, 0o755)
    text = open(os.path.join(HERE, template)).read()
    values = dict({"DIR": directory, "USER": getpass.getuser(), "UID": os.getuid(), "GID": os.getgid(), "MODE": "background",
                   "OPTIONS": options, "RULES": rules}, **values)
    for key, value in values.items():
        text = text.replace("@%s@" % key, str(value))
    path = directory + "/test.cf"
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, 0o644)
    return path


def until(what, check, seconds=30):
    """Waits for check() to be true; the deadline only says when to give up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = check()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError("gave up waiting: " + what)


def listening(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


class Client:
    """An SMTP client that sends lines and reads replies."""

    def __init__(self, port):
        self.s = socket.create_connection(("127.0.0.1", port), 10)
        self.s.settimeout(120)
        self.f = self.s.makefile("rb")
        self.reply()

    def reply(self):
        """The last line of a reply."""
        while (line := self.f.readline())[3:4] == b"-":
            pass
        return line.decode("latin-1").rstrip()

    def ask(self, *lines):
        """Sends lines, each behind the reply to the one before; the reply to the last."""
        for line in lines:
            self.s.sendall(line.encode("latin-1") + b"\r\n")
            answer = self.reply()
        return answer

    def close(self):
        self.f.close()
        self.s.close()


class Daemon:
    """sendmail -bD with its own process group."""

    def __init__(self, binary, cf, port, arguments=()):
        self.binary, self.cf, self.port, self.arguments = binary, cf, port, list(arguments)
        self.process = None

    def start(self, wait=True):
        self.process = subprocess.Popen([self.binary, "-bD", "-C", self.cf] + self.arguments, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        self.errors = []
        stream = self.process.stderr
        threading.Thread(target=lambda: [self.errors.append(l.decode("latin-1")) for l in stream], daemon=True).start()
        if wait:
            until("daemon on port %d (%s)" % (self.port, "".join(self.errors)), lambda: listening(self.port) or self.process.poll() is not None)
            assert self.process.poll() is None, "daemon ended: " + "".join(self.errors)
        return self

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class Sink:
    """An SMTP server that takes everything; .messages holds (sender, recipients, octets). reply(line) may answer a command instead."""

    def __init__(self, reply=None, address="127.0.0.1", port=0):
        sink = self
        self.messages, self.lock, self.reply = [], threading.Lock(), reply

        class Handler(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write(text.encode("latin-1") + b"\r\n")

            def handle(self):
                try:
                    self.serve()
                except (OSError, ValueError):
                    pass

            def serve(self):
                self.say("220 sink ESMTP")
                sender, recipients = None, []
                while True:
                    line = self.rfile.readline()
                    if not line.endswith(b"\n"):
                        return
                    verb = line[:4].upper()
                    answer = sink.reply(line.decode("latin-1").rstrip("\r\n")) if sink.reply else None
                    if answer:
                        self.say(answer)
                        continue
                    if verb in (b"EHLO", b"HELO"):
                        self.say("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE")
                    elif verb == b"MAIL":
                        sender, recipients = re.search(rb"<(.*?)>", line).group(1), []
                        self.say("250 2.1.0 ok")
                    elif verb == b"RCPT":
                        recipients.append(re.search(rb"<(.*?)>", line).group(1))
                        self.say("250 2.1.5 ok")
                    elif verb == b"DATA" and not recipients:
                        self.say("554 5.5.1 no valid recipients")
                    elif verb == b"DATA":
                        self.say("354 go")
                        body = []
                        while True:
                            text = self.rfile.readline()
                            if not text:
                                return
                            if text == b".\r\n":
                                break
                            body.append(text[1:] if text.startswith(b".") else text)
                        with sink.lock:
                            sink.messages.append((sender, recipients, b"".join(body)))
                        self.say("250 2.0.0 ok")
                    elif verb == b"QUIT":
                        self.say("221 2.0.0 bye")
                        return
                    else:
                        self.say("250 2.0.0 ok")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 128

        self.server = Server((address, port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
