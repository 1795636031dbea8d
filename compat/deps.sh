#!/bin/sh
# deps.sh build|test ...: what building, running and testing need. Installs Debian packages when it may (root and apt);
# otherwise names exactly what is missing and exits with 1.
# deps.sh unpack DIR PACKAGE ...: packages and what they need beside what is installed, unpacked into DIR, not installed.
set -u

missing=
need() { # need PACKAGE TEST-COMMAND...
    package=$1; shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
have() { command -v "$1" >/dev/null 2>&1; }
lib() { # a shared library by soname, wherever the linker finds it
    { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep -q "[[:space:]]$1 "
}

if [ "${1:-}" = unpack ]; then
    into=$2; shift 2
    [ -e "$into/.complete" ] && exit 0
    have apt-get && have dpkg || { echo "unpacking Debian packages needs apt-get and dpkg" >&2; exit 1; }
    mkdir -p "$into/debs" || exit 1
    names() { apt-get install --print-uris -qq --no-install-recommends "$@" | awk '{print $2}' | sed 's/_.*//'; }
    [ -n "$(names "$@" 2>/dev/null)" ] || apt-get update -q >&2
    # shellcheck disable=SC2046
    (cd "$into/debs" && apt-get -q -o APT::Sandbox::User=root download $(names "$@")) >&2 || exit 1
    for deb in "$into"/debs/*.deb; do dpkg -x "$deb" "$into" || exit 1; done
    : >"$into/.complete"
    exit 0
fi

for what in "$@"; do
    case $what in
    build)
        if ! have dotnet; then
            echo "missing: the .NET SDK 10 (command 'dotnet'); see https://dotnet.microsoft.com/download/dotnet/10.0" >&2
            exit 1
        fi
        have clang || need gcc have gcc
        need zlib1g-dev test -e /usr/include/zlib.h
        need libc6-dev test -e /usr/include/stdio.h
        need libssl3 lib libssl.so.3
        need libunbound8 lib libunbound.so.8
        need libsasl2-2 lib libsasl2.so.2
        need libedit2 lib libedit.so.2
        ;;
    test)
        need python3 have python3
        need openssl have openssl
        need db5.3-util have db5.3_verify
        need iproute2 have ip
        need util-linux have nsenter
        need gnutls-bin have gnutls-cli
        need testssl.sh have testssl
        need swaks have swaks
        need libnet-ssleay-perl perl -MNet::SSLeay -e 1
        need msmtp have msmtp
        need curl have curl
        need m4 have m4
        need mandoc have mandoc
        ;;
    switch)
        need debootstrap have debootstrap
        ;;
    packages)
        need dpkg-dev have dpkg-shlibdeps
        need lintian have lintian
        ;;
    rpm)
        need rpm have rpmbuild
        ;;
    esac
done

[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && have apt-get; then
    echo "installing:$missing" >&2
    # shellcheck disable=SC2086
    { DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends $missing ||
      { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends $missing; }; } >&2 </dev/null && exit 0
    echo "could not install:$missing" >&2
    exit 1
fi
echo "missing, please install:$missing" >&2
exit 1
