#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs the module into an empty folder and builds a stranger's project against it, with CMake
# and with pkg-config.  The program names the protocol as text only, so that it also shows that the
# library is linked where no symbol of it is used.

set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$TCP_CONN_BUILD_DIR" --prefix "$work/prefix" >"$work/log"

cat >"$work/stranger.cc" <<'END'
#include "ns3/core-module.h"
#include "ns3/tcp-conn-module.h"

int
main()
{
    std::cout << ns3::TypeId::LookupByName("ns3::TcpConnL4Protocol").GetName() << std::endl;
}
END
cat >"$work/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.21)
project(stranger CXX)
find_package(tcp-conn REQUIRED)
add_executable(stranger stranger.cc)
target_link_libraries(stranger tcp-conn::tcp-conn)
END

ns3=$(sed -n 's/^ns3_DIR:PATH=//p' "$TCP_CONN_BUILD_DIR/CMakeCache.txt")
cmake -S "$work" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -Dns3_DIR="$ns3" \
    -DCMAKE_PREFIX_PATH="$work/prefix"
cmake --build "$work/build"
[ "$("$work/build/stranger")" = ns3::TcpConnL4Protocol ]

PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name tcp-conn.pc)")
export PKG_CONFIG_PATH
libraries=$(pkg-config --variable=libdir tcp-conn)
# shellcheck disable=SC2046 # a list of words
c++ "$work/stranger.cc" -o "$work/by-hand" $(pkg-config --cflags --libs tcp-conn)
[ "$(LD_LIBRARY_PATH=$libraries "$work/by-hand")" = ns3::TcpConnL4Protocol ]

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
