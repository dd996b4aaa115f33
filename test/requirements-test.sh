#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# doc/tcp-conn-requirements.rst is up to date: each row of the table and each test that it names is
# there.  And: a name that is not there is found.

set -u
tool=$TCP_CONN_SOURCE_DIR/utils/tcp-conn-requirements
items=$TCP_CONN_SOURCE_DIR/utils/rfc9293-requirements.json
results=$TCP_CONN_BUILD_DIR/test-output/results
page=$TCP_CONN_SOURCE_DIR/doc/tcp-conn-requirements.rst
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

python3 "$tool" "$results" --check "$page" || failed=1

# refuse <what the tool says> <sed script that spoils the list>
refuse() {
    sed "$2" "$items" >"$work/items.json"
    if cmp -s "$items" "$work/items.json"; then
        echo "FAIL: '$2' changes nothing"
        failed=1
    elif python3 "$tool" "$results" --items "$work/items.json" >"$work/out" 2>&1; then
        echo "FAIL: '$2' is not noticed"
        failed=1
    elif ! grep -q -e "$1" "$work/out"; then
        echo "FAIL: '$2' gave:"
        cat "$work/out"
        failed=1
    fi
}

refuse 'MUST-36: no test ' 's/(MUST-36)"/(MUST-99)"/'
refuse 'MUST-10: no suite tcp-conn-nothing' 's/"golden: rfc9293-figure-07"/"nothing: x"/'
refuse 'MUST-13: no row fin in FIN-WAIT-3' 's/"FIN-WAIT-2 fin"/"FIN-WAIT-3 fin"/'
refuse 'MUST-54: no row icmp-mild' 's/"\* icmp-soft"/"* icmp-mild"/'
refuse 'MUST-50: neither tests nor a reason' '/"id": "MUST-50"/,/}/s/"na"/"nothing"/'
refuse 'MUST-8 is there 0 times' 's/"MUST-8"/"MUST-70"/'

echo "$page" >"$work/old.rst"
if python3 "$tool" "$results" --check "$work/old.rst" 2>"$work/out" ||
    ! grep -q 'is not up to date' "$work/out"; then
    echo "FAIL: a page that is not up to date is not noticed"
    failed=1
fi
exit $failed
