#!/bin/sh
# milter.sh BIN: mail filters that answer, change, fail and are not there: ours beside the real sendmail (milter.py). CASES=REGEX
# chooses, V=N shows so many differences. Needs root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$1
. "$here/lab.sh"
lab_open "$bin"
inside python3 replay.py "$here/../tests/golden" build milter >/dev/null || exit 1
SUBJECT=$LAB/subject/sendmail PYTHONDONTWRITEBYTECODE=1 inside python3 "$here/milter.py"
