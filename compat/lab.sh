# lab.sh: what every comparison with the real sendmail begins with; read by the scripts beside it, which have set $here to the folder
# it is in. The laboratory is in $LAB: not below a directory that others can write in, for sendmail refuses unsafe paths. Needs root.
LAB=${LAB:-/var/cache/sendmail-net/lab}
export LAB LAB_DIR="$LAB/w"

# lab_copy BIN: the laboratory's scripts and the programs under test, in $LAB, which becomes the current directory.
lab_copy() {
    lab_bin=$(cd "$1" && pwd) || return 1
    mkdir -p "$LAB" && chmod 755 "$LAB" && cp -r "$here/oracle/." "$LAB/" || return 1
    rm -rf "$LAB/subject" && cp -r "$lab_bin" "$LAB/subject" && cd "$LAB"
}

# lab_fetch: the real sendmail from its packages, once.
lab_fetch() { [ -x w/root/usr/libexec/sendmail/sendmail ] || ./oracle.sh setup "$LAB/w" >"$LAB/setup.log" 2>&1; }

# lab_up: starts the laboratory anew; it ends with the script.
lab_up() {
    ./oracle.sh down w 2>/dev/null
    ./oracle.sh up w || return 1
    trap './oracle.sh down w' EXIT
}

# lab_open BIN: all of it, or a word about why not.
lab_open() {
    lab_copy "$1" || exit 1
    lab_fetch || { echo "cannot fetch the real sendmail's packages: $LAB/setup.log"; exit 1; }
    lab_up || exit 1
}

# inside COMMAND...: runs it in the laboratory.
inside() { ./oracle.sh in w "$@"; }
