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
. "$TCP_CONN_SOURCE_DIR/test/expect.sh"

cat >"$work/good.pkt" <<END
0 < S 100:100(0) win 1000
+0 > R. 0:0(0) ack 101
END
cat >"$work/bad.pkt" <<END
0 < S 100:100(0) win 1000
+0 > R. 0:0(0) ack 100
END
echo "0 < udp (5)" >"$work/other.pkt"

expect 0 '^1 passed, 0 failed, 0 skipped$' "$work/good.pkt"
expect 0 "^PASS $work/good.pkt\$" "$work/good.pkt"
expect 1 '^1 passed, 1 failed, 1 skipped$' "$work/good.pkt" "$work/bad.pkt" "$work/other.pkt"
expect 1 "^FAIL $work/bad.pkt:2: expected > R. 0:0\(0\) ack 100 at .*, got .*\$" "$work/bad.pkt"
expect 0 "^SKIP $work/other.pkt:1: packets of udp\$" "$work/other.pkt"
expect 1 "^FAIL $work/none.pkt:0: cannot be read\$" "$work/none.pkt"
expect 2 '^.*: no script is given .*$'
expect 2 '^.*: there is no TypeId ns3::Nothing$' --factory=ns3::Nothing "$work/good.pkt"
# Any other TCP of ns-3 is run the same way.
expect 0 '^1 passed, 0 failed, 0 skipped$' --factory=ns3::TcpSocketFactory \
    --protocol=ns3::TcpL4Protocol "$work/good.pkt"
scripts=$TCP_CONN_SOURCE_DIR/test/packet-scripts
expect 0 '^.*socket attribute Colour$' --attribute=Colour=red "$scripts/open-refused.pkt"
exit $failed
