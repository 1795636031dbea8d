#!/bin/sh
# cf.sh BIN: both configuration libraries compared, in the namespaces of the oracle. Needs root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd); shift
. "$here/lab.sh"
lab_open "$bin"
m4=$LAB/subject/makecf
inside python3 "$here/cf-library.py" --lab "$LAB/w" --bin "$LAB/subject" --m4 "${M4:-$m4}" "$@"
