# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Functions of .ci/run and .ci/full.

export CI=true DEBIAN_FRONTEND=noninteractive
passed=0 failed=0 skipped=0 report=()

# part <name> <command...>: runs one part and counts it.  A command whose last line is
# "N passed, N failed, N skipped" counts as that many; any other as one.  77 is a skip, and then
# a line that begins "skipped: " says why.
part() {
    local name=$1 begin=$SECONDS log status last
    shift
    echo "=== $name: $*"
    log=$(mktemp)
    "$@" </dev/null 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    last=$(tail -n 1 "$log")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
        skipped=$((skipped + ${BASH_REMATCH[4]:-0}))
        # A part that counts no failure and fails all the same has failed.
        [ "$status" = 0 ] || [ "${BASH_REMATCH[2]}" != 0 ] || failed=$((failed + 1))
    elif [ "$status" = 0 ]; then
        passed=$((passed + 1)) last=passed
    elif [ "$status" = 77 ]; then
        skipped=$((skipped + 1)) last=skipped
    else
        failed=$((failed + 1)) last="failed with exit code $status"
    fi
    report+=("$(printf '%5d s  %-28s %s' $((SECONDS - begin)) "$name" "$last")")
    while read -r line; do
        report+=("         $line")
    done < <(grep -E '^(skipped|FAILED): ' "$log")
    rm -f "$log"
}

# finish: prints the result of each part and the sum, and ends the script.
finish() {
    echo "==="
    printf '%s\n' "${report[@]}"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ] && [ "$passed" != 0 ]
    exit
}
