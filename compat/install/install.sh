#!/bin/sh
# install.sh BIN: copies what was built in BIN to where it belongs below DESTDIR. Called by the Makefile with the places in the
# environment; packages use the same with LAYOUT=
#   plain   every command has its usual name
#   debian  names that alternatives decide about are left to them, and what configurations of Debian's sendmail name exists
#   rhel    the same names with .sendmail-net behind, for alternatives
# Owners are left to `setup`, which is installed too: users need not exist where packages are built.
set -eu
bin=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
: "${DESTDIR=}" "${PREFIX=/usr}" "${LAYOUT=plain}"
: "${SBINDIR=$PREFIX/sbin}" "${BINDIR=$PREFIX/bin}" "${LIBDIR=$PREFIX/lib/sendmail-net}" "${EBINDIR=$PREFIX/libexec}"
: "${MANDIR=$PREFIX/share/man}" "${SHAREDIR=$PREFIX/share/sendmail-net}" "${DOCDIR=$PREFIX/share/doc/sendmail-net}"
: "${UNITDIR=$PREFIX/lib/systemd/system}" "${SYSUSERSDIR=$PREFIX/lib/sysusers.d}" "${TMPFILESDIR=$PREFIX/lib/tmpfiles.d}"
: "${CLIENTQUEUE=/var/spool/clientmqueue}" "${OSTYPE_NAME=linux}"
: "${SENDMAIL_NAMES=mailq newaliases hoststat purgestat smtpd}"
: "${TOOL_NAMES=makemap praliases editmap mailstats makecf}" "${AGENT_NAMES=smrsh mail.local rmail vacation}"
umask 022

directory() { install -d "$DESTDIR$1"; }
# fill FROM TO: a file of ours with the places of this installation in it.
fill() {
    sed -e "s|@SBINDIR@|$SBINDIR|g; s|@LIBDIR@|$LIBDIR|g; s|@EBINDIR@|$EBINDIR|g; s|@SHAREDIR@|$SHAREDIR|g" \
        -e "s|@CLIENTQUEUE@|$CLIENTQUEUE|g; s|@OSTYPE@|$OSTYPE_NAME|g; s|@SYSUSERSDIR@|$SYSUSERSDIR|g" \
        "$1" >"$DESTDIR$2"
    chmod "${3:-644}" "$DESTDIR$2"
}
# name TO PROGRAM: a link, relative so that it holds wherever DESTDIR ends up.
name() { ln -srfn "$DESTDIR$2" "$DESTDIR$1"; }

for d in "$LIBDIR" "$SBINDIR" "$BINDIR" "$EBINDIR" "$PREFIX/lib" "$SHAREDIR/defaults" "$DOCDIR" "$UNITDIR" "$SYSUSERSDIR" "$TMPFILESDIR" \
    /etc/mail; do
    directory "$d"
done

# ---- programs
for p in sendmail sendmail-tools tlsdoctor sendmail-migrate; do
    install -m 755 "$bin/$p" "$DESTDIR$LIBDIR/$p"
done
for f in "$bin"/*.so; do
    [ ! -e "$f" ] || install -m 644 "$f" "$DESTDIR$LIBDIR"
done
fill "$top/compat/install/setup.in" "$LIBDIR/setup" 755

suffix=
[ "$LAYOUT" != rhel ] || suffix=.sendmail-net
place() { # place NAME: where a name of sendmail's belongs
    case $1 in mailq|newaliases) echo "$BINDIR" ;; *) echo "$SBINDIR" ;; esac
}
decided=" "  # names that alternatives decide about
[ "$LAYOUT" != debian ] || decided=" sendmail mailq newaliases rmail vacation "
[ "$LAYOUT" != rhel ] || decided=" sendmail mailq newaliases rmail "
for n in sendmail $SENDMAIL_NAMES; do
    case $decided in
    *" $n "*) [ -z "$suffix" ] || name "$(place "$n")/$n$suffix" "$LIBDIR/sendmail" ;;
    *) name "$(place "$n")/$n" "$LIBDIR/sendmail" ;;
    esac
done
for n in $TOOL_NAMES; do name "$SBINDIR/$n" "$LIBDIR/sendmail-tools"; done
for n in tlsdoctor sendmail-migrate; do name "$SBINDIR/$n" "$LIBDIR/$n"; done
for n in $AGENT_NAMES; do
    case $n in
    rmail|vacation)
        case $decided in
        *" $n "*) [ -z "$suffix" ] || name "$BINDIR/$n$suffix" "$LIBDIR/sendmail-tools" ;;
        *) name "$BINDIR/$n" "$LIBDIR/sendmail-tools" ;;
        esac ;;
    *) name "$EBINDIR/$n" "$LIBDIR/sendmail-tools" ;;
    esac
done
case $LAYOUT in
plain) name "$PREFIX/lib/sendmail" "$SBINDIR/sendmail" ;;
debian) # what a sendmail.cf of Debian and programs that know Debian's places call
    d=$PREFIX/libexec/sendmail
    directory "$d"
    for n in sendmail $SENDMAIL_NAMES; do name "$d/$n" "$LIBDIR/sendmail"; done
    for n in $TOOL_NAMES $AGENT_NAMES; do
        [ "$n" = makecf ] || name "$d/$n" "$LIBDIR/sendmail-tools"
    done
    ln -sfn vacation "$DESTDIR$d/vacation.sendmail"
    ;;
esac

# ---- manual pages
for m in "$top"/man/*.[1-8]; do
    [ -e "$m" ] || continue
    page=${m##*/}; section=${page##*.}; page=${page%.*}
    case $LAYOUT:$page in
    debian:sendmail|debian:newaliases|debian:aliases|debian:rmail|debian:vacation|rhel:sendmail|rhel:mailq|rhel:newaliases|rhel:aliases|rhel:rmail)
        page=$page.sendmail-net ;;
    esac
    directory "$MANDIR/man$section"
    install -m 644 "$m" "$DESTDIR$MANDIR/man$section/$page.$section"
done

# ---- configuration library, what to start with, documents
rm -rf "$DESTDIR${SHAREDIR:?}/cf"
cp -R "$top/cf" "$DESTDIR$SHAREDIR/cf"
chmod -R u=rwX,go=rX "$DESTDIR$SHAREDIR/cf"
for f in sendmail.mc submit.mc aliases; do fill "$top/compat/install/defaults/$f" "$SHAREDIR/defaults/$f"; done
for f in README.md LICENSE compat/DIFFERENCES.md; do install -m 644 "$top/$f" "$DESTDIR$DOCDIR/"; done

# ---- services
for u in sendmail.service sendmail-client.service sendmail.socket; do fill "$top/compat/systemd/$u" "$UNITDIR/$u"; done
fill "$top/compat/systemd/sendmail-net.sysusers" "$SYSUSERSDIR/sendmail-net.conf"
tmpfiles=sendmail-net.tmpfiles
[ "$LAYOUT" != debian ] || tmpfiles=sendmail-net.tmpfiles.debian
fill "$top/compat/systemd/$tmpfiles" "$TMPFILESDIR/sendmail-net.conf"

# ---- on this system itself: users, directories, owners and a configuration
if [ -z "$DESTDIR" ] && [ "$(id -u)" = 0 ] && [ "$LAYOUT" = plain ]; then
    "$LIBDIR/setup"
fi
