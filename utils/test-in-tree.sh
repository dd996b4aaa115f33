#!/bin/bash
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the module in the contrib/ folder of an ns-3 source tree, with only the modules that it
# needs, and runs its suites and examples with ns-3's own runner.  The last line is
# "N passed, N failed, N skipped".
#
# usage: utils/test-in-tree.sh [ns-3 source tree]
#
# Without a tree, ns-3.37 is taken from Debian 12's sources and kept, with what is built of it, in
# ${TCP_CONN_CACHE:-~/.cache/tcp-conn}.  A tree that is given gets a link contrib/tcp-conn and is
# configured anew.

set -eu -o pipefail
module=$(cd "$(dirname "$0")/.." && pwd)
. "$module/utils/build.sh"

if [ $# -gt 0 ]; then
    tree=$(cd "$1" && pwd)
else
    cache=$(cache_folder)/ns3-source
    tree=$cache/ns-allinone-3.37/ns-3.37
    [ -x "$tree/ns3" ] || fetch_ns3 "$cache" || fail "the source of ns-3 was not to be had"
fi
[ -x "$tree/ns3" ] || fail "$tree is no ns-3 source tree"
rm -rf "$tree/contrib/tcp-conn"
ln -s "$module" "$tree/contrib/tcp-conn"

cd "$tree"
# Where ns-3 is installed too, its own tests take csma for enabled: they see that header.
./ns3 configure --build-profile default --enable-modules=tcp-conn,csma --enable-tests \
    --enable-examples --filter-module-examples-and-tests=tcp-conn -G Ninja >configure.log 2>&1 || {
    cat configure.log
    fail "ns-3 could not be configured"
}
cmake --build cmake-cache --parallel "$(jobs_at_once)" || fail "the compiler failed, see above"

passed=0 failed=0
# try <program and arguments>
try() {
    if ./ns3 run --no-build --cwd=cmake-cache "$1"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $1 in $tree"
    fi
}

for source in "$module"/test/*-test-suite.cc; do
    try "test-runner --suite=$(basename "$source" -test-suite.cc) --verbose"
done
while read -r command; do
    try "$command"
done < <(sed -n 's/^ *("\([^"]*\)", *"True",.*/\1/p' "$module/test/examples-to-run.py")
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ] && [ $passed != 0 ]
