#!/bin/bash
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Many connections at once between a simulated host and the Linux kernel, half of them opened and
# half of them closed by each side, through loss, duplication and reordering made inside the
# simulation.  Needs root, /dev/net/tun and network namespaces; where they are missing it says so
# and exits with 77 (skipped).  One line a check, "ok" or "FAIL"; exit code 1 if any failed.
#
# usage: tcp-conn-tap-many.sh [--binary=PATH] [--family=4|6|both] [--connections=N] [--bytes=N]
#                             [--limit=SECONDS] [--keep] [further options of tcp-conn-tap-many]
#
#   --keep      keep the folder with the logs and captures (one a run)

set -u
here=$(cd "$(dirname "$0")" && pwd)
program=tcp-conn-tap-many binary="" connections=200 bytes=20000 families=both limit=60 keep=no
extra=(--loss=0.02 --duplicate=0.02 --reorder=0.02)
for word in "$@"; do
    case $word in
    --binary=*) binary=${word#*=} ;;
    --connections=*) connections=${word#*=} ;;
    --bytes=*) bytes=${word#*=} ;;
    --family=*) families=${word#*=} ;;
    --limit=*) limit=${word#*=} ;;
    --keep) keep=yes ;;
    --help) sed -n '5,13s/^# \?//p' "$0"; exit 0 ;;
    --*=*) extra+=("$word") ;;
    *) echo "tcp-conn-tap-many.sh: unknown option $word (see --help)" >&2; exit 2 ;;
    esac
done
. "$here/tcp-conn-tap-namespace.sh"

# No socket of the kernel is left but those in TIME-WAIT, which it keeps for a minute.
kernel_clean() { ! inside ss -Htan | grep -v '^TIME-WAIT' | grep -q .; }
kernel_time_wait() { inside ss -Htan "-$family" | grep -c '^TIME-WAIT'; }
no_error() { ! said "$1" error; }

many() {
    name="IPv$family, $connections at once"
    run=$work/$family
    mkdir "$run"
    local capture=()
    [ "$keep" = yes ] && capture=(--pcap="$run/tap.pcap")
    inside python3 "$here/tcp-conn-tap-many-peer.py" --host="$sim_address" \
        --own="$kernel_address" --connections="$connections" --bytes="$bytes" --limit="$limit" \
        --control="$run" >"$run/kernel.log" 2>&1 &
    kernel=$!
    pids+=("$kernel")
    check "the kernel listens" within 10 said kernel listening
    inside "$binary" --control="$run" --limit="$((2 * limit))s" --connections="$connections" \
        --bytes="$bytes" --msl=2 "${capture[@]}" "${family_option[@]}" "${extra[@]}" \
        >"$run/sim.log" 2>&1 &
    sim=$!
    pids+=("$sim")
    check "the simulated host is ready" within 10 said sim ready
    touch "$run/kernel-connect"
    check "all are open at once" within "$limit" said sim "all open"
    check "every byte has come to the simulated host" within "$limit" said sim "all complete"
    check "every byte has come to the kernel" within "$limit" said kernel "all complete"
    check "all have ended in the kernel" within "$limit" said kernel "all ended"
    check "all have ended in the simulated host" within "$limit" said sim "all ended"
    check "the kernel's end closed in order" ended "$kernel" 10
    check "the kernel keeps no socket but TIME-WAIT" within "$limit" kernel_clean
    echo "      $name: TIME-WAIT in the kernel: $(kernel_time_wait)"
    touch "$run/stop"
    check "the simulated host ended in order" ended "$sim" 5
    check "the simulated host keeps no record" said sim 'table \[\]'
    check "no connection went wrong in the simulated host" no_error sim
    check "no connection went wrong in the kernel" no_error kernel
    check "the network lost, doubled and reordered in both directions" impaired
    sed -n "s/^.* impaired/      $name: impaired/p" "$run/sim.log"
    grep -h error "$run"/*.log | head -n 5
}

for which in $families; do
    use_family "$which"
    many
done
finish
