#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Fuzzes the wire codec, segments against each state, and scripts of calls and segments, with
# libFuzzer under AddressSanitizer and UBSan.  Needs clang++ and an installed ns-3.
#
# usage: utils/fuzz.sh [seconds for each target, default 60] [target: Header, Segments, Scripts]
#
# It begins with the inputs in utils/tcp-conn-fuzz/corpus/<target>.hex, one a line.  What it adds to
# them stays in build/fuzz/<target>/; with MERGE=1 set, they are written back, reduced.

set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
targets=${2:-Header Segments Scripts}
out=$PWD/build/fuzz
clang=$(command -v clang++ || true)
if [ -z "$clang" ]; then
    echo "skipped: clang++ is not installed"
    exit 77
fi
mkdir -p "$out/include/ns3" "$out/objects"

# The core and the codec; nothing that needs a simulator.
core="transition-table tcb trace key policy policies handshake fast-open release isn siphash admission
segment-check time-wait retry icmp header"
for file in model/tcp-conn-machine*.cc; do
    file=${file#model/tcp-conn-}
    core="$core ${file%.cc}"
done
flags="-std=c++17 -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=vptr
-fno-sanitize-recover=all -fno-omit-frame-pointer -DNS3_ASSERT_ENABLE"

# ns3/tcp-conn-x.h is in model/.
for header in model/*.h; do
    ln -sf "$PWD/$header" "$out/include/ns3/"
done

compile() {
    source=$1 object=$2
    shift 2
    if [ ! -e "$object" ] || [ -n "$(find model utils/tcp-conn-fuzz utils/tcp-conn-explorer \
        test/tcp-conn-core-end.* test/tcp-conn-plain-data-phase.* -newer "$object" -print -quit)" ]
    then
        # shellcheck disable=SC2086 # a list of flags
        "$clang" $flags "$@" -I"$out/include" -c "$source" -o "$object"
    fi
}

objects=
for file in $core; do
    compile "model/tcp-conn-$file.cc" "$out/objects/$file.o"
    objects="$objects $out/objects/$file.o"
done
for file in test/tcp-conn-core-end test/tcp-conn-plain-data-phase \
    utils/tcp-conn-explorer/tcp-conn-explorer-host utils/tcp-conn-fuzz/tcp-conn-fuzz-core \
    utils/tcp-conn-fuzz/tcp-conn-fuzz-header; do
    object=$out/objects/$(basename "$file").o
    compile "$file.cc" "$object"
    objects="$objects $object"
done

failed=0
for target in $targets; do
    mkdir -p "$out/$target"
    compile utils/tcp-conn-fuzz/tcp-conn-fuzz-main.cc "$out/objects/main-$target.o" \
        -DTCP_CONN_FUZZ_TARGET="$target"
    # shellcheck disable=SC2086 # a list of files
    "$clang" -fsanitize=fuzzer,address,undefined -fno-sanitize=vptr "$out/objects/main-$target.o" \
        $objects -lns3-core -lns3-network -lns3-internet -o "$out/fuzz-$target"
    python3 utils/tcp-conn-fuzz/corpus.py unpack "utils/tcp-conn-fuzz/corpus/$target.hex" \
        "$out/$target"
    if "$out/fuzz-$target" -max_total_time="$seconds" -max_len=512 -print_final_stats=1 \
        -artifact_prefix="$out/crash-$target-" "$out/$target" >"$out/$target.log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$target.log")
        echo "$target: $runs runs in $seconds s, nothing found"
    else
        echo "FAILED: $target, see $out/$target.log and $out/crash-$target-*"
        tail -n 30 "$out/$target.log"
        failed=1
    fi
    if [ "${MERGE:-0}" = 1 ]; then
        rm -rf "$out/$target.merged"
        mkdir "$out/$target.merged"
        "$out/fuzz-$target" -merge=1 -max_len=64 "$out/$target.merged" "$out/$target" \
            >>"$out/$target.log" 2>&1
        python3 utils/tcp-conn-fuzz/corpus.py pack "utils/tcp-conn-fuzz/corpus/$target.hex" \
            "$out/$target.merged"
    fi
done
exit $failed
