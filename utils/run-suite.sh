#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs a test suite and keeps what it prints and the trace of each of its cases, for the tests that
# look at those: <folder>/results/<suite>.txt, <folder>/cases/<suite>/*.tr.  The exit code is the
# runner's.
#
# usage: utils/run-suite.sh <test runner> <suite> <fullness> <folder>

set -u
runner=$1 suite=$2 fullness=$3 folder=$4
TCP_CONN_TRACE_DIR=$folder/cases/$suite
export TCP_CONN_TRACE_DIR
rm -rf "$TCP_CONN_TRACE_DIR" "$folder/results/$suite.txt"
mkdir -p "$TCP_CONN_TRACE_DIR" "$folder/results"

"$runner" --suite="$suite" --verbose --fullness="$fullness" --tempdir="$folder/traces" \
    >"$folder/results/$suite.txt" 2>&1
code=$?
cat "$folder/results/$suite.txt"
exit $code
