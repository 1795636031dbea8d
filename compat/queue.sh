#!/bin/sh
# queue.sh BIN [PART...]: queues and deliveries of the real sendmail and of ours, side by side, in the laboratory. Needs root.
# Parts, all when none is named: large (100,000 messages), and what else there is as queue_PART.py beside this script. Their
# numbers of messages and so on can be given as LARGE="5000 1" and so on in the environment.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$1; shift
. "$here/lab.sh"
lab_open "$bin"
[ $# -gt 0 ] || set -- large
failed=0
for part; do
    echo "== $part"
    eval "numbers=\${$(echo "$part" | tr a-z A-Z):-}"
    # shellcheck disable=SC2086
    inside python3 "$here/queue_$part.py" "$LAB/subject/sendmail" $numbers || failed=$((failed + 1))
done
[ $failed = 0 ]
