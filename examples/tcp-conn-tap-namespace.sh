# shellcheck shell=bash
#
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tcp-conn-tap*.sh have in common: a network namespace with a TAP device, in which the
# Linux kernel is the peer of a simulated host.  Sourced after $families (4, 6 or both), $keep and
# $program are set; sets $binary, unless it is set, to the $program that the build made.  Needs
# root, /dev/net/tun and network namespaces; where they are missing it says so and exits with 77
# (skipped).

skip() {
    echo "skipped: $1"
    echo "0 passed, 0 failed, 1 skipped"
    exit 77
}

cleanup() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null
    done
    wait 2>/dev/null
    ip netns del "$ns" 2>/dev/null
    if [ "$keep" = yes ]; then
        echo "logs, files and captures: $work"
    else
        rm -rf "$work"
    fi
}

inside() { ip netns exec "$ns" "$@"; }

# What the kernel does by itself must not differ from a fresh namespace: no sysctl is touched.
make_namespace() {
    ip netns add "$ns" && inside ip link set lo up && inside ip tuntap add dev tap0 mode tap &&
        inside ip addr add 10.99.0.1/24 dev tap0 && inside ip link set tap0 up &&
        inside ip route add 10.99.1.0/24 via 10.99.0.2
} 2>"$work/setup.log"

make_ipv6() {
    inside ip addr add fd00:99::1/64 dev tap0 nodad &&
        inside ip -6 route add fd00:9a::/64 via fd00:99::2
} 2>"$work/setup.log"

# check TEXT COMMAND...: run the command, count and tell its outcome.
check() {
    local text=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok    $name: $text"
    else
        failed=$((failed + 1))
        echo "FAIL  $name: $text"
    fi
}

# within SECONDS COMMAND...: whether the command succeeds within that time.
within() {
    local end=$((SECONDS + $1 + 1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.05
    done
}

said() { grep -qsE -- "$2" "$run/$1.log"; } # said sim|kernel PATTERN
gone() { ! kill -0 "$1" 2>/dev/null; }
ended() { within "$2" gone "$1" && wait "$1"; } # ended PID SECONDS: with exit code 0

# impaired: each rule was applied in both directions; "impaired in 12 of 345: drop probability ...".
impaired() {
    local direction
    for direction in in out; do
        said sim "impaired $direction [0-9]" && ! said sim "impaired $direction 0 of" || return 1
    done
}

# Addresses of a family, and the option of the simulated host.
use_family() {
    family=$1
    if [ "$family" = 6 ]; then
        family_option=(--ipv6) kernel_address=fd00:99::1 sim_address=fd00:9a::2
    else
        family_option=() kernel_address=10.99.0.1 sim_address=10.99.1.2
    fi
}

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
}

case $families in
4 | 6) ;;
both) families="4 6" ;;
*) echo "$(basename "$0"): --family is 4, 6 or both, not $families" >&2; exit 2 ;;
esac
for path in "$here/$program" "$here"/../build/{bin/,,examples/}"$program"; do
    [ -z "$binary" ] && [ -x "$path" ] && binary=$path
done
if [ ! -x "$binary" ]; then
    echo "$program.sh: no program $program found; build it, or say --binary=PATH" >&2
    exit 2
fi
for tool in ip ss python3 sha256sum; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
done
[ "$(id -u)" = 0 ] || skip "network namespaces and TAP devices need root"
[ -c /dev/net/tun ] || skip "there is no /dev/net/tun"

ns=tcp-conn-tap-$$
work=$(mktemp -d)
pids=()
passed=0 failed=0 skipped=0
trap cleanup EXIT
trap 'exit 130' INT TERM
make_namespace || skip "no network namespace with a TAP device: $(tail -n 1 "$work/setup.log")"
if [[ $families == *6* ]] && ! make_ipv6; then
    echo "note: the kernel has no IPv6: $(tail -n 1 "$work/setup.log")"
    families=4
    skipped=1
fi
