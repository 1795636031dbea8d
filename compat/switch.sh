#!/bin/sh
# switch.sh BIN: a Debian system of its own, in namespaces and with systemd as its init: Debian's sendmail with TLS, maps and mail
# in both queues; our package in its place, and back. Needs root and, once, the system's package sources.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$1" && pwd); shift
CACHE=${SWITCH_CACHE:-/var/cache/sendmail-net/switch}
[ "$(id -u)" = 0 ] || { echo "switch.sh makes namespaces: it needs root" >&2; exit 1; }
sh "$here/deps.sh" test switch || exit 1
base=$CACHE/base
if [ ! -e "$base.complete" ]; then
    mkdir -p "$CACHE" && rm -rf "$base"
    # The mirror and the release that this system itself uses.
    mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
    [ -n "$mirror" ] || mirror=$(awk '$1=="deb" {for(i=2;i<=NF;i++) if($i ~ /:\/\//) {print $i; exit}}' /etc/apt/sources.list)
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    echo "making a root of $release in $base" >&2
    debootstrap --variant=minbase --include=systemd-sysv,dbus,openssl,ca-certificates,procmail,libunbound8,libsasl2-2,libsasl2-modules,libedit2 \
        "$release" "$base" "$mirror" >"$CACHE/debootstrap.log" 2>&1 || { tail -20 "$CACHE/debootstrap.log" >&2; exit 1; }
    cp /etc/resolv.conf "$base/etc/resolv.conf"
    # What a switch needs is there before it begins: a package that waits for the network would be timed too.
    chroot "$base" apt-get -q -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root -o Binary::apt-get::APT::Keep-Downloaded-Packages=true \
        --no-install-recommends --download-only -y install sendmail netbase passwd >"$CACHE/download.log" 2>&1 || { tail -20 "$CACHE/download.log" >&2; exit 1; }
    : >"$base.complete"
fi
package=$(sh "$here/debian/build.sh" "$bin" "$CACHE/package") || exit 1
PYTHONDONTWRITEBYTECODE=1 exec unshare -n sh -c 'ip link set lo up && exec python3 "$@"' sh "$here/switch.py" --base "$base" --package "$package" --work "$CACHE" "$@"
