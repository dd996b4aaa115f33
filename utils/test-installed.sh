#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# For a Debian that is made to be tried on (utils/test-versions.sh): builds the module against the
# ns-3 that is installed, runs all tests, makes the Debian package, installs it, and builds a
# stranger's project against it.  A line "with: ..." names the versions; the last line is
# "N passed, N failed, N skipped".
#
# usage: utils/test-installed.sh [all | suites]
#   suites  builds and runs the test suites alone

set -u
cd "$(dirname "$0")/.." || exit 1
. utils/build.sh
what=${1:-all}

stop() {
    echo "FAILED: $*"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}

if ! command -v ccache >/dev/null; then
    apt-get update -q
    apt-get install -q -y --no-install-recommends ccache || stop "no ccache"
fi
utils/install-dependencies.sh --test || stop "packages are missing, see above"

# Optimized as usual, for instructions are counted, but without what a debugger needs.
set -- -DTCP_CONN_WERROR=ON -DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O2
[ "$what" = all ] || set -- "$@" -DTCP_CONN_EXAMPLES=OFF
configure build "$@" || stop "CMake failed, see above"
boost=$(sed -n 's/^#define BOOST_LIB_VERSION "\(.*\)"/\1/p' /usr/include/boost/version.hpp)
echo "with: ns-3 $(sed -n 's/^-- ns-3 \([^ ]*\) in .*/\1/p' build/configure.log)," \
    "g++ $(c++ -dumpfullversion)," "Boost $(echo "$boost" | tr _ .)"

# make [targets]: as build, but tells all that there is to tell at once.
make() {
    cmake --build build --parallel "$(jobs_at_once)" ${1:+--target "$@"} -- -k 0
}

if [ "$what" = all ]; then
    make || stop "the compiler failed, see above"
    TCP_CONN_MAY_INSTALL=yes
    export TCP_CONN_MAY_INSTALL
    ctest --test-dir build --parallel "$(jobs_at_once)" --output-on-failure \
        --output-junit results.xml --test-output-size-passed 1000000 \
        --test-output-size-failed 1000000
else
    make tcp-conn-test-runner || stop "the compiler failed, see above"
    ctest --test-dir build --parallel "$(jobs_at_once)" --output-on-failure \
        --output-junit results.xml -R '^(tcp-conn-.*|every-suite-is-run)$'
fi
[ -f build/results.xml ] || stop "ctest gave no results"
python3 utils/count-tests.py build/results.xml
