#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# A short conversation takes no more instructions than it did, measured against the floor.

set -eu
if ! [ -x "$TCP_CONN_BUILD_DIR/bin/tcp-conn-bench-conversation" ]; then
    echo "skipped: this build has no benchmarks (under sanitizers instructions say nothing)"
    exit 77
fi
exec python3 "$TCP_CONN_SOURCE_DIR/bench/instructions.py" "$TCP_CONN_BUILD_DIR"
