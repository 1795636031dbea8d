#!/bin/sh
# run.sh BIN: the differential run of the cf language and of address test mode against the real sendmail: recordings, transcripts, bad
# configuration lines, commands, addresses and rulesets; then both hand each other mail. Each part prints what is identical, what
# differs for a reason (with its line of DIFFERENCES.md) and what differs without one; anything of the last kind fails the run.
# Sizes by environment: CF_LINES, SESSIONS, those of bt.sh; SEED. Needs root. Without the real one recorded answers take its place.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$here
bin=$(cd "$1" && pwd)
. "$here/lab.sh"
export DIFFERENCES="$here/DIFFERENCES.md"
seed=${SEED:-$(date +%s)}
summary= failed=0

# part NAME COMMAND...: runs it, keeps the lines that sum it up.
part() {
    name=$1; shift
    echo "== $name"
    "$@" >"$LAB/run.log" 2>&1; code=$?
    cat "$LAB/run.log"
    totals=$(grep -aE '^[a-z -]+: .*(identical|different|unlike|passed)|^[0-9]+ passed' "$LAB/run.log" | tail -"$lines")
    [ $code = 0 ] && verdict=ok || { verdict=FAILED; failed=1; }
    summary="$summary
$verdict  $name
$(echo "$totals" | sed 's/^/      /')"
}
lines=3

transcripts() {
    rm -rf ours && mkdir ours
    for topic in bt readcf; do
        RECORD_TO="$LAB/ours" SUBJECT="$LAB/subject/sendmail" SUBJECT_DIR="$LAB/subject" inside python3 experiments/exp_$topic.py || return 1
    done
    V=${SHOW:-5} REAL_LAB=@DIR@ python3 diff_transcripts.py "$top/../tests/golden/transcripts" ours bt readcf
}

mkdir -p "$LAB" || exit 1
lab_copy "$bin" || exit 1
if lab_fetch; then
    part recordings sh "$top/../tests/system/recordings.sh" "$bin"
    lab_up || exit 1
    env -u SUBJECT ./oracle.sh in w python3 replay.py "$top/../tests/golden" build >/dev/null 2>&1
    part transcripts transcripts
    lines=1
    part "mail from one to the other" inside python3 exchange.py "$LAB/subject/sendmail"
    part "bad configuration lines" inside python3 "$top/cf-lines.py" "$LAB/subject/sendmail" --seed "$seed" --count "${CF_LINES:-500}" --show "${SHOW:-5}"
    ./oracle.sh down w
    trap - EXIT
fi
lines=6
part "address test mode" env SEED="$seed" sh "$top/bt.sh" "$bin"
echo "$summary"
exit $failed
