#!/bin/sh
# queue.sh BIN [PART...]: queues and deliveries of the real sendmail and of ours, side by side, in the laboratory. Needs root.
# Parts, all when none is named: large (100,000 messages), world (faulty hosts), status (of hosts), groups, recipients (aliases, lists, .forward),
# switch (handed over), as queue_PART.py beside this script. Their numbers of messages and so on can be given in the environment:
# LARGE_ARGS="5000 1" WORLD_ARGS="500 ours" RECIPIENTS_ARGS="200 1".
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$1; shift
. "$here/lab.sh"
lab_open "$bin"
[ $# -gt 0 ] || set -- large status groups recipients switch world
failed=0
for part; do
    echo "== $part"
    eval "numbers=\${$(echo "$part" | tr a-z A-Z)_ARGS:-}"
    # shellcheck disable=SC2086
    inside python3 "$here/queue_$part.py" "$LAB/subject/sendmail" $numbers || failed=$((failed + 1))
done
[ $failed = 0 ]
