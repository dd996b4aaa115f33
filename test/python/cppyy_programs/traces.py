# SPDX-License-Identifier: GPL-2.0-only
"""Trace sources of every kind with Python callables that the script does not hold."""

import gc

from scene import Scene, ns, raises, syns, t

scene = Scene()
ns.TcpConnWorkloadServerHelper(t.address("0.0.0.0", 80)).Install(scene.nodes.Get(1))
helper = ns.TcpConnWorkloadClientHelper(scene.there)
helper.SetAttribute("MaxConnections", ns.UintegerValue(1))
client = helper.Install(scene.nodes.Get(0)).Get(0)

causes, changes, levels, times, dropped = [], [], [], [], []
t.connect(scene.tcp[0], "Transition", lambda m: causes.append(str(m.Cause())))
t.connect(
    scene.tcp[0],
    "StateChange",
    lambda number, local, peer, old, new: changes.append(
        (number, ns.InetSocketAddress.ConvertFrom(peer).GetPort(), old, new)
    ),
)
t.connect(scene.tcp[1], "Connections", lambda old, new: levels.append((old, new)))
t.connect(client, "SetUpTime", lambda time: times.append(time.GetSeconds()))
off = t.connect(scene.tcp[1], "Rx", dropped.append)
off.disconnect()
sent = syns(scene)
moves = t.moves(scene.tcp[0])
gc.collect()
t.run()

path = [(m.old, m.new, m.cause, m.flags) for m in moves]
assert path == [
    ("CLOSED", "SYN-SENT", "active-open", None),
    ("SYN-SENT", "ESTABLISHED", "syn/syn-acked", "SYN,ACK"),
    ("ESTABLISHED", "FIN-WAIT-1", "close", None),
    ("FIN-WAIT-1", "FIN-WAIT-2", "ack/ack-of-fin", "FIN,ACK"),
    ("FIN-WAIT-2", "TIME-WAIT", "fin", "FIN,ACK"),
    ("TIME-WAIT", "CLOSED", "time-wait-timeout", None),
], path
assert all((m.node, m.id, m.peer) == (0, 1, "10.0.0.2:80") for m in moves), moves
assert 0.02 < moves[1].in_state < 0.06 and moves[-1].in_state == 240, moves
assert causes == [m.cause for m in moves], causes
assert [c[:2] for c in changes] == [(1, 80)] * len(changes), changes
assert changes[0][2:] == (int(ns.TcpSocket.CLOSED), int(ns.TcpSocket.SYN_SENT)), changes
assert levels == [(0, 1), (1, 0)], levels
assert len(times) == 1 and times[0] == moves[1].in_state, times
assert not dropped
assert len(sent) == 1 and sent[0][0] == 0, sent

words = raises(ValueError, t.connect, scene.tcp[0], "Transitions", print)
assert "ns3::TcpConnL4Protocol" in words and "Transitions" in words, words
raises(TypeError, t.connect, scene.tcp[0], "Transition", None)
t.destroy()


# An exception in a sink ends the run.
scene = Scene()


def fail(_move):
    raise RuntimeError("in a sink")


t.connect(scene.tcp[0], "Transition", fail)
socket = scene.socket()
t.schedule(1, socket.Connect, scene.there)
assert "in a sink" in raises(RuntimeError, t.run, stop=100)
assert ns.Simulator.Now().GetSeconds() < 200
t.destroy()
