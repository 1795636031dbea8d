#!/bin/sh
# smtp.sh BIN [CONFIG...]: every dialogue of tests/golden/smtp*.jsonl and compat/oracle/dialogues, now, against the real sendmail
# and against ours, first as written, then one byte at a time; compares replies, log lines and queue files. V=N shows the first
# N differences, ONLY=REGEX chooses dialogues by name, PASSES="whole bytes" is the default. Needs root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$1; shift
. "$here/lab.sh"
lab_open "$bin"
known=$here/../tests/golden/known-differences.txt
failed=0 passed=0
for pass in ${PASSES:-whole bytes}; do
    [ $pass = bytes ] && BYTEWISE=1 || BYTEWISE=
    DIFFS=$LAB/diffs.$pass
    : >"$DIFFS"
    BYTEWISE=$BYTEWISE DIFFS=$DIFFS SUBJECT=$LAB/subject/sendmail DIALOGUES=$LAB/dialogues V=${V:-5} \
        inside python3 replay.py "$here/../tests/golden" live "$@" >"$LAB/live.$pass.log" 2>&1
    echo "== $pass"
    cat "$LAB/live.$pass.log"
    n=$(sed -n 's/^live: \([0-9]*\) of .*/\1/p' "$LAB/live.$pass.log")
    passed=$((passed + ${n:-0}))
    [ -n "$n" ] || failed=$((failed + 1))
    new=$(sed 's/^live /smtp /' "$DIFFS" | sort -u | grep -vxFf "$known")
    [ -z "$new" ] || { echo "differ and are not known to:"; echo "$new"; failed=$((failed + $(echo "$new" | wc -l))); }
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
