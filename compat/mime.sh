#!/bin/sh
# mime.sh BIN [ARGUMENTS OF mime.py]: random messages relayed by ours and by the real sendmail, in the laboratory. Needs root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$1; shift
LAB=${LAB:-/var/cache/sendmail-net/lab}
mkdir -p "$LAB" && chmod 755 "$LAB" || exit 1
cp -r "$here/oracle/." "$LAB/" && rm -rf "$LAB/subject" && cp -r "$bin" "$LAB/subject" || exit 1
cd "$LAB" || exit 1
[ -x w/root/usr/libexec/sendmail/sendmail ] || ./oracle.sh setup "$LAB/w" || { echo "cannot fetch the real sendmail's packages"; exit 1; }
./oracle.sh down w 2>/dev/null
./oracle.sh up w || exit 1
trap './oracle.sh down w' EXIT
LAB=$LAB LAB_DIR=$LAB/w ./oracle.sh in w python3 "$here/mime.py" "$LAB/subject/sendmail" "$@"
