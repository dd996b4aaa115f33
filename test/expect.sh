# shellcheck shell=sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# For tests of programs: sourced, with the name of the program in $program.  Makes a folder $work
# that is gone at the end; a test ends by "exit $failed".

# shellcheck disable=SC2034,SC2154 # who sources it sets and reads them

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

# expect <exit code> <extended regular expression> <arguments>...: the program ends so, and has
# printed a line that matches.  What it printed is in $work/out.
expect() {
    code=$1 pattern=$2
    shift 2
    "$program" "$@" >"$work/out" 2>&1 </dev/null
    got=$?
    if [ $got -ne "$code" ] || ! grep -qE -- "$pattern" "$work/out"; then
        echo "FAIL $(basename "$program") $*: expected $code and '$pattern', got $got and:"
        cat "$work/out"
        failed=1
    fi
}
