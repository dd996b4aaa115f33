#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Every program of the module says what it is for and which options it takes, with their defaults,
# and of a value that it cannot work with what it takes instead; it then ends, and not with 0.

set -u
bin=$TCP_CONN_BUILD_DIR/bin
if [ ! -x "$bin/tcp-conn-lifecycle" ]; then
    echo "skipped: the examples were not built (TCP_CONN_EXAMPLES is off)"
    exit 77
fi
. "$TCP_CONN_SOURCE_DIR/test/expect.sh"
cd "$work" || exit 1

count=0
for program in "$bin"/tcp-conn-*; do
    name=$(basename "$program")
    # ns-3's own runner of tests has options of its own.
    [ "$name" != tcp-conn-test-runner ] || continue
    count=$((count + 1))
    expect 0 '^Program Options:' --PrintHelp
    # The line after its name and an empty one says what it is for.
    if [ -z "$(sed -n 3p "$work/out")" ] || sed -n 3p "$work/out" | grep -q '^Program'; then
        echo "FAIL $name --PrintHelp does not say what the program is for"
        failed=1
    fi
    # Each option has a text, and none an unreadable default.
    sed -n '/^Program Options/,/^General/p' "$work/out" >"$work/options"
    if ! grep -q '^    --' "$work/options" ||
        grep -E '^    --' "$work/options" | grep -vqE '^    --[A-Za-z0-9]+: +[^ ]'; then
        echo "FAIL $name --PrintHelp:"
        cat "$work/options"
        failed=1
    fi
    if LC_ALL=C grep -q '[^[:print:][:space:]]' "$work/options"; then
        echo "FAIL $name --PrintHelp has characters that cannot be read"
        failed=1
    fi
    expect 1 'Invalid (command-line|value|command)' --noSuchOption=1
    expect 1 'Invalid (command-line|value|command)' --ns3::TcpConnBacklog::Nothing=1
done
echo "$count programs"
[ $count -ge 20 ] || failed=1

# What wrong values lead to: a program, an option, what the message says.
while read -r name option pattern; do
    program=$bin/tcp-conn-$name
    if [ ! -x "$program" ]; then
        echo "not built: tcp-conn-$name"
        continue
    fi
    timeout 20 "$program" "$option" >"$work/out" 2>&1 </dev/null
    code=$?
    # 124: it ran on; 139: it crashed.
    if [ $code = 0 ] || [ $code = 124 ] || [ $code = 139 ] ||
        ! grep -qE -- "$pattern" "$work/out"; then
        echo "FAIL tcp-conn-$name $option: expected '$pattern', got $code and:"
        head -n 20 "$work/out"
        failed=1
    fi
done <<EOF
lifecycle --reply=x Invalid command-line
lifecycle --reply=0 --reply takes 1 to 131072 bytes
lifecycle --reply=-1 --reply takes
lifecycle --request=200000 --request takes
lifecycle --lose=-1 --lose takes
lifecycle --trace=/nowhere/x.tr Unable to Open /nowhere/x.tr
lifecycle --pcap=/nowhere/x Unable to Open /nowhere/x
lifecycle --ns3::TcpConnL4Protocol::Admission=ns3::Nothing there are ns3::TcpConnBacklog
lifecycle --ns3::TcpConnL4Protocol::Isn=ns3::TcpConnBacklog ns3::TcpConnL4Protocol::Isn
lifecycle --ns3::TcpConnL4Protocol::TimeWait=ns3::TcpConnTwoMsl[Reuse=x] ns3::TcpConnTwoMsl::Reuse
observe --clients=0 --clients takes 1 to 250
observe --clients=-1 --clients takes
observe --rate=0 --rate takes
observe --rate=-2 --rate takes
observe --loss=2 --loss takes 0 to less than 1
observe --loss=-1 --loss takes
observe --duration=0 --duration takes
observe --duration=x Parse Time
observe --print=0 --print takes
observe --ascii=/nowhere/x Unable to Open /nowhere/x
observe --census=/nowhere/x cannot write /nowhere/x
why-three --outputDir=/proc/nowhere creating directory
why-three --ladder=nonsense --ladder takes .*joined-at-once.* not "nonsense"
syn-flood --rates=-1 --rates takes 0 to 1e\+06 SYNs a second
syn-flood --rates=a,b --rates takes .* not "a,b"
syn-flood --rates=1,,2 --rates takes
syn-flood --backlog=-1 --backlog takes
syn-flood --backlog=0 --backlog takes
syn-flood --connections=0 --connections takes
syn-flood --synAckRetries=-1 --synAckRetries takes 0 to 255
port-churn --msl=0 --msl takes 0.001 to 3600 s
port-churn --msl=x --msl takes
port-churn --ports=0 --ports takes 1 to 16384
port-churn --demand=0 --demand takes
handshake-latency --rtts=-5 --rtts takes
handshake-latency --rtts=x --rtts takes
handshake-latency --afterRtt=0 --afterRtt takes 1 to 60000 ms
stale-syn --most=0 --most takes
stale-syn --attempts=0 --attempts takes
two-msl --ports=0 --ports takes
two-msl --end=0 --end takes 1s to 1h
blind-attack --connections=0 --connections takes
blind-attack --window=0 --window takes
blind-attack --guesses=0 --guesses takes 16 to 65536
tap --mode=nothing --mode takes serve, connect or idle
tap --loss=1 --loss takes
tap --msl=0 --msl takes
bench-bulk --megabytes=0 --megabytes takes
bench-conversation --stacks=mine --stacks takes .* not "mine"
bench-conversation --open=x --open takes
bench-conversation --repeats=0 --repeats takes
bench-flood --syns=0 --syns takes
bench-flood --rate=0 --rate takes
bench-flood --defences=x --defences takes .* not "x"
bench-hosts --hosts=1 --hosts takes
bench-memory --connections=0 --connections takes
bench-million --clients=0 --clients takes
bench-million --connections=0 --connections takes
bench-parity --path=nowhere --path takes all, shares, clean
bench-parity --control=Nothing --control takes .*TcpCubic
bench-pieces --seconds=0 --seconds takes
bench-trace --count=0 --count takes
explorer --inFlight=9 --inFlight takes 1 to 4
explorer --opensA=300 Invalid command-line
packet-script --tolerance=x Invalid command-line
EOF
exit $failed
