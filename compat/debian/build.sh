#!/bin/sh
# build.sh BIN OUTDIR: a Debian package of what is built in BIN, made with dpkg-deb of the tree that `install.sh` lays out.
# Needs no root. Prints the name of the package.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
bin=$(cd "$1" && pwd)
mkdir -p "$2"; out=$(cd "$2" && pwd)
# Who builds packages for others names himself.
maintainer=${DEBEMAIL:-maintainers@sendmail-net.example.org}
version=${VERSION:-$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' "$top/Directory.Build.props")}
architecture=$(dpkg --print-architecture)
# The date of the sources, so that the same sources make the same package.
date=${SOURCE_DATE_EPOCH:-$(git -C "$top" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH="$date"
umask 022
work=$(mktemp -d "$out/deb.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
chmod 755 "$work"; mkdir -p "$root/DEBIAN"

DESTDIR=$root PREFIX=/usr LAYOUT=debian OSTYPE_NAME=debian CLIENTQUEUE=/var/spool/mqueue-client EBINDIR=/usr/libexec/sendmail \
    UNITDIR=/lib/systemd/system sh "$top/compat/install/install.sh" "$bin"

# ---- documents as Debian has them
doc=$root/usr/share/doc/sendmail-net
rm "$doc/LICENSE"
{
    echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
    echo "Upstream-Name: Sendmail.Net"
    echo
    echo "Files: *"
    sed -n 's/^Copyright (c) /Copyright: /p' "$top/LICENSE"
    echo "License: Expat"
    sed -e '1,/^Copyright/d' "$top/LICENSE" | sed -e '1{/^$/d}' -e 's/^$/./' -e 's/^/ /'
} >"$doc/copyright"
{
    echo "sendmail-net ($version) unstable; urgency=medium"
    echo
    echo "  * Built from its sources; their history tells what changed."
    echo
    echo " -- The Sendmail.Net developers <$maintainer>  $(date -u -R -d "@$date")"
} | gzip -9n >"$doc/changelog.gz"
find "$root/usr/share/man" -type f -exec gzip -9n {} +

# ---- control
mkdir -p "$work/debian"; : >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/lib/sendmail-net/sendmail" "$root/usr/lib/sendmail-net/sendmail-tools" \
    "$root/usr/lib/sendmail-net/tlsdoctor" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
sed -e "s|@VERSION@|$version|; s|@MAINTAINER@|$maintainer|; s|@ARCHITECTURE@|$architecture|; s|@LIBRARIES@|$libraries|" \
    -e "s|@SIZE@|$(du -k -s --apparent-size "$root" | cut -f1)|" "$here/control.in" >"$root/DEBIAN/control"
for s in preinst postinst prerm postrm; do
    [ ! -e "$here/$s" ] || install -m 755 "$here/$s" "$root/DEBIAN/$s"
done
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
chmod 644 "$root/DEBIAN/md5sums" "$root/DEBIAN/control"
find "$root" -newermt "@$date" -exec touch -h -d "@$date" {} +

package=$out/sendmail-net_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz -z3 -b "$root" "$package" >/dev/null
echo "$package"
