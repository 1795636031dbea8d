#!/bin/sh
# mime.sh BIN [ARGUMENTS OF mime.py]: random messages relayed by ours and by the real sendmail, in the laboratory. Needs root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$1; shift
. "$here/lab.sh"
lab_open "$bin"
inside python3 "$here/mime.py" "$LAB/subject/sendmail" "$@"
