#!/bin/sh
# recordings.sh BIN: plays the recordings of the real sendmail 8.18.2 in tests/golden against the programs in BIN, in
# namespaces of their own (compat/oracle). The configurations are made by the real m4 library, fetched from Debian's
# packages once into LAB. Needs root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
golden=$(cd "$here/../golden" && pwd)
bin=$1
here=$(cd "$here/../../compat" && pwd)
. "$here/lab.sh"
lab_copy "$bin" || exit 1
lab_fetch || { echo "cannot fetch the real sendmail's packages: $LAB/setup.log"; echo "0 passed, 1 failed"; exit 1; }
lab_up || exit 1
run() {
    if [ "$1" = milter ]; then
        inside python3 replay.py "$golden" build milter >/dev/null || return 1
        RECORDED=$golden/milter.jsonl SUBJECT=$LAB/subject/sendmail V=${V:-3} PYTHONDONTWRITEBYTECODE=1 inside python3 "$here/milter.py"
        return
    fi
    SUBJECT=$LAB/subject/sendmail V=${V:-3} inside python3 replay.py "$golden" "$@"
}
known=$golden/known-differences.txt
passed=0 failed=0
export DIFFS="$LAB/diffs"
for kind in ${KINDS:-bt smtp milter}; do
    : >"$DIFFS"
    run $kind >"$LAB/$kind.log" 2>&1
    cat "$LAB/$kind.log"
    set -- $(sed -n "s/^$kind: \([0-9]*\) of \([0-9]*\) identical.*/\1 \2/p" "$LAB/$kind.log")
    [ $# = 2 ] || { echo "$kind: no result"; set -- 0 1; failed=$((failed + 1)); }
    sort -u "$DIFFS" >"$DIFFS.sorted"
    # A recording that differs and is not listed has become worse: that is a failure.
    new=$(grep -vxFf "$known" "$DIFFS.sorted")
    if [ -n "$new" ]; then
        echo "differ now and are not in known-differences.txt:"
        echo "$new"
        failed=$((failed + $(echo "$new" | wc -l)))
    fi
    passed=$((passed + $1))
    echo "$kind: $(($2 - $1)) of $2 recordings differ, $(grep -c "^$kind " "$known") are listed as known"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
