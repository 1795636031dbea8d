#!/bin/sh
# run.sh BIN [MEASURE...]: ours, the real sendmail and postfix side by side in one run (bench.sh), then the tables.
# Needs root: each peer lives in a chroot of Debian packages below WORK, made once.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd); shift
[ "$(id -u)" = 0 ] || { echo "the bench needs root (chroots and namespaces)" >&2; exit 1; }
WORK=${WORK:-/var/cache/sendmail-net/bench}
mkdir -p "$WORK" && cp -r "$here/." "$WORK/" && cp "$here/../system/relay.cf.in" "$WORK/relay.cf.in" || exit 1
sed -i 's|\$here/../system/relay.cf.in|$here/relay.cf.in|' "$WORK/ours.sh"
cd "$WORK" || exit 1
export OURS="${OURS:-/var/cache/sendmail-net/ours}" PEERS="${PEERS:-sendmail postfix}" ROUNDS="${ROUNDS:-3}" N="${N:-1000}" BIN="$bin" CF="$here/../../cf"
make -s -C tools && bash ./bench.sh setup || exit 1
bash ./bench.sh remove ours 2>/dev/null
bash ./bench.sh add ours 127.0.0.1:25580 "sh $WORK/ours.sh $bin start" "sh $WORK/ours.sh $bin wipe" "$bin/sendmail -C $OURS/current.cf -odq -t" "$bin/mailq -C $OURS/current.cf" "$bin/sendmail -C $OURS/current.cf -q" || exit 1
rm -f results/*.tsv
for measure in ${*:-relay tls handshake submit rewrite makecf memory}; do bash ./bench.sh "$measure"; done
bash ./bench.sh report
echo
python3 ratios.py
