#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs missing packages, builds the library, examples and tests, and runs all tests.  The last
# line is "N passed, N failed, N skipped"; the exit code is 0 if none failed.
#
# usage: ./test.sh [--quick | --full | --sanitize]
#   --quick     the tests, in build/ (the default)
#   --full      also the test cases that take long, and all under the sanitizers
#   --sanitize  the tests under AddressSanitizer and UndefinedBehaviorSanitizer, in build-asan/

set -u
cd "$(dirname "$0")" || exit 1
. utils/build.sh

plain=yes sanitized=no fullness=QUICK
case ${1:---quick} in
--quick) ;;
--full) sanitized=yes fullness=EXTENSIVE ;;
--sanitize) plain=no sanitized=yes ;;
--help)
    sed -n '5,11s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
*)
    echo "$0: unknown option $1 (see --help)" >&2
    exit 2
    ;;
esac

# stop <message>: the last line is what it always is.
stop() {
    echo "$0: $*" >&2
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}

# run_tests <build folder> [options of cmake]: the results go to <build folder>/results.xml.
run_tests() {
    folder=$1
    shift
    configure "$folder" -DTCP_CONN_WERROR=ON -DTCP_CONN_FULLNESS="$fullness" "$@" ||
        stop "CMake failed, see above"
    build "$folder" || stop "the compiler failed, see above"
    rm -f "$folder/results.xml"
    ctest --test-dir "$folder" --parallel "$(jobs_at_once)" --output-on-failure \
        --output-junit results.xml --test-output-size-passed 1000000 \
        --test-output-size-failed 1000000 </dev/null
    [ -f "$folder/results.xml" ] || stop "ctest gave no results"
    results="${results:-} $folder/results.xml"
}

needs=--test
[ $fullness = QUICK ] || needs=--full
utils/install-dependencies.sh $needs || stop "packages are missing, see above"
if [ $plain = yes ]; then
    run_tests build
fi
if [ $sanitized = yes ]; then
    UBSAN_OPTIONS=print_stacktrace=1
    export UBSAN_OPTIONS
    run_tests build-asan -DTCP_CONN_SANITIZE=address,undefined \
        -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -g1"
fi
# shellcheck disable=SC2086 # a list of files
python3 utils/count-tests.py $results
