#!/bin/sh
# run.sh BIN: the tests of the configuration library, in the namespaces of the oracle. Needs root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd); shift
LAB=${LAB:-/var/cache/sendmail-net/lab}
mkdir -p "$LAB" && chmod 755 "$LAB" && cp -r "$here/../../compat/oracle/." "$LAB/" || exit 1
rm -rf "$LAB/subject" && cp -r "$bin" "$LAB/subject" || exit 1
cd "$LAB" || exit 1
[ -x w/root/usr/libexec/sendmail/sendmail ] || ./oracle.sh setup "$LAB/w" || { echo "0 passed, 1 failed"; exit 1; }
./oracle.sh down w 2>/dev/null
./oracle.sh up w || exit 1
trap "./oracle.sh down w" EXIT
./oracle.sh in w python3 "$here/run.py" --lab "$LAB/w" --bin "$LAB/subject" --m4 "$LAB/subject/makecf" "$@"
