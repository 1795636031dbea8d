#!/usr/bin/env python3
"""
makecf.py ROOT OURS LIBRARY SITE REAL_LIBRARY [RUNS]: milliseconds that a .mc takes: makecf and GNU m4 in turn, each with its
own library and both with the same one, and what sendmail -bp takes with the .mc in place of the .cf. All paths are below ROOT,
which the programs take for the whole file system. One line for each: who, what, the median and the least of all runs.
"""
import os
import statistics
import sys
import time


def median_of(commands, runs):
    """The wall-clock times of each command, run in turn."""
    null = os.open("/dev/null", os.O_RDWR)
    silent = [(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
    times = {key: [] for key in commands}
    for _ in range(runs):
        for key, command in commands.items():
            began = time.perf_counter()
            child = os.posix_spawn(command[0], command, os.environ, file_actions=silent)
            _, status = os.waitpid(child, 0)
            times[key].append((time.perf_counter() - began) * 1000)
            if status:
                sys.exit("%s ended with %d" % (" ".join(command), os.waitstatus_to_exitcode(status)))
    return times


def main():
    root, ours, library, site, real = sys.argv[1:6]
    runs = int(sys.argv[6]) if len(sys.argv) > 6 else 100
    os.chroot(root)
    os.chdir("/")
    # The same configuration without the line that names a library, for programs that are given one.
    folder = os.path.dirname(site)
    plain, made = folder + "/plain.mc", folder + "/made.cf"
    with open(site, "rb") as file, open(plain, "wb") as to:
        to.writelines(line for line in file if not line.startswith(b"include("))
    makecf, sendmail = ours + "/makecf", ours + "/sendmail"
    os.system("%s %s >%s" % (makecf, plain, made))
    m4 = "/usr/bin/m4"
    commands = {}
    for name, directory in (("ours", library), ("upstream", real)):
        words = ["-D_CF_DIR_=" + directory + "/", directory + "/m4/cf.m4", plain]
        commands["ours", "m4-library-" + name] = [makecf, "--no-library", "--allow-commands"] + words
        commands["sendmail", "m4-library-" + name] = [m4] + words
    commands["ours", "makecf"] = [makecf, plain]
    commands["sendmail", "makecf"] = [m4, site]
    commands["ours", "bp-cf"] = [sendmail, "-C", made, "-bp"]
    commands["ours", "bp-mc"] = [sendmail, "-C", plain, "-bp"]
    for (who, what), times in median_of(commands, runs).items():
        print("%s %s wall_med_ms=%.2f wall_min_ms=%.2f" % (who, what, statistics.median(times), min(times)))


if __name__ == "__main__":
    main()
