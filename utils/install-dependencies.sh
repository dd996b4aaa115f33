#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs the packages that the module needs, on Debian 12 and later.  Can be run again at any
# time: what is there already is left alone, and if nothing is missing no root is needed.
#
# usage: utils/install-dependencies.sh [--test] [--full] [--style]
#   (nothing)  what building and the demo need
#   --test     also what tests against other programs need
#   --full     also large programs of tests that are else skipped (Chromium, Graphviz,
#              Sphinx, Doxygen, MPI)
#   --style    also what the style checks need (clang-format, clang-tidy)

set -eu

say() {
    echo "install-dependencies: $*" >&2
}

# ns-3's CMake files name programs that are in the package ns3.
packages="g++ cmake ninja-build pkg-config python3 libns3-dev ns3"
for option in "$@"; do
    case $option in
    --test) packages="$packages iproute2 tshark gnuplot-nox valgrind dpkg-dev file" ;;
    --full)
        packages="$packages iproute2 tshark gnuplot-nox valgrind chromium graphviz spin clang"
        packages="$packages python3-sphinx doxygen dpkg-dev file debootstrap"
        packages="$packages libopenmpi-dev openmpi-bin"
        packages="$packages gcovr libbenchmark-dev"
        ;;
    --style) packages="$packages clang-format clang-tidy" ;;
    --help)
        sed -n '5,14s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *)
        say "unknown option $option (see --help)"
        exit 2
        ;;
    esac
done

if ! command -v apt-get >/dev/null; then
    say "this is not Debian: install a C++ compiler, CMake 3.21, Ninja, Python 3, Boost 1.81"
    say "(headers) and ns-3 3.37 or later of these by your own means"
    for tool in c++ cmake ninja python3; do
        command -v "$tool" >/dev/null || { say "$tool is missing" && exit 1; }
    done
    exit 0
fi

is_installed() {
    dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

missing=
for package in $packages; do
    is_installed "$package" || missing="$missing $package"
done
# The headers of Boost 1.81 or later have two names; which one, the release decides.
boost=no
[ -e /usr/include/boost/unordered/unordered_flat_map.hpp ] || boost=yes
if [ -z "$missing" ] && [ $boost = no ]; then
    exit 0
fi

root=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
        say "these packages are missing, and installing them needs root:$missing"
        [ $boost = no ] || say "and libboost1.81-dev (Debian 12) or libboost-dev (later)"
        exit 1
    fi
    root=sudo
fi

$root apt-get update -q >&2
if [ $boost = yes ]; then
    version=$(apt-cache policy libboost-dev | sed -n 's/^ *Candidate: //p')
    if dpkg --compare-versions "${version:-0}" ge 1.81; then
        missing="$missing libboost-dev"
    else
        missing="$missing libboost1.81-dev"
    fi
fi
say "installing$missing"
# shellcheck disable=SC2086 # a list of words
if ! $root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $missing >&2 </dev/null; then
    say "apt-get could not install all of:$missing"
    exit 1
fi
