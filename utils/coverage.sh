#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# How much of model/ the tests execute: lines, branches (gcov and gcovr), and rows of the table of
# transitions through the wire of a host.  Builds the library with counters in build-coverage/ and
# runs all suites.  Fails under 95 % of lines or 85 % of branches, and for a row that no suite takes
# and that doc/tcp-conn-coverage.rst does not explain.
#
# Branches to nowhere but an exception handler, and branches that the compiler makes of lines
# without code of their own (--exclude-throw-branches, --exclude-unreachable-branches), are not
# counted, nor are those of macros that log or end the program (NS_LOG, NS_ABORT, NS_FATAL,
# NS_ASSERT).
#
# usage: utils/coverage.sh [--report]
#   --report  only print what the last run has counted

set -eu
cd "$(dirname "$0")/.."
. utils/build.sh
folder=build-coverage

if [ "${1:-}" != --report ]; then
    command -v gcovr >/dev/null || fail "gcovr is missing: apt-get install gcovr"
    configure $folder -DTCP_CONN_WERROR=ON -DTCP_CONN_COVERAGE=ON -DTCP_CONN_EXAMPLES=OFF
    build $folder
    find $folder -name '*.gcda' -exec rm -f {} +
    ctest --test-dir $folder --parallel "$(jobs_at_once)" --output-on-failure \
        --tests-regex '^tcp-conn-' </dev/null
fi

# report [options]: what gcovr says of model/.
report() {
    gcovr --root . --object-directory $folder --filter model/ --exclude '.*/include/ns3/.*' \
        --exclude-throw-branches --exclude-unreachable-branches \
        --exclude-branches-by-pattern '.*NS_(LOG|ABORT|FATAL|ASSERT|OBJECT).*' "$@"
}

status=0
report --sort-percentage --fail-under-line 95 --fail-under-branch 85 --print-summary \
    --txt $folder/coverage.txt || status=1
report --branches --txt $folder/branches.txt
cat $folder/coverage.txt

# Rows of the table.
utils/tcp-conn-trace map --policies --counts $folder/test-output/cases >$folder/rows.txt
cat $folder/rows.txt
sed -n 's/^  \([A-Z][A-Z0-9-]*\) *\([A-Z][A-Z0-9-]*\) *\([a-z][^ ]*\) *\(.*\)$/\1 \2 \3 \4/p' \
    $folder/rows.txt | sed 's/ *$//' | while read -r from to cause policy; do
    grep -q "^    $from $to $cause${policy:+ $policy}\$" doc/tcp-conn-coverage.rst ||
        echo "not in doc/tcp-conn-coverage.rst: $from $to $cause $policy"
done >$folder/rows-unexplained.txt
cat $folder/rows-unexplained.txt
[ ! -s $folder/rows-unexplained.txt ] || status=1
exit $status
