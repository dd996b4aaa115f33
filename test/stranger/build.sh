#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds a project of somebody else against an installed tcp-conn and runs it: by CMake's
# find_package, by pkg-config, and by the line that README.md gives.
#
# usage: test/stranger/build.sh <scratch folder> [prefix]
#   prefix  where tcp-conn is installed; else where CMake and pkg-config look by themselves
#
# TCP_CONN_BUILD_DIR: the build whose ns-3 it is.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$1 prefix=${2:-}
mkdir -p "$work"
cd "$work"

# runs <folder>: the programs there do what they are for.
runs() {
    [ "$("$1/names")" = ns3::TcpConnL4Protocol ] && [ "$("$1/run")" = connected ]
}

ns3=$(sed -n 's/^ns3_DIR:PATH=//p' "$TCP_CONN_BUILD_DIR/CMakeCache.txt")
cmake -S "$here" -B by-cmake -DCMAKE_BUILD_TYPE=Debug -Dns3_DIR="$ns3" \
    ${prefix:+-DCMAKE_PREFIX_PATH="$prefix"}
cmake --build by-cmake
runs by-cmake
[ -n "$prefix" ] || grep -q '^tcp-conn_DIR:PATH=/usr/' by-cmake/CMakeCache.txt

if [ -n "$prefix" ]; then
    PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name tcp-conn.pc)")
    export PKG_CONFIG_PATH
fi
LD_LIBRARY_PATH=$(pkg-config --variable=libdir tcp-conn)
[ -z "$prefix" ] || export LD_LIBRARY_PATH
mkdir -p by-pkg-config by-line
for name in names run; do
    # shellcheck disable=SC2046 # a list of words
    c++ -c "$here/$name.cc" -o "$name.o" $(pkg-config --cflags tcp-conn)
    # shellcheck disable=SC2046
    c++ "$name.o" -o "by-pkg-config/$name" $(pkg-config --libs tcp-conn)
    rm "$name.o"
done
runs by-pkg-config

line=$(sed -n 's/^ *\(g++ run\.cc -o run .*\)/\1/p' "$here/../../README.md")
[ -n "$line" ] || { echo "README.md has no line that begins g++ run.cc -o run" && exit 1; }
for name in names run; do
    cp "$here/$name.cc" by-line/run.cc
    (cd by-line && eval "$line")
    mv by-line/run "by-line/$name.made"
done
mv by-line/names.made by-line/names
mv by-line/run.made by-line/run
runs by-line
