#!/bin/sh
# check.sh BIN TREE: makes the container's tree and does with it what a container engine would: a user without capabilities, a root
# that is read only, a network of its own. A message must reach a sink behind it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd)
rm -rf "$2"; mkdir -p "$2"; tree=$(cd "$2" && pwd)
sh "$here/tree.sh" "$bin" "$tree"
printf 'sink.test\tesmtp:[127.0.0.2]\n' | "$tree/usr/sbin/makemap" -C "$tree/etc/mail/sendmail.cf" hash "$tree/etc/mail/mailertable"
printf '127.0.0.1 localhost relay.test\n127.0.0.2 sink.test\n127.0.0.3 sender.test\n' >"$tree/etc/hosts"
printf 'nameserver 127.0.0.1\n' >"$tree/etc/resolv.conf"
PYTHONDONTWRITEBYTECODE=1 exec timeout -s KILL 120 unshare -n -u sh -c 'ip link set lo up; hostname relay.test; exec python3 "$@"' sh "$here/check.py" "$tree"
