#!/bin/sh
# tls.sh BIN: the TLS matrices (tls-matrix.py: certificates, tls-access.py: the access map, tls-options.py: options and files) against the real sendmail and against the programs in BIN, and the tables of all.
# Needs root (namespaces); LAB as in tests/system/recordings.sh.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
LAB=${LAB:-/var/cache/sendmail-net/lab}
export LAB LAB_DIR="$LAB/w"
mkdir -p "$LAB" && chmod 755 "$LAB" || exit 1
cp -r "$here/oracle/." "$LAB/" && cp "$here"/tls-*.py "$here"/tls_*.py "$LAB/" || exit 1
cd "$LAB" || exit 1
[ -x w/root/usr/libexec/sendmail/sendmail ] || ./oracle.sh setup "$LAB/w" || exit 1
# One OpenSSL for both: what differs is ours.
./oracle.sh subject w "$bin" "$LAB/subject" || exit 1
./oracle.sh down w 2>/dev/null
./oracle.sh up w || exit 1
trap './oracle.sh down w' EXIT
golden=$here/../tests/golden
status=0
for m in matrix access options; do
    ./oracle.sh in w python3 tls-$m.py run "$golden" "$LAB/tls-$m-real.json" || exit 1
    SUBJECT="$LAB/subject/sendmail" ./oracle.sh in w python3 tls-$m.py run "$golden" "$LAB/tls-$m-ours.json" || exit 1
    python3 tls-$m.py table "$LAB/tls-$m-real.json" "$LAB/tls-$m-ours.json" || status=1
done
exit $status
