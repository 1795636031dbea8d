#!/bin/sh
# modes.sh BIN: modes and options of the sendmail command one by one, 1,200 command lines each given to the real sendmail and to ours: exit
# code, outputs, log, mailboxes, control files, dead letters. ONLY=REGEX plays those whose name it finds; V=N shows the first N that differ.
# Needs root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$1
. "$here/lab.sh"
lab_open "$bin"
for conf in main userq; do inside python3 replay.py "$here/../tests/golden" build $conf >/dev/null || exit 1; done
RECORD_TO=$LAB/modes-real inside python3 experiments/exp_modes.py || exit 1
RECORD_TO=$LAB/modes-ours SUBJECT=$LAB/subject/sendmail SUBJECT_DIR=$LAB/subject inside python3 experiments/exp_modes.py || exit 1
REAL_LAB=$LAB_DIR DIFFERENCES="$here/DIFFERENCES.md" V=${V:-5} python3 diff_transcripts.py "$LAB/modes-real" "$LAB/modes-ours" modes
