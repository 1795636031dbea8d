#!/bin/sh
# run-all.sh [unit|system|interop ...]: runs the suites (all of them without arguments), prints what each counted and
# a last line "TOTAL N passed, N failed". Exit 0 when nothing failed.
set -u
cd "$(dirname "$0")/.." || exit 1
OUT=${OUT:-out}
BIN=$PWD/$OUT/bin
export OUT="$PWD/$OUT"
mkdir -p "$OUT/test"
passed=0 failed=0

count() { # count NAME LOG STATUS: adds the last "N passed, N failed" of LOG
    line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed$' "$2" | tail -1)
    p=${line%% *}; f=${line#*, }; f=${f%% *}
    [ -n "$line" ] || { p=0 f=1; }
    [ "$3" = 0 ] || [ "$f" != 0 ] || f=1
    passed=$((passed + p)); failed=$((failed + f))
    printf '%-28s %s passed, %s failed\n' "$1" "$p" "$f"
}

unit() {
    log=$OUT/test/unit.log
    dotnet test Sendmail.Net.sln -v quiet --nologo --logger 'console;verbosity=minimal' >"$log" 2>&1
    status=$?
    p=$(sed -n 's/.*Passed: *\([0-9]*\),.*/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
    f=$(sed -n 's/.*Failed: *\([0-9]*\),.*/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
    s=$(sed -n 's/.*Skipped: *\([0-9]*\),.*/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
    [ "$status" = 0 ] && [ "$s" = 0 ] || { tail -60 "$log"; [ "$f" != 0 ] || f=1; }
    echo "$p passed, $f failed" >>"$log"
    count "unit tests" "$log" 0
}

script() { # script NAME COMMAND...
    name=$1; shift
    log=$OUT/test/$(echo "$name" | tr ' /' '--').log
    "$@" >"$log" 2>&1
    status=$?
    count "$name" "$log" $status
    [ $status = 0 ] || { echo "--- $log"; tail -40 "$log"; }
}

system() {
    for t in tests/system/test_*.py; do
        script "system $(basename "$t" .py)" python3 "$t" --bin "$BIN"
    done
    script "system crash" python3 tests/system/crash.py --bin "$BIN" --kills 10 --senders 10
    # A sample; `make crash` tries every place.
    script "system crash matrix" python3 tests/system/crash_matrix.py --bin "$BIN" --every 40
    if [ "$(id -u)" = 0 ]; then
        # One in five of those with mail filters; `make compat-milter` plays all.
        script "system recordings" env EVERY=5 sh tests/system/recordings.sh "$BIN"
        script "system cf library" sh tests/cf/run.sh "$BIN"
    else
        echo "the recordings of the real sendmail need root (namespaces): run 'sudo make system'"
    fi
}

interop() {
    for t in tests/interop/test_*.py; do
        script "interop $(basename "$t" .py)" python3 "$t" --bin "$BIN"
    done
}

[ $# -gt 0 ] || set -- unit system interop
for suite in "$@"; do $suite; done
echo "TOTAL $passed passed, $failed failed"
[ "$failed" = 0 ]
