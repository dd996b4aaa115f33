# SPDX-License-Identifier: GPL-2.0-only
"""Socket callbacks, IPv4 and IPv6 addresses."""

import gc

from scene import Scene, ns, t

scene = Scene()
listener = scene.listen()
told = []


def accepted(socket, peer):
    told.append(("accepted", ns.InetSocketAddress.ConvertFrom(peer).GetPort() == 7000))
    t.on_receive(socket, lambda s: told.append(("received", s.Recv(100, 0).GetSize())))
    t.on_close(socket, closed=lambda s: (told.append("closed"), s.Close()))


t.on_accept(
    listener,
    accepted=accepted,
    request=lambda _listener, peer: ns.InetSocketAddress.ConvertFrom(peer).GetPort() != 7001,
)
good, bad, refused = scene.socket(), scene.socket(), scene.socket()
good.Bind(t.address("0.0.0.0", 7000))
bad.Bind(t.address("0.0.0.0", 7001))
t.on_connect(good, connected=lambda s: (s.Send(ns.Create[ns.Packet](77), 0), s.Close()))
t.on_connect(bad, connected=lambda s: told.append("taken all the same"))
t.on_connect(refused, failed=lambda s: told.append("failed"))
gc.collect()
t.schedule(1, good.Connect, scene.there)
t.schedule(2, bad.Connect, scene.there)
t.schedule(3, refused.Connect, t.address("10.0.0.2", 81))
t.run(stop=10)
assert told == [("accepted", True), ("received", 77), "closed", "failed"], told
t.destroy()

four = t.address("10.0.0.2", 80)
assert ns.InetSocketAddress.ConvertFrom(four).GetPort() == 80
six = t.address("2001:db8::1", 81)
assert ns.Inet6SocketAddress.ConvertFrom(six).GetPort() == 81
again = t.address(ns.Ipv6Address("2001:db8::1"), 81)
assert ns.Inet6SocketAddress.IsMatchingType(again)
assert ns.InetSocketAddress.IsMatchingType(t.address(ns.Ipv4Address("10.0.0.2"), 80))
