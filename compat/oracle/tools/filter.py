"""A mail filter that does what it is told, for comparisons: speaks the milter protocol, notes what it was sent.

Filter(socket, actions, negotiate=(version, actions, protocol), macros=b"") listens; `actions` maps the letter of a packet
(O C H M R T L N B E U; "R2" is the second such packet) to what is answered: a list of steps, or one of them. A step is
"c" "a" "r" "t" "d" "s" (a reply letter), "y:550 5.7.1 text" (a reply with text), "close", "hang", "short" (half a packet, then
close), "junk" (a letter nobody knows), "big" (a length without sense), "none" (no answer), ("h", octets) any packet.
"""
import os, socket, struct, threading, time


class Filter:
    def __init__(self, where, actions=None, negotiate=(6, 0x1FF, 0), macros=b"", hang=30):
        self.where, self.actions, self.negotiate, self.macros, self.hang = where, actions or {}, negotiate, macros, hang
        self.packets, self.ended, self.open = [], threading.Event(), []
        if isinstance(where, str):
            if os.path.exists(where):
                os.unlink(where)
            self.s = socket.socket(socket.AF_UNIX)
        else:
            self.s = socket.socket()
            self.s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.s.bind(where)
        self.s.listen(20)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                c, _ = self.s.accept()
            except OSError:
                return
            self.open.append(c)
            threading.Thread(target=self.serve, args=(c,), daemon=True).start()

    def stop(self):
        self.ended.set()
        for c in [self.s] + self.open:
            try:
                c.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            c.close()

    def serve(self, c):
        try:
            self.session(c)
        except (EOFError, OSError, struct.error):
            pass
        try:
            c.close()
        except OSError:
            pass

    @staticmethod
    def read(c, n):
        b = b""
        while len(b) < n:
            d = c.recv(n - len(b))
            if not d:
                raise EOFError
            b += d
        return b

    @staticmethod
    def send(c, letter, data=b""):
        c.sendall(struct.pack(">I", len(data) + 1) + letter.encode("latin-1") + data)

    def session(self, c):
        counts = {}
        while True:
            try:
                n = struct.unpack(">I", self.read(c, 4))[0]
            except EOFError:
                self.packets.append(("EOF", b""))
                return
            packet = self.read(c, n)
            letter, data = packet[:1].decode("latin-1"), packet[1:]
            self.packets.append((letter, data))
            if letter == "Q":
                return
            if letter in "DAK":
                continue
            counts[letter] = counts.get(letter, 0) + 1
            steps = self.actions.get(letter + str(counts[letter]), self.actions.get(letter))
            if steps is None:
                steps = "negotiate" if letter == "O" else "c"
            for step in [steps] if isinstance(steps, (str, tuple)) else steps:
                if step == "negotiate":
                    version, actions, protocol = self.negotiate
                    self.send(c, "O", struct.pack(">III", version, actions, protocol) + self.macros)
                elif step == "close":
                    return
                elif step == "hang":
                    self.ended.wait(self.hang)
                    return
                elif step == "short":
                    c.sendall(b"\0\0")
                    return
                elif step == "short2":
                    c.sendall(b"\0\0\0\x09yab")
                    return
                elif step == "junk":
                    self.send(c, "Z", b"?")
                elif step == "big":
                    c.sendall(b"\x7f\xff\xff\xffc")
                elif step == "zero":
                    c.sendall(b"\0\0\0\0")
                elif step == "none":
                    pass
                elif isinstance(step, str) and step.startswith("y:"):
                    self.send(c, "y", step[2:].encode("latin-1") + b"\0")
                elif isinstance(step, str) and step.startswith("wait:"):
                    time.sleep(float(step[5:]))
                elif isinstance(step, str):
                    self.send(c, step)
                else:
                    self.send(c, *step)
