"""Namespaces of a test's own: mounts, a network that is nothing but loopback, and a log that can be read."""
import os, socket, subprocess, sys, threading
import kit


def enter():
    """Starts the test again inside, with --inside as its last argument."""
    os.execvp("unshare", ["unshare", "-mn" if os.geteuid() == 0 else "-rmn", sys.executable, *sys.argv, "--inside"])


def prepare():
    """The first thing inside."""
    mount("--make-rprivate", "/")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def mount(*words):
    subprocess.run(["mount", *words], check=True)


class Log:
    """/dev/log."""

    def __init__(self, directory):
        os.mkdir(directory)
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", directory)
        for name in ("null", "zero", "full", "random", "urandom", "tty"):
            open(directory + "/" + name, "w").close()
            mount("--bind", "/dev/" + name, directory + "/" + name)
        os.symlink("/proc/self/fd", directory + "/fd")
        mount("--rbind", directory, "/dev")
        self.lines, self.lock = [], threading.Lock()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("/dev/log")
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            line = self.socket.recv(65536)
            with self.lock:
                self.lines.append(line)

    def take(self):
        """The lines so far; all that was logged before is among them, for the socket keeps its order."""
        mark = b"<22>end of lines"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.sendto(mark, "/dev/log")
        kit.until("log", lambda: mark in self.lines)
        with self.lock:
            lines, self.lines = [l for l in self.lines if l != mark], []
        return lines
