#!/usr/bin/env python3
"""
rewrite.py [--root DIR] [--plain] REAL OURS CF [ADDRESSES]: addresses a second through 3,0 of address test mode, start-up and
memory, both programs in turn, the best of five runs each. CF is a configuration that looks nothing up in the DNS. With --root
all paths are below that directory, which both programs take for the whole file system; --plain prints one line for each program.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time


def run(program, cf, lines, root):
    """(seconds, largest resident size in KB) of one run."""
    with tempfile.TemporaryFile() as source:
        source.write("".join(lines).encode())
        source.seek(0)
        began = time.monotonic()
        process = subprocess.Popen(["sendmail", "-C", cf, "-bt"], executable=program, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   preexec_fn=(lambda: (os.chroot(root), os.chdir("/"))) if root else None)
        _, _, usage = os.wait4(process.pid, 0)
        return time.monotonic() - began, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root")
    parser.add_argument("--plain", action="store_true")
    for name in ("real", "ours", "cf"):
        parser.add_argument(name)
    parser.add_argument("count", nargs="?", type=int, default=10000)
    given = parser.parse_args()
    count = given.count
    lines = ["3,0 user%d@host%d.example%d.com\n" % (i, i % 77, i % 13) for i in range(count)]
    best = {}
    for _ in range(5):
        for name, program in (("sendmail", given.real), ("ours", given.ours)):
            empty, _ = run(program, given.cf, ["/quit\n"], given.root)
            full, size = run(program, given.cf, lines, given.root)
            old = best.get(name, (1e9, 1e9, 1 << 30))
            best[name] = (min(old[0], empty), min(old[1], full), min(old[2], size))
    if given.plain:
        for name, (empty, full, size) in best.items():
            print("%s rate=%.0f start_ms=%.2f kb=%d" % (name, count / full, empty * 1000, size))
        return
    print("| | addresses/s | start-up ms | memory MB |\n|---|---|---|---|")
    for name, (empty, full, size) in best.items():
        print("| %s | %.0f | %.1f | %.1f |" % (name, count / full, empty * 1000, size / 1024))
    print("| ratio | %.1f | %.1f | %.1f |" % (best["sendmail"][1] / best["ours"][1], best["ours"][0] / best["sendmail"][0], best["ours"][2] / best["sendmail"][2]))


if __name__ == "__main__":
    main()
