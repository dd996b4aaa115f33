#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# The life of one connection: a client and a server exchange a request and a reply, and a segment
# is lost on the way.  Installs missing packages, builds, runs, prints the ladder diagram.
#
# usage: ./demo.sh [options of tcp-conn-lifecycle; --PrintHelp lists them]

set -eu
cd "$(dirname "$0")"
. utils/build.sh

utils/install-dependencies.sh
configure build -DTCP_CONN_WERROR=ON || fail "CMake failed, see above"
if ! build build tcp-conn-lifecycle; then
    echo "$0: trying again, warnings not being errors" >&2
    configure build -DTCP_CONN_WERROR=OFF
    build build tcp-conn-lifecycle || fail "the compiler failed, see above"
fi

mkdir -p build/demo
top=$PWD
cd build/demo
../bin/tcp-conn-lifecycle "$@"
[ -f lifecycle.tr ] || exit 0

echo
python3 "$top/utils/tcp-conn-trace" ladder lifecycle.tr
echo
echo "Written to build/demo:"
for file in *; do
    case $file in
    *.tr) use="python3 utils/tcp-conn-trace ladder build/demo/$file" ;;
    *.pcap | *.pcapng) use="tshark -r build/demo/$file" ;;
    *) continue ;;
    esac
    printf '  %-28s %s\n' "$file" "$use"
done
