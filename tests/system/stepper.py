#!/usr/bin/env python3
"""stepper.py --log FILE [--at N --do kill|killed|ERRNO] --folder DIR... -- PROGRAM ARG...

Runs PROGRAM and counts the system calls of all its threads and processes that change or open what lies below a --folder.
Each is a line of FILE: number, name, path. At number N:

  kill     the whole program is ended by SIGKILL before that call takes effect
  killed   the same behind it
  ENOSPC   (or another name of errno) the call fails with that error and has no effect; the program goes on

Exit: the program's own code, 137 when it was ended. ptrace(2) on x86-64.
"""
import argparse
import ctypes
import errno
import os
import signal
import sys

CALLS = {1: "write", 2: "open", 18: "pwrite64", 20: "writev", 73: "flock", 74: "fsync", 75: "fdatasync", 77: "ftruncate", 82: "rename",
         83: "mkdir", 84: "rmdir", 86: "link", 87: "unlink", 90: "chmod", 91: "fchmod", 93: "fchown", 257: "openat", 258: "mkdirat",
         263: "unlinkat", 264: "renameat", 265: "linkat", 285: "fallocate", 296: "pwritev", 316: "renameat2"}
BY_DESCRIPTOR = {"write", "pwrite64", "writev", "flock", "fsync", "fdatasync", "ftruncate", "fchmod", "fchown", "fallocate", "pwritev"}
# Which argument holds the path, when the first does not.
PATH_ARGUMENT = {"openat": 1, "mkdirat": 1, "unlinkat": 1, "renameat": 1, "linkat": 1, "renameat2": 1}
TRACEME, CONT_TO_CALL, GETREGS, SETREGS, SETOPTIONS = 0, 24, 12, 13, 0x4200
OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x100000  # SYSGOOD, FORK, VFORK, CLONE, EXEC, EXITKILL
ALL_CHILDREN = 0x40000000


class Registers(ctypes.Structure):
    """struct user_regs_struct of x86-64."""
    _fields_ = [(n, ctypes.c_ulonglong) for n in (
        "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs").split()]

    def argument(self, index):
        return (self.rdi, self.rsi, self.rdx, self.r10, self.r8, self.r9)[index]


libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def ptrace(request, task, data=0):
    if libc.ptrace(request, task, None, data) < 0:
        raise ProcessLookupError() if ctypes.get_errno() == errno.ESRCH else OSError(ctypes.get_errno(), "ptrace %d" % request)


def text_at(task, address):
    """The string a task has at an address."""
    found = b""
    try:
        with open("/proc/%d/mem" % task, "rb", 0) as memory:
            while b"\0" not in found and len(found) < 4096:
                # A page at a time: what lies behind the string may not be there.
                memory.seek(address + len(found))
                found += memory.read(4096 - (address + len(found)) % 4096)
    except OSError:
        pass
    return found.split(b"\0")[0].decode("latin-1")


class Run:
    def __init__(self, folders, log, at, action):
        self.folders, self.log, self.at, self.action = [os.path.realpath(f) for f in folders], log, at, action
        self.count, self.inside, self.due, self.failing, self.registers = 0, {}, set(), set(), Registers()

    def path(self, task, name):
        """What the call is about, absolute."""
        if name in BY_DESCRIPTOR:
            try:
                return os.readlink("/proc/%d/fd/%d" % (task, ctypes.c_int(self.registers.rdi & 0xffffffff).value))
            except OSError:
                return ""
        text = text_at(task, self.registers.argument(PATH_ARGUMENT.get(name, 0)))
        if text.startswith("/"):
            return text
        try:
            return os.path.join(os.readlink("/proc/%d/cwd" % task), text)
        except OSError:
            return text

    def concerns(self, task):
        name = CALLS.get(self.registers.orig_rax)
        if name is None:
            return None
        path = os.path.normpath(self.path(task, name))
        return (name, path) if any(path == f or path.startswith(f + "/") for f in self.folders) else None

    def enter(self, task):
        """At the beginning of a call. True: the program is to end now."""
        ptrace(GETREGS, task, ctypes.addressof(self.registers))
        what = self.concerns(task)
        if what is None:
            return False
        self.count += 1
        print(self.count, *what, file=self.log, flush=True)
        if self.count != self.at:
            return False
        if self.action == "kill":
            return True
        if self.action == "killed":
            self.due.add(task)
        else:
            self.registers.orig_rax = 0xffffffffffffffff  # no call of that number: nothing happens
            ptrace(SETREGS, task, ctypes.addressof(self.registers))
            self.failing.add(task)
        return False

    def leave(self, task):
        """Behind a call. True: the program is to end now."""
        if task in self.failing:
            self.failing.discard(task)
            ptrace(GETREGS, task, ctypes.addressof(self.registers))
            self.registers.rax = (-getattr(errno, self.action)) & 0xffffffffffffffff
            ptrace(SETREGS, task, ctypes.addressof(self.registers))
        return task in self.due

    def stopped(self, task, status):
        """A stop of a task; the signal to hand on, or None when the program is to end."""
        stop = os.WSTOPSIG(status)
        if stop == signal.SIGTRAP | 0x80:
            self.inside[task] = not self.inside.get(task, False)
            end = self.enter(task) if self.inside[task] else self.leave(task)
            return None if end else 0
        if status >> 16 or task not in self.inside:
            # An event of ptrace, or the first stop of a new task.
            self.inside.setdefault(task, False)
            return 0
        return stop

    def run(self, words):
        first = os.fork()
        if first == 0:
            os.setsid()
            libc.ptrace(TRACEME, 0, None, None)
            os.kill(os.getpid(), signal.SIGSTOP)
            try:
                os.execvp(words[0], words)
            except OSError as e:
                print(e, file=sys.stderr)
                os._exit(127)
        os.waitpid(first, 0)
        ptrace(SETOPTIONS, first, OPTIONS)
        self.inside[first] = False
        ptrace(CONT_TO_CALL, first)
        # The tester ends us with TERM: it is meant for the program.
        for s in (signal.SIGTERM, signal.SIGINT):
            signal.signal(s, lambda number, _: os.kill(first, number))
        code = None
        while True:
            try:
                task, status = os.waitpid(-1, ALL_CHILDREN)
            except ChildProcessError:
                return code
            if not os.WIFSTOPPED(status):
                self.inside.pop(task, None)
                if task == first:
                    code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
                continue
            try:
                hand = self.stopped(task, status)
                if hand is None:
                    # All at once: PTRACE_O_EXITKILL ends every process when this one is gone.
                    os.kill(os.getpid(), signal.SIGKILL)
                ptrace(CONT_TO_CALL, task, hand)
            except ProcessLookupError:
                pass


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--log", required=True)
    parser.add_argument("--at", type=int, default=0)
    parser.add_argument("--do", default="kill")
    parser.add_argument("--folder", action="append", required=True)
    parser.add_argument("words", nargs="+")
    options = parser.parse_args()
    with open(options.log, "w") as log:
        sys.exit(Run(options.folder, log, options.at, options.do).run(options.words))


if __name__ == "__main__":
    main()
