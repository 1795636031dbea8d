#!/bin/sh
# tree.sh BIN ROOT: what the container holds: our installation, the libraries that it loads, and a configuration for a relay that
# needs no rights. Libraries are taken from the system that this runs on.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
bin=$1 root=$2
umask 022
mkdir -p "$root"
DESTDIR=$root sh "$top/compat/install/install.sh" "$bin"

copy() { # copy FILE: to the same place, links followed
    [ -e "$root$1" ] || install -D -m 755 "$(readlink -f "$1")" "$root$1"
}
needs() { ldd "$1" | awk '/=> \// {print $3} $1 ~ /^\// {print $1}'; }
for library in libunbound.so.8 libssl.so.3 libcrypto.so.3 libsasl2.so.2 libnss_files.so.2 libnss_dns.so.2 libz.so.1; do
    path=$({ ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | awk -v l="$library" '$1 == l {print $NF; exit}')
    [ -n "$path" ] || continue
    copy "$path"
    for l in $(needs "$path"); do copy "$l"; done
done
for program in "$root"/usr/lib/sendmail-net/sendmail "$root"/usr/lib/sendmail-net/sendmail-tools "$root"/usr/lib/sendmail-net/tlsdoctor; do
    for l in $(needs "$program"); do copy "$l"; done
done
[ ! -d /etc/ssl/certs ] || { mkdir -p "$root/etc/ssl/certs" && cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null || :; }

printf 'root:x:0:0::/:/sbin/nologin\nsmmta:x:25:25::/var/spool/mqueue:/sbin/nologin\nsmmsp:x:51:51::/:/sbin/nologin\nnobody:x:65534:65534::/:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nmail:x:8:\nsmmta:x:25:\nsmmsp:x:51:\nnogroup:x:65534:\n' >"$root/etc/group"
printf 'hosts: files dns\npasswd: files\ngroup: files\n' >"$root/etc/nsswitch.conf"
install -d -m 700 "$root/var/spool/mqueue"
install -d -m 1777 "$root/tmp"
mkdir -p "$root/run" "$root/dev" "$root/proc" "$root/sys"
[ "$(id -u)" != 0 ] || chown 25:25 "$root/var/spool/mqueue"
cp "$top/compat/container/relay.mc" "$root/etc/mail/sendmail.mc"
"$root/usr/sbin/makecf" "$root/etc/mail/sendmail.mc" >"$root/etc/mail/sendmail.cf"
: >"$root/etc/mail/local-host-names"
