#!/bin/bash
#
# SPDX-License-Identifier: GPL-2.0-only
#
# The Linux kernel as the peer of a simulated host: connections in and out, data each way, release
# from each side, half-close, refusal.  Needs root, /dev/net/tun and network namespaces; where they
# are missing it says so and exits with 77 (skipped).  One line a check, "ok" or "FAIL"; exit code 1
# if any failed.
#
# usage: tcp-conn-tap.sh [--binary=PATH] [--tcp=TYPEID|stock] [--family=4|6|both] [--bytes=N]
#                        [--limit=SECONDS] [--options] [--once] [--keep] [--loss=P]
#                        [--duplicate=P] [--reorder=P] [further options of tcp-conn-tap]
#
#   --options   check that timestamps, SACK and window scale were agreed with the kernel
#   --once      one exchange a family: over IPv4 the kernel opens and closes, over IPv6 the
#               simulated host does
#   --keep      keep the folder with the logs, files and captures (one a run)
#
# With impairment it checks that all kinds of it happened, in both directions, and that the kernel
# has retransmitted.

set -u
here=$(cd "$(dirname "$0")" && pwd)
program=tcp-conn-tap binary="" bytes=1000000 families=both limit=30
options=no once=no keep=no impaired=no extra=()
for word in "$@"; do
    case $word in
    --binary=*) binary=${word#*=} ;;
    --bytes=*) bytes=${word#*=} ;;
    --family=*) families=${word#*=} ;;
    --limit=*) limit=${word#*=} ;;
    --options) options=yes ;;
    --once) once=yes ;;
    --keep) keep=yes ;;
    --help) sed -n '5,21s/^# \?//p' "$0"; exit 0 ;;
    --loss=* | --duplicate=* | --reorder=*) impaired=yes; extra+=("$word") ;;
    --*=*) extra+=("$word") ;;
    *) echo "tcp-conn-tap.sh: unknown option $word (see --help)" >&2; exit 2 ;;
    esac
done
. "$here/tcp-conn-tap-namespace.sh"

sockets() { inside ss -Htan "( sport = :$port or dport = :$port )" | grep -v LISTEN; }
# What the kernel tells of its socket (TCP_INFO), a line an item.
kernel_info() {
    inside ss -Htino "( sport = :$port or dport = :$port )" | tr -s '[:space:]' '\n'
}
kernel_state() { sockets | grep -q "^$1"; }
kernel_clean() { [ -z "$(sockets)" ]; }
same() { [ -s "$1" ] && [ "$(sha256sum <"$1")" = "$(sha256sum <"$2")" ]; }

# hash_told WORD FILE: whether the kernel's end computed the file's SHA-256 for what it WORD.
hash_told() { said kernel "sha256 .*$1=$(sha256sum <"$2" | cut -d' ' -f1)"; }

hashes_told() { hash_told received "$work/sim.bin" && hash_told sent "$work/kernel.bin"; }
both_complete() { within "$limit" said kernel complete && within "$limit" said sim complete; }
no_error() { ! said sim error; }
kernel_retransmitted() { kernel_info | grep -qE '^retrans:[0-9]+/[1-9]'; }
options_agreed() { [[ $agreed == *ts\ * && $agreed == *sack\ * && $agreed == *wscale* ]]; }

start_sim() {
    local capture=()
    [ "$keep" = yes ] && capture=(--pcap="$run/tap.pcap")
    inside "$binary" --port="$port" --control="$run" --limit="$((2 * limit))s" "${capture[@]}" \
        "${family_option[@]}" "${extra[@]}" "$@" >"$run/sim.log" 2>&1 &
    sim=$!
    pids+=("$sim")
}

start_kernel() {
    inside python3 "$here/tcp-conn-tap-peer.py" --port "$port" --control "$run" --limit "$limit" \
        "$@" >"$run/kernel.log" 2>&1 &
    kernel=$!
    pids+=("$kernel")
}

# Begin a run: its name, folder and port, and the addresses of its family.
begin() {
    name=$1
    port=$((port + 1))
    run=$work/$port
    mkdir "$run"
}

stop_sim() {
    touch "$run/stop"
    check "the simulated host ended in order" ended "$sim" 5
}

# start_both in|out SIM_OPTION KERNEL_OPTION: in: the kernel connects; out: the simulated host does.
start_both() {
    local direction=$1
    local sim_files=(--send="$work/sim.bin" --receive="$run/sim.in" ${2:+"$2"})
    local kernel_files=(--send "$work/kernel.bin" --receive "$run/kernel.in" ${3:+"$3"})
    if [ "$direction" = in ]; then
        start_sim --mode=serve "${sim_files[@]}"
        check "the simulated host listens" within 10 said sim ready
        start_kernel --mode connect --host "$sim_address" "${kernel_files[@]}"
        check "the kernel connects in" within 10 said kernel connected
    else
        start_kernel --mode serve --host "$kernel_address" "${kernel_files[@]}"
        check "the kernel listens" within 10 said kernel listening
        start_sim --mode=connect "${sim_files[@]}"
        check "the simulated host connects out" within 10 said sim connected
    fi
}

check_data() {
    check "$bytes bytes from the simulated host, SHA-256 alike" \
        same "$work/sim.bin" "$run/kernel.in"
    check "$bytes bytes from the kernel, SHA-256 alike" same "$work/kernel.bin" "$run/sim.in"
    check "the kernel's end computed the same" hashes_told
}

check_options() {
    agreed=$(kernel_info | grep -xE 'ts|sack|wscale:[0-9,]+|mss:[0-9]+' | tr '\n' ' ')
    echo "      $name: agreed with the kernel: ${agreed:-nothing}"
    kernel_info | grep -E '^(retrans|dsack_dups|reord_seen|rcv_ooopack):' | tr '\n' ' ' |
        sed "s/.*/      $name: the kernel counted: &\n/"
    if [ "$options" = yes ]; then
        check "timestamps, SACK and window scale are agreed" options_agreed
    fi
    if [ "$impaired" = yes ]; then
        check "the kernel has retransmitted" kernel_retransmitted
    fi
}

# check_release FIRST: the states after the side FIRST has closed first.
check_release() {
    check "the kernel's end closed in order" ended "$kernel" 10
    if [ "$1" = kernel ]; then
        check "the simulated host went through LAST-ACK" within 5 said sim "state LAST_ACK CLOSED"
        check "the kernel is in TIME-WAIT" within 5 kernel_state TIME-WAIT
    else
        check "the kernel keeps no socket" within 5 kernel_clean
        check "the simulated host is in TIME-WAIT" within 5 said sim "state .* TIME_WAIT"
        check "and leaves it after 2 MSL" within 5 said sim "state TIME_WAIT CLOSED"
    fi
    check "the simulated host saw no error" no_error
    stop_sim
    if said sim "table unknown"; then
        skipped=$((skipped + 1))
        echo "skip  $name: the protocol shows no table of connections"
    else
        check "the simulated host keeps no record" said sim 'table \[\]'
    fi
    if [ "$impaired" = yes ] && said sim complete; then
        check "the network impaired both directions" impaired
        sed -n "s/^.* impaired/      $name: impaired/p" "$run/sim.log"
    fi
}

# exchange DIRECTION FIRST: a full life.
exchange() {
    begin "IPv$family $1, $2 closes first"
    start_both "$1" "" ""
    check "both have sent and received all" both_complete
    check_data
    check "the kernel's state is ESTAB" kernel_state ESTAB
    check_options
    touch "$run/$2-close"
    check_release "$2"
}

# half_close DIRECTION FIRST: FIRST sends and half-closes, then the other sends.
half_close() {
    begin "IPv$family $1, $2 half-closes"
    if [ "$2" = kernel ]; then
        start_both "$1" --reply --half
    else
        start_both "$1" --half --reply
    fi
    check "both have sent and received all" both_complete
    check_data
    check_release "$2"
}

refused_in() {
    begin "IPv$family in, no listener"
    start_sim --mode=idle
    check "the simulated host is up" within 10 said sim ready
    start_kernel --mode connect --host "$sim_address"
    check "the kernel's connect is refused" within 5 said kernel refused
    check "the kernel keeps no socket" kernel_clean
    stop_sim
}

refused_out() {
    begin "IPv$family out, no listener"
    start_sim --mode=connect
    check "the simulated host's connect is refused" within 5 said sim connect-failed
    check "the kernel keeps no socket" kernel_clean
    stop_sim
}

head -c "$bytes" /dev/urandom >"$work/sim.bin"
head -c "$bytes" /dev/urandom >"$work/kernel.bin"
port=4000
for which in $families; do
    use_family "$which"
    if [ "$once" = yes ]; then
        [ "$family" = 4 ] && exchange in kernel || exchange out sim
        continue
    fi
    for direction in in out; do
        for first in kernel sim; do
            exchange "$direction" "$first"
        done
    done
    half_close in kernel
    half_close out sim
    refused_in
    refused_out
done
finish
