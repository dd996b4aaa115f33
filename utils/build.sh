# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Shell functions of demo.sh, test.sh and what calls them.  Source it in the top folder.

# Ends the script with a message.
fail() {
    echo "$0: $*" >&2
    exit 1
}

# Prints how many compilers to run at once: one a processor, and 1.5 GB of memory for each.
jobs_at_once() {
    processors=$(nproc 2>/dev/null || echo 1)
    room=$(awk '/^MemTotal:/ { print int($2 / 1500000) }' /proc/meminfo 2>/dev/null || echo 1)
    [ "${room:-1}" -ge 1 ] || room=1
    [ "$processors" -le "${room:-1}" ] && echo "$processors" || echo "$room"
}

# configure <build folder> [options of cmake]
configure() {
    folder=$1
    shift
    mkdir -p "$folder"
    if ! cmake -S . -B "$folder" -G Ninja "$@" >"$folder/configure.log" 2>&1; then
        cat "$folder/configure.log" >&2
        return 1
    fi
}

# build <build folder> [targets]
build() {
    folder=$1
    shift
    cmake --build "$folder" --parallel "$(jobs_at_once)" ${1:+--target "$@"}
}
