#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Every trace that the tests make is legal: the golden ones, those of each test case of each suite,
# and those that examples have left in the folder in which the tests run.  And: two processes write
# the same random traces, byte for byte.

set -eu
output=$TCP_CONN_BUILD_DIR/test-output
golden=$TCP_CONN_SOURCE_DIR/test/golden
tool=$TCP_CONN_SOURCE_DIR/utils/tcp-conn-trace
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# make_traces <folder>: the traces of the golden suite's random scenes.
make_traces() {
    mkdir "$1"
    "$TCP_CONN_BUILD_DIR/bin/tcp-conn-test-runner" --suite=tcp-conn-golden --fullness=QUICK \
        --tempdir="$1" >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
}

make_traces "$work/first"
make_traces "$work/second"
diff -r -q "$work/first" "$work/second"

# Suites in which hosts talk have traces: nothing checked is not nothing wrong.
for suite in apps callbacks golden gone listen names packet-script peers reuse wire-alive \
    wire-close wire-data wire-input wire-must wire-open wire-reset wire-syn-sent wire-timers \
    workload; do
    ls "$output/cases/tcp-conn-$suite/"*.tr >"$work/list" || {
        echo "tcp-conn-$suite has left no traces"
        exit 1
    }
done
count=$(find "$output/cases" -name '*.tr' | wc -l)
if [ "$count" -lt 2000 ]; then
    echo "no more than $count traces of test cases"
    exit 1
fi

# In the tests' temporary folder, traces/, are lines that show the forms of a trace: no lives.
set -- "$golden" "$work/first"
for entry in "$output"/*; do
    if [ "$entry" != "$output/traces" ] &&
        find "$entry" -name '*.tr' -o -name '*.tr.gz' | grep -q .; then
        set -- "$@" "$entry"
    fi
done
python3 "$tool" check --quiet "$@"

# A trace with a line that is not legal is found.
sed 's/SYN-SENT ESTABLISHED syn/SYN-SENT LISTEN syn/' "$golden/client-closes.tr" >"$work/bad.tr"
! python3 "$tool" check --quiet "$work/bad.tr"
