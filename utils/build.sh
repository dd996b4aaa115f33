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

# The folder for what is downloaded and built of ns-3.
cache_folder() {
    echo "${TCP_CONN_CACHE:-${HOME:-/root}/.cache/tcp-conn}"
}

# fetch_ns3 <folder>: unpacks the source of Debian 12's ns-3 there, as ns-allinone-3.37/ns-3.37.
fetch_ns3() (
    set -e
    mkdir -p "$1/lists/partial"
    # A list of sources of its own leaves the machine's as they are: packages and sources lie in
    # one place.
    uri=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' \
        'Created-By: Packages' | awk '$2 == "bookworm" && $3 == "main" {print $1; exit}')
    [ -n "$uri" ] || fail "apt knows no packages of Debian 12 (bookworm main)"
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri bookworm main" \
        >"$1/sources.list"
    cd "$1"
    set -- -q -o Dir::Etc::SourceList="$1/sources.list" -o Dir::Etc::SourceParts=- \
        -o Dir::State::Lists="$1/lists" -o APT::Sandbox::User=root
    apt-get "$@" update
    apt-get "$@" source --download-only ns3
    tar xf ns3_3.37.orig.tar.*
)
