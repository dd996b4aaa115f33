#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
"""The life of one connection, from Python: what tcp-conn-lifecycle.cc does, with the same trace.

    client 10.0.0.1 -------- 5 Mb/s, 10 ms -------- 10.0.0.2 server

A client opens a connection and sends a request, the server replies, the client closes.  One
segment is lost on the way and repaired.  The moves of the client are printed; lifecycle.tr has
transitions and segments of both hosts, for: utils/tcp-conn-trace ladder lifecycle.tr
"""

import argparse

import ns3_tcp_conn as tcp_conn


class Server:
    """Answers a request by a reply, and closes when the client has."""

    def __init__(self, ns, node, request, reply):
        self.ns, self.request, self.reply, self.got = ns, request, reply, 0
        self.listener = ns.Socket.CreateSocket(node, ns.TcpSocketFactory.GetTypeId())
        self.listener.Bind(tcp_conn.address("0.0.0.0", 80))
        tcp_conn.on_accept(self.listener, accepted=self.accepted)
        self.listener.Listen()

    def accepted(self, socket, _peer):
        """Follow the new connection."""
        tcp_conn.on_receive(socket, self.received)
        tcp_conn.on_close(socket, closed=lambda s: s.Close())

    def received(self, socket):
        """Reply to what is a whole request."""
        self.got += drain(socket)
        if self.got == self.request:
            socket.Send(self.ns.Create[self.ns.Packet](self.reply), 0)


class Client:
    """Sends a request, reads the reply, closes."""

    def __init__(self, ns, node, request, reply):
        self.ns, self.request, self.reply, self.got = ns, request, reply, 0
        self.socket = ns.Socket.CreateSocket(node, ns.TcpSocketFactory.GetTypeId())
        tcp_conn.on_connect(self.socket, connected=self.connected, failed=self.failed)
        tcp_conn.on_receive(self.socket, self.received)

    def connected(self, socket):
        """Send the request."""
        socket.Send(self.ns.Create[self.ns.Packet](self.request), 0)

    def failed(self, socket):
        """Say why."""
        failure = self.ns.StringValue()
        socket.GetAttribute("Failure", failure)
        print(f"client: connection failed: {failure.Get()}")

    def received(self, socket):
        """Close when the reply is there."""
        self.got += drain(socket)
        if self.got == self.reply:
            socket.Close()


def drain(socket):
    """Read all there is; return how many bytes."""
    got = 0
    while size := socket.GetRxAvailable():
        socket.Recv(size, 0)
        got += size
    return got


def main():
    """Build the network, run it, print what the client went through."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--request", type=int, default=100, help="bytes of the request")
    parser.add_argument("--reply", type=int, default=1000, help="bytes of the reply")
    parser.add_argument(
        "--lose", type=int, default=3, help="packet to the server that is lost, from 1; 0: none"
    )
    parser.add_argument("--trace", default="lifecycle.tr", help="file of the trace")
    options = parser.parse_args()
    if options.request < 1 or options.reply < 1:
        parser.error("--request and --reply must be at least 1 byte")

    ns = tcp_conn.ns
    nodes = ns.NodeContainer(2)
    link = ns.PointToPointHelper()
    link.SetDeviceAttribute("DataRate", ns.StringValue("5Mbps"))
    link.SetChannelAttribute("Delay", ns.StringValue("10ms"))
    devices = link.Install(nodes)

    stack = ns.TcpConnStackHelper()
    stack.Install(nodes)
    addresses = ns.Ipv4AddressHelper(ns.Ipv4Address("10.0.0.0"), ns.Ipv4Mask("255.255.255.0"))
    interfaces = addresses.Assign(devices)

    if options.lose > 0:
        loss = ns.CreateObject[ns.ReceiveListErrorModel]()
        loss.SetList([options.lose - 1])
        devices.Get(1).SetAttribute("ReceiveErrorModel", ns.PointerValue(loss))
    stack.EnableTransitionAscii(options.trace, nodes)

    Server(ns, nodes.Get(1), options.request, options.reply)
    client = Client(ns, nodes.Get(0), options.request, options.reply)
    moves = tcp_conn.moves(nodes.Get(0).GetObject[ns.TcpConnL4Protocol]())
    there = tcp_conn.address(interfaces.GetAddress(1), 80)
    tcp_conn.schedule("100ms", client.socket.Connect, there)

    tcp_conn.run()
    for move in moves:
        print(f"{move.time:12.6f} s  {move.old:>12} -> {move.new:<12} {move.cause}")
    complete = client.got == options.reply
    tcp_conn.destroy()
    return 0 if complete else 1


if __name__ == "__main__":
    raise SystemExit(main())
