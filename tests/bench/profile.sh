#!/bin/sh
# profile.sh CF [ADDRESSES]: where the time of address test mode goes: a build with symbols answers 3,0 for generated addresses
# with the configuration CF under perf (Debian: linux-perf), and the functions are listed by their own share.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cf=${1:?usage: profile.sh CF [ADDRESSES]} count=${2:-50000}
command -v perf >/dev/null || { echo "perf is missing (Debian: apt-get install linux-perf)" >&2; exit 1; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
dotnet publish -c Release -r "linux-$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')" -v quiet --nologo -o "$work/bin" -p:StripSymbols=false "$here/../../src/Sendmail/Sendmail.csproj" || exit 1
awk -v n="$count" 'BEGIN { for (i = 0; i < n; i++) printf "3,0 user%d@host%d.example%d.com\n", i, i % 77, i % 13 }' >"$work/input"
perf record -q -F 4000 -g -o "$work/data" "$work/bin/sendmail" -C "$cf" -bt <"$work/input" >/dev/null
perf report -i "$work/data" --no-children --sort symbol -g none -F overhead,sym --percent-limit 0.7 2>/dev/null | grep -v '^#' | sort -rn
