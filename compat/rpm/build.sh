#!/bin/sh
# build.sh BIN OUTDIR: an RPM of what is built in BIN. Needs rpmbuild, and no root. Prints the name of the package.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
bin=$(cd "$1" && pwd)
mkdir -p "$2"; out=$(cd "$2" && pwd)
version=${VERSION:-$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' "$top/Directory.Build.props")}
work=$(mktemp -d "$out/rpm.XXXXXX")
trap 'rm -rf "$work"' EXIT
# Where the system is not one of RPMs, what is needed to build cannot be found by its names.
nodeps=
[ -e /etc/redhat-release ] || [ -e /etc/SUSE-brand ] || nodeps=--nodeps
rpmbuild -bb --quiet $nodeps --define "_topdir $work" --define "_rpmdir $out" --define "net_version $version" \
    --define "net_source $top" --define "net_programs $bin" "$here/sendmail-net.spec" >&2
find "$out" -name "sendmail-net-$version-*.rpm" -newer "$here/sendmail-net.spec"
