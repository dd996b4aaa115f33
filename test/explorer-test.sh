#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# The program tcp-conn-explorer: what it finds, its exit codes, and its trace, which the trace
# checker takes.  And in a full run, where spin is installed: the table in Promela, explored by spin
# within the same bounds, comes to the same pairs of states and the same verdict.

set -u
program=$TCP_CONN_BUILD_DIR/bin/tcp-conn-explorer
promela=$TCP_CONN_BUILD_DIR/bin/tcp-conn-promela
if [ ! -x "$program" ]; then
    echo "skipped: tcp-conn-explorer is not built"
    exit 77
fi
. "$TCP_CONN_SOURCE_DIR/test/expect.sh"

two_way=--handshake=ns3::TcpConnTwoWayHandshake
expect 0 '^no violation: ' --states=20000
expect 1 '^ghost after 4 steps: ' $two_way --trace="$work/ghost.tr"
expect 0 'SYN seq=A1' $two_way --expect=ghost
expect 1 '^ghost' $two_way --expect=old-bytes
expect 2 'there is no policy ns3::Nothing' --handshake=ns3::Nothing
expect 2 'is no policy of the family isn' --isn=ns3::TcpConnTwoMsl
expect 2 'does not take Colour=1' '--isn=ns3::TcpConnIsnConstant[Colour=1]'
python3 "$TCP_CONN_SOURCE_DIR/utils/tcp-conn-trace" check "$work/ghost.tr" || failed=1

# A violation is a packet script that the simulator runs: the ghost arises there too, but with three
# segments it does not.
script=$TCP_CONN_BUILD_DIR/bin/tcp-conn-packet-script
if [ -x "$script" ]; then
    # shellcheck disable=SC2086 # a list of arguments
    "$program" $two_way --expect=ghost --script="$work/" >"$work/out"
    sed '/Handshake/d' "$work/B.pkt" >"$work/three.pkt"
    if ! "$script" "$work/A.pkt" "$work/B.pkt" >"$work/out" ||
        "$script" "$work/three.pkt" >>"$work/out"; then
        echo "FAIL: the packet scripts of the ghost"
        cat "$work/out"
        failed=1
    fi
fi

# Spin's exploration takes minutes: it is one of the long tests (./test.sh --full).
if grep -q '^TCP_CONN_FULLNESS:.*=QUICK' "$TCP_CONN_BUILD_DIR/CMakeCache.txt"; then
    exit $failed
fi
if ! command -v spin >/dev/null || ! command -v gcc >/dev/null || [ ! -x "$promela" ]; then
    echo "without spin: it is not installed"
    exit $failed
fi

# model <macros of tcp-conn.pml> <policies>: spin explores it; its output is in $work/spin.
model() {
    (
        cd "$work" || exit 1
        cp "$TCP_CONN_SOURCE_DIR/utils/tcp-conn-promela/tcp-conn.pml" .
        # shellcheck disable=SC2086 # a list of arguments
        "$promela" $2 >table.pml && spin $1 -a tcp-conn.pml && gcc -O2 -w -DSAFETY -DCOLLAPSE \
            -o pan pan.c && ./pan -n -m1000000
    ) >"$work/spin" 2>&1
}

bounds="--sendsA=0 --sendsB=0 --listensA=0 --inFlight=1 --states=5000000"
# The same bounds are the default ones of tcp-conn.pml.
# shellcheck disable=SC2086 # a list of arguments
"$program" $bounds --pairs=1 >"$work/out"
grep '^pair ' "$work/out" | sort >"$work/ours"
model "" ""
grep '^pair ' "$work/spin" | sort >"$work/theirs"
if ! [ -s "$work/ours" ] || ! diff "$work/ours" "$work/theirs" ||
    ! grep -q 'errors: 0' "$work/spin" || ! grep -q '^no violation.*all within' "$work/out"; then
    echo "FAIL: explorer and spin differ"
    grep -v '^pair' "$work/out" "$work/spin"
    failed=1
fi
echo "$(wc -l <"$work/ours") pairs of states, no violation, by explorer and spin"
model "" "$two_way"
if ! grep -q 'assertion violated.*st\[0\]==4' "$work/spin"; then
    echo "FAIL: spin does not find the ghost of the two-way handshake"
    cat "$work/spin"
    failed=1
fi
exit $failed
