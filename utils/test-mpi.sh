#!/bin/bash
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Does a run that several processes share by MPI make the transitions of one process?  Debian's
# ns-3 is built without MPI, so the source of ns-3.37 is taken from Debian 12 and built with it,
# only the modules needed, in ${TCP_CONN_CACHE:-~/.cache/tcp-conn}/ns3-mpi; the module is put into
# its contrib/.  The last line is "N passed, N failed, N skipped".
#
# usage: utils/test-mpi.sh [--cached] [ranks...]
#   --cached   skip (exit code 77) unless ns-3 has been built with MPI before
#   ranks      numbers of processes; without: 1 2 4

set -eu -o pipefail
module=$(cd "$(dirname "$0")/.." && pwd)
. "$module/utils/build.sh"
tree=$(cache_folder)/ns3-mpi/ns-allinone-3.37/ns-3.37
program=$tree/build/contrib/tcp-conn/examples/ns3.37-tcp-conn-islands

skip() {
    echo "skipped: $*"
    exit 77
}

cached=no
if [ "${1:-}" = --cached ]; then
    cached=yes
    shift
fi
[ $# -gt 0 ] || set -- 1 2 4
if ! command -v mpirun >/dev/null; then
    skip "MPI is not installed (utils/install-dependencies.sh --full)"
fi
if [ $cached = yes ] && ! compgen -G "$tree/build/lib/libns3*-mpi.so" >/dev/null; then
    skip "ns-3 has not been built with MPI here (utils/test-mpi.sh does)"
fi
[ -x "$tree/ns3" ] || fetch_ns3 "$(cache_folder)/ns3-mpi" ||
    fail "the source of ns-3 was not to be had"
rm -rf "$tree/contrib/tcp-conn"
ln -s "$module" "$tree/contrib/tcp-conn"
if [ ! -f "$tree/cmake-cache/build.ninja" ]; then
    (cd "$tree" && ./ns3 configure --build-profile release --enable-mpi \
        --enable-modules=tcp-conn,mpi --disable-tests --enable-examples \
        --filter-module-examples-and-tests=tcp-conn -G Ninja) >"$tree/configure.log" 2>&1 || {
        cat "$tree/configure.log"
        fail "ns-3 could not be configured"
    }
fi
cmake --build "$tree/cmake-cache" --parallel "$(jobs_at_once)" --target tcp-conn-islands ||
    fail "the compiler failed, see above"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# try <name> <command...>
try() {
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        passed=$((passed + 1))
        echo "passed: $name: $(tail -n 1 "$work/log")"
    else
        failed=$((failed + 1))
        cat "$work/log"
        echo "FAILED: $name"
    fi
}

# same <folder> <other>: two runs have the same transitions, and no ties.
same() {
    python3 "$module/utils/tcp-conn-trace" check --quiet "$2" &&
        python3 "$module/utils/tcp-conn-trace" compare "$1"/*-0.tr "$2"/*.tr >"$work/same" 2>&1 &&
        grep -q ' 0 ties$' "$work/same"
    local code=$?
    cat "$work/same"
    return $code
}

# ranks <number> <engine> <folder>: a run of so many processes, each of which has its own trace.
ranks() {
    mkdir -p "$3"
    # As root too, and where there are fewer processors, which a rank that waits leaves to others;
    # without the network.
    timeout 600 mpirun --allow-run-as-root --oversubscribe --mca btl self,vader \
        --mca mpi_yield_when_idle 1 -np "$1" "$program" $islands --engine="$2" --outputDir="$3"
    [ "$(find "$3" -name '*.tr' | wc -l)" = "$1" ]
}

# One process of this build makes what the stand-alone build makes too, if that is there.
islands="--islands=4 --clients=6 --connections=25"
one=$work/one
try "one process, no MPI" "$program" $islands --outputDir="$one"
alone=$module/build/bin/tcp-conn-islands
if [ -x "$alone" ]; then
    "$alone" $islands --outputDir="$work/alone" >/dev/null
    try "as the stand-alone build" same "$one" "$work/alone"
fi
for engine in distributed nullmessage; do
    for number in "$@"; do
        folder=$work/$engine-$number
        try "$engine, $number ranks" ranks "$number" $engine "$folder"
        try "$engine, $number ranks, transitions" same "$one" "$folder"
    done
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ] && [ $passed != 0 ]
