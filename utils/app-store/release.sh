#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# What the ns-3 App Store (https://apps.nsnam.org) and bake want of a release: checks what can be
# checked, and writes bake's file for it.
#
# usage: utils/app-store/release.sh [<URL of the repository> [<folder>]]
#   Without a URL: only checks.  With one: writes tcp-conn.xml and icon.png to the folder (.).

set -eu
here=$(dirname "$0")
top=$here/../..

fail() {
    echo "$0: $*" >&2
    exit 1
}

case ${1:-} in
-*)
    sed -n '5,9s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac

version=$(sed -n 's/^ *project(tcp-conn VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt")
[ -n "$version" ] || fail "CMakeLists.txt names no version"
grep -q "^## Changes in $version" "$top/CHANGES.md" || fail "CHANGES.md says nothing of $version"
grep -qE '^release ns-3\.[0-9]+$' "$top/NS3-VERSION" || fail "NS3-VERSION: release ns-3.<number>"
for file in README.md LICENSE AUTHORS CONTRIBUTING.md doc/tcp-conn.rst test/examples-to-run.py; do
    [ -s "$top/$file" ] || fail "$file is missing"
done
# A PNG of 100 x 100 pixels with alpha: bytes 16 to 25 are width, height, depth and kind of colour.
header=$(od -An -tx1 -j16 -N10 "$here/icon.png" | tr -d ' \n')
[ "$header" = 00000064000000640806 ] || fail "icon.png is not 100 x 100 with transparency"

if [ $# -gt 0 ]; then
    folder=${2:-.}
    sed -e "s|@VERSION@|$version|g" -e "s|@URL@|$1|" "$here/bakeconf.xml.in" >"$folder/tcp-conn.xml"
    cp "$here/icon.png" "$folder/icon.png"
    echo "written: $folder/tcp-conn.xml, $folder/icon.png"
fi
echo "tcp-conn $version; its tag is v$version"
