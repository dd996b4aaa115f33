#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Checks the style of the sources: their layout with clang-format, the code of model/ and helper/
# with clang-tidy.  Exit code 0 if there is nothing to say.
#
# usage: utils/check-style.sh [format | fix | tidy [file...]]
#   (nothing)  format and tidy
#   format     says which files clang-format would change
#   fix        changes them
#   tidy       of all files, or of those named

set -eu
cd "$(dirname "$0")/.."
. utils/build.sh

sources() {
    find model helper examples test utils bench \( -name '*.cc' -o -name '*.h' \) -print | sort
}

format() {
    # shellcheck disable=SC2046 # a list of files
    clang-format "$@" $(sources)
}

tidy() {
    configure build -DTCP_CONN_WERROR=ON || fail "CMake failed, see above"
    if [ $# -gt 0 ]; then
        pattern=$(printf '|%s' "$@")
        pattern="(${pattern#|})\$"
    else
        pattern="$PWD/(model|helper)/.*\.cc\$"
    fi
    if ! run-clang-tidy -quiet -p build -j "$(jobs_at_once)" "$pattern" >build/tidy.log 2>&1; then
        sed -i 's/\x1b\[[0-9;]*m//g' build/tidy.log
        grep -E -A6 '(warning|error):' build/tidy.log || cat build/tidy.log
        return 1
    fi
}

case ${1:-all} in
all) utils/install-dependencies.sh --style && format --dry-run -Werror && tidy ;;
format) utils/install-dependencies.sh --style && format --dry-run -Werror ;;
fix) utils/install-dependencies.sh --style && format -i ;;
tidy)
    shift
    utils/install-dependencies.sh --style && tidy "$@"
    ;;
*)
    sed -n '5,12s/^# \{0,1\}//p' "$0"
    [ "$1" = --help ]
    ;;
esac
