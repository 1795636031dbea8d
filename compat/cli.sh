#!/bin/sh
# cli.sh BIN: command lines of programs that call sendmail and generated ones (COUNT=100, SEED=1), each given to the real sendmail and to
# ours: exit code, outputs, mailboxes, queue. V=N shows the first N differences. Needs root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$1
LAB=${LAB:-/var/cache/sendmail-net/lab}
mkdir -p "$LAB" && chmod 755 "$LAB" || exit 1
cp -r "$here/oracle/." "$LAB/" && rm -rf "$LAB/subject" && cp -r "$bin" "$LAB/subject" || exit 1
cd "$LAB" || exit 1
[ -x w/root/usr/libexec/sendmail/sendmail ] || ./oracle.sh setup "$LAB/w" || { echo "cannot fetch the real sendmail's packages"; exit 1; }
./oracle.sh down w 2>/dev/null
./oracle.sh up w || exit 1
trap './oracle.sh down w' EXIT
LAB=$LAB LAB_DIR=$LAB/w ./oracle.sh in w python3 replay.py "$here/../tests/golden" build main >/dev/null || exit 1
LAB=$LAB LAB_DIR=$LAB/w SUBJECT=$LAB/subject/sendmail V=${V:-5} ./oracle.sh in w python3 live_cli.py
