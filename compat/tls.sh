#!/bin/sh
# tls.sh BIN: the TLS matrices (tls-matrix.py: certificates, tls-access.py: the access map, tls-options.py: options and files, tls-dane.py: TLSA records) against the real sendmail and against the programs in BIN, and the tables of all.
# Needs root (namespaces); LAB as in tests/system/recordings.sh.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
. "$here/lab.sh"
lab_copy "$bin" && cp "$here"/tls-*.py "$here"/tls_*.py "$LAB/" || exit 1
lab_fetch || exit 1
# One OpenSSL for both: what differs is ours.
./oracle.sh subject w "$bin" "$LAB/subject" || exit 1
lab_up || exit 1
golden=$here/../tests/golden
status=0
for m in matrix access options dane; do
    ./oracle.sh in w python3 tls-$m.py run "$golden" "$LAB/tls-$m-real.json" || exit 1
    SUBJECT="$LAB/subject/sendmail" ./oracle.sh in w python3 tls-$m.py run "$golden" "$LAB/tls-$m-ours.json" || exit 1
    python3 tls-$m.py table "$LAB/tls-$m-real.json" "$LAB/tls-$m-ours.json" || status=1
done
exit $status
