#!/bin/sh
# run.sh BIN: the differential run. Recordings of the real sendmail against ours, then both hand each other mail.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
LAB=${LAB:-/var/cache/sendmail-net/lab}
export LAB
sh "$here/../tests/system/recordings.sh" "$bin"; status=$?
cd "$LAB" || exit 1
./oracle.sh up w || exit 1
trap './oracle.sh down w' EXIT
LAB=$LAB LAB_DIR=$LAB/w ./oracle.sh in w python3 exchange.py "$LAB/subject/sendmail" || status=1
# Bad configuration lines: what differs is printed; a crash fails the run, a message that differs is only counted.
LAB=$LAB LAB_DIR=$LAB/w ./oracle.sh in w python3 "$here/cf-lines.py" "$LAB/subject/sendmail" --count "${CF_LINES:-500}" >"$LAB/cf-lines.log" 2>&1
tail -1 "$LAB/cf-lines.log"
grep -q "^cf-lines: .* identical" "$LAB/cf-lines.log" && ! grep -q "crashes" "$LAB/cf-lines.log" || status=1
./oracle.sh down w
trap - EXIT
sh "$here/bt.sh" "$bin" || status=1
exit $status
