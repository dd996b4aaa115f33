#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# The rules of the trace checker are those of the module's table of transitions.  When the table
# has changed, write them anew:
#
#     build/bin/tcp-conn-table-export --json >utils/tcp_conn_trace/rules.json

set -eu
export_table=$TCP_CONN_BUILD_DIR/bin/tcp-conn-table-export
if [ ! -x "$export_table" ]; then
    echo "skipped: tcp-conn-table-export was not built (TCP_CONN_EXAMPLES is off)"
    exit 77
fi
rules=$TCP_CONN_SOURCE_DIR/utils/tcp_conn_trace/rules.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$export_table" --json >"$work/rules.json"
diff "$rules" "$work/rules.json" || {
    echo "$rules is not what $export_table --json writes"
    exit 1
}
# It says so when it is used wrongly.
! "$export_table" >"$work/nothing" 2>&1
