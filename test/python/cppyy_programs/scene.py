# SPDX-License-Identifier: GPL-2.0-only
"""Two hosts and a link, for the programs of this folder."""

import ns3_tcp_conn as t

ns = t.ns


class Scene:
    """Client 10.0.0.1 and server 10.0.0.2, 10 ms apart."""

    def __init__(self, set_up=lambda stack: None):
        """set_up: told of the stack before it is installed on both."""
        self.nodes = ns.NodeContainer(2)
        link = ns.PointToPointHelper()
        link.SetChannelAttribute("Delay", ns.StringValue("10ms"))
        devices = link.Install(self.nodes)
        stack = ns.TcpConnStackHelper()
        set_up(stack)
        stack.Install(self.nodes)
        base, mask = ns.Ipv4Address("10.0.0.0"), ns.Ipv4Mask("255.255.255.0")
        ns.Ipv4AddressHelper(base, mask).Assign(devices)
        self.tcp = [self.nodes.Get(i).GetObject[ns.TcpConnL4Protocol]() for i in range(2)]
        self.there = t.address("10.0.0.2", 80)

    def socket(self, node=0):
        """Return a new socket of a host."""
        return ns.Socket.CreateSocket(self.nodes.Get(node), ns.TcpSocketFactory.GetTypeId())

    def listen(self):
        """Return a listener of the server."""
        listener = self.socket(1)
        listener.Bind(t.address("0.0.0.0", 80))
        listener.Listen()
        return listener


def syns(scene, host=0):
    """Return a list that grows by (time, sequence number) of each SYN that a host sends."""
    seen = []

    def note(event):
        if "SYN" in t.flags(event.segment.flags):
            seen.append((round(event.time.GetSeconds(), 3), int(event.segment.seq.GetValue())))

    t.connect(scene.tcp[host], "Tx", note)
    return seen


def raises(kind, function, *arguments, **keywords):
    """Return the message of the exception that a call raises."""
    try:
        function(*arguments, **keywords)
    except kind as error:
        return str(error)
    raise AssertionError(f"no {kind.__name__}")
