#!/bin/sh
# bt.sh BIN [ARGS of differ/differential.py]: the real sendmail and ours in address test mode with the same configurations and
# the same generated input: the sample .mc files of the sendmail-cf package and the recordings' configurations, made by the
# upstream library, random rulesets, and commands of every kind. Needs root. When the real one cannot be fetched, recorded answers take its place.
# At the end: addresses a second, start-up and memory of both. Sizes by environment: ADDRESSES and CHECKS for each
# configuration, RULESETS, INPUTS for each ruleset, SESSIONS of commands, SEED, SHOW.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd); shift
. "$here/lab.sh"
lab_copy "$bin" || exit 1
rm -rf "$LAB/compat" "$LAB/golden" && mkdir "$LAB/compat" || exit 1
cp -r "$here/differ" "$here/DIFFERENCES.md" "$LAB/compat/" && cp -r "$here/../tests/golden" "$LAB/golden" && cp "$here/../tests/bench/rewrite.py" "$LAB/" || exit 1
differential="$LAB/compat/differ/differential.py"
export SUBJECT="$LAB/subject/sendmail"
if ! lab_fetch; then
    echo "the real sendmail cannot be fetched (see $LAB/setup.log): recorded answers take its place"
    exec python3 "$differential" "$LAB/differ" --play "$LAB/compat/differ/recorded.jsonl.gz" --show "${SHOW:-5}"
fi
lab_up || exit 1
# On a busy machine a second is no time: an answer that comes later than that would be a difference.
inside sed -i 's/timeout:[0-9]*/timeout:20/' /etc/resolv.conf || exit 1
export CONFIGURATIONS="$LAB/samples" REAL="$LAB/w/root/usr/libexec/sendmail/sendmail"
mkdir -p samples
for mc in w/root/usr/share/sendmail/cf/cf/*.mc w/root/usr/share/sendmail/cf/debian/*.mc; do
    name=$(basename "$mc" .mc)
    case $mc in */debian/*) name=debian-$name ;; esac
    [ -s "samples/$name.cf" ] || ./oracle.sh m4 w "$mc" >"samples/$name.cf" 2>/dev/null
done
env -u SUBJECT ./oracle.sh in w python3 replay.py "$LAB/golden" build >/dev/null 2>&1
for cf in w/conf/*/*.cf; do ln -sf "$LAB/$cf" "samples/conf-$(basename "$cf")"; done
inside python3 "$differential" "$LAB/differ" ${SEED:+--seed "$SEED"} --addresses "${ADDRESSES:-20}" --checks "${CHECKS:-40}" \
    --rulesets "${RULESETS:-300}" --inputs "${INPUTS:-5}" --show "${SHOW:-5}" "$@"; status=$?
inside python3 "$LAB/compat/differ/commands.py" ${SEED:+--seed "$SEED"} --sessions "${SESSIONS:-30}" --show "${SHOW:-5}" || status=1
inside python3 rewrite.py "$REAL" "$SUBJECT" "$LAB/samples/conf-bt_nocanon.cf"
exit $status
