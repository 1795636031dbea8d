#!/bin/sh
# cli.sh BIN: command lines of programs that call sendmail and generated ones (COUNT=100, SEED=1), each given to the real sendmail and to
# ours: exit code, outputs, mailboxes, queue. V=N shows the first N differences. Needs root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$1
. "$here/lab.sh"
lab_open "$bin"
inside python3 replay.py "$here/../tests/golden" build main >/dev/null || exit 1
SUBJECT=$LAB/subject/sendmail V=${V:-5} inside python3 live_cli.py
