#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Every trace that the tests make is legal: the golden ones, and those that suites and examples
# have left in the folder in which the tests run.  And: two processes write the same random traces,
# byte for byte.

set -eu
output=$TCP_CONN_BUILD_DIR/test-output
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

find "$TCP_CONN_SOURCE_DIR/test/golden/" "$work/first/" "$output/" -name '*.tr' >"$work/list"
for folder in "$TCP_CONN_SOURCE_DIR/test/golden" "$work/first"; do
    grep -q -F "$folder/" "$work/list" || {
        echo "no traces in $folder"
        exit 1
    }
done
tr '\n' '\0' <"$work/list" |
    xargs -0 python3 "$TCP_CONN_SOURCE_DIR/utils/tcp-conn-trace" check
echo "$(wc -l <"$work/list") traces are legal"
