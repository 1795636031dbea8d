#!/usr/bin/env python3
"""
rewrite.py REAL OURS CF [ADDRESSES]: addresses a second through 3,0 of address test mode, start-up and memory, both programs in
turn, the best of five runs each. CF is a configuration that looks nothing up in the DNS.
"""
import os
import subprocess
import sys
import tempfile
import time


def run(program, cf, lines):
    """(seconds, largest resident size in KB) of one run."""
    with tempfile.TemporaryFile() as source:
        source.write("".join(lines).encode())
        source.seek(0)
        began = time.monotonic()
        process = subprocess.Popen(["sendmail", "-C", cf, "-bt"], executable=program, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        return time.monotonic() - began, usage.ru_maxrss


def main():
    real, ours, cf = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 10000
    lines = ["3,0 user%d@host%d.example%d.com\n" % (i, i % 77, i % 13) for i in range(count)]
    best = {}
    for _ in range(5):
        for name, program in (("real", real), ("ours", ours)):
            empty, _ = run(program, cf, ["/quit\n"])
            full, size = run(program, cf, lines)
            old = best.get(name, (1e9, 1e9, 1 << 30))
            best[name] = (min(old[0], empty), min(old[1], full), min(old[2], size))
    print("| | addresses/s | start-up ms | memory MB |\n|---|---|---|---|")
    for name, (empty, full, size) in best.items():
        print("| %s | %.0f | %.1f | %.1f |" % (name, count / full, empty * 1000, size / 1024))
    print("| ratio | %.1f | %.1f | %.1f |" % (best["real"][1] / best["ours"][1], best["ours"][0] / best["real"][0], best["ours"][2] / best["real"][2]))


if __name__ == "__main__":
    main()
