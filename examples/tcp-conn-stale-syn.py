#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
"""A SYN comes when the connection that it opened is over: why a handshake needs a third segment.

    client 10.0.0.1 -------- 10 ms, holds the first SYN for 60 s -------- 10.0.0.2 server

The client repeats its SYN, uses the connection and releases it; then the old SYN comes.  Printed
is what the server holds because of it, under four handshakes, as tcp-conn-stale-syn.cc does for
more cases.  See doc/tcp-conn-experiment-stale-syn.rst.
"""

import argparse
from collections import Counter

import ns3_tcp_conn as tcp_conn

HANDSHAKES = {
    "two-way": ("TcpConnTwoWayHandshake", {}),
    "two-way-rst": ("TcpConnTwoWayHandshake", {"IgnoreUnaskedSynAck": False}),
    "three-way": ("TcpConnThreeWayHandshake", {}),
    "four-way": ("TcpConnFourWayHandshake", {}),
}
OLD = 50  # seconds: what happens from then on has to do with the old SYN alone
END = 100000  # seconds


def two_hosts(ns, handshake, attributes):
    """Build the network; return its nodes."""
    nodes = ns.NodeContainer(2)
    link = ns.PointToPointHelper()
    link.SetDeviceAttribute("DataRate", ns.StringValue("100Mbps"))
    link.SetChannelAttribute("Delay", ns.StringValue("10ms"))
    devices = link.Install(nodes)
    stack = ns.TcpConnStackHelper()
    tcp_conn.set_policy(stack, "Handshake", handshake, **attributes)
    stack.Set("MaxSegLifetime", ns.StringValue("5"))
    stack.Install(nodes)
    for device, rules in ((0, "delay SYN occurrence 1 60s"), (1, "")):
        impair = ns.TrafficControlHelper()
        impair.SetRootQueueDisc(
            "ns3::TcpConnImpairmentQueueDisc", "Rules", ns.StringValue(rules)
        )
        impair.Install(devices.Get(device))
    ns.Ipv4AddressHelper(ns.Ipv4Address("10.0.0.0"), ns.Ipv4Mask("255.255.255.0")).Assign(devices)
    return nodes


def ghosts(moves):
    """Return (connections of the server begun by an old SYN that are left, longest life)."""
    begun, lives = {}, []
    for move in moves:
        if move.old == "LISTEN" and move.time >= OLD:
            begun[move.id] = move.time
        elif move.new in ("CLOSED", "LISTEN") and move.id in begun:
            lives.append(move.time - begun.pop(move.id))
    return len(begun), max(lives + [END - time for time in begun.values()], default=0)


def run(ns, name):
    """Run one handshake; return a row of the table."""
    handshake, attributes = HANDSHAKES[name]
    nodes = two_hosts(ns, handshake, attributes)
    ns.TcpConnWorkloadServerHelper(tcp_conn.address("0.0.0.0", 80)).Install(nodes.Get(1))
    client = ns.TcpConnWorkloadClientHelper(tcp_conn.address("10.0.0.2", 80))
    client.SetAttribute("MaxConnections", ns.UintegerValue(1))
    client.Install(nodes.Get(0))

    sent = Counter()
    tcp = [nodes.Get(i).GetObject[ns.TcpConnL4Protocol]() for i in range(2)]

    def note(segment):
        if segment.time.GetSeconds() >= OLD:
            sent[tcp_conn.flags(segment.segment.flags)] += 1

    tcp_conn.connect(tcp[0], "Tx", note)
    moves = tcp_conn.moves(tcp[1])
    tcp_conn.run(stop=END)
    left, longest = ghosts(moves)
    tcp_conn.destroy()
    answers = " and ".join(f"{n} {flags}" for flags, n in sorted(sent.items())) or "nothing"
    return name, answers, left, f"{longest:g}"


def main():
    """Run all, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--handshakes", default=",".join(HANDSHAKES), help="which, by commas")
    options = parser.parse_args()
    chosen = options.handshakes.split(",")
    unknown = set(chosen) - set(HANDSHAKES)
    if unknown:
        parser.error(f"--handshakes: no {', '.join(sorted(unknown))}; there are {options.handshakes}")
    rows = [("handshake", "client sends", "ghosts", "held, s")]
    rows += [run(tcp_conn.ns, name) for name in chosen]
    for row in rows:
        print(f"{row[0]:<12}  {row[1]:<22}  {row[2]:>6}  {row[3]:>9}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
