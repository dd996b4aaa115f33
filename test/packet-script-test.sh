#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# The program tcp-conn-packet-script: its last line, its exit code, and what it says of arguments
# that are wrong.

set -u
program=$TCP_CONN_BUILD_DIR/bin/tcp-conn-packet-script
if [ ! -x "$program" ]; then
    echo "skipped: tcp-conn-packet-script is not built"
    exit 77
fi
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0

# expect <exit code> <extended regular expression of a whole line> <arguments>...
expect() {
    code=$1 pattern=$2
    shift 2
    "$program" "$@" >"$folder/out" 2>&1
    got=$?
    if [ $got -ne "$code" ] || ! grep -qxE -- "$pattern" "$folder/out"; then
        echo "FAIL $*: expected exit code $code and '$pattern', got $got and:"
        cat "$folder/out"
        failed=1
    fi
}

cat >"$folder/good.pkt" <<END
0 < S 100:100(0) win 1000
+0 > R. 0:0(0) ack 101
END
cat >"$folder/bad.pkt" <<END
0 < S 100:100(0) win 1000
+0 > R. 0:0(0) ack 100
END
echo "0 < udp (5)" >"$folder/other.pkt"

expect 0 '1 passed, 0 failed, 0 skipped' "$folder/good.pkt"
expect 0 "PASS $folder/good.pkt" "$folder/good.pkt"
expect 1 '1 passed, 1 failed, 1 skipped' "$folder/good.pkt" "$folder/bad.pkt" "$folder/other.pkt"
expect 1 "FAIL $folder/bad.pkt:2: expected > R. 0:0\(0\) ack 100 at .*, got .*" "$folder/bad.pkt"
expect 0 "SKIP $folder/other.pkt:1: packets of udp" "$folder/other.pkt"
expect 1 "FAIL $folder/none.pkt:0: cannot be read" "$folder/none.pkt"
expect 2 '.*: no script is given .*'
expect 2 '.*: there is no TypeId ns3::Nothing' --factory=ns3::Nothing "$folder/good.pkt"
# Any other TCP of ns-3 is run the same way.
expect 0 '1 passed, 0 failed, 0 skipped' --factory=ns3::TcpSocketFactory \
    --protocol=ns3::TcpL4Protocol "$folder/good.pkt"
scripts=$TCP_CONN_SOURCE_DIR/test/packet-scripts
expect 0 '.*socket attribute Colour' --attribute=Colour=red "$scripts/open-refused.pkt"
exit $failed
