#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs the module into an empty folder, builds a stranger's project against it, and runs the
# tool that is installed with it.  What is missing for a build is named.

set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$TCP_CONN_BUILD_DIR" --prefix "$work/prefix" >"$work/log"
sh "$TCP_CONN_SOURCE_DIR/test/stranger/build.sh" "$work/stranger" "$work/prefix"

[ -x "$work/prefix/bin/tcp-conn-trace" ] && "$work/prefix/bin/tcp-conn-trace" --help >"$work/log"
# It finds the rules of the table and the parts of its page beside itself.
trace=$TCP_CONN_SOURCE_DIR/test/golden/client-closes.tr
"$work/prefix/bin/tcp-conn-trace" check "$trace"
"$work/prefix/bin/tcp-conn-trace" ladder --html "$trace" -o "$work/page.html"
[ -s "$work/page.html" ]

# The Python package finds the library and the headers beside itself; no cppyy is needed for that.
package=$(dirname "$(find "$work/prefix" -name ns3_tcp_conn -type d)")
PYTHONPATH=$package python3 - "$work/prefix" <<'END'
import sys
import ns3_tcp_conn

found = ns3_tcp_conn.find()
print(found.library, *found.includes)
assert str(found.library).startswith(sys.argv[1]) and str(found.includes[0]).startswith(sys.argv[1])
END
# missing <word> <options of cmake>: CMake stops and names the package.
missing() {
    word=$1
    shift
    rm -rf "$work/missing"
    if cmake -S "$TCP_CONN_SOURCE_DIR" -B "$work/missing" "$@" >"$work/log" 2>&1; then
        echo "CMake did without what has been taken away: $*"
        exit 1
    fi
    # CMake breaks the lines of its messages.
    tr -s ' \n' ' ' <"$work/log" | grep -q -e "$word" || { cat "$work/log" && exit 1; }
}
missing "apt-get install libns3-dev ns3" -DCMAKE_DISABLE_FIND_PACKAGE_ns3=ON
ns3=$(sed -n 's/^ns3_DIR:PATH=//p' "$TCP_CONN_BUILD_DIR/CMakeCache.txt")
missing "apt-get install libboost1.81-dev" -Dns3_DIR="$ns3" -DTCP_CONN_BOOST=NOTFOUND \
    -DCMAKE_IGNORE_PATH="/usr/include;/usr/local/include"
